"""The README's picture shows the lesson as it stands."""

import copy
import hashlib
import json
import re

import pytest

from helpers.course import NOTEBOOKS, ROOT
from tools.notebooks import read
from tools.picture import LESSON, NOTE, PICTURE, digests, find_call

SAY = "docs/lesson.png shows a lesson that has changed since; take it anew: python start.py picture"


@pytest.fixture
def note():
    return json.loads(NOTE.read_text(encoding="utf-8"))


@pytest.fixture
def lesson():
    return read(NOTEBOOKS / f"{LESSON}.ipynb")


def test_the_cells_in_the_picture_are_those_of_the_lesson(note, lesson):
    assert note["lesson"] == LESSON
    assert digests(lesson, note["cells"]) == note["cells"], SAY


def test_it_shows_a_prediction_the_call_and_its_answer(note, lesson):
    call = find_call(lesson.cells)
    assert {lesson.cells[call - 1].id, lesson.cells[call].id} <= set(note["cells"]), SAY
    assert "출처" in str(lesson.cells[call].outputs)


def test_the_picture_is_the_one_that_the_note_is_about(note):
    picture = PICTURE.read_bytes()
    assert hashlib.sha256(picture).hexdigest() == note["picture"], SAY
    assert len(picture) < 300_000


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_readme_shows_it_with_alternative_text(readme):
    assert re.search(r"!\[[^\]]{20,}\]\(docs/lesson\.png\)", (ROOT / readme).read_text(encoding="utf-8"))


def test_a_change_of_text_or_answer_is_noticed(note, lesson):
    call = lesson.cells[find_call(lesson.cells)]
    for change in (
        lambda cell: cell.update(source=cell.source + " "),
        lambda cell: cell.update(outputs=[]),
        lambda cell: cell.update(id="another"),
    ):
        changed = copy.deepcopy(lesson)
        change(next(cell for cell in changed.cells if cell.id == call.id))
        assert digests(changed, note["cells"]) != note["cells"]
