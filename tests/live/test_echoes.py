"""A server that repeats the key, wherever and however: it is in nothing that a learner, a log or a notebook gets."""

import html
import json
import logging
import pickle
import re
import traceback
import urllib.parse
from pathlib import Path

import httpx2
import openai
import pydantic
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openai import OpenAI

from tests.live.echoes import DRESSES, PLACES, WAYS, echo
from tests.loopback import Loopback

pytestmark = [
    pytest.mark.usefixtures("no_ambient_proxy"),
    # Of fields that hold what they should not.
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
]

LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHIJKLMNPQRSTUVWXYZ23456789"
KEYS = st.builds("sk-proj-{}_{}".format, *[st.text(LETTERS, min_size=12, max_size=40)] * 2)
UNSEEN = re.compile(r"[\s\x00-\x1f\xad\u200b-\u200f\u2060\ufeff]")


def readings(text: str) -> list[str]:
    """Return a text as it is, and as each reader that takes escapes away would give it on."""
    found = [text]
    for _ in range(3):
        one = re.sub(
            r"\\+u\{?([0-9a-fA-F]{4}|[0-9a-fA-F]{2}(?=\}))\}?", lambda hit: chr(int(hit[1], 16)), found[-1]
        )
        one = re.sub(r"\\+x([0-9a-fA-F]{2})", lambda hit: chr(int(hit[1], 16)), one)
        one = re.sub(r"\\+([nrt])", " ", one)
        found.append(html.unescape(urllib.parse.unquote(one)).replace("\\", ""))
    return [UNSEEN.sub("", one).lower() for one in found]


def holds(text: str, key: str) -> bool:
    return any(key.lower() in one for one in readings(text))


def seen(*things: object) -> list[str]:
    """Return all that can be got out of answers, responses, clients and errors, causes and contexts included."""
    texts, todo, done = [], list(things), set()
    while todo:
        one = todo.pop()
        if id(one) in done:
            continue
        done.add(id(one))
        texts += [repr(one), str(one)]
        if isinstance(one, bytes):
            texts.append(one.decode("utf-8", "replace"))
        if hasattr(one, "__dict__"):
            texts.append(repr(vars(one)))
        if isinstance(one, list | tuple):
            todo += one
        elif hasattr(one, "to_json"):
            texts.append(one.to_json(warnings=False))
        elif isinstance(one, httpx2.Response | httpx2.Request):
            texts += [repr(one.headers.raw), str(one.url)]
            texts += (
                [one.text, one.reason_phrase] if hasattr(one, "_content") and hasattr(one, "text") else []
            )
            todo += [*getattr(one, "history", []), getattr(one, "next_request", None), one.stream]
        elif isinstance(one, BaseException):
            texts += traceback.format_exception(one)
            texts += [repr(one.args), repr(getattr(one, "body", None)), repr(getattr(one, "doc", None))]
            todo += [
                one.__cause__,
                one.__context__,
                getattr(one, "request", None),
                getattr(one, "response", None),
            ]
            for frame, _ in traceback.walk_tb(one.__traceback__):
                if frame.f_globals["__name__"].partition(".")[0] != "tests":
                    texts.append(repr(frame.f_locals))
                    held = list(frame.f_locals.values())
                    held += [getattr(v, "wire", None) for v in held]
                    todo += [v for v in held if isinstance(v, httpx2.Request | httpx2.Response)]
        try:
            texts.append(pickle.dumps(one).decode("latin-1"))
        except Exception as error:
            texts.append(str(error))
    return texts


class Log(logging.Handler):
    """Keeps every line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """Everything that is logged, at the level at which all is."""
    one = Log()
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(("openai", "httpx2", "httpcore2")):
            monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    monkeypatch.setattr(logging.root, "handlers", [one])
    return one


def saved(texts: list[str]) -> str:
    """Return the file of a notebook whose outputs are these."""
    outputs = [{"name": "stdout", "output_type": "stream", "text": one} for one in texts]
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": outputs}
    return json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


def shown(place: str, dress: str, way: str, key: str, server: Loopback, log: Log, folder: Path) -> list[str]:
    """Ask by a way while the server repeats the key in a place, and return what of all that comes of it holds the key."""
    session = WAYS[way][0](server.base_url, key, folder)
    server.key, server.script = None, [echo(place, DRESSES[dress](key))]
    log.lines.clear()
    with OpenAI(**session.connection, max_retries=0) as client:
        try:
            found = WAYS[way][1](client)
        except (openai.OpenAIError, pydantic.ValidationError, httpx2.HTTPError) as error:
            found = error
        texts = seen(found, session, client, client._client, client._client.cookies, session.last_request)
    assert session.meter._reserved == 0
    texts += [*log.lines, *(path.read_text(encoding="utf-8") for path in folder.glob("*.jsonl"))]
    return [one for one in (*texts, saved(texts)) if holds(one, key)]


PAIRS = [(place, dress) for place in PLACES for dress in DRESSES]
TRIED = set()


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=400,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    key=KEYS,
    way=st.sampled_from(list(WAYS)),
)
def _whatever_the_key_is(log, server, folder, key, way) -> None:
    # The next pair each time: what hypothesis samples from a list comes again and again.
    pair = PAIRS[701 * len(TRIED) % len(PAIRS)]
    TRIED.add(pair)
    assert shown(*pair, way, key, server, log, folder) == [], (*pair, way)


def test_nobody_gets_a_key_from_a_server_that_repeats_it(log, server, tmp_path) -> None:
    TRIED.clear()
    _whatever_the_key_is(log, server, tmp_path)
    assert len(TRIED) >= 300


@pytest.mark.parametrize("place", PLACES)
def test_every_way_keeps_the_key_in_at_every_place(place, log, server, tmp_path) -> None:
    key = "sk-proj-" + "Q7vXk2mR9tLwZ4bN8cYd" + "_aWXYZ"
    # Each way meets other dresses at the next place, and all of them together every one.
    start = list(PLACES).index(place)
    for number, way in enumerate(WAYS):
        dress = list(DRESSES)[(start + number) % len(DRESSES)]
        assert shown(place, dress, way, key, server, log, tmp_path) == [], (place, dress, way)


def test_a_test_sees_what_it_looks_for() -> None:
    key = "sk-proj-" + "Q7vXk2mR9tLwZ4bN8cYd" + "_aWXYZ"
    for dress in DRESSES.values():
        assert holds(json.dumps([dress(key)]), key) and holds(dress(key), key)
    assert not holds(json.dumps([key[:-1]]), key)
    try:
        raise openai.OpenAIError("x") from ValueError(key)
    except openai.OpenAIError as error:
        assert any(holds(one, key) for one in seen(error))
