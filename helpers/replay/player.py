"""Answers requests from a cassette, and the HTTP transport that brings the answers to the SDK."""

import json
import threading
from dataclasses import dataclass

import httpx2

from helpers.replay.cassette import Cassette, Interaction, encoded
from helpers.replay.matching import match_key, read_body, stored_key
from helpers.replay.misses import miss_response
from helpers.replay.rules import FAULTS


@dataclass(frozen=True)
class Exchange:
    """One request that was answered: where it went, its raw body, the response as cassettes hold it, and whose it is."""

    path: str
    raw: bytes
    response: dict
    origin: dict | None = None


class Player:
    """Answers requests from one cassette and remembers which answer of each is next.

    One lesson has one player, whatever number of clients it makes; it may be used from several threads.

    Args:
        cassette: the recorded interactions.
        model: the model that the lesson's requests name.

    Attributes:
        exchanges: each request answered so far, in order; a miss has no origin.
        used: the ids of the interactions that were asked for.
    """

    def __init__(self, cassette: Cassette, model: str) -> None:
        self.cassette = cassette
        self.model = model
        self.exchanges: list[Exchange] = []
        self.used: set[str] = set()
        self._lock = threading.Lock()
        self._places: dict[str, int] = {}
        self._by_key = {stored_key(one.request): one for one in cassette.interactions}

    def find(self, method: str, path: str, raw: bytes) -> Interaction | None:
        """Return the interaction that holds this request, or None."""
        body = self._body(raw)
        return None if raw and body is None else self._by_key.get(match_key(method, path, body))

    def answer(self, method: str, path: str, raw: bytes) -> dict:
        """Return the next recorded response to a request, or what explains that there is none."""
        one = self.find(method, path, raw)
        asked = {"method": method, "path": path, "body": self._body(raw)}
        response = self._next(one) if one else miss_response(self.cassette, self.model, asked)
        self.exchanges.append(Exchange(path, raw, response, one and one.origin))
        return response

    def _next(self, one: Interaction) -> dict:
        self.used.add(one.id)
        with self._lock:
            place = self._places.get(one.id, 0)
            self._places[one.id] = place + 1
        return one.responses[place % len(one.responses)]

    def _body(self, raw: bytes) -> object:
        try:
            return read_body(raw, self.model)
        except ValueError:
            return None


class ReplayTransport(httpx2.BaseTransport):
    """The HTTP transport of replay: hands each request to `answer` and opens no connection.

    Args:
        answer: takes method, path relative to the base URL and raw body; returns a response as cassettes hold it.
        base_path: the path of the base URL, such as "/v1/".
    """

    def __init__(self, answer, base_path: str) -> None:
        self._answer = answer
        self._base_path = base_path

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request of the SDK."""
        target = request.url.raw_path.decode("ascii").removeprefix(self._base_path)
        response = self._answer(request.method, target, request.read())
        if "fault" in response:
            raise FAULTS[response["fault"]]("녹화된 실패입니다.", request=request)
        if "events" in response:
            headers, content = {"content-type": "text/event-stream"}, _stream(response["events"])
            return httpx2.Response(response["status"], headers=headers, content=content)
        content = encoded(json.dumps(response["body"], ensure_ascii=False))
        headers = {"content-type": "application/json", **response.get("headers", {})}
        return httpx2.Response(response["status"], headers=headers, content=content)


def _stream(events: list[dict]) -> bytes:
    """Return the events of a stream as they came over the wire."""
    lines = [f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in events]
    return encoded("".join([*lines, "data: [DONE]\n\n"]))
