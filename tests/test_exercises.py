"""The exercises: every grader is graded, and the three calls do what they say."""

import re
from dataclasses import replace
from importlib import import_module

import pytest

from helpers.exercises import progress
from helpers.exercises.all import MODULES, exercises
from helpers.exercises.exercise import NOT_TRIED, NOT_YET, RIGHT, FunctionExercise
from helpers.lesson import LESSONS, open_lesson
from tools.answers import KEY, solution_of, teachers_key
from tools.notebooks import NOTEBOOKS, read

ALL = [(lesson, exercise) for lesson, found in exercises().items() for exercise in found]
WRONG_TYPES = [None, 3, True, "답", [], {}, object(), [None], lambda: None, float("nan")]


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "FILE", tmp_path / ".progress.json")


@pytest.fixture(params=ALL, ids=[f"{lesson}-{exercise.name}" for lesson, exercise in ALL])
def graded(request):
    lesson, exercise = request.param
    answers = import_module(f"answers.{MODULES[lesson]}").ANSWERS[exercise.name]
    return exercise, answers


def verify(exercise, answers):
    """Fail unless the grader tells right from wrong."""
    for answer in [solution_of(exercise), *answers.right]:
        assert exercise.check(answer).text == RIGHT, exercise.check(answer).text
    for answer in [*answers.wrong, *WRONG_TYPES]:
        shown = exercise.check(answer).text
        assert shown.startswith(NOT_YET) and len(shown) > len(NOT_YET) + 5, (answer, shown)
        assert re.search("[가-힣]", shown.removeprefix(NOT_YET))


def test_every_lesson_has_three_or_more():
    assert list(exercises()) == list(LESSONS[1:])
    assert all(len(found) >= 3 for found in exercises().values())


def test_the_grader_tells_right_from_wrong(graded):
    exercise, answers = graded
    assert len(answers.right) >= 2 and len(answers.wrong) >= 5
    verify(exercise, answers)


def test_a_grader_that_accepts_anything_fails(graded):
    exercise, answers = graded
    with pytest.raises(AssertionError):
        verify(replace(exercise, judge=lambda answer: None), answers)


def test_a_grader_that_refuses_everything_fails(graded):
    exercise, answers = graded
    with pytest.raises(AssertionError):
        verify(replace(exercise, judge=lambda answer: "틀렸습니다."), answers)


def test_mistakes_are_told_apart(graded):
    exercise, answers = graded
    said = {exercise.check(answer).text for answer in answers.wrong}
    assert len(said) >= min(3, len(answers.wrong)), said


def test_no_answer_yet_is_no_error(graded):
    exercise, _ = graded
    assert exercise.check(...).text == NOT_TRIED
    assert progress.Progress().solved() == {}


def test_a_function_that_still_returns_its_blank_is_no_mistake(graded):
    exercise, _ = graded
    if isinstance(exercise, FunctionExercise):
        assert exercise.check(lambda *arguments: ...).text == NOT_TRIED
        assert exercise.check(3).text.startswith(NOT_YET)
        assert progress.Progress().solved() == {}


def test_hints_come_one_after_another(graded):
    exercise, _ = graded
    exercise = replace(exercise)
    shown = [exercise.hint().text for _ in range(len(exercise.hints) + 1)]
    assert len(exercise.hints) >= 2 and len(set(shown)) == len(shown)
    assert all(hint in text for hint, text in zip(exercise.hints, shown, strict=False))


def test_solution_shows_the_one_source(graded):
    exercise, _ = graded
    assert exercise.solution_code.strip("\n") in exercise.solution().text


def test_a_right_answer_is_remembered(graded):
    exercise, answers = graded
    exercise.check(answers.right[0])
    exercise.check(answers.right[1])
    assert progress.Progress().solved() == {exercise.lesson: [exercise.name]}


def test_the_teachers_key_is_made_from_the_solutions():
    assert KEY.read_text(encoding="utf-8") == teachers_key()


@pytest.mark.parametrize("lesson", MODULES)
def test_the_notebook_asks_every_exercise(lesson):
    cells = [cell.source for cell in read(NOTEBOOKS / f"{lesson}.ipynb").cells if cell.cell_type == "code"]
    for exercise in exercises()[lesson]:
        assert any(re.search(rf"^{exercise.name}\.check\(", source, re.M) for source in cells), exercise.name
        for call in ("hint", "solution"):
            assert any(re.search(rf"^# {exercise.name}\.{call}\(\)", source, re.M) for source in cells)
            assert not any(re.search(rf"^{exercise.name}\.{call}\(\)", source, re.M) for source in cells)


def test_a_damaged_progress_file_is_left_alone_and_named(tmp_path):
    path = tmp_path / ".progress.json"
    path.write_text('{"solved": [', encoding="utf-8")
    lesson, exercise = ALL[0]
    answers = import_module(f"answers.{MODULES[lesson]}").ANSWERS[exercise.name]
    shown = exercise.check(answers.right[0]).text
    assert shown.startswith(RIGHT) and ".progress.json" in shown
    assert path.read_text(encoding="utf-8") == '{"solved": ['


def test_progress_counts_each_lesson():
    progress.Progress().add("01_roles", "q2")
    progress.Progress().add("01_roles", "q1")
    assert progress.Progress().solved() == {"01_roles": ["q1", "q2"]}
    assert "01_roles | 2 | 4" in progress.Progress().view({"01_roles": 4, "02_structured_outputs": 3}).text


def test_the_lesson_shows_the_progress_of_the_whole_course():
    progress.Progress().add("03_tokens", "q1")
    found = exercises()
    for lesson in ("01_roles", "03_tokens"):
        shown = open_lesson(lesson).progress().text
        for name in LESSONS[1:]:
            assert f"{name} | {int(name == '03_tokens')} | {len(found[name])}" in shown
    progress.Progress().add("01_roles", "q4")
    assert "01_roles | 1 |" in open_lesson("03_tokens").progress().text
