"""A lesson in live mode: what its banner says, and what it can be asked afterwards."""

import subprocess
import sys

import pytest
from openai import OpenAI

from helpers.course import CASSETTES, ROOT
from helpers.errors import SettingsError
from helpers.replay import load_cassette
from tests.live.sessions import ask, open_live, open_replay
from tests.loopback import KEY, Loopback

CALLS = sum(load_cassette(CASSETTES / "01_roles.json").live_calls.values())
pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


def test_the_banner_says_what_live_means() -> None:
    text = open_live(None, None, budget_usd=0.005, notices=("알림 한 줄",)).banner().text
    for part in (
        "라이브 모드 · 01_roles · 모델 gpt-6-luna · api.openai.com",
        "$0.005",
        "2,000",
        "reasoning_effort",
        f"요청 {CALLS}번에 약 0.0",
        "알림 한 줄",
    ):
        assert part in text
    assert KEY not in text


def test_the_banner_warns_of_a_shutdown_and_names_the_successor() -> None:
    text = open_live(None, "gpt-4o-mini").banner().text
    assert "2027-01-14" in text
    assert "gpt-6-luna" in text
    assert "가장 비싼 모델" in open_live(None, "gpt-4.1").banner().text


def test_the_banner_of_a_local_server_promises_no_price() -> None:
    text = open_live("http://localhost:11434/v1", "qwen3").banner().text
    assert "로컬 서버이므로 지출 한도를 두지 않습니다" in text
    assert "Ollama" in text
    assert "$" not in text


def test_a_server_that_is_not_openais_needs_the_name_of_a_model() -> None:
    with pytest.raises(SettingsError, match="LESSON_MODEL"):
        open_live("http://localhost:11434/v1", None)


def test_cost_and_last_request_are_there_in_both_modes(server: Loopback) -> None:
    live, replay = open_live(server.base_url), open_replay()
    assert (live.last_request(), replay.last_request()) == (None, None)
    with OpenAI(**live.connection) as client:
        ask(client)
    assert live.last_request()["reasoning_effort"] == "none"
    assert "gpt-6-luna | " in live.cost().text
    one = load_cassette(CASSETTES / "01_roles.json").interactions[0]
    body = {**one.request["body"], "model": replay.model}
    with OpenAI(**replay.connection) as client:
        client.chat.completions.create(**body)
    assert replay.last_request() == body
    assert f"{live.model} | 1 |" in replay.cost().text


def test_replay_imports_nothing_of_live() -> None:
    code = (
        "import sys; from helpers import open_lesson; from openai import OpenAI;"
        "OpenAI(**open_lesson('01_roles').connection).close();"
        "print([name for name in ('helpers.live', 'helpers.live.metering', 'helpers.live.client') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert found.stdout.strip() == "[]"
