"""Exercises of 05_math_helper: repair a solution, find the first wrong line, check a root exactly, give all roots."""

import re
import unicodedata

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.exercises.trial import RaisedError, Trial
from helpers.exercises.values import composed, shown
from helpers.maths import StepVerdict, check_solution

LESSON = "05_math_helper"

LINEAR = "3(x - 2) = x + 8"
FEWEST_STEPS = 3
ENDS_SOLVED = re.compile(r"x\s*=[^=]", re.IGNORECASE)


def _judge_repair(steps: object) -> str | None:
    if not isinstance(steps, list):
        return "단계의 리스트(list)가 아닙니다. 대괄호 안에 식을 문자열로, 단계마다 하나씩 적으세요."
    if not all(isinstance(step, str) for step in steps):
        return "단계마다 식을 문자열(str)로 적으세요."
    if any("\n" in step.strip() for step in steps):
        return "문자열 하나에 여러 줄이 들어 있습니다. 단계마다 문자열을 하나씩 적고 쉼표로 나누세요."
    steps = [composed(step) for step in steps]
    # The same line with other spaces is no step, nor is a calculation without the unknown.
    written = {"".join(unicodedata.normalize("NFKC", step).lower().split()) for step in steps}
    if sum("x" in step for step in written) < FEWEST_STEPS:
        return f"단계를 건너뛰었습니다. x가 있는 서로 다른 단계를 {FEWEST_STEPS}개 이상 적으세요."
    # A mark that lists of steps have, such as "4)", is none of the final answer.
    last = check_solution(LINEAR, steps, steps[-1]).steps[-1]
    report = check_solution(LINEAR, steps, last.read or last.text)
    for place, line in enumerate(report.steps, 1):
        if line.verdict != "right":
            return f"단계 {place}({shown(line.text)}): {line.reason}"
    if report.final.verdict != "right":
        return f"마지막 단계가 답이 아닙니다. {report.final.reason}"
    if not ENDS_SOLVED.search(unicodedata.normalize("NFKC", steps[-1])):
        return "마지막 단계는 x = 수 꼴로 적으세요. x가 등호의 왼쪽에 옵니다."
    return None


q1 = Exercise(
    LESSON,
    "q1",
    _judge_repair,
    (
        '먼저 verdict_table(check_solution(문제, 틀린 풀이의 리스트, "x = 5"))를 실행해, 틀림으로 판정되는 줄을 찾으세요.',
        "괄호를 풀 때 3은 x에도 -2에도 곱해집니다.",
        "첫 단계는 3x - 6 = x + 8입니다. 그 뒤의 단계도 이 줄에 맞추어 고치세요.",
    ),
    """
repaired_steps = [
    "3x - 6 = x + 8",
    "2x - 6 = 8",
    "2x = 14",
    "x = 7",
]
""",
)

# Problem, steps, final answer, and where the first wrong line is: its index in the lines, or None.
REPORTS = (
    ("2+2", ["2 + 2 = 4"], "4", None),
    ("2+2", ["2 + 2 = 4"], "8/2", None),  # unfinished
    ("6x + 5 = 2x - 9", ["4x + 5 = -9", "4x = -4", "x = -1"], "x = -1", 1),
    ("6x + 5 = 2x - 9", ["4x = -4", "x = -7/2"], "x = -7/2", 0),
    ("6x + 5 = 2x - 9", ["4x = -14", "x = -7/2"], "x = 7/2", 2),
    ("6x + 5 = 2x - 9", ["양변에서 2x를 뺀다", "4x + 5 = 9", "4x = 4"], "x = 1", 1),
    ("6x + 5 = 2x - 9", ["양변에서 2x를 뺀다", "4x = -14"], "-7/2", None),
)


def _judge_first_wrong(first_wrong: Trial) -> str | None:
    for problem, steps, final_answer, place in REPORTS:
        report = check_solution(problem, steps, final_answer)
        lines = (*report.steps, report.final)
        told = f"check_solution({problem!r}, {steps!r}, {final_answer!r})"
        result = first_wrong(report, shown_as=told)
        if result is not None and not isinstance(result, StepVerdict):
            return "report 안의 줄(StepVerdict)을 그대로 돌려주고, 없으면 None을 따옴표 없이 돌려주세요."
        wanted = None if place is None else lines[place]
        if result == wanted:
            continue
        if result is None:
            where = " 단계 다음에 최종 답도 보아야 합니다." if wanted is report.final else ""
            told = f"틀린 줄이 있는데 None이 돌아왔습니다: {wanted.text}.{where}"
            return f'{told}\nreturn을 잊고 print만 했거나, 다 보기 전에 돌려주지 않았나요? 비교할 값은 영어 "wrong"입니다.'
        if result.verdict != "wrong":
            return f"틀린 줄이 아닙니다: {result.text}. verdict가 wrong인 줄만 찾고, 없으면 None입니다."
        return f"돌려준 줄({result.text})보다 먼저 틀린 줄이 있습니다."
    return None


