"""Builds the course for a browser tab: JupyterLite with Pyodide, all lessons in replay, nothing from another host."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from helpers.course import ROOT
from tools.originals import published
from tools.site.building import BUILDER_LOCK, PYODIDE, PYTHON, TAB_LOCK, builder, pyodide, run, wheels
from tools.site.packages import write_lock
from tools.site.wheels import course_wheel, empty_wheel, tiktoken_wheel
from tools.work import fresh_copy, lesson_notebooks

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# Names of the browser's storage, the same for every edition: with the default ones a new edition would begin empty.
STORAGES = {f"{one}StorageName": f"chat-api-lab {one}" for one in ("contents", "settings", "workspaces")}
SETTINGS = ROOT / "jupyter" / "labconfig" / "default_setting_overrides.json"


def build(target: Path) -> str:
    """Build the tab.

    Args:
        target: a folder that is not there yet; the edition is built into one below it that is named after it.

    Returns:
        The name of the edition, the same for the same content.

    Raises:
        BuildError: something could not be fetched or run.
    """
    with tempfile.TemporaryDirectory() as folder:
        lite = Path(folder, "lite")
        (lite / "files").mkdir(parents=True)
        for path in lesson_notebooks(ROOT):
            content = published(ROOT, path.relative_to(ROOT).as_posix()) or path.read_bytes()
            (lite / "files" / path.name).write_bytes(fresh_copy(content, f"{PYTHON}.2"))
        core = lite / "static" / "pyodide"
        pyodide(core)
        python = builder()
        names = write_lock(core, [*wheels(), *_own(Path(folder)), *_kernel(python)])
        (lite / "overrides.json").write_bytes(SETTINGS.read_bytes())
        (lite / "jupyter-lite.json").write_text(
            json.dumps(_config(names), ensure_ascii=False), encoding="utf-8"
        )
        edition = _edition(lite)
        _lite(python, lite, target / edition)
    return edition


def _own(folder: Path) -> list[Path]:
    # The kernel asks for jedi by name; without it names are completed all the same.
    return [course_wheel(folder), tiktoken_wheel(folder), empty_wheel(folder, "jedi")]


def _kernel(python: Path) -> list[Path]:
    """Return the wheels that JupyterLite's kernel brings along."""
    extension = "@jupyterlite/pyodide-kernel-extension/static/pypi"
    folder = python.parent.parent / "share" / "jupyter" / "labextensions" / extension
    return [path for path in sorted(folder.glob("*.whl")) if not path.name.startswith("widgetsnbextension-3")]


def _config(packages: list[str]) -> dict:
    load = {"packages": packages, "env": {"HOME": "/home/pyodide", "LESSON_MODE": "replay"}}
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": load}
    data = {
        "appName": "챗 API 실습실",
        "exposeAppInBrowser": True,
        **STORAGES,
        "litePluginSettings": {KERNEL: kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def _edition(lite: Path) -> str:
    """Return a name for all that is built, the same for the same content."""
    digest = hashlib.sha256(PYODIDE.encode() + TAB_LOCK.read_bytes() + BUILDER_LOCK.read_bytes())
    for path in sorted(path for path in lite.rglob("*") if path.is_file()):
        digest.update(path.relative_to(lite).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def _lite(python: Path, lite: Path, output: Path) -> None:
    shutil.rmtree(output, ignore_errors=True)
    command = [
        python,
        "-m",
        "jupyterlite_core",
        "build",
        "--lite-dir",
        lite,
        "--output-dir",
        output.resolve(),
    ]
    command += [
        "--contents",
        lite / "files",
        "--apps",
        "lab",
        "--no-sourcemaps",
        "--no-unused-shared-packages",
    ]
    run(command, cwd=lite, JUPYTERLITE_NO_JUPYTER_SERVER="0")
