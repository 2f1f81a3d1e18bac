"""Writes the locks of the site: what builds it, and which wheels a browser tab loads, each with its sha256.

The tab gets the versions that constraints.txt has for everybody, and for each the one file that fits its Python.
"""

import hashlib
import re
import tempfile
from pathlib import Path

from tools.installing import fetch_uv, find_uv, pip, pip_settings, uv
from tools.lock import compiled, wanted_by_course
from tools.programs import run_quietly
from tools.site.building import BUILDER_LOCK, PYTHON, TAB_LOCK, download
from tools.site.wheels import NOT_IN_A_TAB
from tools.trouble import ROOT, last_lines

RANGES = Path(__file__).with_name("requirements.txt")
# What the kernel of a tab needs beside the course.
KERNEL = ("micropip", "ipython", "comm")
# What it does without, though packages ask for it: the page itself brings the widgets, nothing is typed in a terminal, and
# jedi takes much memory for completing names.
NOT_LOADED = {"jupyterlab-widgets", "widgetsnbextension", "prompt-toolkit", "wcwidth", "jedi", "parso"}
BUILDER_HEAD = "# What builds the site, for Python 3.11 to 3.14. Written by: python start.py site --lock\n"
TAB_HEAD = (
    f"# The wheels that a browser tab loads, for Python {PYTHON}. Written by: python start.py site --lock\n"
)


def builder_lock(program: str) -> str:
    """Return the text of the lock of what builds the site."""
    lines = RANGES.read_text(encoding="utf-8").splitlines()
    ranges = [line for line in lines if line.strip() and not line.startswith("#")]
    before = BUILDER_LOCK.read_text(encoding="utf-8") if BUILDER_LOCK.is_file() else ""
    pins = ["--constraints", str(ROOT / "constraints.txt")]
    return BUILDER_HEAD + compiled(program, ranges, before, pins)


def tab_lock(program: str) -> str:
    """Return the text of the lock of the wheels that a tab loads, one hash each."""
    ranges = [
        one
        for one in wanted_by_course()
        if not one.lower().startswith((*NOT_IN_A_TAB, "setuptools", "tiktoken"))
    ]
    with tempfile.TemporaryDirectory() as folder:
        asked, versions = Path(folder, "ranges.in"), Path(folder, "versions.txt")
        asked.write_text("\n".join([*ranges, *KERNEL]) + "\n", encoding="utf-8")
        command = [
            program,
            "pip",
            "compile",
            asked,
            "--output-file",
            versions,
            "--no-header",
            "--no-annotate",
        ]
        command += ["--constraints", ROOT / "constraints.txt"]
        command += ["--python-platform", "wasm32-pyodide2025", "--python-version", PYTHON]
        code, output = run_quietly(command, uv(program).environment | {"UV_PYTHON_DOWNLOADS": "never"})
        if code != 0:
            raise SystemExit(last_lines(output))
        pins = [line for line in versions.read_text(encoding="utf-8").splitlines() if line]
        pins = [pin for pin in pins if pin.partition("==")[0] not in NOT_LOADED]
        versions.write_text("\n".join(pins) + "\n", encoding="utf-8")
        download(versions, Path(folder, "wheels"))
        found = {name_of(path): path for path in Path(folder, "wheels").glob("*.whl")}
        hashes = [hashlib.sha256(found[pin.partition("==")[0]].read_bytes()).hexdigest() for pin in pins]
    return TAB_HEAD + "".join(
        f"{pin} \\\n    --hash=sha256:{one}\n" for pin, one in zip(pins, hashes, strict=True)
    )


def name_of(wheel: Path) -> str:
    """Return the name of a wheel's distribution as locks spell it."""
    return re.sub(r"[-_.]+", "-", wheel.name.partition("-")[0]).lower()


def write_locks() -> None:
    """Write both locks anew, and say of each whether it changed."""
    program = find_uv() or fetch_uv(pip(pip_settings()))
    if program is None:
        raise SystemExit("There is no uv for this computer, and without it no lock.")
    for path, text in ((BUILDER_LOCK, builder_lock(program)), (TAB_LOCK, tab_lock(program))):
        changed = not path.is_file() or path.read_text(encoding="utf-8") != text
        if changed:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{'changed' if changed else 'the same'}: {path.name}")
