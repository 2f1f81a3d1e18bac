"""Runs what a learner wrote into a file of her own, and holds its names against conditions."""

import ast
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from helpers.exercises.trial import MEANINGS, STILL_BLANK, MistakeError, NotTriedError, RaisedError, Trial
from helpers.exercises.values import shortened
from helpers.vocabulary import use_bundled

NO_NAME = "파일에 {name}이라는 이름이 없습니다. 철자와 대소문자를 보세요."
NOT_A_FUNCTION = "{name}이라는 이름의 함수가 없습니다. def {name}(…):로 만드세요."
NO_PYTHON = "파이썬으로 읽을 수 없는 파일입니다."
NOT_RUN = "파일을 실행하다가 오류가 났습니다."
RAISED = "함수를 실행하다가 오류가 났습니다."
HER_LINE = "{number}번째 줄"
# A file knows nothing of the notebook's names.
ALONE = "파일은 노트북과 따로 실행되므로, 쓰는 이름은 파일 안에서 만들거나 import하세요."


class Written:
    """The names that a learner's file made.

    Args:
        names: the names and what they stand for.
    """

    def __init__(self, names: dict[str, object]) -> None:
        self._names = names
        self.trials: list[Trial] = []

    def value(self, name: str) -> object:
        """Return what a name stands for.

        Raises:
            MistakeError: there is no such name.
            NotTriedError: it stands for `...`.
        """
        if name not in self._names:
            raise MistakeError(NO_NAME.format(name=name))
        if self._names[name] is ...:
            raise NotTriedError
        return self._names[name]

    def function(self, name: str, none_counts: bool = False) -> Trial:
        """Return a function to call as its own.

        Args:
            name: the function's.
            none_counts: whether None is among what it may return.

        Raises:
            MistakeError: there is no function of that name.
            NotTriedError: the name stands for `...`.
        """
        if not callable(self.value(name)):
            raise MistakeError(NOT_A_FUNCTION.format(name=name))
        self.trials.append(Trial(self.value(name), name, none_counts))
        return self.trials[-1]


@dataclass(frozen=True)
class Condition:
    """What must hold of a file: Korean, as the table shows it, and what says in Korean why it does not, else None."""

    text: str
    judge: Callable[[Written], str | None]


def problems(path: Path, conditions: Sequence[Condition]) -> list[str | None] | None:
    """Run a file alone, as its own module, and hold it against each condition.

    Args:
        path: the file.
        conditions: of the task.

    Returns:
        For each condition what is wrong, None where it holds; None for all where there is no file or nothing in it.

    Raises:
        OSError: the file is there and cannot be read.
        VocabularyError: a bundled vocabulary is missing or damaged.
    """
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        tree = ast.parse(source)
    except Exception as error:  # Whatever bytes may lie there.
        return [_told(NO_PYTHON, error, path)] * len(conditions)
    if not tree.body:
        return None
    use_bundled()  # A file may ask tiktoken for an encoding before any lesson is open.
    # Pydantic looks up where a class was made; no other module is called so.
    module = sys.modules[path.stem] = ModuleType(path.stem)
    try:
        exec(compile(tree, str(path), "exec"), vars(module))
        return [_problem(condition, vars(module), path) for condition in conditions]
    except (Exception, SystemExit) as error:
        return [_told(NOT_RUN, error, path)] * len(conditions)
    finally:
        del sys.modules[path.stem]


def _problem(condition: Condition, names: dict[str, object], path: Path) -> str | None:
    written = Written(names)
    try:
        mistake = condition.judge(written)
    except NotTriedError:
        mistake = STILL_BLANK
    except MistakeError as error:
        mistake = str(error)
    except RaisedError as raised:
        mistake = _told(RAISED, raised.error, path)
    except Exception as error:  # A learner's values may raise anything when they are looked at.
        mistake = _told(RAISED, error, path)
    return mistake and "\n".join([mistake, *(line for trial in written.trials for line in trial.lines)])


def _told(what: str, error: BaseException, path: Path) -> str:
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:  # Its own __str__ may raise anything.
        text = ""
    lines = [what, shortened(f"{type(error).__name__}: {text}")]
    lines += [meaning for kind, meaning in MEANINGS.items() if isinstance(error, kind)][:1]
    if isinstance(error, NameError):
        lines.append(ALONE)
    numbers = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    number = error.lineno if isinstance(error, SyntaxError) else (numbers or [None])[-1]
    return "\n".join(lines + ([HER_LINE.format(number=number)] if number else []))
