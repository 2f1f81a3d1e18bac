"""The exercises: every grader is graded, and the three calls do what they say."""

import copy
import re
from dataclasses import replace
from importlib import import_module

import pytest

from helpers import progress
from helpers.course import lessons
from helpers.exercises import roles, seeds, tokens
from helpers.exercises.all import exercises
from helpers.exercises.exercise import NOT_TRIED, NOT_YET, RIGHT, FunctionExercise
from helpers.exercises.trial import RAISED
from helpers.lesson import open_lesson
from helpers.tokens import count_message_tokens
from tests.exercises.answers.tokens import after_the_first, role_tokens, text_tokens
from tools.answers import KEY, solution_of, teachers_key
from tools.notebooks import NOTEBOOKS, read

LESSONS = list(lessons())
SOLVED, TO_DO, WRONG = f"✓ {RIGHT}", f"· {NOT_TRIED}", (f"✗ {NOT_YET}\n", f"! {RAISED}\n")

ALL = [(lesson, exercise) for lesson, found in exercises().items() for exercise in found]
WRONG_TYPES = [None, 3, True, "답", [], {}, object(), [None], lambda: None, float("nan")]


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "FILE", tmp_path / ".progress.json")


@pytest.fixture(params=ALL, ids=[f"{lesson}-{exercise.name}" for lesson, exercise in ALL])
def graded(request):
    lesson, exercise = request.param
    answers = import_module(f"tests.exercises.answers.{lessons()[lesson].exercises['module']}").ANSWERS[
        exercise.name
    ]
    return exercise, answers


def verify(exercise, answers):
    """Fail unless the grader tells right from wrong."""
    for answer in [solution_of(exercise), *answers.right]:
        assert exercise.check(answer).text.startswith(SOLVED), exercise.check(answer).text
    for answer in [*answers.wrong, *WRONG_TYPES]:
        shown = exercise.check(answer).text
        assert shown.startswith(WRONG) and len(shown) > len(NOT_YET) + 5, (answer, shown)
        assert re.search("[가-힣]", shown.partition("\n")[2])


def test_every_lesson_has_three_or_more():
    for name in LESSONS[1:]:
        count = len(exercises().get(name, []))
        assert count >= 3, (
            f"{name} has {count} exercises: write a module in helpers/exercises, name it in course.toml"
        )


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


# Lesson, exercise, a wrong answer and what must be said of it.
NAMED = (
    ("01_roles", "q1", [{"content": "가?"}], "1번째 메시지에 role 키가 없습니다."),
    ("01_roles", "q1", [{"role": "user", "content": "가?", "text": "나"}], "API가 모르는 키가 있습니다: text"),
    ("03_tokens", "q2", lambda messages, encoding: 3 + text_tokens(messages, encoding) + role_tokens(messages, encoding), "메시지마다 붙는 3개가 빠졌습니다."),
    ("03_tokens", "q2", lambda messages, encoding: count_message_tokens(messages, encoding) - 3, "차례를 알리는 3개가"),
    ("03_tokens", "q2", after_the_first, "첫 메시지만 세었습니다"),
    ("03_tokens", "q3", lambda prompt, completion, price: (prompt + completion) * price.input / 1e6, "출력 토큰에도 입력 가격"),
    ("03_tokens", "q3", lambda prompt, completion, price: (prompt * price.output + completion * price.input) / 1e6, "가격이 바뀌었습니다"),
    ("04_seeds", "q1", {"temperature": 0.4301, "top_p": 1.0}, "0.899"),
)  # fmt: skip


@pytest.mark.parametrize(("lesson", "name", "answer", "said"), NAMED)
def test_a_common_mistake_is_named(lesson, name, answer, said):
    exercise = next(one for one in exercises()[lesson] if one.name == name)
    assert said in exercise.check(answer).text


def test_changing_what_was_given_changes_no_grader():
    given = (roles.BROKEN, tokens.LONG, seeds.SCORES)
    kept = copy.deepcopy(given)
    try:
        roles.BROKEN.pop()
        tokens.LONG.pop()
        seeds.SCORES["달"] = 3.0
        for lesson in ("01_roles", "03_tokens", "04_seeds"):
            for exercise in exercises()[lesson]:
                verify(
                    exercise,
                    import_module(f"tests.exercises.answers.{lessons()[lesson].exercises['module']}").ANSWERS[
                        exercise.name
                    ],
                )
    finally:
        roles.BROKEN[:], tokens.LONG[:] = kept[:2]
        seeds.SCORES.update(kept[2])


