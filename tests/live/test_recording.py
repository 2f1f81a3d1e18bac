"""Record mode in one kernel: what is sent, what is answered from the cassette, and what is written down."""

import json

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from helpers.errors import SettingsError
from helpers.lesson import Lesson
from helpers.live import recording, session
from helpers.live.metering import CeilingError
from helpers.replay import Cassette, Interaction
from helpers.settings import Settings
from helpers.show import TroubleBox, kind_of
from tests.loopback import ANSWER, KEY, Loopback

MODEL = "gpt-6-luna"
OPENAI_HTTP = "http://api.openai.com/v1"


def messages(text):
    return [{"role": "user", "content": text}]


def interaction(id, kind, text):
    message = {"role": "assistant", "content": f"{id}의 답변"}
    answer = {"id": f"written-{id}", "model": "written-by-authors"}
    answer["choices"] = [{"index": 0, "finish_reason": "stop", "message": message}]
    body = {"model": "{lesson.model}", "messages": messages(text)}
    request = {"method": "POST", "path": "chat/completions", "body": body}
    return Interaction(id, {"kind": kind, "date": "2025-02-01"}, request, [{"status": 200, "body": answer}])


CASSETTE = Cassette(
    "01_roles",
    "gpt-4o-mini",
    [interaction("first", "original-notebook", "처음"), interaction("second", "written", "다음")],
)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(session, "_METERS", {})
    with Loopback() as one:
        yield one


@pytest.fixture
def lesson(server, tmp_path, monkeypatch):
    """Make a lesson in record mode; `journal` is what it wrote so far."""

    def opened(base_url=server.base_url, **settings):
        monkeypatch.setenv(recording.JOURNALS, str(tmp_path))
        settings = Settings("record", KEY, base_url, MODEL, **settings)
        return Lesson(CASSETTE, settings, TroubleBox(hide=str))

    return opened


@pytest.fixture
def journal(tmp_path):
    def read():
        path = tmp_path / "01_roles.jsonl"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert KEY not in text
        return [json.loads(line) for line in text.splitlines()]

    return read


def ask(lesson, text, **more):
    with OpenAI(**lesson.connection, max_retries=more.pop("max_retries", 0)) as client:
        return client.chat.completions.create(model=lesson.model, messages=messages(text), **more)


def test_what_the_original_notebook_recorded_is_not_sent(lesson, server, journal):
    one = lesson()
    completion = ask(one, "처음")
    assert completion.choices[0].message.content == "first의 답변"
    assert one.origin(completion)["kind"] == "original-notebook"
    assert one.last_request()["messages"] == messages("처음")
    assert server.bodies == []
    assert [(entry["event"], entry["id"]) for entry in journal()] == [("replayed", "first")]


def test_a_written_answer_and_a_new_request_are_asked_anew_and_written_down(lesson, server, journal):
    one = lesson()
    for text in ("다음", "새 요청", "새 요청"):
        assert ask(one, text, temperature=1.0).choices[0].message.content == ANSWER
    ask(one, "다음")
    assert [body["messages"] for body in server.bodies] == [
        messages(text) for text in ("다음", "새 요청", "새 요청", "다음")
    ]
    entries = journal()
    assert [entry["event"] for entry in entries] == ["answered"] * 4
    # As a cassette holds it: the lesson's model is a placeholder, and what was adapted for this model is not there.
    assert entries[0]["body"] == {"model": "{lesson.model}", "messages": messages("다음"), "temperature": 1}
    assert [entry["answer"]["id"] for entry in entries] == [f"chatcmpl-{number}" for number in (1, 2, 3, 4)]


def test_a_lesson_takes_the_way_that_it_will_take_in_replay(lesson):
    assert lesson().mode == "replay"


