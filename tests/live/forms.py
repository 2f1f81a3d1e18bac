"""Answers in every form that an API has, and scripts of the loopback server that give them."""

from collections.abc import Callable

from tests.live.sessions import MESSAGES
from tests.loopback import ANSWER, chunks, completion


def response(text: str = ANSWER, model: str = "gpt-6-luna", **more: object) -> dict:
    """Return an answer of the Responses API."""
    content = [{"type": "output_text", "text": text, "annotations": []}]
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }
    body = {"id": "resp_1", "object": "response", "created_at": 1, "model": model, "output": [message]}
    return {
        **body,
        "status": "completed",
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        **more,
    }


def says(body: object) -> Callable:
    """Return a script that answers with this body."""
    return lambda handler, asked: handler.reply(200, body)


def streams(events: list[dict]) -> Callable:
    """Return a script that answers with these events."""
    return lambda handler, asked: handler.stream(events)


def stream_of(model: str, text: str = ANSWER, with_usage: bool = True) -> list[dict]:
    """Return the events of an answer, a word each."""
    answer = completion({"model": model, "messages": MESSAGES}, 7)
    answer["choices"][0]["message"]["content"] = text
    return chunks(answer, with_usage)