def test_no_answer_yet_is_no_error(graded):
    exercise, _ = graded
    assert exercise.check(...).text == TO_DO
    assert progress.Progress().solved() == {}


def test_a_function_that_still_returns_its_blank_is_no_mistake(graded):
    exercise, _ = graded
    if isinstance(exercise, FunctionExercise):
        assert exercise.check(lambda *arguments: ...).text == TO_DO
        assert exercise.check(3).text.startswith(WRONG)
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


@pytest.mark.parametrize("lesson", exercises())
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
    answers = import_module(f"tests.exercises.answers.{lessons()[lesson].exercises['module']}").ANSWERS[
        exercise.name
    ]
    shown = exercise.check(answers.right[0]).text
    assert shown.startswith(SOLVED) and ".progress.json" in shown
    assert path.read_text(encoding="utf-8") == '{"solved": ['


def test_progress_counts_each_lesson():
    progress.Progress().add("01_roles", "q2")
    progress.Progress().add("01_roles", "q1")
    assert progress.Progress().solved() == {"01_roles": ["q1", "q2"]}
    assert "01_roles | 2 | 4" in progress.Progress().view().text


def test_the_lesson_shows_the_progress_of_the_whole_course():
    progress.Progress().add("03_tokens", "q1")
    found = exercises()
    for lesson in ("01_roles", "03_tokens"):
        shown = open_lesson(lesson).progress().text
        for name in found:
            assert f"{name} | {int(name == '03_tokens')} | {len(found[name])}" in shown
    progress.Progress().add("01_roles", "q4")
    assert "01_roles | 1 |" in open_lesson("03_tokens").progress().text


def test_right_says_how_many_are_done_and_what_is_next():
    first, second, third, fourth = exercises()["01_roles"]
    answers = import_module("tests.exercises.answers.roles").ANSWERS
    said = [one.check(answers[one.name].right[0]).text for one in (second, fourth, first, third)]
    assert said == [
        "✓ 맞았습니다. (이 레슨 1/4)\n다음: 연습 3 (q3)",
        "✓ 맞았습니다. (이 레슨 2/4)\n다음: 연습 1 (q1)",
        "✓ 맞았습니다. (이 레슨 3/4)\n다음: 연습 3 (q3)",
        "✓ 맞았습니다. (이 레슨 4/4)\n이 레슨의 연습을 모두 풀었습니다. 다음 레슨: 2. 구조화된 출력 (02_structured_outputs)",
    ]


def test_the_end_of_the_course_is_told_when_all_of_it_is_solved():
    for lesson, found in exercises().items():
        for exercise in found[lesson == "02_structured_outputs" :]:
            progress.Progress().add(lesson, exercise.name)
    last, found = list(exercises().items())[-1]
    count = len(found)
    assert progress.Progress().after(last, "q1") == (
        count, count, "이 레슨의 연습을 모두 풀었습니다. 연습이 남은 레슨: 02_structured_outputs",
    )  # fmt: skip
    progress.Progress().add("02_structured_outputs", "q1")
    assert progress.Progress().after(last, "q1")[2] == "이 코스의 연습을 모두 풀었습니다."


STUB = re.compile(r"^(def \w+\(.*\):\n    return \.\.\.|\w+ = \.\.\.)$", re.M)


def test_the_solution_stands_over_the_blank_and_is_right(graded):
    """As a learner does it: into the notebook's own cell, in a namespace that has only what the cells import."""
    exercise, _ = graded
    cells = [
        cell.source
        for cell in read(NOTEBOOKS / f"{exercise.lesson}.ipynb").cells
        if (cell.cell_type == "code" and "helpers.exercises" in cell.source) or ".check(" in cell.source
    ]
    cell = next(one for one in cells if re.search(rf"^{exercise.name}\.check\(", one, re.M))
    source, blanks = STUB.subn(lambda found: exercise.solution_code.strip("\n"), cell)
    assert blanks == 1
    imports = [line for one in cells for line in one.split("\n") if line.startswith("from helpers.exercises")]
    names = {}
    exec(
        "\n".join([*imports, source.replace(f"{exercise.name}.check(", f"said = {exercise.name}.check(")]),
        names,
    )
    assert names["said"].text.startswith(SOLVED), names["said"].text
    assert exercise.asked in cell