def test_a_parsed_answer_is_recorded_as_it_came(lesson, journal):
    class Fact(BaseModel):
        name: str

    one = lesson()
    with OpenAI(**one.connection) as client:
        completion = client.chat.completions.parse(
            model=one.model, messages=messages("이름?"), response_format=Fact
        )
        raw = client.chat.completions.with_raw_response.create(model=one.model, messages=messages("새것"))
        with client.chat.completions.with_streaming_response.create(
            model=one.model, messages=messages("새것")
        ) as response:
            assert response.parse().choices[0].message.content == ANSWER
    assert completion.choices[0].message.parsed == Fact(name="답")
    assert raw.parse().choices[0].message.content == ANSWER
    entries = journal()
    assert [entry["event"] for entry in entries] == ["answered"] * 3
    assert entries[0]["body"]["response_format"]["json_schema"]["name"] == "Fact"


def test_what_a_cassette_cannot_hold_is_a_miss_as_in_replay(lesson, server, journal):
    one = lesson()
    with OpenAI(**one.connection) as client:
        for call in (
            lambda: client.chat.completions.create(model=MODEL, messages=messages("다음"), stream=True),
            lambda: client.models.list(),
            lambda: client.embeddings.create(model="any", input="글"),
        ):
            with pytest.raises(openai.NotFoundError) as caught:
                call()
            assert caught.value.code == "recording_not_found"
    assert (server.requests, journal()) == ([], [])


def test_a_miss_that_is_put_on_show_stays_a_miss(lesson, server, journal, monkeypatch):
    one = lesson()
    recording.put_failure_on_show(True)
    with pytest.raises(openai.NotFoundError):
        ask(one, "없는 요청")
    ask(one, "다음")
    recording.put_failure_on_show(False)
    with pytest.raises(openai.NotFoundError):
        ask(one, "없는 요청")
    ask(one, "다른 요청")
    assert [body["messages"] for body in server.bodies] == [messages("다음"), messages("다른 요청")]
    assert [entry["event"] for entry in journal()] == ["answered", "answered"]


def refuse(status):
    return lambda handler, body: handler.reply(status, {"error": {"message": "no"}}, {"retry-after-ms": "1"})


def test_a_refusal_and_a_lost_connection_are_written_down(lesson, server, journal):
    one = lesson()
    server.script = [refuse(401)]
    with pytest.raises(openai.AuthenticationError):
        ask(one, "하나")
    server.script = [lambda handler, body: handler.reply(200, {"choices": []})]
    with pytest.raises(openai.APIResponseValidationError):
        ask(one, "둘")
    nobody = lesson(base_url="http://127.0.0.1:9/v1")
    with pytest.raises(openai.APIConnectionError):
        ask(nobody, "셋")
    entries = [(entry["event"], entry["body"]["messages"][0]["content"]) for entry in journal()]
    assert set(entries) == {("failed", "하나"), ("failed", "둘"), ("failed", "셋")}


def test_a_second_try_of_the_sdk_brings_the_answer(lesson, server, journal):
    server.script = [refuse(500)]
    ask(lesson(), "하나", max_retries=1)
    assert [entry["event"] for entry in journal()] == ["failed", "answered"]


def test_the_ceiling_is_kept_and_cannot_be_hidden(lesson, server, journal, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.address)
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    one = lesson(base_url=OPENAI_HTTP, budget_usd=0.00001)
    with pytest.raises(CeilingError):
        ask(one, "비싼 요청 " * 100)
    assert server.requests == []
    assert [(entry["event"], entry["reason"]) for entry in journal()] == [("failed", "CeilingError")]


def test_where_nothing_can_be_written_down_nothing_is_asked_twice(lesson, server, tmp_path):
    one = lesson()
    (tmp_path / "01_roles.jsonl").mkdir()
    with pytest.raises(recording.JournalError) as caught:
        ask(one, "하나", max_retries=3)
    assert len(server.bodies) == 1
    assert kind_of(caught.value) == "sdk" and "디스크" in str(caught.value)


def test_record_mode_is_refused_to_a_kernel_that_the_command_did_not_start(monkeypatch):
    monkeypatch.delenv(recording.JOURNALS, raising=False)
    with pytest.raises(SettingsError, match=r"start\.py record"):
        Lesson(CASSETTE, Settings("record", KEY), TroubleBox(hide=str))


def test_a_proxy_that_cannot_be_used_is_explained_as_in_live(lesson, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080")
    with pytest.raises(SettingsError, match="ALL_PROXY"):
        _ = lesson().connection
