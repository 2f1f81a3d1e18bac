"""Record mode: sends what is to be recorded, answers the rest from the cassette, and writes each exchange down.

Only `start.py record` uses it. What it writes is a journal, one JSON object a line, outside the course's folder.
"""

import json
import os
import threading
from pathlib import Path

import httpx2
import openai

from helpers.errors import CourseError, SettingsError
from helpers.live.responses import is_answer
from helpers.live.session import LiveClient, LiveSession, meter_for
from helpers.replay import CHAT, RESPONSES, Cassette, Player, ReplayTransport, parse_json, read_body
from helpers.settings import Settings
from helpers.ways import way_on

# The variable in which `start.py record` names the folder of the journals to the kernels that it starts.
JOURNALS = "CHAT_API_LAB_JOURNALS"
# True while a cell runs that puts a failure on show.
_failure_on_show = False

NOT_WRITTEN = "녹화를 임시 파일에 적지 못했습니다({problem}). 디스크의 남은 공간을 확인하고 다시 녹화하세요."


class JournalError(CourseError, openai.OpenAIError):
    """An exchange could not be written down; as an error of the SDK's own it is passed on without a retry."""


def put_failure_on_show(on_show: bool) -> None:
    """Say whether a cell runs that puts a failure on show: a request that no cassette holds is then meant to be a miss."""
    global _failure_on_show
    _failure_on_show = on_show


def session_for(cassette: Cassette, settings: Settings) -> LiveSession:
    """Return the session of a lesson that is live or being recorded.

    Args:
        cassette: the lesson's recordings so far.
        settings: the mode, the server, the key, the model and the ceiling.

    Raises:
        SettingsError: it is to be recorded, but this kernel was not started by `start.py record`.
    """
    if settings.mode != "record":
        return LiveSession(settings, meter_for(cassette.lesson, settings))
    folder = os.environ.get(JOURNALS)
    if not folder:
        raise SettingsError(way_on("record"))
    return RecordingSession(cassette, settings, Path(folder) / f"{cassette.lesson}.jsonl")


class RecordingClient(LiveClient):
    """The live client, asked only for what is to be recorded."""

    _session: "RecordingSession"

    def send(self, request: httpx2.Request, *, stream: bool = False, **options) -> httpx2.Response:
        """Answer one request of the SDK from the cassette, or send it and write down what came of it."""
        response = self._session.replay(request)
        if response is not None:
            return response
        try:
            # Read whole whatever the SDK wants to do with it: only a whole answer can be recorded.
            return super().send(request, **options)
        except Exception as error:
            self._session.failed(request, type(error).__name__)
            raise


class RecordingSession(LiveSession):
    """A live session that sends only what a cassette may hold anew, and writes down what comes back.

    Args:
        cassette: the lesson's recordings so far; those of the original notebook are never asked for again.
        settings: the server, the key, the model and the ceiling.
        journal: the file to write to.
    """

    client_class = RecordingClient

    def __init__(self, cassette: Cassette, settings: Settings, journal: Path) -> None:
        super().__init__(settings, meter_for(cassette.lesson, settings), on_answer=self._answered)
        self._player = Player(cassette, self.model)
        self._base_path = httpx2.URL(self.base_url + "/").raw_path.decode("ascii")
        self._recorded = ReplayTransport(self._player.answer, self._base_path)
        self._misses: set[bytes] = set()
        self._journal = journal
        self._lock = threading.Lock()

    def replay(self, request: httpx2.Request) -> httpx2.Response | None:
        """Answer a request as replay would, or return None where it is to be sent.

        Not sent are: what the original notebook recorded; what a failure on show asked for in vain, and any repetition
        of it; and what cassettes do not hold, such as a stream of the Responses API.
        """
        content = request.read()
        path = request.url.raw_path.decode("ascii").removeprefix(self._base_path)
        one = self._player.find(request.method, path, content)
        if one is None and _failure_on_show:
            self._misses.add(content)
        body = parse_json(content)
        recordable = (
            request.method == "POST"
            and isinstance(body, dict)
            and (path == CHAT or (path == RESPONSES and not body.get("stream")))
        )
        original = one is not None and one.origin["kind"] == "original-notebook"
        if recordable and not original and content not in self._misses:
            return None
        response = self._recorded.handle_request(request)
        response.request = request
        self.last_request = body
        if one is not None:
            self._write(event="replayed", id=one.id)
        return response

    def failed(self, request: httpx2.Request, reason: str) -> None:
        """Write down that a request brought no answer, so that no cell can hide it."""
        path = request.url.raw_path.decode("ascii").removeprefix(self._base_path)
        self._write(event="failed", path=path, body=self._stored(parse_json(request.read())), reason=reason)

    def _answered(self, path: str, body: dict, response: dict) -> None:
        told = {"path": path, "body": self._stored(body)}
        if response["status"] == 200 and "events" in response:
            self._write(event="answered", **told, events=response["events"])
        # Replayed to one who asked for a stream, a whole answer would be a stream of nothing.
        elif response["status"] == 200 and is_answer(response["body"]) and not body.get("stream"):
            self._write(event="answered", **told, answer=response["body"])
        else:
            self._write(event="failed", **told, reason=f"HTTP {response['status']}")

    def _stored(self, body: object) -> object:
        return read_body(json.dumps(body), self.model)

    def _write(self, **entry) -> None:
        line = json.dumps({**entry, "spent_usd": self.meter.spent_usd}) + "\n"
        try:
            with self._lock, self._journal.open("a", encoding="utf-8", newline="\n") as file:
                file.write(line)
        except OSError as error:
            raise JournalError(NOT_WRITTEN.format(problem=error.strerror)) from error
