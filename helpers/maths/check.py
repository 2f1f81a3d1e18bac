"""Decides for each step of a solution whether it follows, and whether the final answer solves the problem."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from helpers.maths import sentences as say
from helpers.maths.judges import Equation, Expression, Judgement
from helpers.maths.parse import MathTextError, Statement, parse_statement
from helpers.maths.systems import System

MAX_STEPS = 20  # keeps the longest check short


@dataclass(frozen=True)
class StepVerdict:
    """A line as it was written, "right", "wrong" or "unreadable", and the reason in Korean."""

    text: str
    verdict: Literal["right", "wrong", "unreadable"]
    reason: str


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
        problem: an expression to work out, an equation in one unknown, or up to three linear equations in two
            or three unknowns; a final `= ?` is passed over.
        steps: one line of working each; after the first 20 they are not read.
        final_answer: a value, or every unknown as `x = 3`; several solutions as `x = 1 또는 x = 2`.
    Returns:
        The verdicts, in order. Whatever the steps and the answer hold, nothing is raised for them.
    Raises:
        MathTextError: the problem itself cannot be read or is of another kind.
    """
    judge = _judge_of(parse_statement(problem.rstrip(" =?")))
    read = tuple(_verdict(text, judge.step) for text in steps[:MAX_STEPS])
    reason = say.MANY_STEPS.format(most=MAX_STEPS)
    unread = tuple(StepVerdict(text, "unreadable", reason) for text in steps[MAX_STEPS:])
    return SolutionReport(read + unread, _verdict(final_answer, judge.final))


def _verdict(text: str, judge: Callable[[Statement], Judgement]) -> StepVerdict:
    try:
        right, reason = judge(parse_statement(text))
    except MathTextError as error:
        return StepVerdict(text, "unreadable", str(error))
    return StepVerdict(text, "right" if right else "wrong", reason)


def _judge_of(problem: Statement) -> Expression | Equation | System:
    if not problem.claim and [len(terms) for terms in problem.chains] == [1]:
        return Expression(problem)
    if not problem.letters:
        raise MathTextError(say.NO_PROBLEM)
    return Equation(problem) if len(problem.letters) == 1 else System(problem)
