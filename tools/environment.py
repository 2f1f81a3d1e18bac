"""Makes and checks .venv, the folder that holds everything that is installed; standard library only."""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys

from tools.installing import GROUPS, install_packages, use_locks
from tools.programs import VENV, child_environment, require_success, run_quietly, venv_python
from tools.trouble import ROOT, StartError, message

STAMP = VENV / "chat-api-lab.json"
# Where the first version of the course kept the originals of its notebooks; the learner's folder may want them.
KEPT = VENV / "pristine"
OLDEST_PYTHON = [3, 11]
# What says what is to be installed.
INPUTS = (
    "requirements.txt",
    "requirements.lock",
    "requirements-local.lock",
    "requirements-test.lock",
    "pyproject.toml",
    "setup.py",
)
# What must be there to be imported, whoever took a package away.
MODULES = "jupyterlab openai tiktoken pydantic dotenv packaging sympy ipywidgets nbval helpers"
# Those of them behind which compiled code stands, which may be there and not run.
COMPILED = "jupyterlab openai tiktoken pydantic ipywidgets nbval helpers"

# The longest path that an installation makes inside .venv, in characters, rounded up.
LONGEST_INSTALLED_PATH = 160
# Windows refuses paths of 260 characters and more unless long paths are turned on.
WINDOWS_PATH_LIMIT = 259

LOOK = """
import sys
from importlib.util import find_spec
print(sys.version.split()[0], all(map(find_spec, sys.argv[1:])), find_spec("pip") is not None)
"""


def wanted() -> str:
    """Return the hash of everything that says what is to be installed."""
    digest = hashlib.sha256(str(use_locks()).encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict:
    """Return what the last set-up noted in .venv; empty where it was interrupted or never ran."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict) -> None:
    """Note in .venv how far the set-up has come; an empty stamp means: do not trust what is there."""
    STAMP.write_text(json.dumps(stamp) + "\n", encoding="utf-8", newline="\n")


@functools.cache
def look() -> tuple[str, bool]:
    """Return the full version of the Python in .venv, and whether all packages are there, by one short program.

    The version is empty where Python does not start or has no pip.
    """
    command = [str(venv_python()), "-c", LOOK, *MODULES.split()]
    try:
        output = subprocess.check_output(
            command, env=child_environment(), stderr=subprocess.DEVNULL, text=True
        )
        version, packages, pip = output.split()
    except (OSError, subprocess.CalledProcessError, ValueError):
        return "", False
    return version if pip == "True" else "", packages == "True"


def venv_version() -> str:
    """Return the version of the Python in .venv, such as "3.11.7"; empty where there is none that works."""
    return look()[0]


def place() -> dict:
    """Return what ties .venv to where it is: moved, copied or under another Python it does not work."""
    version = venv_version()
    return {
        "location": str(ROOT),
        "python": [int(part) for part in version.split(".")[:2]] if version else None,
    }


def venv_is_sound(stamp: dict) -> bool:
    """Tell whether .venv is whole, was made in this very folder, and its Python is new enough."""
    here = place()
    if here["python"] is None or here["python"] < OLDEST_PYTHON:
        return False
    if not STAMP.exists():
        return True  # made by the learner or an editor, and working
    return all(stamp.get(key) == value for key, value in here.items())


def check_path() -> None:
    """Raise StartError where the folder's path can hold no virtual environment."""
    for sign in (os.pathsep, "{", "}"):  # pip takes braces for a variable of its own
        if sign in str(VENV):
            raise StartError("path_separator", path=ROOT, sign=sign)
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


def clear_venv() -> None:
    """Empty .venv except for what the first version kept there; refuse what is no virtual environment."""
    ours = STAMP.exists() or (VENV / "pyvenv.cfg").exists()
    contents = list(VENV.iterdir()) if VENV.is_dir() else []
    others = [path for path in contents if path != KEPT]
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


def build_venv() -> None:
    """Make .venv anew, with pip and nothing else in it."""
    check_path()
    clear_venv()
    VENV.mkdir(exist_ok=True)
    write_stamp({})
    # Started with .venv's own Python, the one below it is needed: the first is gone by now.
    base_python = getattr(sys, "_base_executable", sys.executable)
    require_success(*run_quietly([base_python, "-m", "venv", VENV]))
    look.cache_clear()
    write_stamp(place())


def install(group: str | None) -> None:
    """Install what is wanted, and what a group of pyproject.toml adds where one is named, and check the result."""
    before = read_stamp()
    write_stamp({})
    try:
        code, output, changed = install_packages(group)
    except StartError:
        write_stamp(before)
        raise
    if code != 0 and not changed:
        write_stamp(before)  # what was there still works
    require_success(code, output)
    require_success(*run_quietly([venv_python(), "-c", "import " + ", ".join(COMPILED.split())]))
    look.cache_clear()
    if not look()[1]:
        raise StartError("install_failed", output=output)
    write_stamp(dict(place(), installed=wanted(), groups=list(GROUPS[group]) if group else []))
    print(message("ready"))


def prepare(group: str | None = None) -> None:
    """Make sure that .venv holds everything, touching nothing where it does."""
    stamp = read_stamp()
    sound = venv_is_sound(stamp) and not (stamp.get("installed") and not look()[1])
    if not sound or stamp.get("installed") != wanted() or (group and group not in stamp["groups"]):
        print(message("installing"))
        if not sound:
            build_venv()
        install(group)
