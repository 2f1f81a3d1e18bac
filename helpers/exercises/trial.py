"""Calls a learner's function, and tells of a call what was tried, what came back, or where it failed."""

import dis
import inspect
import os
import traceback
from collections.abc import Callable

from helpers.exercises.values import shortened, shown
from helpers.show import TroubleBox, View, notice

CALLED = "부른 것: {call}"
CAME_BACK = "돌려받은 것: {result}"
NOTHING_CAME = "함수가 None을 돌려주었습니다. return을 잊지 않았나요?"
NOTHING_RETURNS = "print는 보여 주기만 하고, append나 sort는 None을 돌려줍니다."
NOT_PLAIN = "값이 아니라 나중에 값을 낼 것이 돌아왔습니다. async와 yield 없이 def와 return으로 쓰세요."
STILL_BLANK = "아직 ...을 돌려주는 곳이 있습니다. 남은 return ...도 답으로 바꾸세요."
OTHER_ARGUMENTS = "함수가 인수 {count}개를 받지 않습니다. def 줄의 괄호 안이 문제와 같은지 보세요."
RAISED = "답을 실행하다가 오류가 났습니다."
HER_LINE = "{number}번째 줄"
# What the commonest kinds say, for who does not read English yet.
MEANINGS = {
    NameError: "그런 이름이 없습니다. 철자를 보고, 쓰기 전에 만들거나 import했는지 보세요.",
    KeyError: "딕셔너리에 그 키가 없습니다.",
    IndexError: "그 자리에는 값이 없습니다. 순서는 0부터 셉니다.",
    AttributeError: "그 값에는 그런 이름의 속성이 없습니다.",
}


class NotTriedError(Exception):
    """The learner's function still returns `...`, and nothing else."""


class MistakeError(Exception):
    """What is wrong with an answer, in Korean, found before its judge could look at it."""


class RaisedError(Exception):
    """A learner's function raised an exception.

    Args:
        error: what it raised.
        call: the call that was tried, as text.
        function: the learner's.
    """

    def __init__(self, error: BaseException, call: str, function: object) -> None:
        self.error, self.call, self.function = error, call, function
        self.advice: list[str] = []

    def view(self) -> View:
        """Say what was raised, in which line, by which call, and what to do."""
        return raised_view(self.error, CALLED.format(call=self.call), *self.advice, function=self.function)


class Trial:
    """A learner's function, called as itself; what comes back is something.

    Args:
        function: the learner's.
        name: what the exercise calls it.
        none_counts: whether None is among what it may return.
    """

    def __init__(self, function: Callable, name: str, none_counts: bool) -> None:
        self._function, self._name, self._none_counts = function, name, none_counts
        self.lines: list[str] = []

    def __call__(self, *arguments: object, shown_as: str | None = None) -> object:
        """Call the function.

        Args:
            arguments: its arguments.
            shown_as: how they are to be told, where a learner could not type what Python writes.

        Raises:
            MistakeError: it cannot be called so, or nothing came back.
            NotTriedError: it is as the exercise gave it.
            RaisedError: it raised an exception.
        """
        # Before the call, which may change what it is given.
        call = f"{self._name}({shown_as or ', '.join(map(shown, arguments))})"
        self.lines = [CALLED.format(call=call)]
        if not _takes(self._function, arguments):
            raise MistakeError(OTHER_ARGUMENTS.format(count=len(arguments)))
        try:
            result = self._function(*arguments)
        except (Exception, SystemExit) as error:
            # What stands above the learner's function in the record is the course's own.
            error.__traceback__ = error.__traceback__.tb_next
            raise RaisedError(error, call, self._function) from error
        if inspect.iscoroutine(result) or inspect.isgenerator(result):
            result.close()
            raise MistakeError(NOT_PLAIN)
        if result is ...:
            raise NotTriedError if _is_blank(self._function) else MistakeError(STILL_BLANK)
        if result is None and not self._none_counts:
            raise MistakeError(f"{NOTHING_CAME}\n{NOTHING_RETURNS}")
        self.lines.append(CAME_BACK.format(result=shown(result)))
        return result


def raised_view(error: BaseException, *more: str, function: object = None) -> View:
    """Say which exception an answer raised and in which line of the learner's; `lesson.traceback()` is then this one.

    Args:
        error: the exception.
        more: lines to add.
        function: the learner's, where it was one.
    """
    try:
        text = str(error)
    except Exception:  # Its own __str__ may raise anything.
        text = ""
    kinds = [meaning for kind, meaning in MEANINGS.items() if isinstance(error, kind)]
    box = TroubleBox.current()
    box.keep(error)
    lines = map(shortened, [f"{type(error).__name__}: {text}", *kinds[:1], *_line_of_hers(error, function)])
    return notice(RAISED, [*lines, *more, *box.hints], "error")


def _line_of_hers(error: BaseException, function: object) -> list[str]:
    file = getattr(_code_of(function), "co_filename", None)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        # The cell of a notebook is no file.
        if frame.filename == file
        or not (os.path.exists(frame.filename) or frame.filename.startswith("<frozen"))
    ]
    if not frames:
        return []
    place = HER_LINE.format(number=frames[-1].lineno)
    return [f"{place}: {frames[-1].line}" if frames[-1].line else place]


def _code_of(function: object) -> object:
    return getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)


def _takes(function: Callable, arguments: tuple) -> bool:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # Some built-in functions have none.
        return True
    try:
        signature.bind(*arguments)
    except TypeError:
        return False
    return True


def _is_blank(function: object) -> bool:
    """Say whether a function does nothing but return `...`."""
    code = _code_of(function)
    return code is None or _steps(code) == _steps((lambda: ...).__code__)


def _steps(code) -> list[str]:
    return [step.opname for step in dis.get_instructions(code)]
