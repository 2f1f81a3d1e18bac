import pytest

from helpers.maths.check import check_solution

RIGHT = [
    ("2+2", ["2+2 = 4"], "4"),
    ("2+2 = ?", [], "답은 4입니다."),
    ("1/2 + 1/3", ["3/6 + 2/6", "5/6"], "5/6"),
    ("1/2 + 1/3", ["1/2 = 3/6, 1/3 = 2/6", "3/6 + 2/6 = 5/6"], "5/6"),
    ("1.5 × 4", ["3/2 × 4", "6"], "6"),
    ("3/4", [], "0.75"),
    ("(x+1)^2", ["x^2 + x + x + 1"], "x² + 2x + 1"),
    ("x^2 - 1", [], "(x-1)(x+1)"),
    ("8x + 7 = -23", ["8x + 7 - 7 = -23 - 7", "-23 - 7 = -30", "8x = -30", "x = -30/8"], "x = -15/4"),
    ("8x + 31 = 2", ["8x = -29"], "x = -29/8"),
    ("3 = 3x", [], "x = 1.0"),
    ("x/2 + 1/3 = 1", ["3x + 2 = 6", "3x = 4"], "x = 4/3"),
    ("x² - 5x + 6 = 0", ["x² - 5x + 6 = (x-2)(x-3)", "(x-2)(x-3) = 0", "x-2=0 또는 x-3=0"], "x = 2, x = 3"),
    ("x² = 9", ["x = ±3"], "x = 3 또는 x = -3"),
    ("x^2 + 2x + 1 = 0", ["(x+1)^2 = 0", "x + 1 = 0"], "x = -1"),
    ("x^3 = 1", ["x = 1"], "x = 1"),
    ("x^2 + 1 = 0", [], "해가 없다"),
    ("6/x = 2", ["6 = 2x"], "x = 3"),
    ("x^2/x = 0", [], "해가 없다"),
    ("x = x + 1", ["0 = 1"], "해가 없습니다."),
    ("2(x+1) = 2x + 2", ["2x + 2 = 2x + 2", "0 = 0"], "모든 수"),
    ("x/x = 1", [], "해가 무수히 많다"),
]


@pytest.mark.parametrize(("problem", "steps", "final"), RIGHT)
def test_right_solutions_pass(problem, steps, final):
    report = check_solution(problem, steps, final)
    assert report.correct, report


@pytest.mark.parametrize(
    ("problem", "steps", "verdicts"),
    [
        ("2+2", ["2+2 = 5", "5"], "wrong right"),
        ("2+3*4", ["5*4", "20"], "wrong right"),
        ("2+2", ["1+1 = 3"], "wrong"),
        ("8x + 7 = -23", ["8x = -23 + 7", "8x = -16", "x = -2"], "wrong right right"),
        ("8x + 7 = -23", ["-23 - 7 = -20", "8x = -30"], "wrong right"),
        ("8x + 7 = -23", ["8x", "8을 나눈다", "8x = -30"], "unreadable unreadable right"),
        ("8x + 7 = -23", ["8y = -30"], "unreadable"),
        ("2+2", ["x = 4", "4 또는 5"], "unreadable unreadable"),
        ("x = 2", ["모든 수"], "wrong"),
    ],
)
def test_one_slip_is_one_wrong_step(problem, steps, verdicts):
    report = check_solution(problem, steps, "")
    assert [line.verdict for line in report.steps] == verdicts.split()


@pytest.mark.parametrize(
    ("problem", "step", "reason"),
    [
        ("x² = 2x", "x = 2", "해를 잃었습니다: x = 0."),
        ("x = 2", "x² = 2x", "없던 해가 생겼습니다: x = 0."),
        ("x = 2", "x² = 4", "없던 해가 생겼습니다: x = -2."),
        ("x²/x = 0", "x = 0", "없던 해가 생겼습니다: x = 0."),
        ("(x²-1)/(x-1) = 0", "x + 1 = 0 또는 x - 1 = 0", "없던 해가 생겼습니다: x = 1."),
        ("x + 1 = 3", "x = 4", "앞 줄은 x = 2, 이 줄은 x = 4"),
        ("x/x = 1", "모든 수", "앞 줄은 모든 수(x = 0 제외)"),
        ("x^2 = 2", "x = 2", "앞 줄은 x = √2 또는 x = -√2, 이 줄은 x = 2"),
        ("x^2 = 9", "x = 3", "제곱하여 같아지는 수는 양수와 음수 둘"),
        ("(x - 2)(x - 3) = 0", "x = 2", "해를 잃었습니다: x = 3. 이 해는 뒤의 줄에도 나오지 않습니다."),
        ("x^2 = 2", "x = 1.5", "앞 줄은 x = √2 또는 x = -√2"),
        ("-2x > 6", "x > -3", "부등호의 방향이 틀렸습니다: 앞 줄은 x < -3"),
        ("2x > 6", "x < 3", "부등호의 방향이 틀렸습니다: 앞 줄은 x > 3"),
        ("2x > 6", "x > 4", "앞 줄은 x > 3, 이 줄은 x > 4"),
        ("(x - 3)(x + 2) > 0", "-2 < x < 3", "안쪽과 바깥쪽이 바뀌었습니다: 앞 줄은 x < -2 또는 x > 3"),
        ("-x^2 + x + 6 > 0", "x^2 - x - 6 > 0", "부등호의 방향이 틀렸습니다"),
        ("|x - 1| < 3", "x < -2 또는 x > 4", "안쪽과 바깥쪽이 바뀌었습니다"),
        ("|x + 4| = -2", "x = 3", "절댓값은 음수가 될 수 없으므로"),
        ("|x + 4| = -2", "x + 4 = 2", "절댓값은 음수가 될 수 없으므로"),
        ("1/6", "1/6 ≈ 16.6%", "등호 양쪽의 값이 다릅니다"),
        ("√50 - √8 + √2", "2√2", "앞 줄과 값이 다릅니다"),
        ("8 + 2 × 5^2 ÷ 5", "10 × 25 ÷ 5", "앞 줄과 값이 다릅니다"),
        ("x^2 - 5x + 6 = 0", "x = 2이고 x = 3", "‘또는’으로 이으세요"),
        ("x^2 = 2", "x = x + 1", "앞 줄은 x = √2 또는 x = -√2, 이 줄은 없음"),
    ],
)
def test_a_wrong_step_says_what_is_lost_or_gained(problem, step, reason):
    (line,) = check_solution(problem, [step], "").steps
    assert line.verdict == "wrong" and reason in line.reason


