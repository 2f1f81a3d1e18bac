"""The arguments for `OpenAI(...)`: the SDK's own, and nothing of the environment in a request."""

import httpx2
import pytest
from openai import OpenAI

from helpers.replay.connection import REPLAY_API_KEY, replay_connection, without_ambient_headers

ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "네"}}],
}
AMBIENT = ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS")


@pytest.fixture(autouse=True)
def nothing_ambient(monkeypatch):
    for name in AMBIENT:
        monkeypatch.delenv(name, raising=False)


def headers_of(connection: dict) -> httpx2.Headers:
    """Return the headers with which a client of this connection asks."""
    with OpenAI(**connection) as client:
        raw = client.chat.completions.with_raw_response.create(model="m", messages=[])
        assert raw.parse().choices[0].message.content == "네"
        return raw.http_request.headers


def replaying() -> dict:
    return replay_connection(lambda method, path, raw: {"status": 200, "body": ANSWER})


def test_without_ambient_headers_only_the_three_arguments_are_given():
    connection = replaying()
    assert set(connection) == {"api_key", "base_url", "http_client"}
    assert headers_of(connection)["authorization"] == f"Bearer {REPLAY_API_KEY}"


def test_variables_of_the_sdk_add_no_header(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "planted")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "planted")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Planted: planted\nAuthorization: Bearer planted\nno colon")
    headers = headers_of(replaying())
    assert "planted" not in str(headers.raw)
    assert headers["authorization"] == f"Bearer {REPLAY_API_KEY}"


def test_the_sdk_would_have_added_them(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "planted")
    bare = {name: value for name, value in replaying().items() if name != "default_headers"}
    assert headers_of(bare)["openai-organization"] == "planted"


def test_a_connection_is_not_changed_in_place(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "planted")
    connection = {"api_key": "none", "base_url": "https://x.invalid/v1/"}
    changed = without_ambient_headers(connection)
    assert set(connection) == {"api_key", "base_url"} and "default_headers" in changed
