"""What `start.py local --tab` serves: the tab's files, told that a model answers, and a way to that model for the tab alone."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from helpers.settings import LOCAL
from tests.loopback import ANSWER, KEY, Loopback
from tools.site import model_tab
from tools.site.tab import KERNEL

BODY = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "안녕?"}]}


@pytest.fixture
def model():
    with Loopback() as server:
        yield server


@pytest.fixture
def served(model, tmp_path):
    edition = tmp_path / "lab" / "edition"
    edition.mkdir(parents=True)
    kernel = {"loadPyodideOptions": {"env": {"LESSON_MODE": "replay"}}}
    config = {"jupyter-config-data": {"litePluginSettings": {KERNEL: kernel}}}
    (edition / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    (edition / "page.html").write_text("쪽", encoding="utf-8")
    (tmp_path / "lab" / "lessons.json").write_text('{"edition": "edition", "local": false}', encoding="utf-8")
    told = {"api_key": KEY, "base_url": model.base_url, "model": "gpt-6-luna"}
    with model_tab.serving_with_model(tmp_path, told) as address:
        yield address


def ask(address, method, path, body=None, **headers):
    """Return status and body of an answer."""
    server = urlsplit(address)
    connection = http.client.HTTPConnection(server.hostname, server.port)
    connection.request(method, path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_the_files_say_that_a_model_answers_and_all_others_are_as_they_were_built(served):
    assert json.loads(ask(served, "GET", "/lab/lessons.json")[1]) == {"edition": "edition", "local": True}
    config = json.loads(ask(served, "GET", "/lab/edition/jupyter-lite.json")[1])
    env = config["jupyter-config-data"]["litePluginSettings"][KERNEL]["loadPyodideOptions"]["env"]
    assert env["LESSON_MODE"] == "live"
    assert json.loads(env[LOCAL]) == {"api_key": KEY, "base_url": f"{served}v1/", "model": "gpt-6-luna"}
    assert ask(served, "GET", "/lab/edition/page.html") == (200, "쪽")


def test_a_question_reaches_the_model_and_its_answer_comes_back(served, model):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    status, body = ask(served, "POST", "/v1/chat/completions", BODY, **headers)
    assert status == 200 and json.loads(body)["choices"][0]["message"]["content"] == ANSWER
    status, body = ask(served, "POST", "/v1/chat/completions", BODY | {"stream": True}, **headers)
    assert status == 200 and body.rstrip().endswith("data: [DONE]")
    assert ask(served, "POST", "/v1/chat/completions", BODY)[0] == 401
    assert model.requests[0]["target"] == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1/chat/completions", {"Origin": "http://elsewhere.invalid"}),
        ("/v1/chat/completions", {"Origin": "null"}),
        ("/v1/chat/completions", {"Host": "elsewhere.invalid"}),
        ("/other", {}),
    ],
)
def test_nobody_else_may_ask(served, model, path, headers):
    headers = {"Authorization": f"Bearer {KEY}", **headers}
    assert ask(served, "POST", path, BODY, **headers)[0] == 403
    assert model.bodies == []


def test_the_key_is_told_to_the_tab_only(served):
    status, body = ask(served, "GET", "/lab/edition/jupyter-lite.json", Host="elsewhere.invalid")
    assert status == 403 and KEY not in body


def test_a_model_that_has_gone_is_an_error_that_the_sdk_tries_again():
    with Loopback() as other:
        gone = other.base_url
    with model_tab.serving_with_model(
        model_tab.ROOT, {"api_key": KEY, "base_url": gone, "model": "m"}
    ) as address:
        assert ask(address, "POST", "/v1/chat/completions", BODY)[0] == 502


def test_a_taken_port_is_said(monkeypatch):
    said = []

    def taken(*arguments):
        raise OSError(98, "in use")

    monkeypatch.setattr(model_tab, "serving", taken)
    assert model_tab.serve_until_stopped({"base_url": ""}, said.append) == 1
    assert str(model_tab.PORT) in said[-1]
