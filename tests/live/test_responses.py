"""Reading what a server sent back, whatever it is."""

import json

import pytest

from helpers.live.responses import is_answer, read_stream
from helpers.replay import parse_json

MESSAGE = {"role": "assistant", "content": "네"}
USAGE = {"prompt_tokens": 3, "completion_tokens": 1}


def events(*chunks: object, done: bool = True) -> bytes:
    lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks]
    return "".join([*lines, "data: [DONE]\n\n" if done else ""]).encode()


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"choices": [', b"\xff\xfe", b"OK"])
def test_what_is_no_json_is_none(content):
    assert parse_json(content) is None


def test_json_is_parsed():
    assert parse_json('{"가": 1}'.encode()) == {"가": 1}


@pytest.mark.parametrize(
    "parsed",
    [
        None,
        [],
        "text",
        {},
        {"choices": None},
        {"choices": []},
        {"choices": ["x"]},
        {"choices": [{"message": None}]},
    ],
)
def test_what_holds_no_message_is_no_answer(parsed):
    assert not is_answer(parsed)


def test_one_message_is_an_answer():
    assert is_answer({"choices": [{"index": 0, "message": MESSAGE}]})


def test_a_stream_is_put_together():
    pieces = [{"choices": [{"delta": {"content": one}}]} for one in "네요"]
    answer, done = read_stream(events(*pieces, {"choices": [], "usage": USAGE}))
    assert answer == {"usage": USAGE, "service_tier": None, "choices": [{"content": "네"}, {"content": "요"}]}
    assert done


def test_a_stream_that_breaks_off_is_not_at_its_end():
    whole = events(
        {"choices": [{"delta": {"content": "네"}}]}, {"choices": [{"delta": {"content": "요"}}]}, done=False
    )
    answer, done = read_stream(whole[:-20])
    assert (answer["choices"], answer["usage"], done) == ([{"content": "네"}], None, False)


def test_one_object_in_place_of_a_stream_is_read_as_it_is():
    body = {"usage": USAGE, "choices": [{"message": MESSAGE}]}
    assert read_stream(json.dumps(body).encode()) == (body, True)
