"""Solutions as students and models write them, with a good teacher's verdict for every line."""

import contextlib
import time

import pytest

from helpers.maths import MathTextError, check_solution
from tests.maths.hostile import HOSTILE
from tests.maths.score import cases, judged

EVERY = [case for name in ("solutions.json", "more_solutions.json") for case in cases(name)]


@pytest.mark.parametrize("case", EVERY, ids=[case["name"] for case in EVERY])
def test_every_line_gets_the_teachers_verdict(case):
    """A case with "ours" is one where the checker is known to differ."""
    letters, reasons = judged(case)
    assert letters == case.get("ours", case["teacher"]), reasons
    assert all(reason.endswith(".") and reason.isprintable() for reason in reasons)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_text_is_answered_at_once(text):
    check_solution("x^3 = 8", [], "x = 2")  # what is imported on first use is there now
    for problem in ("2x + 3 = 11", "x + y = 5, xy = 6", "x^2 - 4x + 1 < 0"):
        start = time.process_time()
        check_solution(problem, [text], text)
        assert time.process_time() - start < 0.2
    start = time.process_time()
    with contextlib.suppress(MathTextError):
        check_solution(text, ["1"], "1")
    assert time.process_time() - start < 0.2
