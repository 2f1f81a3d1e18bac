"""Every exception is explained in a short box without the server's words."""

import json

import httpx2
import openai
import pydantic
import pytest
from pydantic import BaseModel

from helpers.errors import CassetteError
from helpers.replay import ReplayTransport
from helpers.show.kinds import kind_of
from helpers.show.trouble import EXPLANATIONS, TRACEBACK_HINT, explain
from tests.show.raising import KEY, MESSAGE, SECRET, error_body, fails, no_key, not_understood, parsed, raised

TROUBLE = {
    "400 with a parameter": (
        lambda: error_body(400, param="max_tokens", code="unsupported_parameter"),
        openai.BadRequestError,
        "bad_parameter",
        "max_tokens (code: unsupported_parameter)",
    ),
    "400 in a message": (
        lambda: error_body(400, param="messages.[0].role", code="invalid_value"),
        openai.BadRequestError,
        "bad_parameter",
        "messages.[0].role",
    ),
    "400": (lambda: error_body(400, code="invalid"), openai.BadRequestError, "bad_request", "(400)"),
    "401": (
        lambda: error_body(401, code="invalid_api_key"),
        openai.AuthenticationError,
        "wrong_key",
        "(401)",
    ),
    "402": (lambda: error_body(402), openai.APIStatusError, "no_credit", "(402)"),
    "302": (
        lambda: raised(lambda request: httpx2.Response(302)),
        openai.APIStatusError,
        "not_found",
        "(302)",
    ),
    "403": (lambda: error_body(403), openai.PermissionDeniedError, "forbidden", "(403)"),
    "404": (lambda: error_body(404, code="model_not_found"), openai.NotFoundError, "not_found", "모델"),
    "404 without a body": (
        lambda: raised(lambda request: httpx2.Response(404, text=MESSAGE)),
        openai.NotFoundError,
        "not_found",
        "(404)",
    ),
    "407": (lambda: error_body(407), openai.APIStatusError, "connection", "프록시"),
    "408": (lambda: error_body(408), openai.APIStatusError, "timeout", "제때"),
    "409": (lambda: error_body(409), openai.ConflictError, "conflict", "(409)"),
    "400 messages are a text": (
        lambda: error_body(400, param="messages", code="invalid_type", asked="안녕"),
        openai.BadRequestError,
        "bad_messages",
        "지금은 문자열입니다",
    ),
    "400 a role that nobody knows": (
        lambda: error_body(400, param="messages[0].role", asked=[{"role": "users", "content": "안녕"}]),
        openai.BadRequestError,
        "bad_messages",
        "messages[0]에 role이 없거나",
    ),
    "422": (lambda: error_body(422, code="x_y"), openai.UnprocessableEntityError, "bad_request", "(422)"),
    "429": (
        lambda: error_body(429, code="rate_limit_exceeded"),
        openai.RateLimitError,
        "rate_limit",
        "기다렸다가",
    ),
    "429 slow down": (
        lambda: error_body(429, code="slow_down"),
        openai.RateLimitError,
        "rate_limit",
        "기다렸다가",
    ),
    "429 without a body": (
        lambda: raised(lambda request: httpx2.Response(429)),
        openai.RateLimitError,
        "rate_limit",
        "(429)",
    ),
    "400 too long by code": (
        lambda: error_body(400, code="context_length_exceeded", param="messages"),
        openai.BadRequestError,
        "too_long",
        "컨텍스트 윈도우",
    ),
    "400 too long by type": (
        lambda: error_body(400, type="exceed_context_size_error", code=400),
        openai.BadRequestError,
        "too_long",
        "컨텍스트 윈도우",
    ),
    "400 a type that is no name": (
        lambda: error_body(400, type={"a": 1}, code="x"),
        openai.BadRequestError,
        "bad_request",
        "(400)",
    ),
    "429 quota by code": (
        lambda: error_body(429, code="insufficient_quota"),
        openai.RateLimitError,
        "no_credit",
        "금액",
    ),
    "429 quota by type": (
        lambda: error_body(429, type="insufficient_quota", code="credit_balance_exhausted"),
        openai.RateLimitError,
        "no_credit",
        "기다려도 풀리지 않습니다",
    ),
    "429 quota by type alone": (
        lambda: error_body(429, type="insufficient_quota"),
        openai.RateLimitError,
        "no_credit",
        "금액",
    ),
    "429 organisation's limit": (
        lambda: error_body(429, code="organization_spend_limit_exceeded"),
        openai.RateLimitError,
        "no_credit",
        "한도",
    ),
    "429 project's limit": (
        lambda: error_body(429, code="project_spend_limit_exceeded"),
        openai.RateLimitError,
        "no_credit",
        "한도",
    ),
    "429 a number as code": (
        lambda: error_body(429, code=1305),
        openai.RateLimitError,
        "rate_limit",
        "(429)",
    ),
    "500": (lambda: error_body(500), openai.InternalServerError, "server", "(500)"),
    "503 as a page": (
        lambda: raised(lambda request: httpx2.Response(503, text=f"<html>{MESSAGE}")),
        openai.InternalServerError,
        "server",
        "(503)",
    ),
    "timeout": (lambda: fails(httpx2.ReadTimeout), openai.APITimeoutError, "timeout", "시간 제한"),
    "no connection": (
        lambda: fails(httpx2.ConnectError),
        openai.APIConnectionError,
        "connection",
        "연결하지 못했습니다",
    ),
    "cut connection": (
        lambda: fails(httpx2.RemoteProtocolError),
        openai.APIConnectionError,
        "connection",
        "연결",
    ),
    "a proxy's refusal": (
        lambda: fails(httpx2.ProxyError),
        openai.APIConnectionError,
        "connection",
        "HTTPS_PROXY",
    ),
    "cut off": (lambda: parsed("length", "{"), openai.LengthFinishReasonError, "length", "잘렸습니다"),
    "filtered": (
        lambda: parsed("content_filter", ""),
        openai.ContentFilterFinishReasonError,
        "content_filter",
        "필터",
    ),
    "another shape": (
        lambda: parsed("stop", json.dumps({"name": KEY, "count": KEY})),
        pydantic.ValidationError,
        "schema",
        "맞지 않는 곳: count",
    ),
    "no JSON": (lambda: parsed("stop", KEY), pydantic.ValidationError, "not_json", "JSON 앞에 다른 글"),
    "a web page": (not_understood, openai.APIResponseValidationError, "page", "프록시나 방화벽"),
    "no key": (no_key, openai.OpenAIError, "no_key", "lesson.connection"),
    "another error of the SDK": (
        lambda: openai.OpenAIError(MESSAGE[:9]),
        openai.OpenAIError,
        "sdk",
        "OpenAIError",
    ),
}


