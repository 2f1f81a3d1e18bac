import random
import subprocess
import sys
from fractions import Fraction

import pytest

from helpers.maths.check import MAX_STEPS, MathTextError, check_solution
from tests.maths.hostile import HOSTILE
from tests.maths.score import cases


def test_a_report_keeps_every_line_in_order():
    report = check_solution("2+2", ["2+2 = 4", "5", "?"], "4")
    assert [(line.text, line.verdict) for line in report.steps] == [
        ("2+2 = 4", "right"),
        ("5", "wrong"),
        ("?", "unreadable"),
    ]
    assert report.final.verdict == "right"
    assert not report.correct
    assert all(line.reason.endswith(".") for line in (*report.steps, report.final))


def test_a_solution_without_steps_is_judged_by_its_answer():
    assert check_solution("2+2", [], "4").correct
    assert not check_solution("2+2", [], "5").correct


def test_a_right_answer_after_a_wrong_step_is_right_but_the_solution_is_not():
    report = check_solution("8x + 7 = -23", ["8x = -16"], "x = -15/4")
    assert report.final.verdict == "right" and not report.correct


def test_steps_past_the_limit_are_not_read():
    report = check_solution("2+2", ["4"] * 1000, "4")
    assert [line.verdict for line in report.steps].count("right") == MAX_STEPS
    assert report.steps[-1].verdict == "unreadable" and not report.correct


@pytest.mark.parametrize("problem", ["2+2", "8x + 7 = -23", "x + y = 6, x - y = 2"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_steps_and_answers_are_unreadable(problem, text):
    report = check_solution(problem, [text], text)
    assert (report.steps[0].verdict, report.final.verdict) == ("unreadable", "unreadable")
    assert report.steps[0].reason.isprintable()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_problems_are_refused(text):
    with pytest.raises(MathTextError):
        check_solution(text + "\x00", ["1"], "1")


@pytest.mark.parametrize("problem", ["2+2 = 4", "해가 없다", "1, 2", "x + 1, x + 2"])
def test_a_problem_of_no_kind_is_refused(problem):
    with pytest.raises(MathTextError):
        check_solution(problem, [], "1")


def test_lark_and_sympy_are_imported_on_first_use():
    code = (
        "import sys; from helpers.maths import check_solution\n"
        "assert 'sympy' not in sys.modules\n"
        "assert 'lark' not in sys.modules\n"
        "assert check_solution('x^2 = 2', ['x = ±√2'], 'x = ±√2').correct\n"
        "assert 'lark' in sys.modules and 'sympy' not in sys.modules\n"
        "assert check_solution('x^3 - x = 0', [], 'x = 0, 1, -1').correct\n"
        "assert 'sympy' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


PROBLEMS = [
    "2x+3=11", "x^2-5x+6=0", "x+y=6, x-y=2", "x+y=5, xy=6", "|x-1|=2x", "x/(x-2)=2/(x-2)+3", "x+1>3, x-1<5",
    "2+3*4", "3x+2x", "x^2<4", "x+y=1, x+y=2", "x=x", "x(x+3)=40 (단, x>0)",
]  # fmt: skip


def test_whatever_the_lines_hold_nothing_is_raised():
    generator = random.Random(20264)
    every = [*cases("solutions.json"), *cases("more_solutions.json")]
    lines = [line for case in every for line in (*case["steps"], case["final"]) if line]
    for _ in range(600):
        steps = [generator.choice(lines) for _ in range(3)]
        place = generator.randrange(len(steps[0]))
        steps[0] = steps[0][:place] + generator.choice("03x=-(){}[]≈≠<,√|±①\n:%∞∈") + steps[0][place:]
        report = check_solution(generator.choice(PROBLEMS), steps, generator.choice(lines))
        assert len(report.steps) == 3


def test_a_claim_in_the_middle_is_a_line_as_any_other():
    report = check_solution("x^2 - 5x + 6 = 0", ["모든 실수", "2x = 8", "해가 없다"], "x = 2, x = 3")
    assert [line.verdict for line in report.steps] == ["wrong"] * 3


def nonzero(generator: random.Random, size: int = 9) -> int:
    return generator.choice([number for number in range(-size, size + 1) if number])


def linear(generator: random.Random) -> tuple[str, list[str], str]:
    a, b, c = nonzero(generator), nonzero(generator, 30), generator.randint(-30, 30)
    steps = [f"{a}x + ({b}) - ({b}) = {c} - ({b})", f"{a}x = {c - b}", f"x = ({c - b})/({a})"]
    return f"{a}x + ({b}) = {c}", steps, f"x = {Fraction(c - b, a)}"


def quadratic(generator: random.Random) -> tuple[str, list[str], str]:
    a = nonzero(generator)
    first, second = generator.sample(range(-12, 13), 2)
    problem = f"{a}x^2 + ({-a * (first + second)})x + ({a * first * second}) = 0"
    steps = [f"(x - ({first}))(x - ({second})) = 0", f"x - ({first}) = 0 또는 x - ({second}) = 0"]
    return problem, steps, f"x = {first} 또는 x = {second}"


def system(generator: random.Random) -> tuple[str, list[str], str]:
    x, y = generator.randint(-12, 12), nonzero(generator, 12)
    a, b = generator.sample([-3, -2, -1, 1, 2, 3], 2)
    problem = f"x + ({a})y = {x + a * y}, x + ({b})y = {x + b * y}"
    return problem, [f"({a - b})y = {(a - b) * y}", f"x + ({a * y}) = {x + a * y}"], f"x = {x}, y = {y}"


@pytest.mark.parametrize("make", [linear, quadratic, system])
def test_random_solutions_pass_and_a_changed_number_fails(make):
    generator = random.Random(20262)
    for _ in range(60):
        problem, steps, final = make(generator)
        report = check_solution(problem, steps, final)
        assert report.correct, (problem, report)
        index = generator.randrange(len(steps))
        changed = [*steps]
        changed[index] += " + 1"  # the right side of the line's last equation grows by one
        report = check_solution(problem, changed, f"{final} + 1")
        assert [line.verdict for line in report.steps][: index + 1] == ["right"] * index + ["wrong"]
        assert report.final.verdict == "wrong"
        head, _, number = final.rpartition(" ")
        mutated = f"{head} {Fraction(number) + 30}"
        assert check_solution(problem, steps, mutated).final.verdict == "wrong"
