"""Measures the set-up: a new one by uv and by pip, and what a second start adds to JupyterLab's own."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from helpers.course import ROOT
from tools.environment import INPUTS

SET_UPS = 3
STARTS = 20
# What an installation reads.
FILES = ("tools", "helpers", "requirements-uv.lock", *INPUTS)
PREPARE = "from tools.environment import prepare; prepare()"
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)


def settings_of_nobody() -> dict[str, str]:
    """Return an environment in which neither pip nor uv is configured, and no uv is on PATH."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))
    }
    folders = environment.get("PATH", "").split(os.pathsep)
    without_uv = [folder for folder in folders if not shutil.which("uv", path=folder)]
    return {**environment, "PATH": os.pathsep.join(without_uv), "PIP_CONFIG_FILE": os.devnull}


def set_up(way: dict[str, str]) -> float:
    """Set up a copy of the course with some variables set and nothing cached; return how long it took in seconds.

    Raises:
        subprocess.CalledProcessError: the set-up failed.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "course")
        copy.mkdir()
        for name in FILES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, copy)
        caches = {"PIP_CACHE_DIR": str(Path(folder, "pip")), "UV_CACHE_DIR": str(Path(folder, "uv"))}
        environment = {**settings_of_nobody(), **caches, **way}
        start = time.perf_counter()
        command = [BASE_PYTHON, "-c", PREPARE]
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
        return time.perf_counter() - start


def set_up_medians() -> tuple[float, float] | None:
    """Return the median time of a set-up by uv and by pip, taking turns; None where the index was not reached."""
    try:
        # Such a wish of pip's counts as a configured pip.
        pairs = [(set_up({}), set_up({"PIP_PREFER_BINARY": "1"})) for _ in range(SET_UPS)]
    except subprocess.CalledProcessError:
        return None
    by_uv, by_pip = (statistics.median(side) for side in zip(*pairs, strict=True))
    return by_uv, by_pip


def second_start_medians(take_turns: Callable[..., tuple[float, float]]) -> tuple[float, float]:
    """Return the median time of a second start and of JupyterLab's own, which print the version and end."""
    with tempfile.TemporaryDirectory() as work:
        ours = [sys.executable, str(ROOT / "start.py"), "--work", work, "--version"]
        theirs = [sys.executable, "-m", "jupyterlab", "--version"]
        return take_turns(
            lambda: subprocess.run(ours, check=True, capture_output=True),
            lambda: subprocess.run(theirs, check=True, capture_output=True),
            STARTS,
        )
