"""Executes a lesson's notebook in replay and gives it the one form in which it is committed."""

import asyncio
import hashlib
import json
import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers.course import CASSETTES, NOTEBOOKS, ROOT, lessons
from tools.work import KERNELSPEC

MANIFEST = NOTEBOOKS / "pristine.json"
CELL_TIMEOUT_SECONDS = 120
# A machine under load takes minutes to start a kernel, which says nothing about the notebook.
START_TIMEOUT_SECONDS = 600
CELL_FAILED = "레슨 {lesson}의 셀에서 멈추었습니다.\n{source}\n{shown}"
AT_ONCE = 2

LANGUAGE_INFO = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def lesson_paths(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the course's lessons in order, those that are there."""
    return _existing(root / NOTEBOOKS.relative_to(ROOT), ".ipynb")


def cassette_paths(root: Path = ROOT) -> list[Path]:
    """Return the cassettes of the course's lessons in order, those that are there."""
    return _existing(root / CASSETTES.relative_to(ROOT), ".json")


def _existing(folder: Path, ending: str) -> list[Path]:
    paths = [folder / f"{name}{ending}" for name in lessons()]
    return [path for path in paths if path.is_file()]


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook."""
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def execute_all(
    notebooks: list[nbformat.NotebookNode],
    folder: Path = NOTEBOOKS,
    cell_seconds: int | None = CELL_TIMEOUT_SECONDS,
    **environ: str,
) -> None:
    """Execute notebooks in place, two at a time, each in a new kernel of this environment, in replay.

    Args:
        notebooks: what to execute; the outputs are replaced.
        folder: the working directory of the kernels.
        cell_seconds: how long a cell may take; None for as long as it wants.
        environ: variables to add to the kernels' environment.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell without the tag `raises-exception` failed.
        nbclient.exceptions.CellTimeoutError: a cell took longer than that.
    """
    asyncio.run(_execute_all(notebooks, folder, cell_seconds, environ))


async def _execute_all(
    notebooks: list, folder: Path, cell_seconds: int | None, environ: dict[str, str]
) -> None:
    places = asyncio.Semaphore(AT_ONCE)
    # On Windows the history may still be open for a moment after a kernel has ended.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # A profile of its own: a start-up file in the author's must not write into a lesson.
        env = {**os.environ, "LESSON_MODE": "replay", "IPYTHONDIR": profile, **environ}

        failures: list[Exception] = []

        async def run(notebook) -> None:
            client = NotebookClient(
                notebook,
                timeout=cell_seconds,
                startup_timeout=START_TIMEOUT_SECONDS,
                kernel_name="python3",
                record_timing=False,
                # The kernel warns on every start that its socket is not encrypted; it listens on this machine only.
                extra_arguments=["--IPKernelApp.log_level=ERROR"],
                resources={"metadata": {"path": str(folder)}},
            )
            async with places:
                if failures:
                    return
                try:
                    await client.async_execute(env=env)
                except Exception as error:
                    # One that is under way is not cut off: its kernel would be left behind.
                    failures.append(error)

        await asyncio.gather(*(run(notebook) for notebook in notebooks))
    if failures:
        raise failures[0]


def explain_failure(error: CellExecutionError, names: list[str], notebooks: list) -> str:
    """Say in Korean which cell of which lesson failed, and why: the box that it showed, or the error's name.

    Args:
        error: what `execute_all` raised.
        names: of the lessons.
        notebooks: what was executed, in the same order.
    """
    cells = [
        (name, cell)
        for name, notebook in zip(names, notebooks, strict=True)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source in error.traceback
    ]
    name, cell = max(cells, key=lambda pair: len(pair[1].source))
    # An error that no box explains is an output of its own; else the box stands last.
    unexplained = [output for output in cell.outputs if output.output_type == "error"]
    boxes = [output.data["text/plain"] for output in cell.outputs if "text/plain" in output.get("data", {})]
    shown = f"{error.ename}: {error.evalue}" if unexplained or not boxes else boxes[-1]
    return CELL_FAILED.format(lesson=name, source=cell.source, shown=shown)


def normalise(notebook: nbformat.NotebookNode) -> str:
    """Return the text of a notebook in the form in which it is committed: the same bytes for the same content.

    Cell ids stay (a missing one is made from the cell's source), execution counts run from 1, and everything that
    depends on the machine, the day or the run is dropped.
    """
    ids: set[str] = set()
    count = 0
    for cell in notebook.cells:
        cell.id = _new_id(cell, ids)
        ids.add(cell.id)
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        cell.source = cell.source.replace("\r\n", "\n")
        if cell.cell_type != "code":
            cell.pop("attachments", None)
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = [_normal_output(output, count) for output in _joined(cell.outputs)]
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.writes(notebook) + "\n"


def _new_id(cell, taken: set[str]) -> str:
    name = cell.get("id")
    for attempt in range(len(taken) + 2):
        if name and name not in taken:
            return name
        name = hashlib.sha256(f"{attempt}{cell.source}".encode()).hexdigest()[:8]
    raise ValueError("no free cell id")


def _joined(outputs: list) -> list:
    """Join the pieces in which a kernel happened to send one stream."""
    joined: list = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if (
            output.output_type == "stream"
            and last.get("output_type") == "stream"
            and last.name == output.name
        ):
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _normal_output(output, count: int):
    output.pop("metadata", None)
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        output.metadata = nbformat.from_dict({})
    if output.output_type == "execute_result":
        output.execution_count = count
    return output


def manifest_text(root: Path = ROOT) -> str:
    """Return the content of `pristine.json`: the sha256 of every notebook, by its path from the course's folder."""
    sums = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in lesson_paths(root)
    }
    return json.dumps(sums, indent=2) + "\n"
