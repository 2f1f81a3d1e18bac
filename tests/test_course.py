"""The lessons are described in one place, and everything that lists them agrees with it."""

import pytest

from helpers import course
from helpers.course import ROOT, describe, lessons
from helpers.errors import CourseError, LessonError
from helpers.exercises.all import exercises
from helpers.replay import Cassette, load_cassette
from tools import course_table
from tools.course_table import BLOCKS, PAGES, TABLE, fill, with_lesson, with_values
from tools.minutes import STEP, minutes
from tools.new import UNWRITTEN
from tools.notebooks import NOTEBOOKS, lesson_paths, read

LESSONS = list(lessons())


@pytest.fixture(params=LESSONS)
def lesson(request):
    return describe(request.param)


def test_the_author_has_said_everything(lesson):
    empty = {name for name in ("question", "minutes") if not getattr(lesson, name)}
    for name in ("contents", "ask", "say"):
        empty |= {f"{name}.{language}" for language, text in getattr(lesson, name).items() if not text}
    assert not empty, f"still empty in {TABLE} for {lesson.name}: {sorted(empty)}"


def test_nothing_of_the_notebook_is_left_to_write(lesson):
    cells = read(NOTEBOOKS / f"{lesson.name}.ipynb").cells
    left = [line for cell in cells for line in cell.source.splitlines() if UNWRITTEN in line]
    assert not left, f"still to write in {lesson.name}: {left}"


def test_the_notebook_has_the_title_the_minutes_and_the_cost_of_the_table(lesson):
    top = read(NOTEBOOKS / f"{lesson.name}.ipynb").cells[0].source
    assert top.startswith(f"# {lesson.heading}\n"), f"{lesson.name} must begin with: # {lesson.heading}"
    assert "\n<!-- time-and-cost -->\n" in top, f"{lesson.name} must have a place for time and cost on top"
    assert fill(top, lesson.name) == top, f"run: python start.py refresh ({lesson.name})"


def test_the_minutes_of_the_table_are_those_that_are_counted(lesson):
    counted = minutes(read(NOTEBOOKS / f"{lesson.name}.ipynb"))
    for field, number in counted.items():
        written = getattr(lesson, field)
        # A few sentences more may wait for the next refresh; a part that came or went may not.
        near = abs(written - number) <= STEP and bool(written) == bool(number)
        assert near, f"run: python start.py refresh ({lesson.name}: {field} {written}, counted {number})"


def test_it_needs_only_what_comes_before(lesson):
    assert set(lesson.needs) <= set(LESSONS[: LESSONS.index(lesson.name)])
    assert lesson.needs or lesson.name == LESSONS[0], f"{TABLE} must say what {lesson.name} needs"


def test_the_cassette_replays_as_the_model_of_the_table(lesson):
    assert load_cassette(course.cassette_path(lesson.name)).model == lesson.model


def test_the_exercises_are_counted_rightly(lesson):
    count = len(exercises().get(lesson.name, []))
    assert lesson.exercises["count"] == count, f"{TABLE} must say that {lesson.name} has {count} exercises"


