"""Takes the README's picture of a lesson in JupyterLab, and notes which cells it shows.

The note, docs/lesson.json, is how a test finds out that the lesson has changed since.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode
from playwright.sync_api import Browser, sync_playwright

from helpers.course import NOTEBOOKS, ROOT
from tests.browser import Desk, Lab, find_chromium, launch, running_lab
from tools.ending import exit_code
from tools.notebooks import read

LESSON = "01_roles"
PICTURE = ROOT / "docs" / "lesson.png"
NOTE = ROOT / "docs" / "lesson.json"
CALL = "chat.completions.create("
PREDICTION = "실행하기 전에"
# About as wide as the README's column, and sharper than that, so that it can be read there.
SIZE = {"width": 1080, "height": 720}
SHARPNESS = 1.5
NO_BROWSER = (
    "Chromium이나 Chrome을 찾지 못했습니다. 환경 변수 CHROMIUM에 그 프로그램의 경로를 넣고 다시 실행하세요."
)
WRITTEN = "그림을 새로 찍었습니다: {picture} ({size} KB)"

# Bring the last heading above the active cell to the top, and return the ids of all cells of which a part can be seen.
SHOW = """async () => {
  const { content } = lessonDriver.panel;
  const outer = content.node.querySelector(".jp-WindowedPanel-outer");
  const top = outer.getBoundingClientRect().top;
  const before = content.widgets[content.activeCellIndex - 1].node;
  const heading = [before, ...before.querySelectorAll("h2, h3")].pop();
  await lessonDriver.scroll(outer.scrollTop + heading.getBoundingClientRect().top - top - 8);
  return content.widgets.filter(({ node }) => {
    const { top: above, bottom: below } = node.getBoundingClientRect();
    return below > top && above < top + outer.clientHeight;
  }).map(({ model }) => model.id);
}"""


def find_call(cells: list[NotebookNode]) -> int:
    """Return the place of the first cell that calls the API right behind a prediction."""
    return next(
        place
        for place, cell in enumerate(cells)
        if cell.cell_type == "code" and CALL in cell.source and PREDICTION in cells[place - 1].source
    )


def photograph(browser: Browser, lab: Lab) -> tuple[bytes, list[str]]:
    """Run the lesson's cells, and return the picture of the call and what is around it, and the ids of the cells."""
    context = browser.new_context(viewport=SIZE, device_scale_factor=SHARPNESS, locale="ko-KR")
    context.add_init_script(path=ROOT / "tests" / "browser.js")
    desk = Desk(context.new_page(), lab)
    desk.open(LESSON)
    desk.run_all()
    # Else the tab has the mark of an unsaved file.
    desk.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    desk.select(find_call(read(NOTEBOOKS / f"{LESSON}.ipynb").cells))
    cells = desk.page.evaluate(SHOW)
    desk.page.locator("#jupyterlab-splash").wait_for(state="detached")
    picture = desk.page.screenshot(animations="disabled")
    desk.close()
    context.close()
    return picture, cells


def digests(notebook: NotebookNode, ids: Iterable[str]) -> dict[str, str | None]:
    """Return the sha256 of what cells show, source and outputs, by their ids; None for a cell that is not there."""
    there = {cell.id: cell for cell in notebook.cells}
    return {name: _digest(there[name]) if name in there else None for name in ids}


def _digest(cell: NotebookNode) -> str:
    shown = json.dumps([cell.cell_type, cell.source, cell.get("outputs")], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()


def main() -> int:
    """Take the picture anew and write it and the note; return the exit code."""
    program = find_chromium()
    if program is None:
        print(NO_BROWSER, file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, program)
        picture, cells = photograph(browser, lab)
        browser.close()
    note = {
        "lesson": LESSON,
        "picture": hashlib.sha256(picture).hexdigest(),
        "cells": digests(read(NOTEBOOKS / f"{LESSON}.ipynb"), cells),
    }
    PICTURE.write_bytes(picture)
    NOTE.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8", newline="\n")
    print(WRITTEN.format(picture=PICTURE.relative_to(ROOT), size=len(picture) // 1024))
    return 0


if __name__ == "__main__":
    sys.exit(exit_code(main))
