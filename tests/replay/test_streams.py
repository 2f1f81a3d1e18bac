"""A recorded stream replays as a stream: through the SDK's own reading of it, and as it comes over the wire."""

import json

import openai
import pytest
from pydantic import BaseModel

from helpers.replay.cassette import Cassette, Interaction, load_cassette, save_cassette
from helpers.replay.player import Player
from tests.replay.cassettes import API, MODEL, client
from tests.replay.test_answers import EVENTS, event, response, text_part

MESSAGES = [{"role": "user", "content": "세어 보세요."}]
OPTIONS = {"include_usage": True}
BODY = {"model": "{lesson.model}", "messages": MESSAGES, "stream": True, "stream_options": OPTIONS}
SECOND = [
    event(id="chatcmpl-8", content="둘\n\n\u2028😀 \ud83d"),
    event(id="chatcmpl-8", finish_reason="stop"),
]


def request(body, path="chat/completions"):
    return {"method": "POST", "path": path, "body": body}


@pytest.fixture
def player(tmp_path):
    """A player of a cassette that was saved and loaded, as a lesson's is."""
    streams = [{"status": 200, "events": events} for events in (EVENTS, SECOND)]
    body = {"model": "{lesson.model}", "input": "네?"}
    recorded = [
        Interaction("stream", API, request(BODY), streams),
        Interaction(
            "responses",
            API,
            request(body, "responses"),
            [
                {"status": 200, "body": response(text_part("네"))},
                {"status": 200, "body": response(text_part("둘"))},
            ],
        ),
    ]
    path = tmp_path / "04_seeds.json"
    save_cassette(Cassette("04_seeds", MODEL, recorded), path)
    return Player(load_cassette(path), MODEL)


def ask(one, **changes):
    arguments = {"model": MODEL, "messages": MESSAGES, "stream": True, "stream_options": OPTIONS} | changes
    return one.chat.completions.create(**{key: value for key, value in arguments.items() if value is not ...})


def test_the_chunks_are_the_recorded_events_with_the_usage_at_the_end(player):
    one = client(player.answer)
    pieces = list(ask(one))
    assert [piece.to_dict() for piece in pieces] == EVENTS
    assert (pieces[-1].choices, pieces[-1].usage.total_tokens) == ([], 5)
    assert [piece.usage for piece in pieces[:-1]] == [None] * 4


def test_the_nth_stream_is_the_nth_recorded_and_then_the_first_again(player):
    one = client(player.answer)
    ids = [next(iter(ask(one))).id for _ in range(3)]
    assert ids == ["chatcmpl-7", "chatcmpl-8", "chatcmpl-7"]
    assert player.used == {"stream"} and len(player.exchanges) == 3
    assert all(one.origin == API and one.path == "chat/completions" for one in player.exchanges)


def test_over_the_wire_it_is_server_sent_events_that_end_as_the_api_s_do(player):
    one = client(player.answer)
    with one.chat.completions.with_streaming_response.create(
        model=MODEL, messages=MESSAGES, stream=True, stream_options=OPTIONS
    ) as raw:
        assert raw.headers["content-type"] == "text/event-stream"
        lines = [line for line in raw.read().decode().split("\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    assert [json.loads(line.removeprefix("data: ")) for line in lines[:-1]] == EVENTS


def test_a_character_that_ends_a_line_or_is_half_of_one_does_not_break_a_stream(player):
    one = client(player.answer)
    list(ask(one))
    assert next(iter(ask(one))).choices[0].delta.content == "둘\n\n\u2028😀 \ud83d"


def test_the_sdk_s_own_helper_puts_a_replayed_stream_together(player):
    with client(player.answer).chat.completions.stream(
        model=MODEL, messages=MESSAGES, stream_options=OPTIONS
    ) as stream:
        texts = [one.delta for one in stream if one.type == "content.delta"]
        final = stream.get_final_completion()
    assert (
        texts == ["하", "나"] and final.choices[0].message.content == "하나" and final.usage.total_tokens == 5
    )


def test_data_is_read_from_a_replayed_stream():
    class Fact(BaseModel):
        name: str

    events = [event(content='{"name": '), event(content='"답"}'), event(finish_reason="stop")]
    heard = []

    def answer(method, path, raw):
        heard.append(json.loads(raw))
        return {"status": 200, "events": events}

    with client(answer).chat.completions.stream(
        model=MODEL, messages=MESSAGES, response_format=Fact
    ) as stream:
        assert stream.get_final_completion().choices[0].message.parsed == Fact(name="답")
    assert heard[0]["stream"] is True and heard[0]["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(
    "changes", [{"stream": ...}, {"stream": False, "stream_options": ...}, {"stream_options": ...}]
)
def test_without_the_stream_or_its_options_it_is_another_request(player, changes):
    with pytest.raises(openai.NotFoundError) as caught:
        ask(client(player.answer), **changes)
    assert "stream" in caught.value.body["message"] and caught.value.body["nearest"] == "stream"
    assert player.exchanges[-1].origin is None and player.used == set()


def test_an_answer_of_the_responses_api_replays_in_its_turn(player):
    one = client(player.answer)
    texts = [one.responses.create(model=MODEL, input="네?").output_text for _ in range(3)]
    assert texts == ["네", "둘", "네"]


def test_a_miss_of_the_responses_api_names_its_fields_and_the_nearest_of_its_kind(player):
    with pytest.raises(openai.NotFoundError) as caught:
        client(player.answer).responses.create(model=MODEL, input="아니요?", instructions="짧게")
    message, nearest = caught.value.body["message"], caught.value.body["nearest"]
    assert nearest == "responses"
    assert (
        'input: 녹화 "네?" → 지금 "아니요?"' in message and 'instructions: 녹화 없음 → 지금 "짧게"' in message
    )
    assert 'lesson.show(lesson.recorded("responses"))' in message


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (lambda one: one.embeddings.create(model=MODEL, input="글"), "embeddings"),
        (lambda one: one.images.generate(model=MODEL, prompt="그림"), "images/generations"),
        (lambda one: one.models.list(), "models"),
        (lambda one: one.moderations.create(input="글"), "moderations"),
        (lambda one: one.responses.input_tokens.count(model=MODEL, input="글"), "responses/input_tokens"),
    ],
)
def test_any_other_endpoint_is_called_that_in_one_line(player, call, place):
    with pytest.raises(openai.NotFoundError) as caught:
        call(client(player.answer))
    title, line = caught.value.body["message"].split("\n")
    assert "녹화에 없는 요청입니다" in title and "라이브에서만 답합니다" in line and len(line) < 300
    assert caught.value.body["nearest"] is None
    assert f"({place})" in line


def test_messages_as_a_tuple_are_as_good_as_a_list(player):
    assert list(ask(client(player.answer), messages=tuple(MESSAGES)))
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client(player.answer), messages=("안녕",))
    assert "딕셔너리가 아닌 것이 든 리스트" in caught.value.body["message"]
