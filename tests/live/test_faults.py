"""Every fault of faults.py on real HTTP: what the learner sees, and what goes on.

`python -m tests.live.test_faults` writes docs/live-faults.md from the faults; a test keeps the page true.
"""

import socket
import traceback
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from helpers.live.metering import Meter
from helpers.live.session import LiveSession
from helpers.settings import Settings
from helpers.show import EXPLANATIONS, explain, kind_of
from tests.live.faults import CLOSED, FAULTS, MASKED, NO_NAME, SERVER, Fault, create
from tests.loopback import KEY, Loopback

PAGE = Path(__file__).resolve().parents[2] / "docs" / "live-faults.md"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _base_url(fault: Fault, server: Loopback) -> str:
    closed = f"http://127.0.0.1:{_free_port()}/v1"
    return {SERVER: server.base_url, CLOSED: closed, NO_NAME: "http://no-such-host.invalid/v1"}[fault.where]


@pytest.mark.parametrize("fault", FAULTS, ids=[one.what for one in FAULTS])
def test_a_fault_is_explained_and_nothing_is_lost(fault: Fault) -> None:
    meter, told = Meter(), []
    with Loopback(script=fault.script) as server:
        settings = Settings("live", KEY, _base_url(fault, server), "gpt-6-luna")
        session = LiveSession(settings, meter, told.append)
        with OpenAI(**session.connection, max_retries=fault.retries) as client:
            error = None
            try:
                fault.call(client)
            except Exception as raised:
                error = raised
                shown = explain(error)
            assert type(error) is (fault.error or type(None)) or fault.error in (
                openai.APIStatusError,
                openai.APIError,
            )
            assert isinstance(error, fault.error or type(None))
            assert len(server.bodies) == fault.requests
            assert len(told) == max(fault.requests - 1, 0)
            assert [call.usage.estimated for call in meter.calls].count(True) == fault.estimated
            assert len(meter.calls) == fault.counted
            if error:
                assert kind_of(error) == fault.kind
                assert shown.text.startswith("! " + EXPLANATIONS[fault.kind].split("\n")[0].split("{")[0])
                assert len(shown.text.splitlines()) <= 12
                assert fault.shows in shown.text
                assert not _leaks(_everything(error) + shown.html + shown.text)
            if fault.where == SERVER:
                # The kernel goes on: the next call on the same client is answered.
                assert create(client).content
                assert len(meter.calls) == fault.counted + 1


def _everything(error: BaseException) -> str:
    """Return all text that a learner or a log could get out of an exception."""
    texts = []
    seen: BaseException | None = error
    while seen is not None:
        texts += [repr(seen), str(seen), repr(vars(seen))]
        for name in ("request", "response"):
            carried = getattr(seen, name, None)
            texts.append(repr(carried and list(carried.headers.raw)))
            texts.append(repr(carried and name == "response" and carried.text))
            inner = getattr(carried, "request", None) if name == "response" else None
            texts.append(repr(inner and list(inner.headers.raw)))
        texts.append(repr(getattr(seen, "body", None)))
        seen = seen.__cause__ or seen.__context__
    return "\n".join([*texts, "".join(traceback.format_exception(error))])


def _leaks(text: str) -> list[str]:
    """Return the parts of the key that a text shows: all of it, its middle, its end, or more than its public beginning."""
    return [part for part in (KEY, KEY[8:16], KEY[-4:], KEY[:10], KEY[-12:]) if part in text]


def test_what_hides_the_key_can_be_seen_to_fail() -> None:
    assert _leaks(MASKED)
    assert _leaks(_everything(openai.OpenAIError(f"Bad key {KEY}")))


def table() -> str:
    """Return docs/live-faults.md."""
    lines = [
        "# What can go wrong in live mode, and what the learner sees",
        "",
        "Written by `.venv/bin/python -m tests.live.test_faults`; each row is a test on real HTTP. In every row nothing of the key",
        "shows in the box, the exception, its request and response, or the traceback, and the next call is answered.",
        "",
        "*Requests* is how many reach the server (the SDK retries; the learner is told of each wait). *Counted* is how",
        "many calls the meter counts, and in brackets those that it estimates because no usage came back: a call whose",
        "answer was lost is counted at the most that it may have cost.",
        "",
        "| fault | the SDK raises | the learner reads | requests | counted |",
        "|---|---|---|---|---|",
    ]
    for one in FAULTS:
        raised = one.error.__name__ if one.error else "–"
        read = (
            EXPLANATIONS[one.kind].split("\n")[0].replace("{status}", "상태 코드")
            if one.kind
            else "the answer"
        )
        counted = f"{one.counted} ({one.estimated})" if one.estimated else str(one.counted)
        lines.append(f"| {one.what} | {raised} | {read} | {one.requests} | {counted} |")
    return "\n".join(lines) + "\n"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "run: python -m tests.live.test_faults"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(table(), encoding="utf-8", newline="\n")
