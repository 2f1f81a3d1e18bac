"""What an exercise can do: check an answer, give hints one after another, show the solution."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.errors import VocabularyError
from helpers.exercises.trial import MistakeError, NotTriedError, RaisedError, Trial, raised_view
from helpers.progress import Progress, ProgressError
from helpers.show import View, code, explain, notice

NOT_TRIED = "아직 풀지 않았습니다."
RIGHT = "맞았습니다."
SOLVED = "맞았습니다. (이 레슨 {done}/{count})"
NOT_YET = "아직 아닙니다."
NOT_A_FUNCTION = "함수가 아닙니다. def로 만든 함수의 이름을 괄호 없이 넣으세요."
HINT = "힌트 {place}/{count}"
NO_MORE_HINTS = "힌트는 여기까지입니다. 풀이는 {name}.solution()으로 봅니다."
SOLUTION = "풀이 한 가지입니다. 셀에서 ...이 있는 곳을 지우고 그 자리에 붙여 넣으세요."
NOT_SAVED = "맞은 것을 기록하지 못했습니다: {problem}"


@dataclass
class Exercise:
    """One exercise of a lesson.

    Args:
        lesson: the lesson's name, such as "01_roles".
        name: the exercise's name in the notebook, such as "q1".
        judge: takes the answer and returns None where it is right, else a Korean sentence that says which mistake it
            is; it judges properties, never one exact text, and calls no API.
        hints: Korean, from a nudge to nearly the solution.
        solution_code: Python whose last statement makes the name that the notebook's cell checks; the test,
            `solution()` and the teacher's key all come from it.
    """

    lesson: str
    name: str
    judge: Callable[[object], str | None]
    hints: tuple[str, ...]
    solution_code: str
    _hints_given: int = field(default=0, init=False)

    @property
    def asked(self) -> str:
        """The name of the answer in the notebook's cell."""
        last = ast.parse(self.solution_code).body[-1]
        return last.targets[0].id if isinstance(last, ast.Assign) else last.name

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
        except RaisedError as raised:
            return raised.view()
        except VocabularyError as error:  # The course is damaged; no answer is to blame.
            return explain(error)
        except Exception as error:  # An answer's own methods may raise anything.
            return raised_view(error)
        if mistake:
            return notice(NOT_YET, mistake.split("\n"), "wrong")
        try:
            progress = Progress()
            progress.add(self.lesson, self.name)
            done, count, following = progress.after(self.lesson, self.name)
        except ProgressError as error:
            return notice(RIGHT, [NOT_SAVED.format(problem=error)], "right")
        except OSError as error:
            # Without the path, which names the learner's account.
            return notice(RIGHT, [NOT_SAVED.format(problem=error.strerror)], "right")
        return notice(SOLVED.format(done=done, count=count), [following], "right")

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
    """An exercise whose answer is a function; its judge is given a `Trial` of it.

    Args:
        none_counts: whether None is among what the function may return.
    """

    none_counts: bool = False

    def _mistake(self, answer: object) -> str | None:
        if not callable(answer):
            return NOT_A_FUNCTION
        trial = Trial(answer, self.asked, self.none_counts)
        try:
            mistake = self.judge(trial)
        except MistakeError as error:
            mistake = str(error)
        return mistake and "\n".join([mistake, *trial.lines])