@pytest.mark.parametrize(
    ("problem", "final", "verdict", "reason"),
    [
        ("2+2", "5", "wrong", "값이 문제와 다릅니다"),
        ("2+2", "2+2", "unfinished", "끝까지 계산하지"),
        ("2+2", "4+0", "unfinished", "끝까지 계산하지"),
        ("2+2", "4/1", "unfinished", "끝까지 계산하지"),
        ("8/2", "8/2", "unfinished", "끝까지 계산하지"),
        ("1/4+1/4", "2/4", "unfinished", "끝까지 계산하지"),
        ("2x+3x", "3x+2x", "unfinished", "끝까지 계산하지"),
        ("(x+1)^2", "(x+1)^2", "unfinished", "끝까지 계산하지"),
        ("2+2", "4, 4", "unreadable", "여러 개"),
        ("2+2", "x = 4", "unreadable", "문제에 없는 문자"),
        ("2+2", "", "unreadable", "비어 있습니다"),
        ("x²-5x+6 = 0", "x = 2", "wrong", "빠뜨린 해가 있습니다: x = 3."),
        ("x²-5x+6 = 0", "x = 1 또는 x = 2 또는 x = 3", "wrong", "더 있습니다: x = 1."),
        ("x²-5x+6 = 0", "x = 2, x = 4", "wrong", "값이 틀렸습니다. 문제의 해가 아닌 것: x = 4."),
        ("x²-5x+6 = 0", "(x-2)(x-3) = 0", "unfinished", "끝까지 계산하지"),
        ("8x+7 = -23", "x = -30/8", "unfinished", "끝까지 계산하지"),
        ("8x+7 = -23", "8x = -30", "unfinished", "끝까지 계산하지"),
        ("8x+7 = -23", "-15/4", "right", "문제의 해와 같습니다"),
        ("8x+7 = -23", "해가 없다", "wrong", "문제의 해는 x = -15/4"),
        ("x = x + 1", "x = 1", "wrong", "문제의 해는 없음"),
        ("x = x", "x = 1", "wrong", "문제의 해는 모든 수"),
        ("x/x = 1", "모든 수", "wrong", "x = 0 제외"),
        ("x²/x = 0", "x = 0", "wrong", "문제의 해는 없음"),
        (
            "(x - 3)(x + 2) > 0",
            "-2 < x < 3",
            "wrong",
            "안쪽과 바깥쪽이 바뀌었습니다: 문제의 해는 x < -2 또는",
        ),
        ("|x + 4| = -2", "x = -2", "wrong", "절댓값은 음수가 될 수 없으므로"),
    ],
)
def test_final_answers_fail_for_distinct_reasons(problem, final, verdict, reason):
    line = check_solution(problem, [], final).final
    assert (line.verdict, reason in line.reason) == (verdict, True), line


def test_a_calculation_may_stand_in_what_a_line_before_it_has_left_of_the_term():
    report = check_solution("10-(7-5)^3", ["7-5=2", "2^3=8", "5-2=3"], "2")
    assert [line.verdict for line in report.steps] == ["right", "right", "wrong"]
    assert "보조 계산" in report.steps[0].reason and "따로 계산할 5 - 2 부분" in report.steps[2].reason


def test_after_an_unreadable_line_a_calculation_of_no_known_part_is_not_called_wrong():
    report = check_solution("36÷6÷2+5", ["먼저 앞의 둘을 나눈다", "7×2=14", "7×2=15", "3+5", "7×2=14"], "8")
    assert [line.verdict for line in report.steps] == ["unreadable", "unreadable", "wrong", "right", "wrong"]
    assert "읽지 못한 줄 뒤" in report.steps[1].reason
