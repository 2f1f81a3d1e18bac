"""The box that stands in place of a traceback, and keeps it for whoever wants to read it."""

import traceback
from collections.abc import Callable
from typing import ClassVar

import openai
import pydantic

from helpers.errors import CourseError
from helpers.show.beginners import SLIPS, explain_slip
from helpers.show.trouble import explain

# Whoever raises one of these, it is explained.
EXPLAINED = (openai.OpenAIError, pydantic.ValidationError, CourseError)
NO_TRACEBACK = "아직 오류가 없습니다."


class TroubleBox:
    """Shows the explanation in place of a traceback, in the notebook that it is installed in.

    Args:
        hide: takes text and returns it without anything secret; a live lesson puts its own here.

    Attributes:
        live: whether the lesson asks a server.
        hints: the last lines of each box; none until there is a lesson that can be asked for the traceback.
        traceback: the full traceback of the last error.
    """

    def __init__(self, hide: Callable[[str], str] = str) -> None:
        self.hide = hide
        self.live = False
        self.hints: tuple[str, ...] = ()
        self.traceback = NO_TRACEBACK
        TroubleBox._newest = self

    _newest: ClassVar["TroubleBox | None"] = None

    @classmethod
    def current(cls) -> "TroubleBox":
        """Return the box of the lesson opened last in this kernel, or a new one where none was."""
        return cls._newest or cls()

    def keep(self, error: BaseException) -> None:
        """Remember the traceback of an error, with nothing secret in it."""
        self.traceback = self.hide("".join(traceback.format_exception(error)))

    def install(self, shell) -> None:
        """Take over the errors of the SDK, of Pydantic and of the course in an IPython shell, and beginners' slips."""
        shell.set_custom_exc((*EXPLAINED, *SLIPS), self._show)

    def _show(self, shell, kind, error, trace, tb_offset=None) -> None:
        from IPython.display import display

        if isinstance(error, EXPLAINED):
            box = explain(error, *self.hints, live=self.live)
        else:
            box = explain_slip(error, shell.user_ns, *self.hints)
        if box is None:
            # As IPython shows it where nobody has taken over its class.
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
            return
        self.keep(error.with_traceback(trace))
        # IPython formats every error once more for its history: through the SDK's large files that takes 12 MiB.
        if hasattr(error, "__dict__"):
            error._render_traceback_ = lambda: [self.traceback]
        display(box)


def load_ipython_extension(shell) -> None:
    """Explain a missing name, and a file that hides a package, before a lesson is open: a kernel of start.py's asks for it.

    Nothing is a lesson's yet, so Python's own record stays, and the box stands below it.
    """

    def show(shell, kind, error, trace, tb_offset=None) -> None:
        from IPython.display import display

        shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
        box = explain_slip(error, shell.user_ns)
        if box:
            display(box)

    shell.set_custom_exc((NameError, ImportError, AttributeError), show)