q2 = FunctionExercise(
    LESSON,
    "q2",
    _judge_first_wrong,
    (
        "report.steps의 줄들 다음에 report.final이 옵니다.",
        "[*report.steps, report.final]을 차례로 보면서 line.verdict를 확인하세요.",
        'line.verdict == "wrong"인 첫 줄을 return하고, 끝까지 없으면 None을 return합니다.',
    ),
    """
def first_wrong(report):
    for line in [*report.steps, report.final]:
        if line.verdict == "wrong":
            return line
    return None
""",
    none_counts=True,
)

# Of a, b, c and x: an ordinary pair first, then what goes wrong with eval, without Fraction, and with a tolerance.
NO_NUMBERS = ((1, -5, 6, "2+0"), (1, -3, 2, "1/0"), (1, -3, 2, "해가 없다"))
FRACTIONS = ((6, -5, 1, "1/3"), (4, 4, 1, "-1/2"))
DECIMAL = (100, -20, 1, "0.1")  # 100 * 0.1**2 - 20 * 0.1 + 1 is 2.2e-16 with floats
# What rounds to a root: the square root of 2 in 17 and in 40 digits, and 1/3 cut off.
NEARLY = (
    (1, 0, -2, "1.41421356237309505"),
    (1, 0, -2, "1.414213562373095048801688724209698078570"),
    (0, 3, -1, "0.3333333333333333"),
)
PLAIN = (((1, -5, 6, "2"), True), ((1, -5, 6, "4"), False), ((2, 0, -8, "-2"), True), ((0, 2, -8, "4"), True))


def _judge_root(check_root: Trial) -> str | None:
    for arguments, right in PLAIN:
        result = check_root(*arguments)
        if not isinstance(result, bool):
            return "True나 False를 돌려주어야 합니다. ==로 비교한 결과를 return하세요."
        if result != right:
            return f"{right}여야 합니다. 식 a*x**2 + b*x + c를 다시 보세요."
    for arguments in NO_NUMBERS:
        try:
            result = check_root(*arguments)
        except RaisedError as raised:
            raised.advice = ["x가 수가 아닌 글이면 오류 대신 False를 돌려주세요."]
            raise
        if result is not False:
            return "x는 수가 아니므로 False여야 합니다. 글을 실행하지 말고 Fraction(x)로 읽으세요."
    for arguments in FRACTIONS:
        if check_root(*arguments) is not True:
            return "True여야 하는데, 분수인 해를 알아보지 못했습니다. x를 Fraction으로 읽으세요."
    if check_root(*DECIMAL) is not True:
        return "값은 정확히 0인데 해가 아니라고 했습니다. float 대신 Fraction으로 계산하세요."
    for arguments in NEARLY:
        if check_root(*arguments) is not False:
            return "값은 0에 가깝지만 0이 아닙니다. 어림하지 말고 정확히 비교하세요."
    return None


q3 = FunctionExercise(
    LESSON,
    "q3",
    _judge_root,
    (
        "Fraction(x)는 '1/3'도 '0.1'도 정확한 분수로 읽습니다.",
        "읽은 값을 a*x**2 + b*x + c에 넣어 0과 ==로 비교하세요.",
        "Fraction은 수가 아닌 글에 ValueError를, '1/0'에 ZeroDivisionError를 냅니다. 둘 다 잡아 False를 돌려주세요.",
    ),
    """
from fractions import Fraction


def check_root(a, b, c, x):
    try:
        value = Fraction(x)
    except (ValueError, ZeroDivisionError):
        return False
    return a * value**2 + b * value + c == 0
""",
)

QUADRATIC = "2x^2 - 3x - 2 = 0"


def _judge_roots(final_answer: object) -> str | None:
    if not isinstance(final_answer, str):
        told = "최종 답을 문자열(str) 하나로 적으세요. 해가 여러 개이면 그 안에서 또는으로 잇습니다."
        return f"{told} 지금 값: {shown(final_answer)}"
    line = check_solution(QUADRATIC, [], composed(final_answer)).final
    return None if line.verdict == "right" else line.reason


q4 = Exercise(
    LESSON,
    "q4",
    _judge_roots,
    (
        "왼쪽을 두 일차식의 곱으로 바꾸어 보세요.",
        "(x - 2)(2x + 1) = 0입니다. 두 식이 0이 되는 x를 각각 구하세요.",
        "해마다 x = 수 꼴로 적고, 또는으로 잇습니다.",
    ),
    """
final_answer = "x = 2 또는 x = -1/2"
""",
)
