"""What an exercise can do: check an answer, give hints one after another, show the solution."""

from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.progress import Progress, ProgressError
from helpers.show import View, code, notice

NOT_TRIED = "아직 풀지 않았습니다."
RIGHT = "맞았습니다."
NOT_YET = "아직 아닙니다."
NOT_A_FUNCTION = "함수가 아닙니다. def로 만든 함수의 이름을 넣으세요."
RAISED = "답을 실행하다가 {kind} 오류가 났습니다. 먼저 답을 따로 실행해 보세요."
HINT = "힌트 {place}/{count}"
NO_MORE_HINTS = "힌트는 여기까지입니다. 풀이는 {name}.solution()으로 봅니다."
SOLUTION = "풀이 한 가지 (answer가 check에 넣을 답입니다)"
NOT_SAVED = "맞은 것을 기록하지 못했습니다: {problem}"


class NotTriedError(Exception):
    """The learner's function still returns `...`."""


@dataclass
class Exercise:
    """One exercise of a lesson.

    Args:
        lesson: the lesson's name, such as "01_roles".
        name: the exercise's name in the notebook, such as "q1".
        judge: takes the answer and returns None where it is right, else a Korean sentence that says which mistake it
            is; it judges properties, never one exact text, and calls no API.
        hints: Korean, from a nudge to nearly the solution.
        solution_code: Python that assigns the solution to `answer`; the test, `solution()` and the teacher's key all
            come from it.
    """

    lesson: str
    name: str
    judge: Callable[[object], str | None]
    hints: tuple[str, ...]
    solution_code: str
    _hints_given: int = field(default=0, init=False)

    def check(self, answer: object) -> View:
        """Say whether an answer is right, not yet right or not tried, and remember a right one.

        Args:
            answer: what the exercise asks for; `...` stands for no answer yet.

        Returns:
            The verdict; it never raises, whatever the answer is.
        """
        if answer is ...:
            return notice(NOT_TRIED)
        try:
            mistake = self._mistake(answer)
        except NotTriedError:
            return notice(NOT_TRIED)
        except Exception as error:  # The judge runs the learner's own functions, which may raise anything.
            return notice(NOT_YET, [RAISED.format(kind=type(error).__name__)])
        if mistake:
            return notice(NOT_YET, [mistake])
        try:
            Progress().add(self.lesson, self.name)
        except ProgressError as error:
            return notice(RIGHT, [NOT_SAVED.format(problem=error)])
        except OSError as error:
            # Without the path, which names the learner's account.
            return notice(RIGHT, [NOT_SAVED.format(problem=error.strerror)])
        return notice(RIGHT)

    def _mistake(self, answer: object) -> str | None:
        return self.judge(answer)

    def hint(self) -> View:
        """Show the next hint."""
        if self._hints_given == len(self.hints):
            return notice(NO_MORE_HINTS.format(name=self.name))
        self._hints_given += 1
        title = HINT.format(place=self._hints_given, count=len(self.hints))
        return notice(title, [self.hints[self._hints_given - 1]])

    def solution(self) -> View:
        """Show one solution."""
        return code(SOLUTION, self.solution_code.strip("\n"))


@dataclass
class FunctionExercise(Exercise):
    """An exercise whose answer is a function; its judge is given one that returns something."""

    def _mistake(self, answer: object) -> str | None:
        if not callable(answer):
            return NOT_A_FUNCTION

        def tried(*arguments: object) -> object:
            result = answer(*arguments)
            if result is ...:
                raise NotTriedError
            return result

        return self.judge(tried)