def test_lessons_stand_in_the_order_of_their_numbers():
    assert sorted(LESSONS) == LESSONS
    assert len({name[:2] for name in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("page", [*PAGES, "notebooks/00_start_here.ipynb"])
def test_every_page_lists_the_lessons_as_the_table_has_them(page):
    path = ROOT / page
    if path.suffix == ".ipynb":
        texts = [cell.source for cell in read(path).cells]
    else:
        texts = [path.read_text(encoding="utf-8")]
    assert [fill(text) for text in texts] == texts, f"run: python start.py refresh ({page})"
    assert any(f"<!-- {name} -->" in text for text in texts for name in BLOCKS)


def test_a_changed_table_changes_the_pages(monkeypatch):
    text = (ROOT / TABLE).read_text(encoding="utf-8")
    text = with_values(text, "01_roles", {"minutes": 36, "more_minutes": 0})
    text = with_values(text, "02_structured_outputs", {"more_minutes": 37})
    changed = pages_from(with_lesson(text, "99_of_the_test", '내 "레슨"', "gpt-6-luna"), monkeypatch)
    assert list(lessons())[-1] == "99_of_the_test" and describe("99_of_the_test").heading == '99. 내 "레슨"'
    assert describe("01_roles").minutes == 36 and describe("02_structured_outputs").more_minutes == 37
    assert all("99_of_the_test" in page and "36" in page and " + 37" in page for page in changed)
    top = fill("<!-- time-and-cost -->\n\n<!-- /time-and-cost -->", "02_structured_outputs")
    assert "더 나아가기 약 37분" in top


def pages_from(table, monkeypatch):
    """Return what each block of the pages would be with another table."""
    monkeypatch.setattr(
        course, "TABLE", type("Table", (), {"name": "course.toml", "read_text": lambda encoding: table})
    )
    # A lesson of the test's has no cassette.
    monkeypatch.setattr(
        course_table,
        "load_cassette",
        lambda path: load_cassette(path) if path.is_file() else Cassette(path.stem, "m"),
    )
    lessons.cache_clear()
    return [block() for block in BLOCKS.values()]


@pytest.fixture(autouse=True)
def the_real_table_afterwards():
    yield
    lessons.cache_clear()


@pytest.mark.parametrize("name", ["05_before", "055", "00", "99_of_the_test"])
def test_a_new_row_stands_where_its_name_belongs(name, monkeypatch):
    pages_from(with_lesson((ROOT / TABLE).read_text(encoding="utf-8"), name, "제목", "m"), monkeypatch)
    assert list(lessons()) == sorted([*LESSONS, name])


def test_another_model_is_written_into_the_right_row_only(monkeypatch):
    before = (ROOT / TABLE).read_text(encoding="utf-8")
    changed = with_values(before, "03_tokens", {"model": "gpt-6-luna"}).splitlines()
    different = [pair for pair in zip(before.splitlines(), changed, strict=True) if pair[0] != pair[1]]
    assert different == [('model = "gpt-4o-mini"', 'model = "gpt-6-luna"')]
    pages_from("\n".join(changed), monkeypatch)
    assert describe("03_tokens").model == "gpt-6-luna"


def test_a_part_that_comes_or_goes_is_written_down_and_nothing_of_one_that_was_never_there():
    row = '# top\n\n[[lessons]]\nname = "x"\nminutes = 5\nneeds = []\n'
    assert with_values(row, "x", {"minutes": 5, "more_minutes": 0}) == row
    assert with_values(row, "other", {"minutes": 90}) == row
    both = with_values(row, "x", {"minutes": 40, "more_minutes": 25})
    assert both == row.replace("minutes = 5\n", "minutes = 40\nmore_minutes = 25\n")
    assert "more_minutes = 0\n" in with_values(both, "x", {"minutes": 40, "more_minutes": 0})


@pytest.mark.parametrize(
    "table", ["", "lessons = 3", "[[lessons]]\nname = 'x'", "[[lessons", "[[lessons]]\nwrong = 1"]
)
def test_a_damaged_table_is_named(table, monkeypatch):
    with pytest.raises(CourseError, match=r"helpers/course\.toml"):
        pages_from(table, monkeypatch)


def test_a_missing_table_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "TABLE", tmp_path / "course.toml")
    lessons.cache_clear()
    with pytest.raises(CourseError, match=r"helpers/course\.toml"):
        lessons()


def test_an_unknown_lesson_is_named_with_those_that_there_are():
    with pytest.raises(LessonError, match=r"99_of_the_test.*00_start_here, 01_roles"):
        course.cassette_path("99_of_the_test")


@pytest.fixture
def no_folder_chosen(monkeypatch):
    monkeypatch.delenv("LESSON_WORK", raising=False)


@pytest.mark.parametrize("here", [ROOT, ROOT / "notebooks"])
def test_beside_the_originals_the_learners_folder_is_work(here, monkeypatch, no_folder_chosen):
    monkeypatch.chdir(here)
    assert course.learner_folder() == ROOT / "work"


def test_elsewhere_it_is_the_folder_of_the_notebook(tmp_path, monkeypatch, no_folder_chosen):
    monkeypatch.chdir(tmp_path)
    assert course.learner_folder() == tmp_path


def test_where_only_the_package_is_installed_nothing_is_written_beside_it(
    tmp_path, monkeypatch, no_folder_chosen
):
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "site-packages" / "notebooks")
    monkeypatch.chdir(course.ROOT)
    assert course.learner_folder() == course.ROOT, "the folder it runs in, whatever that is"


def test_a_chosen_folder_beats_all(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSON_WORK", str(tmp_path))
    monkeypatch.chdir(ROOT / "notebooks")
    assert course.learner_folder() == tmp_path


def test_the_lessons_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lesson_paths()[0].parent == ROOT / "notebooks"


def test_where_only_the_package_is_installed_no_settings_are_read_beside_it(tmp_path, monkeypatch):
    assert course.course_folder() == ROOT
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "site-packages" / "notebooks")
    assert course.course_folder() is None


def test_a_folder_of_somebody_unknown_is_no_traceback(monkeypatch):
    monkeypatch.setenv("LESSON_WORK", "~nobody-of-that-name/x")
    assert course.learner_folder().name == "x"
