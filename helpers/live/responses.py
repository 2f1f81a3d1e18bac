"""Reads what a server sent back: whether it is an answer, what a stream held, and a tap on a stream as it passes."""

from collections.abc import Callable, Iterable

import httpx2

from helpers.replay import parse_json


class Tap(httpx2.SyncByteStream):
    """Passes a stream on as its lines come, keeps a copy, and hands it over when the stream is closed.

    Args:
        stream: the stream of the response.
        closed: is given the bytes that passed.
        clean: takes one line and returns it as it may be shown.
    """

    def __init__(
        self,
        stream: httpx2.SyncByteStream,
        closed: Callable[[bytes], None],
        clean: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self._stream, self._closed, self._clean = stream, closed, clean
        self._pieces: list[bytes] = []

    def __iter__(self):
        rest = b""
        for piece in self._stream:
            self._pieces.append(piece)
            # Line by line, since what must not show could be cut between two pieces.
            *lines, rest = (rest + piece).split(b"\n")
            if lines:
                yield b"".join(self._clean(line) + b"\n" for line in lines)
        if rest:
            yield self._clean(rest)

    def close(self) -> None:
        """Close the stream, and hand over the copy the first time."""
        try:
            self._stream.close()
        finally:
            closed, self._closed = self._closed, lambda raw: None
            closed(b"".join(self._pieces))


def is_page(response: httpx2.Response) -> bool:
    """Say whether a response is a web page, such as a proxy's or a provider's."""
    return response.headers.get("content-type", "").startswith("text/html")


def is_json(response: httpx2.Response) -> bool:
    """Say whether a response is meant to be JSON, whole or not."""
    return "json" in response.headers.get("content-type", "")


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
