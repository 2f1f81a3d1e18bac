"""Builds the course for a browser tab: JupyterLite with Pyodide, all lessons in replay, nothing from another host."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from helpers.course import ROOT, lessons
from tools.originals import published
from tools.site.building import (
    BUILDER_LOCK,
    PYODIDE,
    PYTHON,
    TAB_LOCK,
    BuildError,
    builder,
    pyodide,
    run,
    wheels,
)
from tools.site.packages import write_lock
from tools.site.wheels import course_wheel, empty_wheel, tiktoken_wheel
from tools.work import fresh_copy, lesson_notebooks

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# Names of the browser's storage, the same for every edition: with the default ones a new edition would begin empty.
STORAGES = {f"{one}StorageName": f"chat-api-lab {one}" for one in ("contents", "settings", "workspaces")}
SETTINGS = ROOT / "jupyter" / "labconfig" / "default_setting_overrides.json"
# A kernel takes much memory, and a page that is reloaded forgets what was not saved.
OF_A_TAB = {
    "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True},
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 15},
}
# The head of JupyterLab's page, which else has no icon before its scripts have run.
HEAD = "<html>\n<head>\n    <title>JupyterLite</title>"
OUR_HEAD = (
    '<html lang="ko">\n<head>\n    <title>챗 API 실습실</title>\n    <link rel="icon" href="./favicon.ico">'
)
OTHER_PAGE = "JupyterLite의 페이지가 예상한 것과 다릅니다: {file}\nThis page of JupyterLite's is not as expected: {file}"
DOOR = Path(__file__).with_name("door")
FIRST = "00_start_here"
NOTE = (
    "> **지금은 브라우저 탭에서 열었습니다.** 설치할 것이 없고, 모든 셀이 재생 모드로 실행됩니다. 아래에 나오는 터미널, `.env`, "
    "`python start.py` 이야기는 코스를 컴퓨터에 설치했을 때의 것이므로 읽고 지나가면 됩니다. 고친 노트북과 푼 문제는 이 브라우저에 "
    "저장되고, 레슨을 처음 상태로 되돌리는 단추는 실습실의 첫 화면에 있습니다."
)


def build(target: Path) -> str:
    """Build the tab: its first page, and behind an address that carries the edition everything else.

    Args:
        target: a folder that is not there yet.

    Returns:
        The name of the edition, the same for the same content.

    Raises:
        BuildError: something could not be fetched or run.
    """
    with tempfile.TemporaryDirectory() as folder:
        lite = Path(folder, "lite")
        (lite / "files").mkdir(parents=True)
        for path in lesson_notebooks(ROOT):
            (lite / "files" / path.name).write_bytes(_lesson(path))
        core = lite / "static" / "pyodide"
        pyodide(core)
        python = builder()
        names = write_lock(core, [*wheels(), *_own(Path(folder)), *_kernel(python)])
        settings = json.loads(SETTINGS.read_text(encoding="utf-8")) | OF_A_TAB
        (lite / "overrides.json").write_text(json.dumps(settings), encoding="utf-8")
        (lite / "jupyter-lite.json").write_text(
            json.dumps(_config(names), ensure_ascii=False), encoding="utf-8"
        )
        edition = _edition(lite)
        _lite(python, lite, target / edition)
    shutil.copytree(DOOR, target, dirs_exist_ok=True)
    told = [
        {"name": name, "heading": one.heading, "file": f"{name}.ipynb"} for name, one in lessons().items()
    ]
    course = {"edition": edition, "storage": STORAGES["contentsStorageName"], "local": False, "lessons": told}
    (target / "lessons.json").write_text(json.dumps(course, ensure_ascii=False), encoding="utf-8")
    return edition


def _lesson(path: Path) -> bytes:
    """Return a lesson as a learner gets it; the first one says that this is a tab."""
    content = published(ROOT, path.relative_to(ROOT).as_posix()) or path.read_bytes()
    notebook = json.loads(fresh_copy(content, f"{PYTHON}.2"))
    if path.stem == FIRST:
        note = {"cell_type": "markdown", "id": "in-a-tab", "metadata": {}, "source": [NOTE]}
        notebook["cells"].insert(1, note)
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


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
    run(command, cwd=lite)
    page = output / "lab" / "index.html"
    text = page.read_text(encoding="utf-8")
    if text.count(HEAD) != 1:
        raise BuildError(OTHER_PAGE.format(file=page))
    page.write_text(text.replace(HEAD, OUR_HEAD), encoding="utf-8", newline="\n")
