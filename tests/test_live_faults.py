"""Every way in which a server, a proxy or a line can fail, on real HTTP: what the learner sees, and what goes on.

`python -m tests.test_live_faults` writes docs/live-faults.md from the table below; a test keeps the page true.
"""

import json
import os
import socket
import struct
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openai
import pydantic
import pytest
from openai import OpenAI

from helpers.live import LiveSession
from helpers.metering import Meter
from helpers.settings import Settings
from helpers.trouble import EXPLANATIONS, explain, kind_of
from tests.loopback import KEY, Handler, Loopback, completion

PAGE = Path(__file__).resolve().parents[1] / "docs" / "live-faults.md"
MESSAGES = [{"role": "developer", "content": "짧게 답하세요."}, {"role": "user", "content": "안녕하세요?"}]
# Windows has smaller numbers here.
LINGER = "hh" if os.name == "nt" else "ii"
SOON = {"retry-after-ms": "1"}
SERVER, CLOSED, NO_NAME = "server", "closed port", "unknown name"


class Event(pydantic.BaseModel):
    """What the calls with `parse` ask for."""

    name: str


def create(client: OpenAI) -> object:
    """Ask as most lessons do."""
    return client.chat.completions.create(model="gpt-6-luna", messages=MESSAGES).choices[0].message


def parse(client: OpenAI) -> object:
    """Ask for data."""
    return client.chat.completions.parse(model="gpt-6-luna", messages=MESSAGES, response_format=Event)


def stream(client: OpenAI) -> object:
    """Ask for an answer piece by piece."""
    pieces = client.chat.completions.create(model="gpt-6-luna", messages=MESSAGES, stream=True)
    return [piece.choices[0].delta.content for piece in pieces if piece.choices]


def hurried(client: OpenAI) -> object:
    """Ask and wait for a fifth of a second only."""
    return client.with_options(timeout=0.2).chat.completions.create(model="gpt-6-luna", messages=MESSAGES)


# What a server does instead of answering: each takes the handler and the request's body.


def status(number: int, error: object, **headers: str) -> Callable:
    """Answer with an error."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: handler.reply(number, {"error": error}, named)


def refusal(number: int, message: str = "No.", code: object = None, **more: object) -> Callable:
    """Answer with an error in the API's own form."""
    return status(
        number, {"message": message, "type": "invalid_request_error", "param": None, "code": code, **more}
    )


def again(number: int) -> Callable:
    """Answer with an error after which the SDK may try at once."""
    return lambda handler, body: handler.reply(number, {"error": {"message": "later"}}, SOON)


def page(number: int) -> Callable:
    """Answer with a web page."""
    return lambda handler, body: handler.reply(number, "<html><body>로그인하세요</body></html>")


def altered(**changes: object) -> Callable:
    """Answer as always, with fields of the answer replaced, or left out where they are None."""

    def step(handler: Handler, body: dict) -> None:
        answer = {**completion(body, 1), **changes}
        handler.reply(200, {name: value for name, value in answer.items() if value is not None})

    return step


def ended(reason: str, content: object, refused: str | None = None) -> Callable:
    """Answer with a message that ended for a reason."""
    message = {"role": "assistant", "content": content, "refusal": refused}
    return altered(choices=[{"index": 0, "finish_reason": reason, "message": message}])


def reset(handler: Handler) -> None:
    """Break the connection off, as a cable or a firewall does."""
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.close_connection = True
    handler.connection.close()


def reset_in_body(handler: Handler, body: dict) -> None:
    """Send half an answer, then break off."""
    handler.start(1000)
    handler.wfile.write(b'{"id": "half')
    reset(handler)


def reset_in_stream(handler: Handler, body: dict) -> None:
    """Send one piece of a stream, then break off."""
    handler.start(100_000, "text/event-stream")
    handler.wfile.write(b'data: {"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n')
    reset(handler)


def reset_at_once(handler: Handler, body: dict) -> None:
    """Break off before anything is answered."""
    reset(handler)


def stall(handler: Handler, body: dict) -> None:
    """Say nothing until the client has gone."""
    handler.connection.recv(1)
    handler.close_connection = True


def cut_json(handler: Handler, body: dict) -> None:
    """Answer with half an object that claims to be whole."""
    content = json.dumps(completion(body, 1)).encode()[:80]
    handler.start(len(content))
    handler.wfile.write(content)


