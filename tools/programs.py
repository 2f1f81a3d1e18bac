"""Runs other programs, those in .venv above all; standard library only."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.trouble import ROOT, explain

VENV = ROOT / ".venv"

# What would lead Python or pip away from .venv, or keep `python -m tools.…` from finding the course.
MISLEADING = (
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "__PYVENV_LAUNCHER__"),
    *("PIP_PYTHON", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"),
)


def venv_python() -> Path:
    """Return the path of the virtual environment's Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def child_environment() -> dict[str, str]:
    """Return the environment for everything that runs in .venv: the learner's, less what would break it."""
    environment = dict(os.environ)
    for name in MISLEADING:
        environment.pop(name, None)
    environment.update(
        VIRTUAL_ENV=str(VENV),
        PATH=str(venv_python().parent) + os.pathsep + environment.get("PATH", ""),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_USER="0",  # a pip configured with --user refuses to install into a virtual environment
        JUPYTER_PREFER_ENV_PATH="1",
    )
    environment.setdefault("PYTHONUTF8", "1")  # else programs on Korean Windows print cp949 into pipes
    # jupyter/labconfig turns off the question about news and the checks that ask servers for updates; jupyter/kernels tells
    # a learner whose kernel has restarted to run the cells above.
    for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        paths = [str(ROOT / "jupyter"), environment.get(name)]
        environment[name] = os.pathsep.join(path for path in paths if path)
    return environment


def run_quietly(
    command: Iterable[object], environment: Mapping[str, str] | None = None
) -> tuple[int | None, str]:
    """Run a program, printing a dot for each package that pip or uv takes up.

    Returns its exit code and all that it printed; after Ctrl-C the exit code is None.
    """
    lines: list[str] = []
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=str(ROOT),
        env=child_environment() if environment is None else dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout:
                lines.append(line)
                if line.startswith(("Collecting ", "Downloading ")):
                    print(".", end="", flush=True)
                elif line.startswith(("Installing collected packages", "Prepared ")):
                    print(flush=True)
            code = process.wait()
        except KeyboardInterrupt:
            process.wait()  # the terminal has sent Ctrl-C to it too
            code = None
    return code, "".join(lines)


def require_success(code: int | None, output: str) -> None:
    """Raise what the result of run_quietly calls for: nothing, StartError or KeyboardInterrupt."""
    if code is None:
        raise KeyboardInterrupt
    if code != 0:
        raise explain(output, "install_failed")


def hand_over(command: list[str]) -> int:
    """Let a program in .venv take over the terminal; return its exit code."""
    command = [str(venv_python()), *command]
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