@pytest.mark.parametrize("case", TROUBLE)
def test_every_exception_is_explained_without_the_servers_words(case):
    make, exception, kind, said = TROUBLE[case]
    error = make()
    assert type(error) is exception
    assert kind_of(error) == kind
    view = explain(error, TRACEBACK_HINT)
    lines = view.text.splitlines()
    assert lines[0] == "! " + EXPLANATIONS[kind].split("\n")[0].format(
        status=getattr(error, "status_code", "")
    )
    assert lines[-1] == TRACEBACK_HINT
    assert 4 <= len(lines) <= 12
    assert said in view.text
    for shown in (view.text, view.html):
        assert SECRET not in shown and "Incorrect" not in shown and "example.com" not in shown


def test_every_class_of_the_sdk_has_an_explanation():
    """A class that a newer SDK adds must not fall through to the vaguest explanation unseen."""
    known = {type(make()) for make, *_ in TROUBLE.values()}
    found = {one for one in vars(openai._exceptions).values() if isinstance(one, type)}
    errors = {one for one in found if issubclass(one, openai.OpenAIError)}
    assert known - {pydantic.ValidationError} <= errors
    rest = {one.__name__ for one in errors if not issubclass(one, tuple(known - {openai.OpenAIError}))}
    # The bases, and what neither chat completions nor an API key can bring about.
    assert rest == {
        "OpenAIError",
        "APIError",
        "SubjectTokenProviderError",
        "WebSocketConnectionClosedError",
        "WebSocketQueueFullError",
    }


