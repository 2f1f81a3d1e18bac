# -*- coding: utf-8 -*-
"""Set up and run Chat API Lab. Needs nothing but Python 3.11 or newer.

    python start.py [JupyterLab's options]   set up, then open the course in JupyterLab
    python start.py test [pytest's options]  set up, then run all tests
    python start.py restore LESSON           bring a lesson's original back; yours is kept beside it
    python start.py doctor                   show details of the installation
    python start.py refresh [--check] [LESSON ...]   execute the notebooks and rewrite their outputs
    python start.py new 90_mine "TITLE"      begin a lesson: notebook, empty cassette, row in helpers/course.toml
    python start.py bench                    measure the figures in docs/benchmarks.md
    python start.py seal LESSON ...          seal a cassette that was edited by hand
    python start.py record [LESSON ...]      record the answers anew with your key; asks before it spends

Everything is installed into the folder .venv beside this file and nowhere else.
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
    "installing": (
        "필요한 패키지를 .venv 폴더에 설치합니다. 처음에는 몇 분 걸립니다.",
        "Installing what is needed into the folder .venv. The first time takes a few minutes.",
    ),
    "rebuilding": (
        ".venv 폴더를 다시 만듭니다(설치가 끊겼거나, 패키지가 없어졌거나, 폴더를 옮겼거나, Python이 바뀌었습니다).",
        "Making the folder .venv anew (set-up was interrupted, a package is missing, the folder moved, or Python"
        " changed).",
    ),
    "ready": ("설치를 확인했습니다.", "The installation has been checked."),
    "no_ensurepip": (
        "이 Python에는 가상 환경을 만드는 데 필요한 ensurepip가 없습니다. Debian이나 Ubuntu에서는"
        " 다음을 실행한 뒤 다시 시작하세요: sudo apt install python{version}-venv",
        "This Python lacks ensurepip, which virtual environments need. On Debian or Ubuntu run this"
        " and start again: sudo apt install python{version}-venv",
    ),
    "not_ours": (
        "이 프로그램이 만든 가상 환경이 아니므로 건드리지 않습니다. 이름을 바꾸고 다시 시작하세요: {path}",
        "Not a virtual environment of this program, so it is left alone. Rename it and start again: {path}",
    ),
    "path_too_long": (
        "폴더 경로가 너무 깁니다({path}). 코스 폴더를 C:\\lab처럼 짧은 경로로 옮기고 다시 시작하세요."
        " Windows 설정에서 긴 경로(LongPathsEnabled)를 켜도 됩니다.",
        "The folder's path is too long ({path}). Move the course to a short path such as C:\\lab and start"
        " again, or turn on long paths (LongPathsEnabled) in Windows.",
    ),
    "disk_full": (
        "디스크에 남은 공간이 없습니다. 1GB 정도를 비우고 다시 시작하세요: {path}",
        "The disk is full. Free about 1 GB and start again: {path}",
    ),
    "not_permitted": (
        "이 폴더에 쓸 수 없습니다({path}). 열려 있는 JupyterLab을 닫거나, 코스를 홈 폴더 아래로 옮기고"
        " 다시 시작하세요.",
        "This folder cannot be written to ({path}). Close any open JupyterLab, or move the course into"
        " your home folder, and start again.",
    ),
    "certificate": (
        "패키지 서버의 인증서를 확인하지 못했습니다. 학교나 회사의 보안 장비가 연결을 검사하면 이렇게 됩니다."
        " 관리자에게 인증서 파일(.pem)을 받아 환경 변수 PIP_CERT에 그 경로를 넣고 다시 시작하세요.",
        "The package index's certificate could not be verified, as happens where a school or company"
        " inspects connections. Ask for its certificate file (.pem), put the path into the environment"
        " variable PIP_CERT, and start again.",
    ),
    "no_network": (
        "패키지 서버에 연결하지 못했습니다. 인터넷 연결을 확인하세요. 프록시가 있으면 환경 변수 HTTPS_PROXY에"
        " 주소를, 따로 쓰는 패키지 서버가 있으면 PIP_INDEX_URL에 주소를 넣고 다시 시작하세요.",
        "The package index cannot be reached. Check the connection. Put the address of a proxy into the"
        " environment variable HTTPS_PROXY, of an index of your own into PIP_INDEX_URL, and start again.",
    ),
    "no_package": (
        "이 컴퓨터와 Python {version}에 맞는 패키지를 찾지 못했습니다. 64비트 Python 3.11~3.14로 실행하고,"
        " PIP_INDEX_URL을 설정했다면 그 서버에 패키지가 있는지 확인하세요.",
        "No package was found that fits this computer and Python {version}. Use a 64-bit Python 3.11 to"
        " 3.14, and if PIP_INDEX_URL is set make sure that this index has the package.",
    ),
    "install_failed": (
        "설치를 마치지 못했습니다. 아래의 마지막 출력을 확인하고 다시 시작하세요.",
        "The installation did not finish. See the last lines of output below and start again.",
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
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.originals import OriginalsError, keep_originals, restore
from tools.swap import recover

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "chat-api-lab.json"
ORIGINALS = VENV / "pristine"
FIRST_PAGE = "notebooks/00_start_here.ipynb"
# What must be there to be imported, whoever took a package away.
MODULES = "jupyterlab openai tiktoken pydantic dotenv packaging sympy ipywidgets nbval helpers"
TOOLS = ("refresh", "bench", "doctor", "seal", "record", "new")
COMMANDS = ("test", "restore", "help") + TOOLS

# The longest path that an installation makes inside .venv, in characters, rounded up.
LONGEST_INSTALLED_PATH = 160
# Windows refuses paths of 260 characters and more unless long paths are turned on.
WINDOWS_PATH_LIMIT = 259

# What the output of pip and venv, or an OSError, says when one of these is the cause; the first that fits.
CAUSES = (
    ("no_ensurepip", r"ensurepip is not available|No module named '?ensurepip"),
    ("disk_full", r"\[Errno 28\]|\[Errno 122\]|\[WinError 112\]|No space left|Disk quota exceeded"),
    ("path_too_long", r"\[Errno 36\]|\[Errno 63\]|\[WinError 206\]|File name too long|Long Path support"),
    ("certificate", r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|confirming the ssl certificate"),
    (
        "no_network",
        r"getaddrinfo failed|name resolution|NameResolutionError|Name or service not known"
        r"|nodename nor servname|NewConnectionError|Failed to establish a new connection"
        r"|ConnectTimeout|[Tt]imed out|ProxyError|Connection refused|ConnectionResetError"
        r"|Connection aborted|Network is unreachable|SSLError|connection broken",
    ),
    ("not_permitted", r"\[Errno (1|13|30)\]|\[WinError (5|32)\]|Permission denied|Read-only file system"),
    ("no_package", r"No matching distribution|Failed building wheel|Failed to build|Microsoft Visual C\+\+"),
)


class StartError(Exception):
    """Something that the learner can put right, named by its key in MESSAGES."""

    def __init__(self, key, output="", **values):
        Exception.__init__(self, key)
        self.key = key
        self.text = message(key, **values)
        self.output = output


def explain(text, otherwise):
    """Return the StartError for the output of pip or venv, or an OSError; otherwise names the last resort."""
    keys = [key for key, pattern in CAUSES if re.search(pattern, text)] + [otherwise]
    version = "{}.{}".format(*sys.version_info)
    return StartError(keys[0], output=text, path=ROOT, version=version)


def mask(text):
    """Hide what stands between :// and @, where an index or proxy address holds a password."""
    return re.sub(r"(?<=://)\S+@", "***@", text)


