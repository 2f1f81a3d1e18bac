"""Executes the lessons in replay, counts their minutes, rewrites their outputs and the tables of lessons; `--check` only says what would change."""

import argparse
import sys
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from helpers.course import ROOT, lessons
from tools.course_table import PAGES, TABLE, fill, with_values
from tools.ending import exit_code
from tools.minutes import minutes
from tools.notebooks import (
    MANIFEST,
    execute_all,
    explain_failure,
    lesson_paths,
    manifest_text,
    normalise,
    read,
)
from tools.originals import OriginalsError, find_lesson


def refresh(paths: list[Path], check: bool) -> list[Path]:
    """Execute notebooks and bring them, the table and pages of lessons, and the list of checksums into the committed form.

    Args:
        paths: the notebooks.
        check: write nothing.

    Returns:
        The files of which a byte changed, or would have changed.

    Raises:
        SystemExit: a cell failed; it says which one and why.
    """
    notebooks = [read(path) for path in paths]
    table = (ROOT / TABLE).read_text(encoding="utf-8")
    for path, notebook in zip(paths, notebooks, strict=True):
        table = with_values(table, path.stem, minutes(notebook))
    changed = _write(ROOT / TABLE, table, check)
    lessons.cache_clear()
    for path, notebook in zip(paths, notebooks, strict=True):
        for cell in notebook.cells:
            cell.source = fill(cell.source, path.stem)
    try:
        execute_all(notebooks)
    except CellExecutionError as error:
        raise SystemExit(explain_failure(error, [path.stem for path in paths], notebooks)) from error
    for path, notebook in zip(paths, notebooks, strict=True):
        changed += _write(path, normalise(notebook), check)
    for path in [one for one in lesson_paths() if one not in paths]:
        notebook = read(path)
        texts = [fill(cell.source, path.stem) for cell in notebook.cells]
        # The map of the start page, where another lesson's minutes or price changed; nothing of it is executed.
        if texts != [cell.source for cell in notebook.cells]:
            for cell, text in zip(notebook.cells, texts, strict=True):
                cell.source = text
            changed += _write(path, normalise(notebook), check)
    for page in PAGES:
        changed += _write(ROOT / page, fill((ROOT / page).read_text(encoding="utf-8")), check)
    return changed + _write(MANIFEST, manifest_text(), check)


def _write(path: Path, text: str, check: bool) -> list[Path]:
    if path.is_file() and path.read_bytes() == text.encode("utf-8"):
        return []
    if not check:
        path.write_text(text, encoding="utf-8", newline="\n")
    return [path]


def main() -> int:
    """Run the command line; return 1 where `--check` found a difference."""
    parser = argparse.ArgumentParser(prog="start.py refresh", description=__doc__)
    parser.add_argument("lessons", nargs="*", help="such as 01_roles; all where none is named")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 where a byte would change"
    )
    arguments = parser.parse_args()
    known = {path.stem: path for path in lesson_paths()}
    try:
        asked = [find_lesson(one, list(known)) for one in arguments.lessons] or known
    except OriginalsError as error:
        parser.error(str(error))
    changed = refresh([known[name] for name in dict.fromkeys(asked)], arguments.check)
    for path in changed:
        print(f"{'would change' if arguments.check else 'changed'}: {path.name}")
    if not changed:
        print("nothing changed")
    return 1 if arguments.check and changed else 0


if __name__ == "__main__":
    sys.exit(exit_code(main))