@pytest.mark.parametrize("place", [KEY, "가\n나\n" * 20, "<b>", "x" * 5000, 5])
def test_a_server_cannot_write_into_the_box_through_names(place):
    for error in (error_body(400, param=place, code=place), error_body(400, code=place)):
        view = explain(error)
        assert SECRET not in view.text and "<b>" not in view.html.replace("<b>! 서버가", "")
        assert len(view.text.splitlines()) <= 12 and len(view.text) < 600


def test_names_from_the_data_stay_on_their_line():
    class Scores(BaseModel):
        points: dict[str, int]

    with pytest.raises(pydantic.ValidationError) as caught:
        Scores.model_validate({"points": {f"이름\n{place}" * 30: "x" for place in range(30)}})
    view = explain(caught.value, TRACEBACK_HINT)
    assert len(view.text.splitlines()) == 4
    assert len(view.text) < 600


def test_a_server_that_sends_the_courses_own_code_is_not_quoted():
    body = {"error": {"message": MESSAGE, "code": "recording_not_found"}}
    http = openai.DefaultHttpxClient(
        transport=httpx2.MockTransport(lambda request: httpx2.Response(404, json=body))
    )
    with pytest.raises(openai.NotFoundError) as caught:
        openai.OpenAI(api_key=KEY, base_url="https://server.example/v1/", http_client=http).models.list()
    assert kind_of(caught.value) == "not_found" and MESSAGE not in explain(caught.value).text


# What OpenSSL says, and the explanation that fits; a new wording is one line.
CERTIFICATES = {
    "self-signed certificate in certificate chain": "certificate",
    "unable to get local issuer certificate": "certificate",
    "self-signed certificate": "certificate",
    "Missing Authority Key Identifier": "certificate_strict",
    "Missing Subject Key Identifier": "certificate_strict",
    "Basic Constraints of CA cert not marked critical": "certificate_strict",
    "CA cert does not include key usage extension": "certificate_strict",
    "Authority Key Identifier marked critical": "certificate_strict",
    "Path length given without key usage keyCertSign": "certificate_strict",
    "invalid CA certificate": "certificate_strict",
    "certificate has expired": "certificate_old",
    "certificate is not yet valid": "certificate_old",
    "Hostname mismatch, certificate is not valid for 'server.example'.": "certificate_name",
    "IP address mismatch, certificate is not valid for '127.0.0.1'.": "certificate_name",
}


def failing(text):
    def refuse(request):
        raise httpx2.ConnectError(text)

    return raised(refuse)


