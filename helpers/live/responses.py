"""Reads what a server sent back: whether it is an answer, and what a stream held."""

from collections.abc import Iterable

import httpx2

from helpers.replay import parse_json


def is_page(response: httpx2.Response) -> bool:
    """Say whether a response is a web page, such as a proxy's or a provider's."""
    return response.headers.get("content-type", "").startswith("text/html")


def is_cut(response: httpx2.Response) -> bool:
    """Say whether a response without readable JSON may be an answer that was cut off, and not somebody's page."""
    if is_page(response) or "json" in response.headers.get("content-type", ""):
        return not is_page(response)
    return is_stream(response) or response.content.lstrip()[:1] in (b"", b"{", b"[")


def is_stream(response: httpx2.Response) -> bool:
    """Say whether a response is a stream of server-sent events."""
    return response.headers.get("content-type", "").startswith("text/event-stream")


def read_events(raw: bytes) -> list[dict]:
    """Return the events of a stream of chat completions, as far as they came; none where it is anything else."""
    return [
        one
        for one in map(parse_json, _data(raw))
        if isinstance(one, dict) and isinstance(one.get("choices"), list)
    ]


def _data(raw: bytes) -> list[bytes]:
    """Return what the events of a stream hold, in order."""
    return [line.removeprefix(b"data:").strip() for line in raw.splitlines() if line.startswith(b"data:")]


def is_answer(parsed: object) -> bool:
    """Say whether a parsed body is a chat completion with at least one message, or a response of the Responses API."""
    if isinstance(parsed, dict) and parsed.get("object") == "response":
        return isinstance(parsed.get("output"), list)
    choices = parsed.get("choices") if isinstance(parsed, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and isinstance(first.get("message"), dict)


def read_stream(raw: bytes) -> tuple[dict, bool]:
    """Put together what can be counted of a stream.

    Args:
        raw: the bytes that passed, server-sent events or one JSON object.

    Returns:
        Its usage (None where it reports none) and the pieces of its choices; and whether it came to its end.
    """
    whole = parse_json(raw)
    if isinstance(whole, dict):
        return whole, True
    data = _data(raw)
    return counted(one for one in map(parse_json, data) if isinstance(one, dict)), b"[DONE]" in data


def counted(events: Iterable[dict]) -> dict:
    """Put together what can be counted of the events of a stream: its usage, None where none tells it, and its pieces."""
    answer: dict = {"usage": None, "service_tier": None, "choices": []}
    for event in events:
        for name in ("usage", "service_tier"):
            answer[name] = event.get(name) or answer[name]
        choices = event.get("choices")
        answer["choices"] += [one.get("delta") for one in choices or [] if isinstance(one, dict)]
    return answer
