"""What goes out: requests as their model takes them, through the proxy of the environment."""

import httpx2
import openai
import pytest
from openai import OpenAI

from helpers.errors import RequestError, SettingsError
from helpers.live.session import LiveClient
from helpers.show import explain, kind_of
from tests.live.sessions import MESSAGES, OPENAI_HTTP, ask, open_live, open_replay, session_at
from tests.loopback import ANSWER, Loopback

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


def test_the_request_is_adapted_and_the_wire_body_can_be_seen(server: Loopback) -> None:
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        assert ask(client, max_tokens=50, temperature=1.2).choices[0].message.content == ANSWER
    expected = {
        "model": "gpt-6-luna",
        "messages": MESSAGES,
        "temperature": 1.2,
        "max_completion_tokens": 50,
        "reasoning_effort": "none",
    }
    assert server.bodies == [expected]
    assert session.last_request == expected


def test_a_local_server_gets_its_dialect_on_the_wire(as_openai: Loopback) -> None:
    as_openai.models["qwen3"] = ((), None)
    with OpenAI(**session_at("http://localhost:11434/v1", model="qwen3").connection) as client:
        ask(client, model="qwen3", max_completion_tokens=50)
    del as_openai.models["qwen3"]
    roles = [message["role"] for message in as_openai.bodies[0]["messages"]]
    assert (roles, as_openai.bodies[0]["max_tokens"]) == (["system", "user"], 50)


def test_an_unknown_model_is_sent_unadapted(server: Loopback) -> None:
    with OpenAI(**session_at(server.base_url, model="some-new-model").connection) as client:
        with pytest.raises(openai.NotFoundError):
            ask(client, model="some-new-model", max_tokens=5)
    assert server.bodies == [{"model": "some-new-model", "messages": MESSAGES, "max_tokens": 5}]


def test_a_model_that_is_gone_is_explained_with_its_successor() -> None:
    with Loopback(models={}) as server:
        lesson = open_live(server.base_url, "gpt-4o-mini")
        with OpenAI(**lesson.connection) as client, pytest.raises(openai.NotFoundError) as caught:
            ask(client, model=lesson.model)
    assert "gpt-4o-mini의 후속 모델: gpt-6-luna" in explain(caught.value).text
    assert "gpt-6-luna" in lesson.banner().text


def test_time_outs_limits_and_redirects_are_the_sdks(server: Loopback) -> None:
    with LiveClient(session_at(server.base_url)) as ours, openai.DefaultHttpxClient() as theirs:
        assert ours.timeout == theirs.timeout
        assert ours.follow_redirects == theirs.follow_redirects
        assert ours.trust_env


def test_a_proxy_of_the_environment_is_used(as_openai: Loopback) -> None:
    with OpenAI(**session_at(OPENAI_HTTP).connection) as client:
        ask(client)
    assert as_openai.requests[0]["target"] == "http://api.openai.com/v1/chat/completions"


def test_a_proxy_that_wants_a_password_is_explained_and_costs_nothing(server: Loopback, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.address)
    server.script = [lambda handler, body: handler.reply(407, {})] * 2
    session = session_at("https://api.openai.com/v1", budget=0.05)
    with OpenAI(**session.connection, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            ask(client)
    assert isinstance(caught.value.__cause__, httpx2.ProxyError)
    assert kind_of(caught.value) == "connection"
    assert "프록시" in explain(caught.value).text
    assert (session.meter.calls, session.meter._reserved) == ([], 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:1080"),
        ("HTTPS_PROXY", "http://:80:80"),
        ("SSL_CERT_FILE", "/no/such.pem"),
    ],
)
def test_a_proxy_or_certificate_that_cannot_be_used_is_explained(monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        _ = session_at(OPENAI_HTTP).connection


@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
@pytest.mark.parametrize("body", [None, [], [{"role": "user"}], "글", 3, True])
def test_a_body_that_is_no_object_is_told_and_not_sent(body, path):
    with Loopback() as server, OpenAI(**session_at(server.base_url).connection) as client:
        with pytest.raises(RequestError, match="딕셔너리"):
            client.post(path, body=body, cast_to=object)
        assert server.bodies == []
        assert ask(client).choices
    with OpenAI(**open_replay().connection, max_retries=0) as client:
        with pytest.raises(openai.NotFoundError) as caught:
            client.post(path, body=body, cast_to=object)
        assert "녹화에 없는 요청" in explain(caught.value).text