def plain_text(handler: Handler, body: dict) -> None:
    """Answer with a word."""
    handler.start(2, "text/plain")
    handler.wfile.write(b"OK")


def key_in_stream(handler: Handler, body: dict) -> None:
    """Start a stream, then repeat the key in an error inside it."""
    handler.stream([{"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}}])


def error_in_stream(handler: Handler, body: dict) -> None:
    """Start a stream, then report an error inside it."""
    handler.stream([{"error": {"message": "overloaded", "code": "server_error"}}])


@dataclass(frozen=True)
class Fault:
    """One failure.

    Args:
        what: happens, in English for the page.
        script: what the server does, one step for each request; none where nothing listens.
        error: the class that the SDK raises; None where the call succeeds after all.
        kind: the name of the explanation.
        call: what the learner's cell does.
        retries: that the client may make.
        requests: that reach the server.
        counted: calls that the meter counts.
        estimated: of these, those without a usage from the server.
        where: the client looks for the server.
        shows: what stands in the box besides.
    """

    what: str
    script: tuple[Callable, ...] = ()
    error: type[Exception] | None = None
    kind: str | None = None
    call: Callable = create
    retries: int = 0
    requests: int = 1
    counted: int = 0
    estimated: int = 0
    where: str = SERVER
    shows: str = ""


MASKED = f"Incorrect API key provided: {KEY[:8]}{'*' * 20}{KEY[-4:]}. You can find it at ..."
QUOTA = {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": None}
RATE = {"message": "Rate limit reached.", "type": "requests", "param": None, "code": "rate_limit_exceeded"}
UNSUPPORTED = {
    "message": "Unsupported parameter: 'max_tokens' is not supported with this model.",
    "type": "invalid_request_error",
    "param": "max_tokens",
    "code": "unsupported_parameter",
}

FAULTS = (
    Fault("connection refused", (), openai.APIConnectionError, "connection", requests=0, where=CLOSED),
    Fault("host name not found", (), openai.APIConnectionError, "connection", requests=0, where=NO_NAME),
    Fault(
        "reset before the answer",
        (reset_at_once,),
        openai.APIConnectionError,
        "connection",
        counted=1,
        estimated=1,
    ),
    Fault(
        "reset half-way through the body",
        (reset_in_body,),
        openai.APIConnectionError,
        "connection",
        counted=1,
        estimated=1,
    ),
    Fault(
        "reset half-way through a stream",
        (reset_in_stream,),
        openai.APIConnectionError,
        "connection",
        stream,
        counted=1,
        estimated=1,
    ),
    Fault(
        "an answer that does not come",
        (stall,),
        openai.APITimeoutError,
        "timeout",
        hurried,
        counted=1,
        estimated=1,
    ),
    Fault(
        "400 that names a parameter of models.toml",
        (status(400, UNSUPPORTED),),
        openai.BadRequestError,
        "bad_parameter",
        shows='cap = "max_completion_tokens"',
    ),
    Fault("400 without a parameter", (refusal(400),), openai.BadRequestError, "bad_request"),
    Fault(
        "401 that repeats the masked key",
        (refusal(401, MASKED, "invalid_api_key"),),
        openai.AuthenticationError,
        "wrong_key",
    ),
    Fault(
        "401 that repeats the whole key",
        (refusal(401, f"Bad key {KEY}", KEY),),
        openai.AuthenticationError,
        "wrong_key",
    ),
    Fault("403", (refusal(403),), openai.PermissionDeniedError, "forbidden"),
    Fault("403 as a web page (a firewall)", (page(403),), openai.PermissionDeniedError, "forbidden"),
    Fault("404 model_not_found", (refusal(404, code="model_not_found"),), openai.NotFoundError, "not_found"),
    Fault("404 as a web page (a wrong address)", (page(404),), openai.NotFoundError, "not_found"),
    Fault("408 twice", (again(408),) * 2, openai.APIStatusError, "timeout", retries=1, requests=2),
    Fault("409 twice", (again(409),) * 2, openai.ConflictError, "conflict", retries=1, requests=2),
    Fault("422", (refusal(422),), openai.UnprocessableEntityError, "bad_request"),
    Fault("429 rate limit, without Retry-After", (status(429, RATE),), openai.RateLimitError, "rate_limit"),
    Fault(
        "429 rate limit with Retry-After, then an answer",
        (status(429, RATE, retry_after_ms="1"),),
        retries=1,
        requests=2,
        counted=1,
    ),
    Fault(
        "429 rate limit with a Retry-After of an hour",
        (status(429, RATE, retry_after="3600"),),
        openai.RateLimitError,
        "rate_limit",
        retries=2,
    ),
    Fault(
        "429 slow_down", (status(429, {**RATE, "code": "slow_down"}),), openai.RateLimitError, "rate_limit"
    ),
    Fault(
        "429 slow_down with Retry-After, then an answer",
        (status(429, {**RATE, "code": "slow_down"}, retry_after_ms="1"),),
        retries=1,
        requests=2,
        counted=1,
    ),
    Fault(
        "429 without credit (older code)",
        (status(429, {**QUOTA, "code": "insufficient_quota"}),),
        openai.RateLimitError,
        "no_credit",
    ),
    *(
        Fault(f"429 {code}", (status(429, {**QUOTA, "code": code}),), openai.RateLimitError, "no_credit")
        for code in (
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
        )
    ),
    Fault(
        "429 credit_balance_exhausted with Retry-After",
        (status(429, {**QUOTA, "code": "credit_balance_exhausted"}, retry_after_ms="1"),) * 2,
        openai.RateLimitError,
        "no_credit",
        retries=1,
        requests=2,
    ),
    Fault("500, then an answer", (again(500),), retries=1, requests=2, counted=1),
    Fault("503 for ever", (again(503),) * 3, openai.InternalServerError, "server", retries=2, requests=3),
    Fault("502 as a web page", (page(502),), openai.InternalServerError, "server"),
    Fault(
        "200 with a web page instead of JSON",
        (page(200),),
        openai.APIResponseValidationError,
        "not_understood",
    ),
    Fault(
        "200 with a web page instead of a stream",
        (page(200),),
        openai.APIResponseValidationError,
        "not_understood",
        stream,
    ),
    Fault("200 with plain text", (plain_text,), openai.APIResponseValidationError, "not_understood"),
    Fault(
        "200 with JSON that is cut off",
        (cut_json,),
        openai.APIResponseValidationError,
        "not_understood",
        counted=1,
        estimated=1,
    ),
    Fault(
        "200 with empty choices",
        (altered(choices=[]),),
        openai.APIResponseValidationError,
        "not_understood",
        counted=1,
    ),
    Fault(
        "200 without choices",
        (altered(choices=None),),
        openai.APIResponseValidationError,
        "not_understood",
        counted=1,
    ),
    Fault("a refusal: content null", (ended("stop", None, "도울 수 없습니다."),), counted=1),
    Fault("a refusal, in parse", (ended("stop", None, "도울 수 없습니다."),), call=parse, counted=1),
    Fault(
        "finish_reason length, in parse",
        (ended("length", '{"na'),),
        openai.LengthFinishReasonError,
        "length",
        parse,
        counted=1,
    ),
    Fault(
        "finish_reason content_filter, in parse",
        (ended("content_filter", None),),
        openai.ContentFilterFinishReasonError,
        "content_filter",
        parse,
        counted=1,
    ),
    Fault(
        "data that breaks the schema, in parse",
        (ended("stop", '{"name": 1}'),),
        pydantic.ValidationError,
        "schema",
        parse,
        counted=1,
    ),
    Fault("an answer without usage", (altered(usage=None),), counted=1, estimated=1),
    Fault(
        "usage that is no number",
        (altered(usage={"prompt_tokens": "7", "completion_tokens": -1}),),
        counted=1,
        estimated=1,
    ),
    Fault(
        "an error inside a stream that repeats the key",
        (key_in_stream,),
        openai.APIError,
        "sdk",
        stream,
        counted=1,
        estimated=1,
    ),
    Fault(
        "an error reported inside a stream",
        (error_in_stream,),
        openai.APIError,
        "sdk",
        stream,
        counted=1,
        estimated=1,
    ),
    Fault("error.code an integer", (refusal(400, code=400),), openai.BadRequestError, "bad_request"),
    Fault(
        "error.code a string",
        (refusal(400, code="context_length_exceeded"),),
        openai.BadRequestError,
        "too_long",
    ),
    Fault("error without a code", (status(400, {"message": "no"}),), openai.BadRequestError, "bad_request"),
    Fault("error that is only a text", (status(400, "no"),), openai.BadRequestError, "bad_request"),
    Fault("a proxy that wants a password: 407", (page(407),), openai.APIStatusError, "connection"),
)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _base_url(fault: Fault, server: Loopback) -> str:
    closed = f"http://127.0.0.1:{_free_port()}/v1"
    return {SERVER: server.base_url, CLOSED: closed, NO_NAME: "http://no-such-host.invalid/v1"}[fault.where]


@pytest.mark.parametrize("fault", FAULTS, ids=[one.what for one in FAULTS])
def test_a_fault_is_explained_and_nothing_is_lost(fault: Fault) -> None:
    meter, told = Meter(), []
    with Loopback(script=fault.script) as server:
        settings = Settings("live", KEY, _base_url(fault, server), "gpt-6-luna")
        session = LiveSession(settings, meter, told.append)
        with OpenAI(**session.connection, max_retries=fault.retries) as client:
            error = None
            try:
                fault.call(client)
            except Exception as raised:
                error = raised
                shown = explain(error)
            assert type(error) is (fault.error or type(None)) or fault.error is openai.APIStatusError
            assert isinstance(error, fault.error or type(None))
            assert len(server.bodies) == fault.requests
            assert len(told) == max(fault.requests - 1, 0)
            assert [call.usage.estimated for call in meter.calls].count(True) == fault.estimated
            assert len(meter.calls) == fault.counted
            if error:
                assert kind_of(error) == fault.kind
                assert shown.text.startswith(EXPLANATIONS[fault.kind][0].split("{")[0])
                assert len(shown.text.splitlines()) <= 12
                assert fault.shows in shown.text
                assert not _leaks(_everything(error) + shown.html + shown.text)
            if fault.where == SERVER:
                # The kernel goes on: the next call on the same client is answered.
                assert create(client).content
                assert len(meter.calls) == fault.counted + 1


def _everything(error: BaseException) -> str:
    """Return all text that a learner or a log could get out of an exception."""
    texts = []
    seen: BaseException | None = error
    while seen is not None:
        texts += [repr(seen), str(seen), repr(vars(seen))]
        for name in ("request", "response"):
            carried = getattr(seen, name, None)
            texts.append(repr(carried and list(carried.headers.raw)))
            texts.append(repr(carried and name == "response" and carried.text))
            inner = getattr(carried, "request", None) if name == "response" else None
            texts.append(repr(inner and list(inner.headers.raw)))
        texts.append(repr(getattr(seen, "body", None)))
        seen = seen.__cause__ or seen.__context__
    return "\n".join([*texts, "".join(traceback.format_exception(error))])


def _leaks(text: str) -> list[str]:
    """Return the parts of the key that a text shows: all of it, its middle, its end, or more than its public beginning."""
    return [part for part in (KEY, KEY[8:16], KEY[-4:], KEY[:10], KEY[-12:]) if part in text]


def test_what_hides_the_key_can_be_seen_to_fail() -> None:
    assert _leaks(MASKED)
    assert _leaks(_everything(openai.OpenAIError(f"Bad key {KEY}")))


def table() -> str:
    """Return docs/live-faults.md."""
    lines = [
        "# What can go wrong in live mode, and what the learner sees",
        "",
        "Written by `.venv/bin/python -m tests.test_live_faults`; each row is a test on real HTTP. In every row nothing of the key",
        "shows in the box, the exception, its request and response, or the traceback, and the next call is answered.",
        "",
        "*Requests* is how many reach the server (the SDK retries; the learner is told of each wait). *Counted* is how",
        "many calls the meter counts, and in brackets those that it estimates because no usage came back: a call whose",
        "answer was lost is counted at the most that it may have cost.",
        "",
        "| fault | the SDK raises | the learner reads | requests | counted |",
        "|---|---|---|---|---|",
    ]
    for one in FAULTS:
        raised = one.error.__name__ if one.error else "–"
        read = EXPLANATIONS[one.kind][0].replace("{status}", "상태 코드") if one.kind else "the answer"
        counted = f"{one.counted} ({one.estimated})" if one.estimated else str(one.counted)
        lines.append(f"| {one.what} | {raised} | {read} | {one.requests} | {counted} |")
    return "\n".join(lines) + "\n"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "run: python -m tests.test_live_faults"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(table(), encoding="utf-8", newline="\n")