def last_lines(text, count=12):
    """Return the last lines of a program's output, passwords masked and very long lines cut."""
    return "\n".join("    " + mask(line)[:300] for line in text.rstrip().splitlines()[-count:])


# ---------------------------------------------------------------- running other programs


def venv_python():
    """Return the path of the virtual environment's Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def child_environment():
    """Return the environment for everything that runs in .venv: the learner's, less what would break it."""
    environment = dict(os.environ)
    for name in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"):
        environment.pop(name, None)
    environment.update(
        VIRTUAL_ENV=str(VENV),
        PATH=str(venv_python().parent) + os.pathsep + environment.get("PATH", ""),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_USER="0",  # a pip configured with --user refuses to install into a virtual environment
        JUPYTER_PREFER_ENV_PATH="1",
    )
    environment.setdefault("PYTHONUTF8", "1")  # else programs on Korean Windows print cp949 into pipes
    # jupyter/labconfig turns off the question about news and the checks that ask servers for updates.
    paths = [str(ROOT / "jupyter"), environment.get("JUPYTER_CONFIG_PATH")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(path for path in paths if path)
    return environment


def run_quietly(command):
    """Run a program, printing a dot for each package that pip takes up.

    Returns its exit code and all that it printed; after Ctrl-C the exit code is None.
    """
    lines = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=str(ROOT),
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout:
                lines.append(line)
                if line.startswith("Collecting "):
                    print(".", end="", flush=True)
                elif line.startswith("Installing collected packages"):
                    print(flush=True)
            code = process.wait()
        except KeyboardInterrupt:
            process.wait()  # the terminal has sent Ctrl-C to it too
            code = None
    return code, "".join(lines)


def require_success(code, output):
    """Raise what the result of run_quietly calls for: nothing, StartError or KeyboardInterrupt."""
    if code is None:
        raise KeyboardInterrupt
    if code != 0:
        raise explain(output, "install_failed")


def hand_over(command):
    """Let a program in .venv take over the terminal; return its exit code."""
    command = [str(venv_python())] + command
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(str(ROOT))
    if os.name != "nt":
        os.execve(command[0], command, child_environment())
    process = subprocess.Popen(command, env=child_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass  # the program has received Ctrl-C too and decides itself what to do


# ---------------------------------------------------------------- the virtual environment


def use_constraints():
    """Tell whether to install the tested set; CHAT_API_LAB_CONSTRAINTS=none asks for the newest."""
    return os.environ.get("CHAT_API_LAB_CONSTRAINTS") != "none"


def wanted():
    """Return the hash of everything that says what is to be installed."""
    digest = hashlib.sha256(str(use_constraints()).encode())
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml", "setup.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def read_stamp():
    """Return what the last set-up noted in .venv; empty where it was interrupted or never ran."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp):
    """Note in .venv how far the set-up has come; an empty stamp means: do not trust what is there."""
    STAMP.write_text(json.dumps(stamp) + "\n", encoding="utf-8", newline="\n")


def python_in_venv():
    """Return the version of the Python in .venv as [3, 11], or None if it or its pip does not start."""
    try:
        output = subprocess.check_output(
            [str(venv_python()), "-c", "import pip, sys; print(*sys.version_info[:2])"],
            env=child_environment(),
            stderr=subprocess.DEVNULL,
        )
        return [int(part) for part in output.split()]
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def place():
    """Return what ties .venv to where it is: moved, copied or under another Python it does not work."""
    return {"location": str(ROOT), "python": python_in_venv()}


def venv_is_sound(stamp):
    """Tell whether .venv is whole, was made in this very folder, and its Python is new enough."""
    here = place()
    if here["python"] is None or tuple(here["python"]) < OLDEST_PYTHON:
        return False
    if not STAMP.exists():
        return True  # made by the learner or an editor, and working
    return all(stamp.get(key) == value for key, value in here.items())


def lacks_a_package():
    """Tell whether something that was installed is no longer there."""
    code = "import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))"
    return run_quietly([venv_python(), "-c", code] + MODULES.split())[0] != 0


def check_path_length():
    """Raise StartError where Windows could not hold the paths of an installation."""
    if os.name != "nt" or len(str(VENV)) + LONGEST_INSTALLED_PATH <= WINDOWS_PATH_LIMIT:
        return
    import winreg

    try:
        with winreg.OpenKey(
            winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem"
        ) as settings:
            long_paths = winreg.QueryValueEx(settings, "LongPathsEnabled")[0] == 1
    except OSError:
        long_paths = False  # Windows without that setting
    if not long_paths:
        raise StartError("path_too_long", path=ROOT)


def clear_venv():
    """Empty .venv except for the originals of the notebooks; refuse what is no virtual environment."""
    ours = STAMP.exists() or (VENV / "pyvenv.cfg").exists()
    contents = list(VENV.iterdir()) if VENV.is_dir() else []
    others = [path for path in contents if path != ORIGINALS]
    if VENV.is_symlink() or (VENV.exists() and not VENV.is_dir()) or (others and not ours):
        raise StartError("not_ours", path=VENV)
    if others:
        print(message("rebuilding"))
        write_stamp({})  # deleting may be interrupted, and what is left must not be trusted
    # The stamp goes last: until then it says whose folder this is.
    for path in sorted(others, key=lambda path: path == STAMP):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(str(path))
        else:
            path.unlink()


def build_venv():
    """Make .venv anew, with pip and nothing else in it."""
    check_path_length()
    clear_venv()
    VENV.mkdir(exist_ok=True)
    write_stamp({})
    # Started with .venv's own Python, the one below it is needed: the first is gone by now.
    base_python = getattr(sys, "_base_executable", sys.executable)
    require_success(*run_quietly([base_python, "-m", "venv", VENV]))
    write_stamp(place())


def install(group):
    """Install requirements.txt, and a group of pyproject.toml where one is named, and check the result."""
    before = read_stamp()
    command = [venv_python(), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    command += ["-r", "requirements.txt"]
    if use_constraints():
        command += ["--constraint", "constraints.txt"]
    if group:
        command += ["-e", ".[{}]".format(group)]
    write_stamp({})
    code, output = run_quietly(command)
    if code != 0 and "Installing collected packages" not in output:
        write_stamp(before)  # pip changes nothing before it says this, so what was there still works
    require_success(code, output)
    require_success(*run_quietly([venv_python(), "-m", "pip", "check"]))
    require_success(*run_quietly([venv_python(), "-c", "import " + ", ".join(MODULES.split())]))
    write_stamp(dict(place(), installed=wanted(), groups=[group] if group else []))
    print(message("ready"))


def prepare(group=None):
    """Make sure that .venv holds everything, touching nothing where it does."""
    stamp = read_stamp()
    sound = venv_is_sound(stamp) and not (stamp.get("installed") and lacks_a_package())
    if not sound or stamp.get("installed") != wanted() or (group and group not in stamp["groups"]):
        print(message("installing"))
        if not sound:
            build_venv()
        install(group)
    try:
        keep_originals(ROOT, ORIGINALS)
    except OriginalsError as error:
        print(error, file=sys.stderr)  # the course itself runs without them


# ---------------------------------------------------------------- commands


def open_lab(options):
    """Open the course in JupyterLab."""
    if not (ROOT / FIRST_PAGE).is_file():
        print(message("no_first_page"), file=sys.stderr)
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    pages = ["--ServerApp.root_dir=" + str(ROOT), "--LabApp.default_url=/lab/tree/" + FIRST_PAGE]
    return hand_over(["-m", "jupyterlab"] + pages + as_root + options)


def run_tests(options):
    """Run the unit tests and compare every notebook's outputs, in parallel, a notebook on one worker."""
    workers = max(2, min(4, os.cpu_count() or 2))
    parallel = ["-n", str(workers), "--dist", "loadfile"]
    return hand_over(["-m", "pytest", "-p", "tests.no_uri_grammar"] + parallel + options)


def run(arguments):
    """Carry out one command line; return the exit code."""
    command, options = "lab", arguments
    if arguments and not arguments[0].startswith("-"):
        command, options = arguments[0], arguments[1:]
    if command == "help" or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if recover(ROOT):
        print(message("undone"))
    if command == "restore":
        restore(ROOT, ORIGINALS, " ".join(options))
        return 0
    if command != "lab" and command not in COMMANDS:
        nearest = difflib.get_close_matches(command, COMMANDS, n=1, cutoff=0.0)
        raise StartError("unknown_command", name=command, nearest=nearest[0], known=", ".join(COMMANDS))
    prepare("test" if command in ("test", "bench") else None)
    if command == "lab":
        return open_lab(options)
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
    except OriginalsError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        failure = explain(str(error), "file_trouble")
    except KeyboardInterrupt:
        print("\n" + message("interrupted"), file=sys.stderr)
        return 130
    sys.stdout.flush()
    print("\n" + failure.text, file=sys.stderr)
    if failure.output:
        print("\n" + last_lines(failure.output), file=sys.stderr)
    return 2 if failure.key == "unknown_command" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
