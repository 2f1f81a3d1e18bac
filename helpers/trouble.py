"""Turns an exception of the SDK or of the course into what happened, why, and what to do next, in Korean."""

import re
import traceback
from collections.abc import Callable

import openai
import pydantic

from helpers.errors import CourseError
from helpers.explanations import EXPLANATIONS
from helpers.views import View, notice

TRACEBACK_HINT = "파이썬의 오류 기록 전체는 lesson.traceback()으로 봅니다."
# With the hint a box has at most twelve.
MOST_LINES = 11
SUCCESSOR = "{model}의 후속 모델: {successor}"
NO_TRACEBACK = "아직 오류가 없습니다."
# 429 for a bill that nobody pays: waiting does not help. Codes of OpenAI's error guide, and the older one.
BILLING = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
}
# A prompt that does not fit: the code of OpenAI and others, and the type that llama.cpp gives.
TOO_LONG = {"context_length_exceeded", "exceed_context_size_error"}


def explain(error: Exception, *more: str) -> View:
    """Explain an exception in at most 12 lines.

    Nothing of the server's own message is repeated, except the course's: a 401 holds a part of the key.

    Args:
        error: an exception of the SDK, of Pydantic or of the course.
        more: lines to add at the end.

    Returns:
        A box: what happened, why, what to do next.
    """
    if isinstance(error, CourseError):
        lines = [*EXPLANATIONS["course"], *str(error).split("\n")][:MOST_LINES]
    elif is_miss(error):
        lines = error.body["message"].split("\n")[:MOST_LINES]
    else:
        fields = {
            "param": _plain(getattr(error, "param", None)),
            "code": _plain(_code(error)),
            "status": getattr(error, "status_code", "?"),
            "kind": type(error).__name__,
            "fields": _fields(error),
        }
        lines = [line.format(**fields) for line in EXPLANATIONS[kind_of(error)]]
        lines += _advice(error) if kind_of(error) in ("bad_parameter", "not_found") else []
    return notice(lines[0], [*lines[1:], *more])


def _advice(error: openai.APIStatusError) -> list[str]:
    """Return what `models.toml` knows to do about a refused parameter or a model that is gone; nothing where staged."""
    from helpers.adapting import advice
    from helpers.models import find_model
    from helpers.responses import parse

    body = parse(error.request.read())
    if error.request.url.host.endswith(".invalid") or not isinstance(body, dict):
        return []
    model = str(body.get("model"))
    if isinstance(error, openai.NotFoundError):
        successor = find_model(model).successor
        return [SUCCESSOR.format(model=model, successor=successor)] if successor else []
    line = advice(_plain(error.param), model, str(error.request.url))
    return [line] if line else []


def is_miss(error: Exception) -> bool:
    """Say whether an exception is the course's own 404 for a request that no cassette holds."""
    # A server could send that code too, and then its own words, which are never shown.
    own = isinstance(error, openai.NotFoundError) and error.request.url.host.endswith(".invalid")
    return own and error.code == "recording_not_found"


def kind_of(error: Exception) -> str:
    """Return the name in `EXPLANATIONS` of an exception of the SDK or of Pydantic."""
    # Servers name a trouble by its code or by its type.
    names = {_code(error), str(getattr(error, "type", None))}
    if isinstance(error, openai.RateLimitError):
        return "no_credit" if names & BILLING else "rate_limit"
    if isinstance(error, openai.BadRequestError):
        return "too_long" if names & TOO_LONG else "bad_parameter" if error.param else "bad_request"
    # The SDK has no class of its own for it.
    if type(error) is openai.OpenAIError and "credentials" in str(error):
        return "no_key"
    if isinstance(error, openai.APIStatusError) and error.status_code in _STATUS_KINDS:
        return _STATUS_KINDS[error.status_code]
    if "CERTIFICATE_VERIFY_FAILED" in str(error.__cause__):
        return "certificate"
    for kind, classes in _CLASSES:
        if isinstance(error, classes):
            return kind
    return "sdk"


# What has no class in the SDK: no balance left, a proxy that wants a password, a server that gave up waiting, and an
# address that leads nowhere.
_STATUS_KINDS = {402: "no_credit", 407: "connection", 408: "timeout"} | dict.fromkeys(
    range(300, 400), "not_found"
)

# Subclasses stand before their bases: the first that fits is taken.
_CLASSES = (
    ("wrong_key", openai.AuthenticationError),
    ("forbidden", openai.PermissionDeniedError),
    ("not_found", openai.NotFoundError),
    ("conflict", openai.ConflictError),
    ("server", openai.InternalServerError),
    ("bad_request", openai.APIStatusError),
    ("timeout", openai.APITimeoutError),
    ("connection", openai.APIConnectionError),
    ("length", openai.LengthFinishReasonError),
    ("content_filter", openai.ContentFilterFinishReasonError),
    ("not_understood", openai.APIResponseValidationError),
    ("schema", pydantic.ValidationError),
)


def _code(error: Exception) -> str | None:
    code = getattr(error, "code", None)
    return None if code is None else str(code)


def _plain(value: object) -> str:
    """Return a name such as `messages[0].content`; a server could put anything else there, even the key."""
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.\[\]]{1,80}", value) else "?"


def _fields(error: Exception) -> str:
    if not isinstance(error, pydantic.ValidationError):
        return "?"
    places = (".".join(map(str, one["loc"])) or "전체" for one in error.errors()[:5])
    # A place holds keys from the data, with whatever line breaks a model wrote into them.
    return " ".join(", ".join(places).split())[:200]


class TroubleBox:
    """Shows the explanation in place of a traceback, in the notebook that it is installed in.

    Args:
        hide: takes text and returns it without anything secret; a live lesson puts its own here.

    Attributes:
        hints: the last lines of each box; none until there is a lesson that can be asked for the traceback.
        traceback: the full traceback of the last error.
    """

    def __init__(self, hide: Callable[[str], str] = str) -> None:
        self.hide = hide
        self.hints: tuple[str, ...] = ()
        self.traceback = NO_TRACEBACK

    def install(self, shell) -> None:
        """Take over the errors of the SDK, of Pydantic and of the course in an IPython shell."""
        shell.set_custom_exc((openai.OpenAIError, pydantic.ValidationError, CourseError), self._show)

    def _show(self, shell, kind, error, trace, tb_offset=None) -> None:
        from IPython.display import display

        self.traceback = self.hide("".join(traceback.format_exception(kind, error, trace)))
        # IPython formats every error once more for its history: through the SDK's large files that takes 12 MiB.
        if hasattr(error, "__dict__"):
            error._render_traceback_ = lambda: [self.traceback]
        display(explain(error, *self.hints))
