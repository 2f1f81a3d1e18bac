import pytest

from helpers.maths import check_solution
from helpers.maths.values import MathTextError
from helpers.maths.wrapping import unwrapped, without_marks


def plain(text, unknowns=("x",), role="step"):
    return [
        [part.claim or part.text.replace(" ", "") for part in reading]
        for reading in unwrapped(text, unknowns, role)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\boxed{x = \frac{9}{2}}", "x=((9)/(2))"),
        (r"\left(x - 2\right)^{2} \leq 3", "(x-2)^(2)≤3"),
        (r"x = \frac{5 \pm \sqrt{25 - 24}}{2}", "x=((5±√(25-24))/(2))"),
        (r"2\frac{1}{2}", "21/2"),
        (r"\begin{aligned} 2x &= 11 - 3 \\ &= 8 \end{aligned}", "2x=11-3=8"),
        ("**x = 4**", "x=4"),
        ("양변을 2로 나누면 x = 4입니다.", "x=4"),
        ("따라서 정답은 x = 4이다", "x=4"),
        ("x의 값은 4이다.", "x=4"),
        ("Therefore, the answer is x = 4.", "x=4"),
        ("x = 4 (양변을 2로 나눔)", "x=4"),
        ("x = 1,000원", "x=1000"),
        ("x = 4(cm)", "x=4"),
        ("2Ｘ ＝ 8", "2x=8"),
        ("x \u2011 3 = 1\u20442", "x-3=1/2"),
        ("x = 2와 x = 3", "x=2,x=3"),
        ("x₁ = 2, x₂ = 3", "x=2,x=3"),
        ("x = 0.1666...", "x=(1/6)"),
        ("|x - 1| = 2", "⟦x-1⟧=2"),
        ("실근은 존재하지 않는다", "none"),
        ("There are no real solutions.", "none"),
        ("x는 모든 실수", "all"),
        ("해가 무수히 많습니다.", "many"),
    ],
)
def test_wrapping_comes_off(text, expected):
    assert plain(text)[0] == [expected]


def test_what_follows_is_told_apart_from_what_it_follows_from():
    assert plain("2x = 8이므로 x = 4") == [["2x=8", "x=4"]]
    assert plain("x^2 = -1이므로 실근이 없다") == [["x^2=-1", "none"]]


@pytest.mark.parametrize(
    "text",
    [
        "x = 4가 아니다",
        "틀린 답은 x = 4",
        "오답: x = 4",
        "형의 나이 = 4",
        "동생의 나이는 4",
        "x = 4 not",
        "해가 없지 않다",
    ],
)
def test_a_word_that_could_change_the_meaning_is_never_passed_over(text):
    with pytest.raises(MathTextError):
        unwrapped(text, ("x",), "final")


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        (["1) 2x = 8", "2. x = 4"], ["2x = 8", "x = 4"]),
        (["Step 1: 2x = 8", "2단계: x = 4"], ["2x = 8", "x = 4"]),
        (["① 2x = 8", "• x = 4"], ["2x = 8", "x = 4"]),
        (["- 2x = 8", "- x = 4"], ["2x = 8", "x = 4"]),
        (["(1) 2x = 8", "(2) x = 4"], ["2x = 8", "x = 4"]),
        (["-2x = 8", "1.5x = 6"], ["-2x = 8", "1.5x = 6"]),
        (["- 4", "①+②: 2x = 8"], ["- 4", "①+②: 2x = 8"]),
    ],
)
def test_marks_come_off(lines, texts):
    assert [readings[0] for _, readings in without_marks(lines)] == texts


@pytest.mark.parametrize(
    ("problem", "steps", "final", "two"),
    [
        ("2x + 3 = 11", ["- 2x = 8"], "x = 4", "‘2x = 8’ 또는 ‘-2x = 8’"),
        ("2x + 3 = 11", ["2x = 8", "(2) x = 4"], "x = 4", "‘x = 4’ 또는 ‘2x = 4’"),
        ("3 - 2x = 11", ["- 2x = 8", "- x = 4"], "x = -4", "‘2x = 8’ 또는 ‘-2x = 8’"),
    ],
)
def test_two_readings_are_named_and_none_is_guessed(problem, steps, final, two):
    line = next(line for line in check_solution(problem, steps, final).steps if line.verdict == "unreadable")
    assert two in line.reason


@pytest.mark.parametrize(
    ("final", "verdict"),
    [("• x = 4", "right"), ("1. x = 4", "right"), ("1) x = 4", "right"), ("- x = 4", "unreadable")],
)
def test_marks_come_off_the_answer_too(final, verdict):
    assert check_solution("2x + 3 = 11", ["2x = 8"], final).final.verdict == verdict


@pytest.mark.parametrize(
    ("problem", "final", "two"),
    [
        ("2x^2 - 3x + 1 = 0", "x = 1과 1/2", "‘x = 1 1/2’ 또는 ‘x = 1, x = 1/2’"),
        ("x/100 × 60 = 12", "20%", "‘x = 20%’ 또는 ‘x = 20’"),
        ("(x - 2)(x - 345) = 0", "x = 2,345", "‘x = 2345’ 또는 ‘x = 2, x = 345’"),
    ],
)
def test_an_answer_that_is_right_in_the_less_likely_reading_only_is_unreadable(problem, final, two):
    line = check_solution(problem, [], final).final
    assert line.verdict == "unreadable" and two in line.reason


def test_what_was_read_is_shown_only_where_it_differs():
    report = check_solution("2x + 3 = 11", ["2x=8", r"\frac{2x}{2} = 4"], "정답은 x = 4입니다.")
    assert [line.read for line in report.steps] == ["", "2x/2 = 4"]
    assert report.final.read == "x = 4"
    lines = ["=36÷6 - 4*1", "6-(-2)-6", "2.", "3/2÷3/4"]
    report = check_solution("36÷6-4", lines, "2")
    assert [line.read for line in report.steps] == ["", "", "", "(3/2)/(3/4)"]


@pytest.mark.parametrize(
    "problem",
    [
        "연필 한 자루가 x원입니다. 연필 4자루의 값이 2900원이면 x는 얼마인가요?",
        "어떤 수 x의 30%가 45입니다. x는 얼마인가요?",
        "20000원짜리 책을 15% 할인하면 얼마인가요?",
    ],
)
def test_a_story_is_no_problem_that_can_be_read(problem):
    with pytest.raises(MathTextError):
        check_solution(problem, [], "1")
