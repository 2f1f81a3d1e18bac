"""What the playgrounds offer of a lesson's recordings: by title, told apart, with the origin of what is loaded."""

import html
import json
import re
import unicodedata

import ipywidgets
import pytest

from helpers import open_lesson
from helpers.course import lessons
from helpers.playgrounds import math, schema
from helpers.playgrounds.math import MathBench, Solution, solutions
from helpers.playgrounds.recorded import TITLE_LENGTH, Recordings, conversations, label
from helpers.playgrounds.schema import SchemaWorkbench
from helpers.replay import Interaction, said

HOSTILE = '<b>"제목"</b>\u202e\x1b[31m\n\x00$x$ ' + "가" * 200


@pytest.fixture(autouse=True)
def in_replay(monkeypatch):
    monkeypatch.setenv("LESSON_MODE", "replay")


def interaction(title="", id="bank/way/01", answers=2, body=None):
    request = {"method": "POST", "path": "chat/completions", "body": body or {}}
    return Interaction(id, {"kind": "api", "date": "2026-11-25"}, request, [{}] * answers, title)


def text_of(widget):
    return html.unescape(re.sub("<.*?>", " ", widget.value))


# --- the list -----------------------------------------------------------------------------------------------------


def test_a_recording_is_called_by_its_title_or_its_id_with_the_number_of_its_answers():
    assert label(interaction("은행 · 바꾼 것")) == "은행 · 바꾼 것 (응답 2개)"
    assert label(interaction(answers=1)) == "bank/way/01 (응답 1개)"


def test_of_a_long_title_the_longest_part_is_cut():
    values = [f"{number}번째 값" for number in range(3)]
    labels = {label(interaction(f"은행 · {'지시 ' * 30} · {value}")) for value in values}
    assert len(labels) == 3
    for one, value in zip(sorted(labels), values, strict=True):
        assert one.startswith("은행 · 지시") and one.endswith(f"… · {value} (응답 2개)")
        assert len(one.removesuffix(" (응답 2개)")) <= TITLE_LENGTH
    assert label(interaction("가" * TITLE_LENGTH)) == "가" * TITLE_LENGTH + " (응답 2개)"


@pytest.mark.parametrize("title", [HOSTILE, " · ".join(["가"] * 400), "가 · " * 400, "\n\n", "\u2028" * 90])
def test_a_hostile_title_stays_one_short_line(title):
    shown = label(interaction(title))
    assert len(shown) <= TITLE_LENGTH + 20 and len(shown.splitlines()) == 1
    assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")]


@pytest.mark.parametrize("name", lessons())
def test_no_two_recordings_of_a_lesson_look_the_same_in_a_list(name):
    recordings = open_lesson(name).recorded_requests()
    assert len({label(one) for one in recordings.values()}) == len(recordings)


def test_the_button_loads_what_is_chosen_and_is_off_where_there_is_nothing():
    loaded = []
    recordings = {"a": interaction("하나"), "b": interaction("둘"), "c": interaction("셋")}
    widget = Recordings("이름", recordings, ["a", "c"], loaded.append, dict, loaded.append)
    assert [text for text, _ in widget.choice.options] == ["하나 (응답 2개)", "셋 (응답 2개)"]
    widget.load.click()
    widget.choice.value = "c"
    widget.load.click()
    assert loaded == ["a", "c"] and not widget.load.disabled
    assert all(one.description for one in (widget.choice, widget.load, widget.back))
    assert Recordings("이름", {}, [], loaded.append, dict, loaded.append).load.disabled


@pytest.mark.parametrize("loads", [1, 2])
def test_what_was_typed_comes_back_and_the_loaded_one_after_it(loads):
    place = ["typed"]
    restore = lambda value: place.__setitem__(0, value)  # noqa: E731
    recordings = {"a": interaction("하나"), "b": interaction("둘")}
    widget = Recordings("이름", recordings, recordings, restore, lambda: place[0], restore)
    assert widget.back.disabled
    for _ in range(loads):
        widget.load.click()
    assert place == ["a"] and not widget.back.disabled
    for expected in ("typed", "a", "typed"):
        widget.back.click()
        assert place == [expected]
    widget.take("b")
    widget.back.click()
    assert place == ["typed"] and widget.choice.value == "b"
    place[0] = "typed later"
    widget.load.click()
    widget.back.click()
    assert place == ["typed later"]


# --- conversations ------------------------------------------------------------------------------------------------


def test_what_a_message_may_not_be_is_no_conversation():
    body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": "가"}]}
    bad = (
        {"content": "가"},
        {"role": "user", "content": None},
        {"role": "user", "content": "가", "name": "x"},
    )
    recordings = {"good": interaction(body=body)}
    recordings |= {
        str(place): interaction(body={**body, "messages": [*body["messages"], one]})
        for place, one in enumerate(bad)
    }
    assert conversations(recordings) == {"good": body["messages"]}


# --- the math bench -----------------------------------------------------------------------------------------------


@pytest.fixture
def helper():
    return open_lesson("05_math_helper")


def test_without_a_lesson_the_benches_are_as_they_were():
    for bench in (MathBench(), SchemaWorkbench()):
        assert bench.recordings not in bench.children
        assert not any(isinstance(child, Recordings) for child in bench.children)


