"""Serves an open model on this machine, and opens JupyterLab whose lessons ask it: no key, no cost, no network.

python -m tools.local FOLDER FIRST_PAGE LOGFILE [--model NAME] [--model-file PATH [--any]] [--yes] [--tab] [JupyterLab's options]

With --tab it serves the built browser tab instead of JupyterLab.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from helpers.course import ROOT
from helpers.errors import CourseError
from helpers.models import LocalModel, local_models
from helpers.settings import LOCAL
from tools import lab
from tools.asking import says_yes
from tools.ending import exit_code
from tools.model_file import cached_file, given_file
from tools.model_runner import ModelRunner

MEGABYTE = 1 << 20
OWN_MODEL = "own-model"
# In which folder start.py was called.
STARTED_IN = "LESSON_STARTED_IN"

UNKNOWN = "그런 모델은 없습니다: {name}. 쓸 수 있는 모델: {known}"
NOT_TRIED = "{title}: 이 모델로는 코스를 실행해 보지 않았습니다."
OWN_FILE = (
    "직접 고른 파일을 씁니다. 코스의 설명과 다르게 답할 수 있고, 서버가 읽지 못할 수도 있습니다: {path}"
)
LITTLE_MEMORY = (
    "메모리가 모자랄 수 있습니다. 이 모델에는 약 {needed:,}MB가 필요한데 {free:,}MB가 남았습니다.\n"
    "다른 프로그램을 닫고 다시 시작하세요. 그래도 시작하려면 --yes를 붙이세요."
)
NO_SITE = "브라우저 탭이 아직 만들어지지 않았습니다. 먼저 python start.py site를 실행하세요(Node.js의 npm이 필요합니다)."
LOADING = "로컬 모델을 불러옵니다: {title}. 몇 초 걸립니다."
FILE_TROUBLE = "파일을 읽거나 쓰지 못했습니다: {path} ({problem})"
READY = "로컬 모델이 준비되었습니다. 키도 비용도 네트워크도 쓰지 않습니다."


class LocalError(CourseError):
    """The local model cannot be used as asked."""


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return our own options, and the rest, which is JupyterLab's."""
    parser = argparse.ArgumentParser(
        prog="start.py local", description=__doc__, add_help=False, allow_abbrev=False
    )
    parser.add_argument("--model", default=next(one.name for one in local_models() if one.tried))
    parser.add_argument("--model-file", type=Path)
    parser.add_argument("--any", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--tab", action="store_true")
    return parser.parse_known_args(arguments)


def agree(yes: bool, question: str) -> bool:
    """Ask on the terminal, unless the answer was given beforehand; without a terminal the answer is no."""
    if yes:
        print(question)
        return True
    if not sys.stdin.isatty():
        print(question)
        return False
    return says_yes(question)


def named_file(path: Path) -> Path:
    """Return a file that was named on the command line; start.py has left the folder in which that was."""
    return Path(os.environ.get(STARTED_IN, ""), os.path.expanduser(path)).absolute()


def choose(options: argparse.Namespace) -> tuple[LocalModel | None, Path]:
    """Return the model and its file; None for a file of the learner's own.

    Raises:
        CourseError: there is no such model, or its file cannot be had.
    """
    if options.model_file:
        path = named_file(options.model_file)
        model = given_file(path, options.any, print)
    else:
        known = {one.name: one for one in local_models()}
        if options.model not in known:
            raise LocalError(UNKNOWN.format(name=options.model, known=", ".join(known)))
        model = known[options.model]
        path = cached_file(model, lambda question: agree(options.yes, question))
    if model is None:
        print(OWN_FILE.format(path=path))
    elif not model.tried:
        print(NOT_TRIED.format(title=model.title))
    return model, path


def require_memory(needed_mb: int, yes: bool) -> None:
    """Make sure, before anything is loaded, that there is memory for the model.

    Raises:
        LocalError: there is too little, and the learner did not say that she wants it all the same.
    """
    free = psutil.virtual_memory().available // MEGABYTE
    if free < needed_mb and not yes:
        raise LocalError(LITTLE_MEMORY.format(needed=needed_mb, free=free))


def require_site() -> None:
    """Make sure, before a model is loaded, that there is a tab to serve.

    Raises:
        LocalError: it was not built.
    """
    if not (ROOT / "_site" / "lab" / "lessons.json").is_file():
        raise LocalError(NO_SITE)


def start_runner(options: argparse.Namespace, log_path: Path, say: Callable[[str], object]) -> ModelRunner:
    """Find the model that was asked for and serve it.

    Raises:
        CourseError: there is none, too little memory, or it cannot be served.
        OSError: a file cannot be read or written.
    """
    model, path = choose(options)
    require_memory(model.memory_mb if model else path.stat().st_size // MEGABYTE, options.yes)
    say(LOADING.format(title=model.title if model else path.name))
    log_path.parent.mkdir(parents=True, exist_ok=True)
    log_path.write_bytes(b"")
    # A core stays free: two spinning threads on two busy cores stalled calls for a minute.
    threads = max(1, (os.cpu_count() or 2) - 1)
    return ModelRunner(path, model.name if model else OWN_MODEL, threads, log_path, say)


def main(arguments: list[str]) -> int:
    """Carry out the command line, and return the exit code."""
    sys.stdout.reconfigure(errors="replace")
    *places, log = arguments[:3]
    options, rest = parse(arguments[3:])
    if lab.PRINTING & set(rest):
        return lab.main([*places, log, *rest])
    # The terminal itself: JupyterLab's log will take what is printed.
    terminal = open(os.dup(1), "w", encoding=sys.stdout.encoding, errors="replace")

    def say(line: str) -> None:
        print(line, file=terminal, flush=True)

    try:
        if options.tab:
            require_site()
        runner = start_runner(options, Path(log).with_name("model.log"), say)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(FILE_TROUBLE.format(path=error.filename or log, problem=error.strerror), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(lab.INTERRUPTED, file=sys.stderr)
        return 130
    try:
        told = {"api_key": runner.api_key, "base_url": runner.base_url, "model": runner.name}
        os.environ.update({LOCAL: json.dumps(told), "LESSON_MODE": "live"})
        # A proxy of the environment must not stand between the lesson and this machine.
        known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        for name in ("NO_PROXY", "no_proxy"):
            os.environ[name] = ",".join(filter(None, [known, "127.0.0.1"]))
        say(READY)
        if options.tab:
            # Only this way of running needs it.
            from tools.site.model_tab import serve_until_stopped

            return serve_until_stopped(told, say)
        return lab.main([*places, log, *rest])
    finally:
        runner.close()


if __name__ == "__main__":
    sys.exit(exit_code(lambda: main(sys.argv[1:])))
