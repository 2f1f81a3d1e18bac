"""Recognises what went wrong: first who answered, then what the answer says of itself, and only then its status alone."""

import os
import re
from dataclasses import dataclass

import openai
import pydantic

from helpers.replay import parse_json, wrong_messages
from helpers.settings import LOCAL

# What servers call a trouble by its code, its type or its status, and the status that it stands for: an error that comes
# inside a stream or with 200 has none of its own.
STATUS_OF = {
    name: status
    for status, names in {
        400: "invalid_request_error",
        401: "invalid_api_key authentication_error",
        403: "permission_error",
        404: "model_not_found not_found_error",
        429: "rate_limit_exceeded rate_limit_error",
        500: "server_error api_error internal_error",
        503: "overloaded overloaded_error unavailable_error",
    }.items()
    for name in names.split()
}
PLAIN_SERVER = r"http request (was sent )?to (an )?https (server|port)"
# What an error's names and message say, whatever its status; the first that fits. OpenAI's own guide names the codes, the
# sentences are those of other servers, gateways and older versions.
SAID = (
    # A request that alone is larger than what a minute allows: never a matter of waiting.
    ("too_large", r"request too large"),
    # A bill that nobody pays: waiting does not help.
    ("no_credit",
        r"\binsufficient[ _](quota|balance|credits?|funds)|credit[ _]balance[ _](exhausted|is too low)"
        r"|spend_limit_exceeded|organization_usage_limit_exceeded|quota exceeded.*\blimit: 0\b"
        r"|billing_(hard_limit|not_active)|budget_exceeded|exceeded ?budget|key limit exceeded|arrearage"
        r"|\b(doesn't have any|out of) credits"),
    ("too_long",
        r"context[ _-]?(length|window|size)(?!_fallback)|exceed_context_size"
        r"|(prompt|input|inputs|request|messages?|content)\b.{0,60}\b(is|are) (too (long|large)|longer than)"
        r"|(input|prompt) (token count|length)\b.{0,60}(exceed|longer)"
        r"|inputs?`? tokens \+|must have less than \d+ tokens|max_tokens must be at least 1\b"
        r"|'(messages|input)\b[^']*': string too long|tokens in the request cannot exceed"),
    ("filtered",
        # Not the name of a field or a tool that a sentence quotes, nor a gateway's list of its ways out.
        r"(?<!')content[ _-]?(filter|policy|management policy)(?!_fallback)|safety (system|setting)"
        r"|moderation_blocked|(requires|by) moderation|\b(was|were|been) flagged|guardrail"
        r"|invalid_prompt|data.?inspection.?failed|content exists risk"),
    ("wrong_key",
        r"(invalid|incorrect|wrong) api.?key|api.?key\b.{0,20}\b(invalid|not valid|leaked)|authentication error"
        r"|invalid authorization"),
    # With 400 or 401 too: the key is right, and a new one would not help.
    ("forbidden",
        r"missing scopes|not allowed to access model|location is not supported|requires terms acceptance"),
    ("plain_server", PLAIN_SERVER),
    ("not_chat", r"(only|not) supported in (the )?v1/|does not support chat|not a chat model"),
    ("server", r"\bmodel has crashed|insufficient system resources|over capacity"),
    ("not_found",
        r"invalid[ _]model\b|not a valid model|no models? (is |are )?loaded|unexpected endpoint"
        r"|model_(decommissioned|not_available|not_supported)"
        r"|\bmodel\b.{0,100}(not found|(does not|doesn't|not) exist)"),
)  # fmt: skip
# What OpenSSL says of a certificate. Python 3.13 asks more of one than those before it.
CERTIFICATES = (
    ("certificate_old", r"has expired|not yet valid"),
    ("certificate_name", r"hostname mismatch|ip address mismatch|not valid for"),
    ("certificate_strict", r"missing (authority|subject) key identifier|basic constraints|key usage|invalid ca|authority key"
        r"|ca cert|path length"),
    ("certificate", r""),
)  # fmt: skip
OF_A_STATUS = {401: "wrong_key", 402: "no_credit", 407: "connection", 408: "timeout", 409: "conflict"} | {
    **{403: "forbidden", 451: "forbidden", 413: "too_long", 429: "rate_limit"},
    **dict.fromkeys((404, 405, 410), "not_found"),
}
# Subclasses stand before their bases: the first that fits is taken.
OF_A_CLASS = (
    ("timeout", openai.APITimeoutError),
    ("connection", openai.APIConnectionError),
    ("length", openai.LengthFinishReasonError),
    ("content_filter", openai.ContentFilterFinishReasonError),
    ("not_understood", openai.APIResponseValidationError),
)


