"""Who answered in live mode: whole answers, streams and the Responses API, on any server; the key in none of it."""

import json
from datetime import date

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from helpers.key import HIDDEN
from helpers.live import origins, recall
from helpers.live.session import LOCAL_HOST
from helpers.replay import identity
from tests.live.forms import response, says, stream_of, streams
from tests.live.sessions import MESSAGES, ask, open_live
from tests.loopback import ANSWER, KEY, Loopback, completion, usage

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


@pytest.fixture(autouse=True)
def nobody_answered_yet(monkeypatch) -> None:
    monkeypatch.setattr(origins, "_ORIGINS", {})


def expected(server: Loopback, model: str = "gpt-6-luna", **more: str) -> dict:
    host = f"127.0.0.1:{server.server_port}"
    return {"kind": "live", "date": date.today().isoformat(), "model": model, "host": host, **more}


def test_a_stream_has_an_origin_by_its_chunks_their_list_and_what_the_sdk_makes_of_them(server) -> None:
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        pieces = list(ask(client, stream=True, stream_options={"include_usage": True}))
        assert (
            lesson.origin(pieces) == lesson.origin(pieces[0]) == lesson.origin(pieces[-1]) == expected(server)
        )
        shown = lesson.show(pieces).text
        assert "출처: 라이브" in shown and shown.splitlines()[-1].strip() == ANSWER
        with client.chat.completions.stream(model="gpt-6-luna", messages=MESSAGES) as stream:
            final = stream.get_final_completion()
    assert final.id != pieces[0].id and lesson.origin(final) == expected(server)
    assert ANSWER in lesson.show(final).text


def test_a_stream_that_is_read_as_data_has_an_origin(server) -> None:
    class Fact(BaseModel):
        name: str

    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        server.script = [streams(stream_of("gpt-6-luna", '{"name": "답"}'))]
        with client.chat.completions.stream(
            model="gpt-6-luna", messages=MESSAGES, response_format=Fact
        ) as stream:
            final = stream.get_final_completion()
    assert final.choices[0].message.parsed == Fact(name="답")
    assert lesson.origin(final) == expected(server)


def test_a_stream_that_was_left_early_still_says_who_began_it(server) -> None:
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        with ask(client, stream=True) as stream:
            first = next(iter(stream))
    assert lesson.origin(first) == expected(server)


def test_an_answer_of_the_responses_api_has_an_origin(server) -> None:
    class Fact(BaseModel):
        name: str

    lesson = open_live(server.base_url)
    server.script = [says(response()), says(response('{"name": "답"}', id="resp_2"))]
    with OpenAI(**lesson.connection) as client:
        plain = client.responses.create(model="gpt-6-luna", input="안녕하세요?")
        parsed = client.responses.parse(model="gpt-6-luna", input="안녕하세요?", text_format=Fact)
    assert lesson.origin(plain) == lesson.origin(parsed) == expected(server)
    assert ANSWER in lesson.show(plain).text and parsed.output_parsed == Fact(name="답")
    assert lesson.last_request()["text"]["format"]["name"] == "Fact"


@pytest.mark.parametrize(
    ("answered", "other"),
    [
        ("gpt-4o-mini", False),
        ("gpt-4o-mini-2024-07-18", False),  # a name that models.toml knows
        ("gpt-4o-mini-2027-01-01", False),  # a date that it does not
        ("gpt-4o-mini-audio-preview", True),
        ("gpt-4o", True),
        ("qwen2.5-coder-1.5b", True),
    ],
)
def test_another_model_than_was_asked_is_named_and_a_dated_snapshot_is_no_other(
    server, answered, other
) -> None:
    lesson = open_live(server.base_url, "gpt-4o-mini")
    whole = completion({"model": answered, "messages": MESSAGES}, 1)
    server.script = [says(whole), streams(stream_of(answered)), says(response(model=answered))]
    with OpenAI(**lesson.connection) as client:
        answers = [
            ask(client, model="gpt-4o-mini"),
            list(ask(client, model="gpt-4o-mini", stream=True)),
            client.responses.create(model="gpt-4o-mini", input="안녕하세요?"),
        ]
    more = {"asked": "gpt-4o-mini"} if other else {}
    for one in answers:
        assert lesson.origin(one) == expected(server, answered, **more)
        assert ("물은 모델은 gpt-4o-mini" in lesson.show(one).text) is other


def test_a_shorter_name_is_not_the_same_model_as_a_longer_one(server) -> None:
    lesson = open_live(server.base_url, "gpt-4o")
    server.script = [says(completion({"model": "gpt-4o-mini-2024-07-18", "messages": MESSAGES}, 1))]
    with OpenAI(**lesson.connection) as client:
        assert lesson.origin(ask(client, model="gpt-4o"))["asked"] == "gpt-4o"


def test_a_server_that_names_no_model_is_taken_to_have_asked_the_one_that_was_wanted(server) -> None:
    lesson = open_live(server.base_url)
    body = completion({"model": "gpt-6-luna", "messages": MESSAGES}, 1)
    del body["model"]
    server.script = [says(body)]
    with OpenAI(**lesson.connection) as client:
        assert lesson.origin(ask(client)) == expected(server)


def test_the_local_model_s_answers_are_said_to_be_this_computer_s_in_every_form(server) -> None:
    lesson = open_live(server.base_url, "qwen2.5-coder-1.5b", local=True)
    model = lesson.model
    server.script = [
        says(completion({"model": model, "messages": MESSAGES}, 1)),
        streams(stream_of(model)),
        says(response(model=model)),
    ]
    with OpenAI(**lesson.connection) as client:
        answers = [
            ask(client, model=model),
            list(ask(client, model=model, stream=True)),
            client.responses.create(model=model, input="안녕하세요?"),
        ]
    for one in answers:
        assert lesson.origin(one)["host"] == LOCAL_HOST
        assert f"{model} · {LOCAL_HOST}" in lesson.show(one).text and "실제 API" not in lesson.show(one).text


