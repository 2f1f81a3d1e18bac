"""Fetches what the site is built from, by the usual programs and checked by hashes, into `.site/`.

A virtual environment of its own for what builds it, so that the learner's stays as it is; wheels by pip; Pyodide by npm.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tools.trouble import ROOT

BUILDER_LOCK = ROOT / "requirements-site.lock"
TAB_LOCK = ROOT / "requirements-tab.lock"
FETCHED = ROOT / ".site"

# Pyodide's own core: Python for WebAssembly, without any package.
PYODIDE = "314.0.7"
PYODIDE_SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
PYTHON, PLATFORM = "3.14", "pyemscripten_2026_0_wasm32"

NO_NPM = (
    "Pyodide를 받으려면 npm(Node.js)이 필요합니다. https://nodejs.org 에서 설치하고 다시 실행하세요. 배우는 사람에게는 필요 없습니다.\n"
    "npm (of Node.js) is needed to fetch Pyodide. Install it from https://nodejs.org and start again. Learners need none of it."
)
FAILED = (
    "사이트를 만드는 데 필요한 것을 받거나 실행하지 못했습니다. 연결을 확인하고 다시 실행하세요: {command}\n"
    "What the site needs could not be fetched or run. Check the connection and start again: {command}\n{output}"
)
WRONG_HASH = "받은 파일이 시험한 것과 다릅니다: {file}\nThis is not the file that was tested: {file}"
MOST_CHARACTERS = 3000


class BuildError(Exception):
    """The site cannot be built; the text says why and what to do."""


def run(command: list[object], cwd: Path = ROOT, **environ: str) -> str:
    """Run a program and return what it printed.

    Raises:
        BuildError: it failed.
    """
    command = [str(part) for part in command]
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1", **environ}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise BuildError(FAILED.format(command=" ".join(command[:4]), output=done.stdout[-MOST_CHARACTERS:]))
    return done.stdout


def builder() -> Path:
    """Return the Python that has what builds the site, installed from its lock where it is not yet."""
    folder = FETCHED / "venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, wanted = folder / "lock.sha256", hashlib.sha256(BUILDER_LOCK.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted or not python.exists():
        run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder])
        pip = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--no-input",
            "--progress-bar",
            "off",
        ]
        run([*pip, "--require-hashes", "-r", BUILDER_LOCK])
        stamp.write_text(wanted, encoding="utf-8")
    return python


def download(requirements: Path, folder: Path) -> None:
    """Let pip put the wheels that fit Pyodide's Python into a folder.

    Args:
        requirements: a file of pins, with or without hashes.
        folder: where the wheels go.
    """
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"]
    pip += [
        "--platform",
        PLATFORM,
        "--python-version",
        PYTHON,
        "--implementation",
        "cp",
        "--progress-bar",
        "off",
    ]
    run([*pip, "-r", requirements, "-d", folder])


def wheels() -> list[Path]:
    """Return the wheels of the tab's lock, fetched where they are not there yet."""
    text = TAB_LOCK.read_text(encoding="utf-8")
    folder = FETCHED / "wheels"
    wanted = {line.rpartition(":")[2].strip() for line in text.splitlines() if "--hash=" in line}
    found = _by_hash(folder)
    if not wanted <= found.keys():
        download(TAB_LOCK, folder)
        found = _by_hash(folder)
    return sorted(found[one] for one in wanted)


def _by_hash(folder: Path) -> dict[str, Path]:
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.glob("*.whl")}


def pyodide(target: Path) -> None:
    """Put Pyodide's core into a folder.

    Raises:
        BuildError: there is no npm, or what it brought is another file.
    """
    archive = FETCHED / f"pyodide-{PYODIDE}.tgz"
    if not archive.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise BuildError(NO_NPM)
        FETCHED.mkdir(exist_ok=True)
        run([npm, "pack", f"pyodide@{PYODIDE}", "--silent", "--pack-destination", FETCHED])
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != PYODIDE_SHA512:
        archive.unlink()
        raise BuildError(WRONG_HASH.format(file=archive.name))
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        for name in PYODIDE_FILES:
            (target / name).write_bytes(packed.extractfile(f"package/{name}").read())
