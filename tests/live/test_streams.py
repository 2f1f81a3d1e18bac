"""Streams pass piece by piece, and what they cost is counted or estimated."""

import json
import threading

import openai
import pytest
from openai import OpenAI

from tests.live.sessions import MESSAGES, OPENAI_HTTP, ask, session_at
from tests.loopback import ANSWER, Loopback, chunks, completion

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


def test_a_stream_passes_piece_by_piece_and_is_never_read_ahead(server: Loopback) -> None:
    first_was_read = threading.Event()
    waited = []

    def slowly(handler, body) -> None:
        events = chunks(completion(body, 1), with_usage=True)
        handler.start(sum(len(json.dumps(one).encode()) + 8 for one in events), "text/event-stream")
        for place, event in enumerate(events):
            if place == 1:
                waited.append(first_was_read.wait(20))
            handler.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")

    server.script = [slowly]
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        text = ""
        for chunk in ask(client, stream=True):
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
            first_was_read.set()
    assert waited == [True]
    assert text.strip() == ANSWER
    assert not session.meter.calls[0].usage.estimated
    assert session.meter.calls[0].usage.prompt == 20


def test_streams_without_usage_and_streams_left_early_are_estimated(as_openai: Loopback) -> None:
    def endless(handler, body) -> None:
        handler.start(10_000, "text/event-stream")
        handler.wfile.write(b"data: " + json.dumps(chunks(completion(body, 1), False)[0]).encode() + b"\n\n")
        handler.connection.recv(1)
        handler.close_connection = True

    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection) as client:
        pieces = [chunk.choices[0].delta.content or "" for chunk in ask(client, stream=True)]
        assert "".join(pieces).strip() == ANSWER
        as_openai.script = [endless]
        with ask(client, stream=True) as stream:
            next(iter(stream))
        chat = client.chat.completions
        with chat.with_streaming_response.create(model="gpt-6-luna", messages=MESSAGES) as raw:
            raw.read()
    whole, early, plain = (call.usage for call in session.meter.calls)
    assert whole.estimated
    assert len(ANSWER.split()) <= whole.completion < 2000
    assert early.estimated
    assert early.completion == 2000
    assert not plain.estimated
    assert session.meter._reserved == 0


@pytest.mark.parametrize(
    ("model", "parameters", "counted"),
    [
        ("gpt-6.1-sol", {}, 2000),  # reasons unasked
        ("gpt-6-luna", {"reasoning_effort": "high"}, 2000),
        ("gpt-6-luna", {}, None),  # is asked not to reason
        ("gpt-4o-mini", {}, None),  # cannot
    ],
)
def test_a_stream_without_usage_counts_what_it_may_have_thought(
    as_openai, model, parameters, counted
) -> None:
    session = session_at(OPENAI_HTTP, budget=0.5, model=model)
    with OpenAI(**session.connection) as client:
        list(ask(client, model=model, stream=True, max_completion_tokens=2000, **parameters))
    usage = session.meter.calls[0].usage
    assert usage.estimated and (usage.completion == counted if counted else usage.completion < 500)


def test_a_page_in_place_of_a_stream_that_breaks_off_leaves_no_money_set_aside(as_openai: Loopback) -> None:
    def cut(handler, body) -> None:
        handler.start(1000, "text/html")
        handler.wfile.write(b"<html>")
        handler.close_connection = True

    as_openai.script = [cut]
    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError):
            ask(client, stream=True)
    assert session.meter._reserved == 0 and len(session.meter.calls) == 1