def test_nothing_that_a_stream_left_is_an_answer_of_nobody(server) -> None:
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        stream = ask(client, stream=True)
        list(stream)
        rest = list(stream)
    assert lesson.origin(rest) == {"kind": "unknown"}
    assert lesson.show(rest).text.splitlines()[-1] == "답변 없음"


def test_two_answers_alike_but_for_their_words_keep_their_origins(server) -> None:
    """A server may number its answers from 1 at every start."""
    lesson = open_live(server.base_url)
    server.script = [
        says(response("하나", "one-model")),
        says(response("둘", "one-model")),
        says(response("셋", "another")),
    ]
    with OpenAI(**lesson.connection) as client:
        one, two, three = (client.responses.create(model="gpt-6-luna", input="글") for _ in range(3))
    assert [lesson.origin(answer)["model"] for answer in (one, two, three)] == ["one-model"] * 2 + ["another"]
    one.output[0].content[0].text = "고친 글"
    assert lesson.origin(one) == {"kind": "unknown"}


def test_with_several_choices_the_first_is_recognised_and_shown(server) -> None:
    head = {"id": "chatcmpl-9", "object": "chat.completion.chunk", "created": 1, "model": "gpt-6-luna"}
    pieces = [(0, "하"), (1, "둘"), (1, "째"), (0, "나")]
    events = [
        {**head, "choices": [{"index": place, "delta": {"content": text}, "finish_reason": None}]}
        for place, text in pieces
    ]
    events += [
        {**head, "choices": [{"index": place, "delta": {}, "finish_reason": reason}]}
        for place, reason in ((1, "length"), (0, "stop"))
    ]
    lesson = open_live(server.base_url)
    # The SDK's own reading stops at any answer that was cut off.
    whole = json.loads(json.dumps(events).replace('"length"', '"stop"'))
    server.script = [streams(events), streams(whole)]
    with OpenAI(**lesson.connection) as client:
        assert lesson.show(list(ask(client, stream=True, n=2))).text.splitlines()[1:] == ["하나"]
        with client.chat.completions.stream(model="gpt-6-luna", messages=MESSAGES, n=2) as stream:
            final = stream.get_final_completion()
    assert lesson.origin(final) == expected(server)


# --- the key ------------------------------------------------------------------------------------------------------


def everything(*things: object) -> str:
    """Return all that is held: what was shown, and what is remembered."""
    return " ".join([*map(repr, things), *map(str, things), repr(origins._ORIGINS)])


@pytest.mark.parametrize("field", ["content", "model", "id"])
def test_a_server_that_streams_the_key_back_is_not_repeated(server, field) -> None:
    events = stream_of("gpt-6-luna", f"키는 {KEY} 입니다")
    if field != "content":
        events = [{**event, field: f"x {KEY}"} for event in events]
    lesson = open_live(server.base_url)
    server.script = [streams(events), streams(events)]
    with OpenAI(**lesson.connection) as client:
        pieces = list(ask(client, stream=True))
        with client.chat.completions.stream(model="gpt-6-luna", messages=MESSAGES) as stream:
            final = stream.get_final_completion()
    assert HIDDEN in everything(pieces) and KEY not in everything(pieces, final, lesson.show(pieces))
    # What was shown is what is remembered, so that its origin is known all the same.
    assert lesson.origin(pieces)["kind"] == lesson.origin(final)["kind"] == "live"
    assert HIDDEN in lesson.show(final).text


def test_a_response_that_holds_the_key_is_not_repeated(server) -> None:
    lesson = open_live(server.base_url)
    server.script = [says(response(f"키는 {KEY}", model=f"m {KEY}"))]
    with OpenAI(**lesson.connection) as client:
        answer = client.responses.create(model="gpt-6-luna", input="글")
    assert KEY not in everything(answer, lesson.show(answer), lesson.origin(answer))
    assert lesson.origin(answer)["kind"] == "live"


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_events_that_nobody_asked_for_do_not_slip_past_the_key(server, status) -> None:
    """A server may answer a plain request with a stream, and an error as one."""

    def echo(handler, asked) -> None:
        content = f"data: {json.dumps({'error': {'message': f'bad key {KEY}'}, 'choices': []})}\n\n".encode()
        handler.send_response(status)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    for stream in (False, True):
        lesson = open_live(server.base_url)
        server.script = [echo]
        with OpenAI(**lesson.connection, max_retries=0) as client:
            with pytest.raises(openai.OpenAIError) as caught:
                list(ask(client, stream=stream))
        error = caught.value
        told = [error, vars(error), getattr(error, "body", None)]
        told += [error.response.text] if hasattr(error, "response") and status != 200 else []
        assert KEY not in everything(*told)


def test_what_is_remembered_is_forgotten_by_nobody_who_opens_the_lesson_again(server) -> None:
    with OpenAI(**open_live(server.base_url).connection) as client:
        pieces = list(ask(client, stream=True))
    assert "출처: 라이브" in open_live(server.base_url).show(pieces).text
    assert recall(identity(pieces)) == expected(server)
    assert recall(("other", "model")) is None


def test_usage_that_a_stream_reports_is_not_taken_for_its_words(server) -> None:
    events = stream_of("gpt-6-luna", "네", with_usage=False)
    events.append({**events[0], "choices": [], "usage": usage(1, 1)})
    lesson = open_live(server.base_url)
    server.script = [streams(events)]
    with OpenAI(**lesson.connection) as client:
        assert lesson.show(list(ask(client, stream=True))).text.splitlines()[-1].strip() == "네"
