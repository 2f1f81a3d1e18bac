"""Every way in which a server, a proxy or a line can fail, and what shall come of it."""

from collections.abc import Callable
from dataclasses import dataclass

import openai
import pydantic
from openai import OpenAI

from tests.live.scripts import (
    again,
    altered,
    cut_json,
    ended,
    error_in_stream,
    key_in_stream,
    page,
    plain_text,
    refusal,
    reset_at_once,
    reset_in_body,
    reset_in_stream,
    stall,
    status,
)
from tests.live.sessions import MESSAGES
from tests.live.wordings import WORDINGS
from tests.loopback import KEY

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
    Fault("403 as a web page (a firewall)", (page(403),), openai.PermissionDeniedError, "page"),
    Fault("404 model_not_found", (refusal(404, code="model_not_found"),), openai.NotFoundError, "not_found"),
    Fault("404 as a web page (a wrong address)", (page(404),), openai.NotFoundError, "page"),
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
        "page",
    ),
    Fault(
        "200 with a web page instead of a stream",
        (page(200),),
        openai.APIResponseValidationError,
        "page",
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
        "wrong_key",
        stream,
        counted=1,
        estimated=1,
    ),
    Fault(
        "an error reported inside a stream",
        (error_in_stream,),
        openai.APIError,
        "server",
        stream,
        counted=1,
        estimated=1,
    ),
    Fault(
        "a page that does not say that it is one",
        (lambda handler, body: handler.reply(200, "\ufeff\n<!DOCTYPE html><html>login</html>"),),
        openai.APIResponseValidationError,
        "page",
    ),
    Fault(
        "an error as JSON where a stream was asked for",
        (status(200, {"message": "model 'm' not found", "type": "not_found_error"}),),
        openai.APIResponseValidationError,
        "not_found",
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
    *(
        Fault(
            f"{number} in the words of {who}",
            (lambda handler, body, number=number, told=told: handler.reply(number, told),),
            openai.APIError,
            kind,
            counted=int(number == 200),
            estimated=int(number == 200),
        )
        for who, number, told, kind in WORDINGS
    ),
    *(
        Fault(
            f"{what}, in parse",
            (ended("stop", text),),
            pydantic.ValidationError,
            "not_json",
            parse,
            counted=1,
        )
        for what, text in (
            ("blank lines only", "\n   \n\n"),
            ("a fence round the JSON", '```json\n{"name": "a"}\n```'),
            ("thoughts before the JSON", '<think>음</think>{"name": "a"}'),
            ("one brace too many", '{"name": "a"}}'),
            ("a sentence before the JSON", '물론입니다! {"name": "a"}'),
        )
    ),
    Fault("a proxy that wants a password: 407", (page(407),), openai.APIStatusError, "connection"),
)
