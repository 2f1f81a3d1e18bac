# -*- coding: utf-8 -*-
"""Set up and run Chat API Lab. Needs nothing but Python 3.11 or newer.

    python start.py [JupyterLab's options]   set up, then open your copy of the lessons in JupyterLab
    python start.py test [pytest's options]  set up, then run all tests
    python start.py restore LESSON           give a fresh copy of a lesson; yours is kept beside it
    python start.py doctor                   show details of the installation
    python start.py local [--model NAME | --model-file FILE]   open your copy, with a small model of this machine
    python start.py local --tab              the same in the browser tab that start.py site has built
    python start.py edit [JupyterLab's options]   for authors: open the course itself
    python start.py refresh [--check] [LESSON ...]   execute the notebooks and rewrite their outputs
    python start.py new 90_mine "TITLE"      begin a lesson: notebook, empty cassette, row in helpers/course.toml
    python start.py lock [--upgrade]         write down which versions are installed, from requirements.txt
    python start.py picture                  for authors: take docs/lesson.png anew
    python start.py bench                    measure the figures in docs/benchmarks.md
    python start.py seal LESSON ...          seal a cassette that was edited by hand
    python start.py record [LESSON ...]      record the answers anew with your key; asks before it spends
    python start.py record --banks [LESSON ...]   record notebooks/banks, with a small model of this machine
    python start.py record --check           ask OpenAI's server whether the staged errors still look like its own
    python start.py facts [--due]            list what the lessons say that grows old, and what to look at again
    python start.py site                     build _site/: the course in a browser tab, without installation
    python start.py verify [LESSON ...] [--most N]   ask that model again, and tell how many answers are equal

Everything is installed into the folder .venv beside this file and nowhere else. Your work is in the folder work beside
it, or in the one that --work DIR or the variable LESSON_WORK names.
This file also parses under very old Pythons, so that they can say what is wrong:
no f-strings, no annotations, no syntax newer than the check of the version below.
"""

from __future__ import print_function

import sys

OLDEST_PYTHON = (3, 11)

# ---------------------------------------------------------------- messages: Korean, then English

MESSAGES = {
    "python_too_old": (
        "Python {oldest} 이상이 필요합니다. 지금 실행한 Python은 {found}입니다. https://www.python.org/downloads/"
        " 에서 새 버전을 설치하고, 그 버전으로 다시 실행하세요"
        "(Windows: py -3 start.py, 그 밖: python3 start.py).",
        "Python {oldest} or newer is needed; this is Python {found}. Install a new one from"
        " https://www.python.org/downloads/ and start again with it"
        " (Windows: py -3 start.py, elsewhere: python3 start.py).",
    ),
    "interrupted": (
        "중단했습니다. 다음에 시작하면 설치를 다시 합니다.",
        "Interrupted. The next start installs anew.",
    ),
    "undone": (
        "녹화가 파일을 바꾸다가 끊겼습니다. 카세트와 노트북을 그 전의 것으로 되돌렸습니다.",
        "A recording was cut short while it replaced files. The old cassettes and notebooks are back.",
    ),
    "no_first_page": (
        "첫 노트북이 없습니다. 되돌리려면 다음을 실행하세요: python start.py restore 00_start_here",
        "The first notebook is missing. To bring it back run: python start.py restore 00_start_here",
    ),
    "file_trouble": ("파일을 읽거나 쓰지 못했습니다: {path}", "A file could not be read or written: {path}"),
    "no_local": (
        "이 컴퓨터에는 로컬 모델을 띄울 패키지(xllamacpp)가 없습니다(Windows on Arm, Alpine 등). Ollama나 LM Studio를"
        " 설치해 모델을 띄우고, 작업 폴더의 .env에 OPENAI_BASE_URL과 LESSON_MODEL을 적은 뒤 python start.py로 시작하세요."
        " 인터넷 없이 설치한다면, 가져온 패키지에 requirements-local.lock의 것이 있는지 확인하세요.",
        "There is no package (xllamacpp) that serves a local model on this computer (Windows on Arm, Alpine, ...). Serve one"
        " with Ollama or LM Studio, put OPENAI_BASE_URL and LESSON_MODEL into .env in your work folder, and run start.py."
        " Where you install without internet, make sure that what you brought has the packages of requirements-local.lock.",
    ),
    "no_runtime": (
        "이 컴퓨터에는 로컬 모델을 띄울 패키지(xllamacpp)가 없습니다(Windows on Arm, Alpine 등). 다른 컴퓨터에서 실행하세요."
        " 인터넷 없이 설치한다면, 가져온 패키지에 requirements-local.lock의 것이 있는지 확인하세요.",
        "There is no package (xllamacpp) that serves a local model on this computer (Windows on Arm, Alpine, ...). Use another one."
        " Where you install without internet, make sure that what you brought has the packages of requirements-local.lock.",
    ),
    "work_missing": (
        "--work 다음에 폴더를 한 번만 적으세요. 예: python start.py --work D:\\lab",
        "Name one folder after --work, such as: python start.py --work D:\\lab",
    ),
    "work_in_course": (
        "코스의 파일이 있는 폴더는 작업 폴더로 쓸 수 없습니다({path}). --work나 LESSON_WORK로 다른 폴더를 정하세요.",
        "A folder with files of the course cannot be your work folder ({path}). Name another one with --work or LESSON_WORK.",
    ),
    "work_not_writable": (
        "작업 폴더에 쓸 수 없습니다({path}: {problem}). 쓸 수 있는 폴더를 정하세요. 예: python start.py --work ~/lab",
        "Your work folder cannot be written to ({path}: {problem}). Name one that can, such as: python start.py --work ~/lab",
    ),
    "unknown_command": (
        "알 수 없는 명령입니다: {name}. 혹시 {nearest} 명령일까요? 쓸 수 있는 명령: {known}",
        "Unknown command: {name}. Did you mean {nearest}? Known commands: {known}",
    ),
}