@pytest.mark.parametrize("said", CERTIFICATES)
def test_certificates_are_told_apart_by_what_is_wrong_with_them(said):
    error = failing(f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {said} (_ssl.c:1032)")
    assert kind_of(error) == CERTIFICATES[said]
    assert ("SSL_CERT_FILE" in explain(error).text) == (
        CERTIFICATES[said] in ("certificate", "certificate_strict")
    )


@pytest.mark.parametrize(
    "said", ["[SSL: WRONG_VERSION_NUMBER] wrong version number", "[SSL: HTTP_REQUEST] http request"]
)
def test_https_to_a_server_that_speaks_http_is_told(said):
    error = failing(f"{said} (_ssl.c:1006)")
    assert kind_of(error) == "plain_server" and "http://" in explain(error).text


# Who may answer in place of a local server, and whether it is the proxy that the box must speak of.
ANSWERS_ON_THE_WAY = {
    "a page": (httpx2.Response(403, html="<p>no</p>"), "proxied"),
    "a page of an error": (httpx2.Response(503, html="<p>no</p>"), "proxied"),
    "a page that says OK": (httpx2.Response(200, html="<p>no</p>"), "proxied"),
    "a word": (httpx2.Response(404, text="not found"), "proxied"),
    "nothing": (httpx2.Response(502), "proxied"),
    "a wish for a password": (httpx2.Response(407, html="<p>who?</p>"), "proxied"),
    "no connection": (None, "proxied"),
    "the server's own words": (
        httpx2.Response(404, json={"error": {"message": "no such model"}}),
        "not_found",
    ),
}


@pytest.mark.parametrize("who", ANSWERS_ON_THE_WAY)
def test_a_proxy_that_answers_in_place_of_a_local_server_is_asked_first(who):
    response, kind = ANSWERS_ON_THE_WAY[who]

    def answer(request):
        request.extensions["local_through_proxy"] = True
        if response is None:
            raise httpx2.ProxyError("refused")
        return response

    http = openai.DefaultHttpxClient(transport=httpx2.MockTransport(answer))
    client = openai.OpenAI(
        api_key=KEY,
        base_url="http://school.local/v1/",
        http_client=http,
        max_retries=0,
        _strict_response_validation=True,
    )
    with pytest.raises(openai.APIError) as caught:
        client.chat.completions.create(model="m", messages=[])
    assert kind_of(caught.value) == kind
    text = explain(caught.value).text
    assert "NO_PROXY" in text and "school.local" in text and len(text.splitlines()) <= 12


def test_the_courses_own_errors_speak_for_themselves():
    view = explain(CassetteError("카세트 x.json을 쓸 수 없습니다.\n되돌리세요."), TRACEBACK_HINT)
    assert view.text.splitlines()[1:] == ["카세트 x.json을 쓸 수 없습니다.", "되돌리세요.", TRACEBACK_HINT]
    assert len(explain(CassetteError("가\n" * 50), TRACEBACK_HINT).text.splitlines()) <= 12


def test_a_fault_of_the_replay_transport_is_explained_like_a_real_one():
    for fault, kind in (("refused", "connection"), ("timeout", "timeout")):
        http = openai.DefaultHttpxClient(
            transport=ReplayTransport(lambda *asked, one=fault: {"fault": one}, "/v1/")
        )
        one = openai.OpenAI(api_key="none", base_url="https://x.invalid/v1/", http_client=http, max_retries=0)
        with pytest.raises(openai.APIConnectionError) as caught:
            one.chat.completions.create(model="m", messages=[])
        assert kind_of(caught.value) == kind


def test_in_replay_a_request_that_went_to_a_server_took_the_wrong_client():
    def refuse(request):
        raise httpx2.ConnectError("refused", request=request)

    def failed(host):
        http = openai.DefaultHttpxClient(transport=httpx2.MockTransport(refuse))
        one = openai.OpenAI(api_key=KEY, base_url=f"https://{host}/v1/", http_client=http, max_retries=0)
        with pytest.raises(openai.APIConnectionError) as caught:
            one.models.list()
        return caught.value

    def said(host, live):
        return explain(failed(host), TRACEBACK_HINT, live=live).text

    elsewhere = said("server.example", live=False)
    assert "client = OpenAI(**lesson.connection)" in elsewhere and "재생 모드인데" in elsewhere
    assert "네트워크 없이 됩니다" not in elsewhere and elsewhere.endswith(TRACEBACK_HINT)
    # A staged failure, and a lesson that is live.
    for other in (said("replay.invalid", live=False), said("server.example", live=True)):
        assert "lesson.connection" not in other and "OPENAI_BASE_URL" in other


def test_the_explanations_are_short_and_sober():
    for lines in (text.split("\n") for text in EXPLANATIONS.values()):
        assert len(lines) <= 5
        assert "니다." in lines[0]
        assert not any("!" in line for line in lines)
