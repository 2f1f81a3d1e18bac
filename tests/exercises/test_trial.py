"""What an exercise says when the learner's function raises, returns nothing, or returns what hurts to look at."""

import linecache

import pytest

from helpers import progress
from helpers.exercises.exercise import NOT_TRIED, Exercise, FunctionExercise
from helpers.exercises.trial import NOTHING_CAME, RAISED, STILL_BLANK
from helpers.exercises.values import LONGEST, number_of, shown
from helpers.lesson import Lesson, open_lesson
from helpers.show import TRACEBACK_HINT, TroubleBox, notice

SOURCE = """def doubled(value, more):
    text = "x"
    return helper(text)


def helper(text):
    return {}[text]
"""


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "FILE", tmp_path / ".progress.json")
    monkeypatch.setattr(TroubleBox, "_newest", None)


def exercise(judge=lambda tried: "아님" if tried("가", 2) else "없음"):
    return FunctionExercise(
        "01_roles", "q1", judge, ("하나", "둘"), "def doubled(value, more):\n    return value * more\n"
    )


def function_from_a_cell(source=SOURCE, file="/cells/12.py"):
    """Make a function as a notebook's cell does: its file is none, its lines stand in the cache."""
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    names = {}
    exec(compile(source, file, "exec"), names)
    return names["doubled"]


def test_an_exception_shows_kind_text_line_and_call():
    said = exercise().check(function_from_a_cell()).text.split("\n")
    assert said[0] == f"! {RAISED}"
    assert "KeyError: 'x'" in said
    assert "7번째 줄: return {}[text]" in said
    assert "부른 것: doubled('가', 2)" in said


def test_the_call_is_told_as_it_was_before_the_function_changed_its_arguments():
    def doubled(value, more):
        value.clear()
        raise ValueError

    assert "doubled([1, 2], 3)" in exercise(lambda tried: tried([1, 2], 3)).check(doubled).text


def test_the_traceback_is_that_one_and_begins_with_the_learners_function(capsys):
    lesson = open_lesson("01_roles")
    TroubleBox.current().traceback = "an older one"
    said = exercise().check(function_from_a_cell()).text
    lesson.traceback()
    shown = capsys.readouterr().out
    assert "KeyError: 'x'" in shown and "in doubled" in shown and "an older one" not in shown
    assert "exercises" not in shown
    assert said.endswith(TRACEBACK_HINT)


def test_the_traceback_of_the_lesson_opened_last_is_meant():
    boxes = TroubleBox(), TroubleBox()
    exercise().check(function_from_a_cell())
    assert "KeyError" not in boxes[0].traceback and "KeyError" in boxes[1].traceback


def test_nothing_secret_is_told():
    TroubleBox(lambda text: text.replace("sk-geheim", "(가림)"))

    def doubled(value, more):
        raise ValueError("a" * (LONGEST - len("ValueError: sk-")) + "sk-geheim")

    said = exercise(lambda tried: tried("sk-geheim", 2)).check(doubled)
    for text in (said.text, said.html, TroubleBox.current().traceback):
        assert "geheim" not in text and "sk-ge" not in text
    assert "(가림)" in TroubleBox.current().traceback
    returned = exercise().check(lambda one, two: "a" * (LONGEST - 4) + "sk-geheim").text
    assert "돌려받은 것" in returned and "sk-" not in returned


def test_without_a_lesson_nothing_is_promised():
    assert "lesson.traceback" not in exercise().check(function_from_a_cell()).text


class Hostile(str):
    """Raises at every look."""

    def __repr__(self, *others):
        raise RuntimeError("no")

    __str__ = __eq__ = __hash__ = __len__ = __iter__ = __repr__


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raising(error):
    def doubled(value, more):
        raise error

    return doubled


@pytest.mark.parametrize(
    "error", [UnprintableError(), SystemExit(), RecursionError("깊이"), ValueError("가" * 10_000_000)]
)
def test_any_exception_is_told(error):
    said = exercise().check(raising(error)).text
    assert said.startswith(f"! {RAISED}") and type(error).__name__ in said and len(said) < 2000


def test_an_interrupt_is_the_learners_own():
    with pytest.raises(KeyboardInterrupt):
        exercise().check(raising(KeyboardInterrupt()))


@pytest.mark.parametrize(
    "value",
    [Hostile(), "가" * 10_000_000, [[0] * 100_000], 10**5000],
    ids=["hostile", "long", "wide", "huge"],
)
def test_values_are_shown_short(value):
    said = exercise(lambda tried: tried(value, 2) and "아님").check(lambda one, two: [value]).text
    assert said.startswith("✗") and len(said) < 10 * LONGEST
    assert len(shown([value])) <= LONGEST + 1


@pytest.mark.parametrize(
    "judge", [lambda answer: "틀림" if answer == "가" else None, lambda answer: {}[answer]]
)
def test_an_answer_that_raises_at_every_look_is_no_failure_of_check(judge):
    said = Exercise("01_roles", "q1", judge, (), "one = 1").check(Hostile()).text
    assert said.startswith(f"! {RAISED}") and "RuntimeError" in said


def test_nothing_came_back():
    said = exercise().check(lambda value, more: print("")).text.split("\n")
    assert said[1] == NOTHING_CAME and "부른 것: doubled('가', 2)" in said
    none_counts = exercise(lambda tried: None if tried("가", 2) is None else "아님")
    none_counts.none_counts = True
    assert none_counts.check(lambda value, more: None).text.startswith("✓")


def with_a_blank(value, more):
    if value:
        return ...
    return "가"


def with_a_comment(value, more):
    """Two lines of comment change nothing."""
    # Here is another.
    return ...


def test_a_blank_in_one_branch_is_told_from_one_not_tried():
    assert STILL_BLANK in exercise().check(with_a_blank).text
    assert exercise().check(with_a_comment).text == notice(NOT_TRIED).text


def test_other_arguments_than_the_task_names_are_told():
    assert "인수 2개" in exercise().check(lambda one: one).text
    assert "인수 2개" in exercise().check(lambda: 1).text
    # A mistake inside the function is not taken for one.
    assert "TypeError" in exercise().check(lambda one, two: len()).text


def test_what_came_back_is_told():
    said = exercise().check(lambda one, two: [one] * two).text
    assert said.endswith("부른 것: doubled('가', 2)\n돌려받은 것: ['가', '가']")


def test_numbers_of_every_kind():
    from decimal import Decimal
    from fractions import Fraction

    assert [number_of(one) for one in (1, 0.5, Decimal("0.5"), Fraction(1, 2))] == [1.0, 0.5, 0.5, 0.5]
    assert [number_of(one) for one in (True, "1", None, 1j)] == [None] * 4
    assert number_of(10**400) == float("inf")


def test_the_lesson_promises_it():
    assert "check" in Lesson.traceback.__doc__
