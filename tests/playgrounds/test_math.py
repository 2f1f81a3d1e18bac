"""The math bench: each line has a verdict in words, and it changes with the line."""

import re

import ipywidgets
import pytest

from helpers.maths import check_solution
from helpers.playgrounds.math import START_FINAL, START_PROBLEM, START_STEPS, MathBench, report_view


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def verdicts(text):
    return [row.split(" | ")[2] for row in text.splitlines() if re.match(r"단계|최종 답", row)]


def test_the_four_verdicts_differ_in_sign_word_and_look():
    view = report_view("x + 2 = 12/4", "x = 3 - 2\nx = 5\n이것은", "x = 3 - 2")
    assert verdicts(view.text) == ["✓ 맞음", "✗ 틀림", "? 읽지 못함", "△ 끝까지 계산하지 않음"]
    rows = re.findall(r'<tr style="(background:[^"]*)"><th scope="row" style="([^"]*)"', view.html)
    assert len(rows) == len(set(rows)) == 4


def test_what_was_read_stands_below_what_was_written_where_they_differ():
    steps = ["$$2x = 8$$", "x = 4"]
    read = [line.read for line in check_solution("2x + 1 = 9", steps, "x = 4").steps]
    assert read[0] and not read[1]
    text = report_view("2x + 1 = 9", "\n".join(steps), "x = 4").text
    assert f"$$2x = 8$$ / 이렇게 읽었습니다: {read[0]} |" in text and text.count("이렇게") == 1


def test_each_line_has_its_verdict_and_reason_in_words():
    view = report_view("2x = 8", "2x + 1 = 9\nx = 5\n이것은", "x = 4")
    assert verdicts(view.text) == ["✓ 맞음", "✗ 틀림", "? 읽지 못함", "✓ 맞음"]
    assert all(len(row.split(" | ")[3]) > 5 for row in view.text.splitlines() if row.startswith("단계"))
    assert "맞지 않은 줄: 2개" in view.text


def test_the_slip_at_the_start_is_one_wrong_step():
    view = report_view(START_PROBLEM, START_STEPS, START_FINAL)
    assert verdicts(view.text) == ["✗ 틀림", "✓ 맞음", "✓ 맞음", "✗ 틀림"]


def test_a_mended_solution_is_right():
    bench = MathBench()
    bench.steps.value = "8x = 2 - 31\n8x = 33\nx = 33/8"
    assert "맞지 않은 줄: 2개" in bench.report.value
    bench.steps.value = "8x = 2 - 31\n\n  8x = -29\nx = -29/8\n"
    assert "맞지 않은 줄: 1개" in bench.report.value
    bench.final.value = "x = -29/8"
    assert "모든 단계와 최종 답이 맞습니다." in bench.report.value


def test_a_solution_without_steps_is_checked_by_its_answer():
    assert verdicts(report_view("2 + 2", "", "4").text) == ["✓ 맞음"]
    assert verdicts(report_view("2 + 2", "", "").text) == ["? 읽지 못함"]


@pytest.mark.parametrize("problem", ["", "두 수의 합", "__import__('os')", "x" * 50_000, "<b>", "9**9**9"])
def test_a_problem_that_cannot_be_read_says_so(problem):
    view = report_view(problem, "x = 1", "x = 1")
    assert view.text.startswith("· 문제를 읽지 못했습니다.")
    assert "<b>" not in view.html.replace("<b>· 문제를", "")
    assert len(view.html) < 2000


def test_hostile_text_is_shown_and_does_not_act():
    bench = MathBench()
    evil = "<img src=x onerror=alert(1)>\u202e"
    bench.steps.value, bench.final.value = evil, evil
    assert "<img" not in bench.report.value and "&lt;img" in bench.report.value
    assert "\u202e" not in bench.report.value
    bench.problem.value = evil
    assert "<img" not in bench.report.value


@pytest.mark.parametrize("steps", ["x = 1\n" * 9000, "x" * 50_000, "(" * 50_000, "ㅋ" * 50_000])
def test_a_long_text_draws_little(steps):
    view = report_view("x = 1", steps, "x = 1")
    assert len(view.html) < 15_000


def test_lines_that_are_not_checked_are_counted():
    assert "뒤의 5줄은 확인하지 않았습니다" in report_view("x = 1", "x = 1\n" * 25, "x = 1").text
    assert "확인하지 않았습니다" not in report_view("x = 1", "x = 1\n" * 20, "x = 1").text


def test_what_is_typed_is_never_written_back():
    bench = MathBench()
    for widget in (bench.problem, bench.steps, bench.final):
        for syllable in ("ㅎ", "하", "한", "한 \n"):
            widget.value = syllable
            assert widget.value == syllable


def test_every_widget_that_is_used_has_a_name():
    used = [one for one in walk(MathBench()) if hasattr(one, "description")]
    names = [one.description for one in used if not isinstance(one, ipywidgets.HTML)]
    assert len(names) == 3 and all(names) and len(set(names)) == 3


def test_the_preview_is_what_the_start_shows_and_stays_the_same():
    bench = MathBench()
    bundle = bench._repr_mimebundle_()
    assert bench.report.value in bundle["text/html"]
    bench.final.value = "x = 1"
    again = bench._repr_mimebundle_()
    for kind in ("text/html", "text/plain"):
        assert again[kind] == bundle[kind] == MathBench()._repr_mimebundle_()[kind]
