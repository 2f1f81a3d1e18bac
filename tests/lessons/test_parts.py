"""The second part of a lesson opens alone: behind the first cell it runs as it does behind the whole first part."""

from helpers.course import NOTEBOOKS
from tools.minutes import MORE
from tools.notebooks import execute_all, lesson_paths, normalise, read


def alone(path):
    """Return the notebook without the first part's cells but the first code cell, or None where it has one part."""
    notebook = read(path)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    starts = [n for n, cell in enumerate(notebook.cells) if cell.source.startswith(f"## {MORE}")]
    if not starts:
        return None
    (start,) = starts
    notebook.cells = [first, *notebook.cells[start:]]
    return notebook


def test_the_second_parts_run_alone_and_show_the_same():
    told = {path.stem: alone(path) for path in lesson_paths()}
    two_parts = {name: notebook for name, notebook in told.items() if notebook}
    assert set(told) - set(two_parts) == {"00_start_here"}
    committed = {name: normalise(notebook) for name, notebook in two_parts.items()}
    execute_all(list(two_parts.values()))
    for name, notebook in two_parts.items():
        assert normalise(notebook) == committed[name], name


def test_the_first_call_is_in_the_second_code_cell_of_the_first_lesson():
    code = [cell.source for cell in read(NOTEBOOKS / "01_roles.ipynb").cells if cell.cell_type == "code"]
    assert "client." not in code[0]
    assert "client.chat.completions.create(" in code[1]
