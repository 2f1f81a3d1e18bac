import pytest

from helpers.maths.check import MathTextError, check_solution

PROBLEM = "x + y = 6, x - y = 2"


@pytest.mark.parametrize(
    ("problem", "steps", "final"),
    [
        (PROBLEM, ["2x = 8", "x = 4", "4 + y = 6", "y = 2"], "x = 4, y = 2"),
        (PROBLEM, ["y = 6 - x", "x - (6 - x) = 2", "2x - 6 = 2"], "y = 2 그리고 x = 4"),
        (PROBLEM, ["x + y = 6; 2x = 8", "6 - 4 = 2"], "답: x = 4, y = 2."),
        ("x/2 + y = 1\n0.5y = x", [], "x = 2/5, y = 4/5"),
        ("x + y + z = 6, x - y = -1, z = 3", ["x + y = 3", "2x = 2"], "x = 1, y = 2, z = 3"),
        ("x + y = 1, x + y = 2", ["0 = 1"], "해가 없다"),
        ("x + y = 1, 2x + 2y = 2", ["0 = 0"], "해가 무수히 많다"),
        ("x = 2y = 4", [], "x = 4, y = 2"),
        ("x + y = 6, x - y = 0", ["x = y = 3"], "x = y = 3"),
    ],
)
def test_right_solutions_pass(problem, steps, final):
    report = check_solution(problem, steps, final)
    assert report.correct, report


@pytest.mark.parametrize(
    ("steps", "verdicts"),
    [
        (["2x = 9", "x = 9/2", "9/2 + y = 6", "y = 3/2"], "wrong right right right"),
        (["2x = 9", "y = 2"], "wrong right"),
        (["2x = 9", "x = 5"], "wrong wrong"),
        (["0 = 1", "x = 4"], "wrong right"),
        (["x*y = 8", "z = 1", "2x", "x > 4", "2x = 8"], "right unreadable unreadable unreadable right"),
        (["해가 없다"], "wrong"),
    ],
)
def test_one_slip_is_one_wrong_step(steps, verdicts):
    assert [line.verdict for line in check_solution(PROBLEM, steps, "").steps] == verdicts.split()


@pytest.mark.parametrize(
    ("final", "verdict", "reason"),
    [
        ("x = 4", "wrong", "값을 빠뜨린 미지수가 있습니다: y."),
        ("x = 4, y = 3", "wrong", "만족하지 않는 값이 있습니다: y."),
        ("x = 4, y = 2, y = 3", "wrong", "만족하지 않는 값이 있습니다: y."),
        ("2x = 8, y = 2", "unfinished", "끝까지 풀지"),
        ("x = 8/2, y = 2", "unfinished", "끝까지 풀지"),
        ("x = 4, y = 2, z = 1", "unreadable", "문제에 없는 문자"),
        ("해가 무수히 많다", "wrong", "하나입니다"),
        ("4, 2", "unreadable", "등호가 없어"),
    ],
)
def test_final_answers_fail_for_distinct_reasons(final, verdict, reason):
    line = check_solution(PROBLEM, [], final).final
    assert (line.verdict, reason in line.reason) == (verdict, True), line


def test_a_value_is_no_answer_to_a_system_without_a_single_solution():
    assert check_solution("x + y = 1, x + y = 2", [], "x = 1, y = 0").final.verdict == "wrong"
    assert check_solution("x + y = 1", [], "x = 1, y = 0").final.verdict == "wrong"
    assert check_solution("x + y = 1", [], "모든 수").final.verdict == "wrong"


@pytest.mark.parametrize("problem", ["x*y = 6", "x^2 + y = 1", "1/x + y = 1", "x+y=1, x=1, y=0, x=y+1"])
def test_other_systems_are_refused(problem):
    with pytest.raises(MathTextError):
        check_solution(problem, [], "x = 1, y = 0")