def message(key, **values):
    """Return one message of the table, Korean on the first line and English on the second."""
    return "\n".join(MESSAGES[key]).format(**values)


def python_problem(version):
    """Return what is wrong with a Python of this version (major, minor, micro), or an empty text."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return ""
    dotted = ".".join(str(part) for part in version[:3])
    return message("python_too_old", oldest="{}.{}".format(*OLDEST_PYTHON), found=dotted)


if python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

import difflib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))  # python -P and PYTHONSAFEPATH=1 leave it out

from tools.environment import prepare, venv_version
from tools.first_version import bring_over
from tools.originals import OriginalsError
from tools.programs import hand_over
from tools.swap import UndoError, recover
from tools.trouble import MESSAGES as SETUP_MESSAGES
from tools.trouble import StartError, explain, last_lines
from tools.work import lay_out, restore, work_folder

MESSAGES.update(SETUP_MESSAGES)
FIRST_PAGE = "00_start_here.ipynb"
TOOLS = ("refresh", "bench", "doctor", "seal", "record", "verify", "new", "lock", "picture", "facts", "site")
# Which group of pyproject.toml a command needs.
GROUP_OF = {"test": "test", "bench": "test", "picture": "test", "local": "local", "verify": "local"}
COMMANDS = ("test", "local", "edit", "restore", "help") + TOOLS


# ---------------------------------------------------------------- commands


def open_lab(folder, page, options, module="tools.lab"):
    """Open a folder in JupyterLab, at one of its notebooks."""
    if not (folder / page).is_file():
        print(message("no_first_page"), file=sys.stderr)
    # What JupyterLab remembers of open tabs belongs to the folder that they are in.
    os.environ.setdefault("JUPYTERLAB_WORKSPACES_DIR", str(folder / ".jupyter" / "workspaces"))
    return hand_over(["-m", module, str(folder), page, str(folder / ".jupyter" / "lab.log")] + options)


def run_tests(options):
    """Run the unit tests and compare every notebook's outputs, in parallel, a notebook on one worker."""
    workers = max(2, min(4, os.cpu_count() or 2))
    parallel = ["-n", str(workers), "--dist", "loadfile"]
    return hand_over(["-m", "pytest", "-p", "tests.no_uri_grammar"] + parallel + options)


def take_work(arguments):
    """Return the folder that --work names, or None, and the arguments without it."""
    rest, named = [], []
    arguments = iter(arguments)
    for argument in arguments:
        if argument == "--work":
            named.append(next(arguments, ""))
        elif argument.startswith("--work="):
            named.append(argument[len("--work=") :])
        else:
            rest.append(argument)
    if len(named) > 1 or any(not name or name.startswith("-") for name in named):
        raise StartError("work_missing")
    return (named or [None])[0], rest


def group_of(command, options):
    """Return which group of pyproject.toml a command line needs, or None."""
    return "local" if command == "record" and "--banks" in options else GROUP_OF.get(command)


def run(arguments):
    """Carry out one command line; return the exit code."""
    # Called from a terminal of JupyterLab's, whose own model is not the next one's.
    if os.environ.pop("LESSON_LOCAL", None):
        os.environ.pop("LESSON_MODE", None)
    os.environ["LESSON_STARTED_IN"] = os.getcwd()
    chosen, arguments = take_work(arguments)
    command, options = "lab", arguments
    if arguments and not arguments[0].startswith("-"):
        command, options = arguments[0], arguments[1:]
    if command == "help" or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if recover(ROOT):
        print(message("undone"))
    if chosen or os.environ.get("LESSON_WORK"):
        # Whole, since what runs in .venv has another current folder; doctor reads it too.
        os.environ["LESSON_WORK"] = os.path.abspath(os.path.expanduser(chosen or os.environ["LESSON_WORK"]))
    if command == "restore":
        work = work_folder(ROOT)
        bring_over(ROOT, work)
        restore(ROOT, work, " ".join(options), venv_version())
        return 0
    if command != "lab" and command not in COMMANDS:
        nearest = difflib.get_close_matches(command, COMMANDS, n=1, cutoff=0.0)
        raise StartError("unknown_command", name=command, nearest=nearest[0], known=", ".join(COMMANDS))
    work = work_folder(ROOT) if command in ("lab", "local") else None
    group = group_of(command, options)
    try:
        prepare(group)
    except StartError as error:
        if group == "local" and error.key == "no_package":
            raise StartError("no_local" if command == "local" else "no_runtime", output=error.output)
        raise
    if work:
        bring_over(ROOT, work)
        lay_out(ROOT, work, venv_version())
        os.environ["LESSON_WORK"] = str(work)
        return open_lab(work, FIRST_PAGE, options, "tools.local" if command == "local" else "tools.lab")
    if command == "edit":
        return open_lab(ROOT, "notebooks/" + FIRST_PAGE, options)
    if command == "test":
        return run_tests(options)
    return hand_over(["-m", "tools." + command] + options)


def main(arguments):
    """Run, and say in two languages what went wrong; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console of cp949 or ASCII must not end the program
    try:
        return run(arguments)
    except StartError as error:
        failure = error
    except (OriginalsError, UndoError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        failure = explain(str(error), "file_trouble")
        failure.values["path"] = error.filename or ROOT
    except KeyboardInterrupt:
        print("\n" + message("interrupted"), file=sys.stderr)
        return 130
    sys.stdout.flush()
    print("\n" + message(failure.key, **failure.values), file=sys.stderr)
    if failure.output:
        print("\n" + last_lines(failure.output), file=sys.stderr)
    return 2 if failure.key == "unknown_command" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
