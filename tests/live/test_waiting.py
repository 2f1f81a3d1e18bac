"""The SDK's note of a retry reaches the learner, and the log stays quiet."""

import logging

import pytest

from helpers.live.waiting import show_waits

LOGGER = logging.getLogger("openai._base_client")


@pytest.fixture(autouse=True)
def own_logger(monkeypatch):
    """The logger without what other tests put there, and afterwards as it was."""
    monkeypatch.setattr(LOGGER, "filters", [])
    monkeypatch.setattr(LOGGER, "level", LOGGER.level)
    LOGGER.manager._clear_cache()
    yield
    LOGGER.manager._clear_cache()


def note_of_the_sdk():
    LOGGER.info("Retrying request in %f seconds (retry %i of %i)", 1.25, 1, 2)


def test_a_wait_is_told_in_one_korean_line():
    told: list[str] = []
    show_waits(told.append)
    note_of_the_sdk()
    assert told == ["1.2초 뒤에 다시 시도합니다. (1/2)"]


def test_a_lesson_that_is_opened_again_is_told_once():
    first: list[str] = []
    second: list[str] = []
    show_waits(first.append)
    show_waits(second.append)
    note_of_the_sdk()
    assert (first, len(second)) == ([], 1)


def test_only_warnings_pass_into_the_log(caplog):
    show_waits(lambda line: None)
    note_of_the_sdk()
    LOGGER.info("HTTP Request: POST")
    LOGGER.warning("a warning")
    assert [record.message for record in caplog.records] == ["a warning"]
