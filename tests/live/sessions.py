"""Sessions and lessons in live mode, and a question to ask."""

from openai import OpenAI

from helpers.course import CASSETTES
from helpers.lesson import Lesson
from helpers.live.metering import Meter
from helpers.live.session import LiveSession
from helpers.replay import load_cassette
from helpers.settings import Settings
from helpers.show import TroubleBox
from tests.loopback import KEY

OPENAI_HTTP = "http://api.openai.com/v1"
MESSAGES = [{"role": "developer", "content": "짧게 답하세요."}, {"role": "user", "content": "안녕하세요?"}]


def session_at(base_url: str, budget: float | None = None, told=None, **settings) -> LiveSession:
    """Return a session whose meter has a ceiling where one is given."""
    settings = {"model": "gpt-6-luna", "api_key": KEY} | settings
    tell = (lambda line: None) if told is None else told.append
    return LiveSession(Settings("live", base_url=base_url, **settings), Meter(budget), tell)


def ask(client: OpenAI, **parameters):
    """Ask for a chat completion."""
    return client.chat.completions.create(**{"model": "gpt-6-luna", "messages": MESSAGES} | parameters)


def open_live(base_url: str | None = None, model: str | None = "gpt-6-luna", **settings) -> Lesson:
    """Return 01_roles live."""
    return Lesson(
        load_cassette(CASSETTES / "01_roles.json"),
        Settings("live", KEY, base_url, model, **settings),
        TroubleBox(str),
    )


def open_replay() -> Lesson:
    """Return 01_roles in replay."""
    return Lesson(load_cassette(CASSETTES / "01_roles.json"), Settings("replay"), TroubleBox(str))
