"""The key reaches the server that it is for, and nothing else."""

import json
import logging
import os
import traceback

import httpx2
import openai
import pytest
from openai import OpenAI

from helpers.course import CASSETTES
from helpers.key import HIDDEN
from helpers.lesson import Lesson
from helpers.live.client import RedirectError
from helpers.replay import load_cassette
from helpers.settings import Settings
from helpers.show import TroubleBox
from tests.live.sessions import MESSAGES, ask, open_live, session_at
from tests.loopback import ANSWER, KEY, Loopback, completion

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


def test_the_key_reaches_the_server_and_nothing_else(server: Loopback) -> None:
    session = session_at(server.base_url)
    connection = session.connection
    with OpenAI(**connection) as client:
        raw = client.chat.completions.with_raw_response.create(model="gpt-6-luna", messages=MESSAGES)
        assert raw.parse().choices[0].message.content == ANSWER
        held = [client, connection, vars(client), vars(connection["http_client"]), vars(session)]
        held += [raw.http_response.request.headers.raw, raw.headers.multi_items(), client.auth_headers]
        assert KEY not in "".join(repr(one) + str(one) for one in held)
    assert server.requests[0]["headers"]["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(dict(os.environ))


def test_a_server_that_sends_the_key_back_is_not_repeated(server: Loopback) -> None:
    def echo(handler, body) -> None:
        answer = completion(body, 1)
        answer["choices"][0]["message"]["content"] = f"Bearer {KEY} 입니다."
        handler.reply(200, answer, {"x-echo": KEY})

    server.script = [echo]
    with OpenAI(**session_at(server.base_url).connection) as client:
        raw = client.chat.completions.with_raw_response.create(model="gpt-6-luna", messages=MESSAGES)
    assert raw.parse().choices[0].message.content == f"Bearer {HIDDEN} 입니다."
    assert "x-echo" not in raw.headers


def test_a_key_that_the_learner_gives_a_client_is_left_alone(server: Loopback) -> None:
    with OpenAI(**{**session_at(server.base_url).connection, "api_key": "wrong"}) as client:
        with pytest.raises(openai.AuthenticationError):
            ask(client)
    assert server.requests[0]["headers"]["authorization"] == "Bearer wrong"


def test_the_key_never_goes_to_another_address(server: Loopback) -> None:
    with Loopback(key=None) as other:
        with OpenAI(**session_at(server.base_url).connection) as client:
            ask(client.with_options(base_url=other.base_url))
        assert KEY not in json.dumps(other.requests)
        assert len(other.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("stream", [False, True])
def test_a_redirect_to_another_server_gets_neither_key_nor_body(server: Loopback, status, stream) -> None:
    with Loopback(key=None) as other:
        there = {"location": f"{other.base_url}/chat/completions"}
        server.script = [lambda handler, body: handler.reply(status, {}, there)]
        session = session_at(server.base_url)
        with OpenAI(**session.connection) as client:
            with pytest.raises(RedirectError, match="보내지 않았습니다") as caught:
                ask(client, stream=stream)
            assert ask(client).choices[0].message.content == ANSWER
        assert other.requests == [] and KEY not in str(caught.value)
        assert f"127.0.0.1:{other.server_port}" in str(caught.value)
        assert len(session.meter.calls) == 1, "the first server did nothing, and was not counted"


def test_a_redirect_on_the_same_server_is_followed(server: Loopback) -> None:
    hops = [f"/hop{number}/v1/chat/completions" for number in range(3)]
    server.script = [lambda handler, body, to=to: handler.reply(307, {}, {"location": to}) for to in hops]
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        assert ask(client).choices[0].message.content == ANSWER
    assert [one["headers"]["authorization"] for one in server.requests] == [f"Bearer {KEY}"] * 4
    assert len(session.meter.calls) == 1


def test_a_server_without_a_key_gets_no_header() -> None:
    with Loopback(key=None) as server:
        with OpenAI(**session_at(server.base_url, api_key=None).connection) as client:
            ask(client)
        assert "authorization" not in {name.lower() for name in server.requests[0]["headers"]}


def test_no_variable_of_the_environment_adds_a_header(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "someone")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "something")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Extra: 1\nAuthorization: Bearer other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "other")
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        ask(client)
    headers = {name.lower(): value for name, value in server.requests[0]["headers"].items()}
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not {"openai-organization", "openai-project", "x-extra"} & set(headers)


def test_no_log_holds_the_key(server: Loopback, caplog: pytest.LogCaptureFixture, monkeypatch) -> None:
    session = session_at(server.base_url)
    for name in ("openai", "openai._base_client", "httpx2", "httpcore2"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("openai._base_client"), "filters", [])
    with caplog.at_level(logging.DEBUG), OpenAI(**session.connection) as client:
        ask(client)
        server.script = [lambda handler, body: handler.reply(401, {"error": {"message": f"bad {KEY}"}})]
        with pytest.raises(openai.AuthenticationError):
            ask(client)
    assert "httpcore2" in {record.name.partition(".")[0] for record in caplog.records}
    assert KEY not in caplog.text
    assert KEY[-4:] not in caplog.text


def test_no_frame_behind_an_error_holds_the_key(server: Loopback) -> None:
    def hang_up(handler, body) -> None:
        handler.connection.close()
        handler.close_connection = True

    server.script = [hang_up]
    with OpenAI(**session_at(server.base_url).connection, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            ask(client)
    errors, requests = [caught.value], []
    for error in errors:
        errors += [one for one in (error.__cause__, error.__context__) if one and one not in errors]
        for frame, _ in traceback.walk_tb(error.__traceback__):
            requests += [one for one in frame.f_locals.values() if isinstance(one, httpx2.Request)]
    assert len(errors) > 1 and requests
    assert not [one for one in requests if KEY in str(one.headers.raw)]


def test_a_traceback_of_a_lesson_hides_the_key(server: Loopback) -> None:
    trouble = TroubleBox(str)
    Lesson(load_cassette(CASSETTES / "01_roles.json"), Settings("live", KEY, server.base_url, "m"), trouble)
    assert KEY not in trouble.hide(f"OpenAI(api_key='{KEY}')")


def test_a_response_that_is_not_read_yet_holds_nothing_that_is_not_cleaned(server: Loopback) -> None:
    session = session_at(server.base_url)
    create = OpenAI(**session.connection, max_retries=0).chat.completions.with_streaming_response.create
    server.script = [lambda handler, body: handler.reply(200, completion(body, 1), {"x-echo": KEY})]
    with create(model="gpt-6-luna", messages=MESSAGES) as raw:
        todo, seen = [raw.http_response], []
        while todo:
            one = todo.pop()
            seen.append(one)
            todo += [
                new for new in vars(one).values() if hasattr(new, "__dict__") and id(new) not in map(id, seen)
            ]
        held = [vars(one) for one in seen] + [one.headers.raw for one in seen if hasattr(one, "headers")]
    assert len(held) > 5
    assert KEY not in repr(held)
