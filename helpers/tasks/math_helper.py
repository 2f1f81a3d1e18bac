"""Task of 05_math_helper: say of a model's answer whether it holds, or which line is the first wrong one."""

import json

from helpers.exercises.values import composed, shown
from helpers.maths import check_solution
from helpers.tasks.task import Task
from helpers.tasks.written import Condition, Written

PASSED, FINAL, UNKNOWN = "통과", "최종 답", "확인 못 함"
STEP = "단계 {number}"
# Problem, steps and final answer of what a model may write.
RIGHT = (
    ("2x + 3 = 11", ["2x = 8", "x = 4"], "x = 4"),
    ("1/2 + 1/3", ["3/6 + 2/6", "5/6"], "5/6"),
    ("6x + 5 = 2x - 9", ["4x + 5 = -9", "4x = -14", "x = -7/2"], "x = -7/2"),
)
# The number of the first wrong step comes last.
WRONG_STEP = (
    ("6x + 5 = 2x - 9", ["8x + 5 = -9", "8x = -14", "x = -7/4"], "x = -7/4", 1),
    ("6x + 5 = 2x - 9", ["4x + 5 = -9", "4x = -4", "x = -1"], "x = -1", 2),
    ("3(x - 2) = x + 8", ["3x - 6 = x + 8", "2x = 14", "x = 8"], "x = 8", 3),
)
# A slip that is made good again, so that the final answer is right.
HEALED = (
    ("6x + 5 = 2x - 9", ["4x + 5 = -9", "4x = -4", "x = -7/2"], "x = -7/2", 2),
    ("1/2 + 1/3", ["2/5", "5/6"], "5/6", 1),
)
WRONG_FINAL = (
    ("2x + 3 = 11", ["2x = 8", "x = 4"], "x = 8"),
    ("4 - x = 10", ["-x = 6", "x = -6"], "x = 3/2"),
)
# Nothing wrong, and yet not all of it right.
UNCHECKED = (
    ("2x + 3 = 11", ["양쪽을 잘 정리하면 됩니다", "x = 4"], "x = 4"),
    ("2+2", ["2 + 2 = 4"], "8/2"),
    ("1/2 + 1/3", ["3/6 + 2/6"], "3/6 + 2/6"),
    ("2x + 3 = 11", ["2x = 8", "x = 4"], "엑스는 사입니다"),
)


def _verdict(written: Written, problem: str, steps: list[str], final: str) -> str:
    answer = {
        "steps": [{"explanation": "설명", "output": step} for step in steps],
        "final_answer": final,
    }
    told = f"{problem!r}, 단계 {steps}, 최종 답 {final!r}"
    result = written.function("first_wrong_line")(
        problem, json.dumps(answer, ensure_ascii=False), shown_as=told
    )
    return composed(result).strip() if isinstance(result, str) else shown(result)


def _mistake(result: str, wanted: str) -> str:
    if wanted != result and wanted.replace(" ", "") == result.replace(" ", ""):
        return f"띄어쓰기까지 같게 돌려주세요. 나와야 할 것: {wanted!r}"
    return f"나와야 할 것: {wanted!r}. 나온 것: {result!r}."


def _passes(written: Written) -> str | None:
    for case in RIGHT:
        if (result := _verdict(written, *case)) != PASSED:
            return _mistake(result, PASSED)
    if _verdict(written, *WRONG_FINAL[0]) == PASSED:
        return "틀린 풀이도 통과했습니다."
    return None


def _steps_problem(written: Written, cases: tuple) -> str | None:
    for *case, number in cases:
        wanted = STEP.format(number=number)
        result = _verdict(written, *case)
        if result == wanted:
            continue
        if result == STEP.format(number=number - 1):
            return f"{_mistake(result, wanted)} 단계는 1부터 셉니다."
        # What follows from a wrong line is judged by that line, so that one slip is one wrong step.
        return f"{_mistake(result, wanted)} 단계마다 판정은 report.steps에 차례로 있습니다."
    return None


def _first_step(written: Written) -> str | None:
    return _steps_problem(written, WRONG_STEP)


def _healed(written: Written) -> str | None:
    problem = _steps_problem(written, HEALED)
    return problem and f"최종 답이 맞아도 틀린 단계를 말해야 합니다.\n{problem}"


def _final(written: Written) -> str | None:
    for case in WRONG_FINAL:
        if (result := _verdict(written, *case)) != FINAL:
            return f"단계가 모두 맞아도 최종 답은 틀릴 수 있습니다.\n{_mistake(result, FINAL)}"
    return None


def _unchecked(written: Written) -> str | None:
    for case in UNCHECKED:
        if (result := _verdict(written, *case)) == UNKNOWN:
            continue
        report = check_solution(*case)
        verdicts = {line.verdict for line in (*report.steps, report.final)}
        what = "읽지 못한 줄" if "unreadable" in verdicts else "끝까지 계산하지 않은 답"
        return f"{what}은 틀린 것도 맞은 것도 아닙니다.\n{_mistake(result, UNKNOWN)}"
    return None


task = Task(
    "05_math_helper",
    (
        Condition("바르게 푼 풀이만 통과합니다", _passes),
        Condition("처음 틀린 단계의 번호를 말합니다", _first_step),
        Condition("최종 답만 틀렸으면 최종 답이라고 말합니다", _final),
        Condition("최종 답이 맞아도 틀린 단계를 말합니다", _healed),
        Condition("읽지 못했거나 덜 끝난 풀이는 확인 못 함입니다", _unchecked),
    ),
)