def test_a_lesson_changes_nothing_of_the_still_picture(helper):
    pairs = [(MathBench(), MathBench(helper))]
    pairs += [(SchemaWorkbench(), SchemaWorkbench(open_lesson("02_structured_outputs")))]
    for without, with_lesson in pairs:
        assert without.still == with_lesson.still


def test_every_recorded_solution_that_is_offered_is_judged_line_by_line(helper):
    bench = MathBench(helper)
    ids = [id for _, id in bench.recordings.choice.options]
    assert len(ids) > 20 and {id.partition("/")[0] for id in ids} == {"solve"}
    for id in ids:
        bench.recordings.choice.value = id
        bench.recordings.load.click()
        shown = text_of(bench.report)
        assert math.BAD_PROBLEM not in shown and math.FINAL in shown, id
        solved = json.loads(said(helper.recorded(id)).text)
        lines = [" ".join(step["output"].split()) for step in solved["steps"]]
        assert bench.steps.value == "\n".join(lines) and bench.final.value == solved["final_answer"]
        note = text_of(bench.note)
        assert "공개 모델" in note and f"물은 모델은 {helper.model}" in note and math.LOADED in note


def test_a_solution_that_is_cut_off_or_no_solution_is_not_offered(helper):
    cut = [
        id for id in helper.recorded_requests() if id.startswith("solve/") and said(helper.recorded(id)).cut
    ]
    assert cut and not set(cut) & set(solutions(helper.recorded_requests()))


def solved(text, problem="다음 문제를 풀어 주세요: x = 1"):
    message = {"role": "assistant", "content": text}
    body = {"id": "x", "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    request = {
        "method": "POST",
        "path": "chat/completions",
        "body": {"messages": [{"role": "user", "content": problem}]},
    }
    return Interaction("solve/x", {}, request, [{"status": 200, "body": body}])


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "x = 1",
        "[]",
        "{}",
        "3",
        '{"steps": 1, "final_answer": "x"}',
        '{"steps": [{}], "final_answer": "x"}',
        '{"steps": ["x"], "final_answer": "x"}',
        '{"steps": [{"output": 3}], "final_answer": "x"}',
        '{"steps": [], "final_answer": 3}',
        "[" * 200_000,
    ],
)
def test_an_answer_of_another_shape_is_passed_over(text):
    assert solutions({"solve/x": solved(text)}) == {}


def test_a_solution_is_read_from_the_answer_and_its_problem_from_the_request():
    text = '{"steps": [{"output": "x =\\n 1"}, {"output": "x = 1"}], "final_answer": "x = 1"}'
    found = solutions({"solve/x": solved(text), "again/x": solved(text)})
    assert found == {"solve/x": Solution("x = 1", "x = 1\nx = 1", "x = 1")}
    assert solutions({"solve/x": solved(text, "풀어 주세요: 사과는 몇 개인가요?")}) == {}


# --- the schema workbench -----------------------------------------------------------------------------------------


def test_every_recorded_answer_to_the_three_ways_can_be_held_against_the_schema():
    lesson = open_lesson("02_structured_outputs")
    bench = SchemaWorkbench(lesson)
    ids = [id for _, id in bench.recordings.choice.options]
    assert len(ids) == len([id for id in lesson.recorded_requests() if id.startswith("form/")]) > 10
    verdicts = {}
    for id in ids:
        bench.recordings.choice.value = id
        answers = lesson.answers(id)
        # One more than there are: after the last comes the first again.
        for place, answer in enumerate([*answers, answers[0]]):
            bench.recordings.load.click()
            assert bench.answer.value == said(answer).text
            told = text_of(bench.origin)
            assert f"{len(answers)}개 가운데 {place % len(answers) + 1}번째" in told and "공개 모델" in told
            accepted = schema.ACCEPTED in text_of(bench.verdict)
            verdicts.setdefault(id.split("/")[1], set()).add(accepted)
    assert verdicts["strict"] == {True} and False in verdicts["words"]


def test_everything_that_can_be_used_has_a_name_of_its_own(helper):
    def walk(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from walk(child)

    for bench in (MathBench(helper), SchemaWorkbench(open_lesson("02_structured_outputs"))):
        used = [
            one for one in walk(bench) if hasattr(one, "description") and not isinstance(one, ipywidgets.HTML)
        ]
        names = [one.description for one in used]
        assert all(names) and len(names) == len(set(names))


def test_a_bench_brings_back_what_was_typed_and_its_note(helper):
    bench = MathBench(helper)
    bench.steps.value = "x = 1"
    before = (bench.problem.value, bench.steps.value, bench.final.value, bench.note.value, bench.report.value)
    bench.recordings.load.click()
    assert bench.steps.value != "x = 1" and math.LOADED in bench.note.value
    bench.recordings.back.click()
    after = (bench.problem.value, bench.steps.value, bench.final.value, bench.note.value, bench.report.value)
    assert after == before
    bench = SchemaWorkbench(open_lesson("02_structured_outputs"))
    bench.answer.value = '{"name": 1}'
    verdict, note = bench.verdict.value, bench.origin.value
    assert "저자가 일부러" in note
    bench.recordings.load.click()
    assert bench.origin.value != note
    bench.recordings.back.click()
    assert (bench.answer.value, bench.origin.value, bench.verdict.value) == ('{"name": 1}', note, verdict)


def test_loading_asks_nothing_and_names_no_recording_as_the_lesson_s_own(helper):
    bench = MathBench(helper)
    bench.recordings.load.click()
    assert helper.used == [] and helper.last_request() is None
