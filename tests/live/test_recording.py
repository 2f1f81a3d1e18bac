"""Record mode in one kernel: what is sent, what is answered from the cassette, and what is written down."""

import json

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from helpers.errors import SettingsError
from helpers.key import HIDDEN
from helpers.lesson import Lesson
from helpers.live import recording, session
from helpers.live.metering import CeilingError
from helpers.replay import MODEL_PLACEHOLDER, Cassette, Interaction, Player, replay_connection
from helpers.settings import Settings
from helpers.show import TroubleBox, kind_of
from tests.live.forms import response, says, stream_of, streams
from tests.loopback import ANSWER, KEY, Loopback, completion

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
            lambda: client.responses.create(model=MODEL, input="다음", stream=True),
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


# --- streams and the Responses API --------------------------------------------------------------------------------

OPTIONS = {"include_usage": True}


def replayed(entry: dict) -> OpenAI:
    """Return a client of a cassette that holds what the journal holds, as `start.py record` would put it there."""
    said = (
        {"status": 200, "events": entry["events"]}
        if "events" in entry
        else {"status": 200, "body": entry["answer"]}
    )
    request = {"method": "POST", "path": entry["path"], "body": entry["body"]}
    origin = {"kind": "api", "date": "2026-11-25", "model": MODEL, "host": "localhost"}
    player = Player(Cassette("01_roles", MODEL, [Interaction("x", origin, request, [said])]), MODEL)
    return OpenAI(**replay_connection(player.answer))


def test_a_stream_is_written_down_as_its_events_and_replays_as_a_stream(lesson, server, journal):
    asked = {"model": MODEL, "messages": messages("새 요청"), "stream": True, "stream_options": OPTIONS}
    with OpenAI(**lesson().connection) as client:
        pieces = list(client.chat.completions.create(**asked))
    (entry,) = journal()
    assert (entry["event"], entry["path"]) == ("answered", "chat/completions")
    assert entry["body"] == {**asked, "model": MODEL_PLACEHOLDER}
    assert len(entry["events"]) == len(pieces) and entry["events"][-1]["usage"]["prompt_tokens"] == 10
    with replayed(entry) as client:
        assert list(client.chat.completions.create(**asked)) == pieces
    assert server.requests[0]["headers"]["authorization"] == f"Bearer {KEY}"


def test_the_sdk_s_own_reading_of_a_stream_is_recorded_too(lesson, journal):
    class Fact(BaseModel):
        name: str

    one = lesson()
    asked = {"model": MODEL, "messages": messages("이름?"), "response_format": Fact}
    with OpenAI(**one.connection) as client, client.chat.completions.stream(**asked) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.parsed == Fact(name="답")
    assert one.origin(final)["kind"] == "live"
    (entry,) = journal()
    with replayed(entry) as client, client.chat.completions.stream(**asked) as stream:
        assert stream.get_final_completion() == final


def test_an_answer_of_the_responses_api_is_written_down_and_replays(lesson, server, journal):
    server.script = [says(response())]
    asked = {"model": MODEL, "input": "안녕하세요?", "instructions": "짧게 답하세요."}
    one = lesson()
    with OpenAI(**one.connection) as client:
        answer = client.responses.create(**asked)
    assert ANSWER in one.show(answer).text and one.origin(answer)["kind"] == "live"
    assert one.last_request() == asked
    (entry,) = journal()
    assert (entry["event"], entry["path"], entry["answer"]["id"]) == ("answered", "responses", "resp_1")
    assert entry["body"] == {**asked, "model": MODEL_PLACEHOLDER}
    with replayed(entry) as client:
        assert client.responses.create(**asked).output_text == ANSWER


def break_off(handler, body):
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("connection", "close")
    handler.end_headers()
    for event in stream_of(MODEL)[:2]:
        handler.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
    handler.close_connection = True


def of_something_else(handler, body):
    handler.stream([{"id": "x", "object": "chat.completion.chunk"}])


def all_at_once(handler, body):
    handler.reply(200, completion(body, 1))


@pytest.mark.parametrize("broken", [break_off, of_something_else, all_at_once])
def test_a_stream_that_is_not_whole_is_no_recording(lesson, server, journal, broken):
    server.script = [broken]
    with OpenAI(**lesson().connection, max_retries=0) as client:
        list(client.chat.completions.create(model=MODEL, messages=messages("새 요청"), stream=True))
    (entry,) = journal()
    assert (entry["event"], entry["path"]) == ("failed", "chat/completions") and "events" not in entry


@pytest.mark.parametrize("answer", [{}, {"object": "response"}, {"object": "response", "output": None}, []])
def test_what_is_no_response_is_not_written_down(lesson, server, journal, answer):
    server.script = [says(answer)]
    with OpenAI(**lesson().connection, max_retries=0) as client:
        with pytest.raises(openai.APIResponseValidationError):
            client.responses.create(model=MODEL, input="글")
    assert {entry["event"] for entry in journal()} == {"failed"}


def test_an_original_stays_whatever_form_is_asked_for(lesson, server, journal):
    with OpenAI(**lesson().connection) as client:
        first = client.chat.completions.create(model=MODEL, messages=messages("처음"))
        # The same words as a stream are another request, which the original notebook never made.
        list(client.chat.completions.create(model=MODEL, messages=messages("처음"), stream=True))
    assert first.choices[0].message.content == "first의 답변"
    assert [entry["event"] for entry in journal()] == ["replayed", "answered"] and len(server.bodies) == 1


def test_the_journal_never_holds_the_key(lesson, server, journal):
    whole = completion({"model": MODEL, "messages": messages("가")}, 1)
    whole["choices"][0]["message"]["content"] = f"키는 {KEY}"
    server.script = [
        streams(stream_of(MODEL, f"키는 {KEY}")),
        says(response(f"키는 {KEY}")),
        says(whole),
    ]
    with OpenAI(**lesson().connection) as client:
        pieces = list(client.chat.completions.create(model=MODEL, messages=messages("가"), stream=True))
        answers = [
            client.responses.create(model=MODEL, input="글"),
            client.chat.completions.create(model=MODEL, messages=messages("가")),
        ]
    told = journal()  # which looks for the key itself
    assert [entry["event"] for entry in told] == ["answered"] * 3
    assert all(HIDDEN in json.dumps(entry, ensure_ascii=False) for entry in told)
    assert KEY not in repr(pieces) + repr(answers)
