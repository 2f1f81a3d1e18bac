"""Answers to the exercises of 05_math_helper."""

import math
from fractions import Fraction

from tests.exercises.answers import Answers

BROKEN_STEPS = ["3x - 2 = x + 8", "2x - 2 = 8", "2x = 10", "x = 5"]
REPAIRED = ["3x - 6 = x + 8", "2x - 6 = 8", "2x = 14", "x = 7"]


def repaired(place, step):
    return [step if index == place else one for index, one in enumerate(REPAIRED)]


def value_at(a, b, c, x):
    return a * x**2 + b * x + c


def fraction_of(x):
    try:
        return Fraction(x)
    except (ValueError, ZeroDivisionError):
        return None


def float_of(x):
    fraction = fraction_of(x)
    return None if fraction is None else float(fraction)


def by_horner(a, b, c, x):
    value = fraction_of(x)
    return value is not None and (a * value + b) * value + c == 0


def by_whole_numbers(a, b, c, x):
    value = fraction_of(x)
    if value is None:
        return False
    above, below = value.numerator, value.denominator
    return a * above * above + b * above * below + c * below * below == 0


def with_floats(a, b, c, x):
    value = float_of(x)
    return value is not None and value_at(a, b, c, value) == 0


def with_tolerance(a, b, c, x):
    value = float_of(x)
    return value is not None and math.isclose(value_at(a, b, c, value), 0, abs_tol=1e-9)


def with_a_tiny_tolerance(a, b, c, x):
    value = fraction_of(x)
    return value is not None and abs(value_at(a, b, c, value)) < Fraction(1, 10**20)


def nearest_small_fraction(a, b, c, x):
    value = fraction_of(x)
    return value is not None and value_at(a, b, c, value.limit_denominator()) == 0


def decimals_only(a, b, c, x):
    try:
        return value_at(a, b, c, Fraction(float(x))) == 0
    except ValueError:
        return False


def without_c(a, b, c, x):
    value = fraction_of(x)
    return value is not None and value_at(a, b, 0, value) == 0


def not_squared(a, b, c, x):
    value = fraction_of(x)
    return value is not None and (a + b) * value + c == 0


def lines_of(report):
    return [*report.steps, report.final]


def wrong_of(report):
    return [line for line in lines_of(report) if line.verdict == "wrong"]


ANSWERS = {
    "q1": Answers(
        right=[
            ["3x - 6 = x + 8", "3x - x = 8 + 6", "2x = 14", "x = 14/2 = 7"],
            ["3x - 6 = x + 8", "2x = 14", "x = 7"],
            ["x - 2 = (x + 8)/3", "3x - 6 = x + 8", "2x - 14 = 0", "7 = x", "x = 7"],
        ],
        wrong=[
            BROKEN_STEPS, ["x = 7"], REPAIRED[:3], ["3x - 6 = x + 8", *BROKEN_STEPS[1:]], repaired(1, "2x = 8 - 6"),
            repaired(2, "괄호를 풀고 정리한다"), repaired(3, "7"), repaired(3, "x = -7"), repaired(3, "x = 14/2"),
            ["3x - 6 = x + 8"] * 4, ["x=7", "x = 7", "x  = 7"], ["2+2=4", "1+1=2", "x = 7"], ["0 = 0", "1 = 1", "x = 7"], tuple(REPAIRED), [*REPAIRED[:3], 7], "\n".join(REPAIRED),
        ],
    ),
    "q2": Answers(
        right=[
            lambda report: next((line for line in lines_of(report) if line.verdict == "wrong"), None),
            lambda report: wrong_of(report)[0] if wrong_of(report) else None,
        ],
        wrong=[
            lambda report: next((line for line in lines_of(report) if line.verdict != "right"), None),
            lambda report: next((line for line in report.steps if line.verdict == "wrong"), None),
            lambda report: next(iter(reversed(wrong_of(report))), None),
            lambda report: report.final if report.final.verdict == "wrong" else next(iter(wrong_of(report)), None),
            lambda report: next((line.text for line in wrong_of(report)), None),
            lambda report: next((place for place, line in enumerate(lines_of(report)) if line.verdict == "wrong"), None),
            lambda report: wrong_of(report)[0] if wrong_of(report) else report.final,
            lambda report: wrong_of(report)[0],
            lambda report: report.correct,
            lambda report: None,
        ],
    ),
    "q3": Answers(
        right=[by_horner, by_whole_numbers],
        wrong=[
            with_floats, with_tolerance, with_a_tiny_tolerance, nearest_small_fraction, decimals_only, without_c, not_squared,
            lambda a, b, c, x: value_at(a, b, c, Fraction(x)) == 0,
            lambda a, b, c, x: value_at(a, b, c, eval(x)) == 0,
            lambda a, b, c, x: value_at(a, b, c, fraction_of(x) or 0),
            lambda a, b, c, x: not by_horner(a, b, c, x),
            lambda a, b, c, x: str(by_horner(a, b, c, x)),
            lambda a, b, c, x: True,
            lambda a, b, c, x: None,
            lambda x: True,
        ],
    ),
    "q4": Answers(
        right=["x = -0.5, x = 2", "답: x=-1/2 또는 x=2", "x = 2 또는 -1/2", "2, -1/2"],
        wrong=[
            "x = 2", "x = -1/2", "x = 2 또는 x = 1/2", "x = -2 또는 x = 1/2", "x = 2 또는 x = -2/4", "x = 2 그리고 x = -1/2",
            "(x - 2)(2x + 1) = 0", "x = 2 또는 x = -1/2 또는 x = 0", "해가 없다", "",
            ["x = 2", "x = -1/2"], (2, -0.5),
        ],
    ),
}  # fmt: skip
