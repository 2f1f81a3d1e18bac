"""The playground of 05_math_helper: a problem, the steps, a final answer, and the verdict on each line."""

from dataclasses import dataclass

import ipywidgets
from pydantic import BaseModel

from helpers.maths import MAX_STEPS, MathTextError, SolutionReport, StepVerdict, check_solution
from helpers.playgrounds.playground import Playground, Settled, result, show
from helpers.playgrounds.recorded import Recordings
from helpers.replay import Interaction, read_answer, said
from helpers.show import View, notice, origin_line, stack, table, verdict

TITLE = "풀이 확인대"
MAX_SHOWN = 80  # characters of a line that are shown
# Written with one slip on purpose: 31 changes sides and keeps its sign.
START_PROBLEM = "8x + 31 = 2"
START_STEPS = "8x = 2 + 31\n8x = 33\nx = 33/8"
START_FINAL = "x = 33/8"

SOURCE = "처음에 있는 풀이는 저자가 일부러 한 곳을 틀리게 적은 것입니다. 고쳐 보세요."
PROBLEM, STEPS, FINAL = "문제", "풀이(한 줄에 한 단계)", "최종 답"
HEADERS = ("줄", "식", "판정", "이유")
READ = "이렇게 읽었습니다: {read}"
STEP = "단계 {place}"
ALL_RIGHT = "모든 단계와 최종 답이 맞습니다."
NOT_ALL_RIGHT = "맞지 않은 줄: {count}개"
TOO_MANY = "{most}단계 뒤의 {count:,}줄은 확인하지 않았습니다. 풀이를 나누어 확인하세요."
BAD_PROBLEM = "문제를 읽지 못했습니다."
# The bank of recorded solutions, and what stands before the problem in its requests.
SOLVED, BEFORE_PROBLEM = "solve/", ": "
RECORDED = "녹화된 풀이"
LOADED = "녹화된 풀이를 불러왔습니다. 고친 줄은 그 모델의 풀이가 아닙니다."
LEFT_OUT = "잘려서 JSON으로 읽히지 않는 풀이와 글로 된 문제는 '{list}'에 없습니다."


def report_view(problem: str, steps: str, final_answer: str) -> View:
    """Show the verdict on every line of a solution, in words.

    Args:
        problem: an expression, an equation or a system, as `check_solution` reads it.
        steps: one line of working each; empty lines are passed over.
        final_answer: the answer to check.

    Returns:
        A table of the lines, or why the problem cannot be read.
    """
    lines = [line.strip() for line in steps.splitlines() if line.strip()]
    try:
        report = check_solution(problem.strip(), lines[:MAX_STEPS], final_answer.strip())
    except MathTextError as error:
        return notice(BAD_PROBLEM, [_shorten(str(error), 4 * MAX_SHOWN)])
    verdicts = _table(report)
    if len(lines) <= MAX_STEPS:
        return verdicts
    rest = notice(TOO_MANY.format(most=MAX_STEPS, count=len(lines) - MAX_STEPS))
    return stack(verdicts, rest)


def _table(report: SolutionReport) -> View:
    lines = [*report.steps, report.final]
    names = [*(STEP.format(place=place) for place in range(1, len(lines))), FINAL]
    rows = [_row(name, line) for name, line in zip(names, lines, strict=True)]
    looks = [line.verdict for line in lines]
    wrong = sum(look != "right" for look in looks)
    return table(HEADERS, rows, NOT_ALL_RIGHT.format(count=wrong) if wrong else ALL_RIGHT, looks=looks)


def _row(name: str, line: StepVerdict) -> list[str | View]:
    text = _shorten(line.text, MAX_SHOWN)
    if line.read:
        text += "\n" + READ.format(read=_shorten(line.read, MAX_SHOWN))
    return [name, text, verdict(line.verdict), _shorten(line.reason, 4 * MAX_SHOWN)]


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


@dataclass(frozen=True)
class Solution:
    """A solution as the bench holds it."""

    problem: str
    steps: str
    final: str


def solutions(recordings: dict[str, Interaction]) -> dict[str, Solution]:
    """Return the recorded solutions that the bench can show, by id: whole ones of problems that the checker reads.

    Args:
        recordings: a lesson's `recorded_requests()`.
    """
    found = {id: _solution(one) for id, one in recordings.items() if id.startswith(SOLVED)}
    return {id: one for id, one in found.items() if one}


class _Step(BaseModel):
    output: str


class _Solved(BaseModel):
    steps: list[_Step]
    final_answer: str


def _solution(one: Interaction) -> Solution | None:
    problem = one.request["body"]["messages"][-1]["content"].partition(BEFORE_PROBLEM)[2]
    try:
        check_solution(problem, [], "")
        solved = _Solved.model_validate_json(said(_answer(one)).text or "")
    except (MathTextError, ValueError):
        return None
    lines = [" ".join(step.output.split()) for step in solved.steps]
    return Solution(problem, "\n".join(lines), solved.final_answer)


def _answer(one: Interaction):
    return read_answer(one.responses[0], one.request["path"])


class MathBench(Playground):
    """Shows the verdict on each line while a solution is edited.

    Args:
        lesson: an open lesson, whose recorded solutions can then be loaded; without it there is only the written one.
    """

    def __init__(self, lesson=None) -> None:
        self._lesson = lesson
        self._requests = lesson.recorded_requests() if lesson else {}
        self._solutions = solutions(self._requests)
        look = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
        self.problem = ipywidgets.Text(START_PROBLEM, description=PROBLEM, **look)
        self.steps = ipywidgets.Textarea(START_STEPS, description=STEPS, rows=6, **look)
        self.final = ipywidgets.Text(START_FINAL, description=FINAL, **look)
        self.report = result()
        typed = Settled(self._draw)
        for widget in (self.problem, self.steps, self.final):
            widget.observe(typed, names="value")
        report = report_view(START_PROBLEM, START_STEPS, START_FINAL)
        show(self.report, report)
        self.note = ipywidgets.HTML()
        self._told(notice(SOURCE))
        self.recordings = Recordings(
            RECORDED, self._requests, self._solutions, self._load, self._kept, self._restore
        )
        choice = [self.recordings] if self._solutions else []
        start = stack(notice(f"{PROBLEM}: {START_PROBLEM}", [SOURCE]), report)
        super().__init__(
            TITLE, start, [*choice, self.note, self.problem, self.steps, self.final, self.report]
        )

    def _load(self, id: str) -> None:
        origin = origin_line(self._lesson.origin(_answer(self._requests[id])))
        told = notice(origin, [LOADED, LEFT_OUT.format(list=RECORDED)])
        self._restore((self._solutions[id], told))

    def _kept(self) -> tuple[Solution, View]:
        return Solution(self.problem.value, self.steps.value, self.final.value), self._note

    def _restore(self, kept: tuple[Solution, View]) -> None:
        one, told = kept
        self.problem.value, self.steps.value, self.final.value = one.problem, one.steps, one.final
        self._told(told)

    def _told(self, note: View) -> None:
        self._note = note
        show(self.note, note)

    def _draw(self) -> None:
        show(self.report, report_view(self.problem.value, self.steps.value, self.final.value))