@dataclass(frozen=True)
class Told:
    """What an error says of itself.

    `status` is that of the response, or else the one that the error speaks of; `words` are its codes and messages, which
    are matched and never shown; `page` is true where it is a web page, which no API sends, and `api` where it is JSON.
    """

    status: int | None
    words: str
    page: bool
    api: bool


def told(error: Exception) -> Told:
    """Return what an exception of the SDK says of itself."""
    body, status = getattr(error, "body", None), getattr(error, "status_code", None)
    words = list(_words(body))
    if status in (None, 200):
        named = (
            STATUS_OF.get(one) or (int(one) if re.fullmatch(r"[45]\d\d", one) else None) for one in words
        )
        status = next((one for one in named if one), None)
    response = getattr(error, "response", None)
    kind = response.headers.get("content-type", "") if response is not None else ""
    text = body if isinstance(body, str) else response.text if response is not None and body is None else ""
    page = "html" in kind or text.lstrip("\ufeff \r\n\t").startswith("<")
    return Told(status, "\n".join(words), page, isinstance(body, dict | list))


def _words(body: object) -> list[str]:
    """Return the codes and messages of an error, wherever a server puts them; nothing that it repeats of a request."""
    if isinstance(body, list):
        return [word for one in body[:5] for word in _words(one)]
    if not isinstance(body, dict):
        return [str(body)[:2000]] if isinstance(body, str | int) else []
    names = (
        "error",
        "base_resp",
        "detail",
        "innererror",
        "code",
        "type",
        "status",
        "message",
        "msg",
        "status_msg",
        "reason",
    )
    return [word for name in names for word in _words(body.get(name))]


def kind_of(error: Exception) -> str:
    """Return the name in `EXPLANATIONS` of an exception of the SDK or of Pydantic."""
    if isinstance(error, pydantic.ValidationError):
        broken = error.errors()[0]
        return "not_json" if broken["type"] in ("json_invalid", "json_type") else "schema"
    # The SDK has no class of its own for it.
    if type(error) is openai.OpenAIError and "credentials" in str(error):
        return "no_key"
    if not isinstance(error, openai.APIError):
        return next((kind for kind, one in OF_A_CLASS if isinstance(error, one)), "sdk")
    said = told(error)
    if error.request.extensions.get("local_through_proxy") and not said.api:
        return "proxied"
    if isinstance(error, openai.APIConnectionError):
        return _of_a_connection(error)
    if said.page and re.search(PLAIN_SERVER, said.words, re.I):
        return "plain_server"
    # 511 is a network that wants a login first.
    ours = said.status and said.status not in (*range(300, 500), 511)
    if said.page and not ours and said.status not in (407, 408, 429):
        return "page"
    kind = _of_an_answer(error, said)
    if kind == "error_inside" and isinstance(error, openai.APIResponseValidationError):
        return kind if _has_error(error.body) else "not_understood"
    return kind


def _of_an_answer(error: openai.APIError, said: Told) -> str:
    if said.status == 429 and (
        found := re.search(r"limit:? (\d+)\b.{0,40}requested:? (\d+)", said.words, re.I)
    ):
        if int(found[2]) > int(found[1]):
            return "too_large"
    for kind, pattern in SAID if not said.page else ():
        if re.search(pattern, said.words, re.I | re.S):
            return kind
    if said.status == 400 and wrong_messages_of(error):
        return "bad_messages"
    if said.status in (400, 422) and error.param not in (None, "", "None"):
        return "bad_parameter"
    if said.status is None:
        return "error_inside"
    if 300 <= said.status < 400:
        return "not_found"
    return OF_A_STATUS.get(said.status) or ("server" if said.status >= 500 else "bad_request")


def _of_a_connection(error: openai.APIConnectionError) -> str:
    cause = str(error.__cause__)
    if "CERTIFICATE_VERIFY_FAILED" in cause:
        return next(kind for kind, pattern in CERTIFICATES if re.search(pattern, cause, re.I))
    if re.search("WRONG_VERSION_NUMBER|HTTP_REQUEST|RECORD_LAYER_FAILURE", cause):
        return "plain_server"
    if isinstance(error, openai.APITimeoutError):
        return "timeout"
    return "local_gone" if os.environ.get(LOCAL) else "connection"


def _has_error(body: object) -> bool:
    return isinstance(body, dict) and bool(body.get("error") or body.get("object") == "error")


def wrong_messages_of(error: Exception) -> str | None:
    """Say what is wrong with the messages of a refused request."""
    if not isinstance(error, openai.BadRequestError):
        return None
    return wrong_messages(parse_json(error.request.read()))
