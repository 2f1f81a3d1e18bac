"""Decides for each step of a solution whether it follows, and whether the final answer solves the problem."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from helpers.maths import sentences as say
from helpers.maths.equations import Equation
from helpers.maths.judges import Expression, Judge, Judgement
from helpers.maths.parse import Statement, parse_statement
from helpers.maths.signs import alike
from helpers.maths.systems import System
from helpers.maths.trees import every
from helpers.maths.values import MathTextError, refuse
from helpers.maths.words import MARK
from helpers.maths.wrapping import Part, unwrapped, without_marks

MAX_STEPS = 20  # keeps the longest check short


@dataclass(frozen=True)
class StepVerdict:
    """A line as it was written, its verdict, the reason in Korean, and what was read where it differs.

    The verdict is "right", "wrong", "unreadable", or "unfinished" for an answer that is right in value but not
    worked out to the end.
    """

    text: str
    verdict: Literal["right", "wrong", "unfinished", "unreadable"]
    reason: str
    read: str = ""


@dataclass(frozen=True)
class SolutionReport:
    """The verdict on every step and on the final answer."""

    steps: tuple[StepVerdict, ...]
    final: StepVerdict

    @property
    def correct(self) -> bool:
        """True where every step and the final answer are right."""
        return all(line.verdict == "right" for line in (*self.steps, self.final))


def check_solution(problem: str, steps: Sequence[str], final_answer: str) -> SolutionReport:
    """Check a solution line by line.

    A step is compared with the last readable line before it, so that one slip is one wrong step; the final
    answer is compared with the problem. Of a system, a step may state any equation that follows from it.

    Args:
        problem: an expression to work out, an equation or inequality in one unknown, or up to three equations
            in two or three unknowns; a final `= ?` is passed over.
        steps: one line of working each; after the first 20 they are not read.
        final_answer: a value, or every unknown as `x = 3`; several solutions as `x = 1 또는 x = 2`.
    Returns:
        The verdicts, in order. Whatever the steps and the answer hold, nothing is raised for them.
    Raises:
        MathTextError: the problem itself cannot be read or is of another kind.
    """
    judge = _judge_of(problem)
    lines: list[StepVerdict] = []
    for place, (text, marked) in enumerate(zip(steps, without_marks(steps[:MAX_STEPS]), strict=False)):
        judge, line, _ = _judged(judge, text, *marked, place)
        lines.append(line)
    _, final, statement = _judged(judge, final_answer, *without_marks([final_answer])[0], None)
    for place, reason in judge.losses(statement):
        if place is not None and lines[place].verdict == "right":
            lines[place] = replace(lines[place], verdict="wrong", reason=reason)
    reason = say.MANY_STEPS.format(most=MAX_STEPS)
    unread = (StepVerdict(text, "unreadable", reason) for text in steps[MAX_STEPS:])
    return SolutionReport((*lines, *unread), final)


def _judge_of(problem: str) -> Judge:
    parts = unwrapped(MARK.sub("", problem, count=1) if MARK.match(problem) else problem, role="problem")[0]
    statement, *more = map(_statement, parts)
    if more or statement.claim:
        refuse(say.NO_PROBLEM)
    lone, *conditions = statement.chains
    if not lone.relations and all(chain.relations == ("≠",) for chain in conditions):
        if len(lone.branches) == 1 and len(list(every(lone.nodes[0]))) > 1:
            return Expression(Statement(((lone,),)))
    elif statement.letters:
        return Equation(statement) if len(statement.letters) == 1 else System(statement)
    refuse(say.NO_PROBLEM)


def _judged(
    judge: Judge, text: str, likely: bool, marked: Sequence[str], place: int | None
) -> tuple[Judge, StepVerdict, Statement | None]:
    """Judge every reading of a line, and keep the first where they agree or it is likelier and right."""
    outcomes, trouble = [], None
    for one in marked:
        role = "final" if place is None else "step"
        try:
            for parts in unwrapped(_continued(one, judge, place), judge.letters, role):
                outcomes.append(_outcome(copy.copy(judge), parts, place))
        except MathTextError as error:
            trouble = trouble or error
    judge.gap = True  # until a line is read that can be followed
    if not outcomes:
        return judge, StepVerdict(text, "unreadable", str(trouble)), None
    first, verdict = outcomes[0], outcomes[0][1].verdict
    other = next((one for one in outcomes[1:] if (one[1].verdict == "right") != (verdict == "right")), None)
    if other and not (likely and verdict == "right"):
        reason = say.TWO_READINGS.format(first=_written(first[2]), second=_written(other[2]))
        return judge, StepVerdict(text, "unreadable", reason), None
    read = _written(first[2])
    line = StepVerdict(text, verdict, first[1].reason, "" if _bare(text) == _bare(read) else read)
    return first[0], line, first[2][-1]


def _continued(text: str, judge: Judge, place: int | None) -> str:
    """Put in front of a line that begins with = what stood on the left above."""
    bare = text.strip(" $")
    if not bare.startswith("=") or bare.startswith(("=>", "==")):
        return text
    left = "" if place is None or isinstance(judge, Expression) else judge.left
    return f"{left} {bare}" if left else bare[1:]


def _outcome(
    judge: Judge, parts: Sequence[Part], place: int | None
) -> tuple[Judge, Judgement, list[Statement]]:
    answer = place is None and isinstance(judge, Equation)
    statements = [_statement(part, judge.letters, answer) for part in parts]
    judgement = None
    for statement in statements:
        is_answer = place is None and statement is statements[-1]
        one = judge.final(statement) if is_answer else judge.step(statement, place)
        if judgement is None or judgement.verdict == "right":
            judgement = one
        if statement.chains and statement.chains[-1].relations:
            judge.left = statement.chains[-1].terms[0].text
    return judge, judgement, statements


def _statement(part: Part, unknowns: Sequence[str] = (), answer: bool = False) -> Statement:
    return Statement(claim=part.claim) if part.claim else parse_statement(part.text, unknowns, answer)


def _written(statements: Sequence[Statement]) -> str:
    return " → ".join(say.CLAIMS[one.claim] if one.claim else one.written() for one in statements)


def _bare(text: str) -> str:
    """Leave out what says nothing: spaces, signs of multiplication, brackets round a number, a first =."""
    text = alike(text).replace("÷", "/").replace("**", "^")
    return re.sub(r"[\s*]|\((-?[0-9.a-z]+)\)", r"\1", text).strip("=.")
