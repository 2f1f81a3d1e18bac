"""Ends a command of a maintainer's: says in Korean what stopped it, and tells the shell."""

import sys
from collections.abc import Callable

from helpers.errors import CourseError
from tools.originals import OriginalsError
from tools.swap import UndoError

FILE_TROUBLE = "파일을 읽거나 쓰지 못했습니다: {problem}"
INTERRUPTED = "중단했습니다."


def exit_code(command: Callable[[], int], interrupted: str = INTERRUPTED) -> int:
    """Carry out a command and return the exit code: its own, 1 where something stopped it, 130 for Ctrl-C.

    Args:
        command: returns its exit code.
        interrupted: what is said after Ctrl-C.
    """
    try:
        return command()
    except (CourseError, OriginalsError, UndoError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(FILE_TROUBLE.format(problem=str(error)[:300]), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
