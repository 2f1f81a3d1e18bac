"""The cassettes of the course, and the original exchanges in them."""

import copy
import json
from pathlib import Path

import pytest
from openai.lib._parsing import type_to_response_format_param
from pydantic import BaseModel

from helpers.course import CASSETTES, ROOT, lessons
from helpers.models import local_models
from helpers.replay.cassette import load_cassette, save_cassette
from helpers.replay.matching import stored_key
from tools.banks import bank_path, read_banks

LESSONS = list(lessons())
ORIGINAL = json.loads(
    (Path(__file__).parents[1] / "data" / "original_exchanges.json").read_text(encoding="utf-8")
)


def test_every_lesson_has_a_cassette_and_together_they_are_small():
    found = sorted(CASSETTES.glob("*"))
    assert [one.name for one in found] == [f"{name}.json" for name in LESSONS]
    assert sum(one.stat().st_size for one in found) < 2_000_000


@pytest.mark.parametrize("name", LESSONS)
def test_a_committed_cassette_loads_and_is_written_the_same(name, tmp_path):
    path = CASSETTES / f"{name}.json"
    loaded = load_cassette(path)
    assert loaded.lesson == name
    save_cassette(loaded, tmp_path / path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes().replace(b"\r\n", b"\n")


class CalendarEvent(BaseModel):
    name: str
    date: str
    participants: list[str]


HOMES = {
    "roles": ("01_roles", "korean-series"),
    "structured_outputs": ("02_structured_outputs", "calendar-event"),
    "seeds": ("04_seeds", "mars-story"),
    "math_helper": ("05_math_helper", "two-plus-two"),
}


@pytest.mark.parametrize("exchange", ORIGINAL["exchanges"], ids=lambda one: one["lesson"])
def test_the_original_exchanges_are_there_word_for_word_and_nothing_is_invented(exchange):
    lesson, id = HOMES[exchange["lesson"]]
    loaded = load_cassette(CASSETTES / f"{lesson}.json")
    one = loaded.find(id)
    assert one.origin["kind"] == "original-notebook"
    assert one.origin["date"] == "2025-02-01"
    assert one.responses == [{"status": 200, "body": exchange["response"]}]
    wanted = copy.deepcopy(exchange["request"])
    assert loaded.model == wanted["model"]
    wanted["model"] = "{lesson.model}"
    if "max_tokens" in wanted:
        wanted["max_completion_tokens"] = wanted.pop("max_tokens")
        assert "max_tokens" in one.origin["note"] and "max_completion_tokens" in one.origin["note"]
    if "response_format" in wanted:
        wanted["response_format"] = type_to_response_format_param(CalendarEvent)
    assert one.request == {"method": "POST", "path": "chat/completions", "body": wanted}


def test_nothing_else_claims_to_be_original():
    bodies = [exchange["response"] for exchange in ORIGINAL["exchanges"]]
    for name in LESSONS:
        loaded = load_cassette(CASSETTES / f"{name}.json")
        for one in [*loaded.interactions, *loaded.staged]:
            if one.origin["kind"] == "original-notebook":
                assert all(response["body"] in bodies for response in one.responses), one.id


def open_answers():
    """Each interaction that an open model answered, with its lesson's name."""
    loaded = [load_cassette(CASSETTES / f"{name}.json") for name in LESSONS]
    return [one for whole in loaded for one in whole.interactions if one.origin["kind"] == "open-model"]


def test_hundreds_of_requests_are_answered_by_an_open_model():
    found = open_answers()
    assert len({stored_key(one.request) for one in found}) >= 150
    assert sum(len(one.responses) for one in found) >= 400


def test_an_open_model_s_answer_says_which_file_gave_it():
    known = {one.name: one.sha256[:12] for one in local_models()}
    for one in open_answers():
        assert known[one.origin["model"]] == one.origin["sha256"], one.id
        for response in one.responses:
            said = response["events"] if "events" in response else [response["body"]]
            assert {part["model"] for part in said} == {one.origin["model"]}, one.id


def test_what_a_template_adds_is_what_the_table_of_models_says():
    told = {
        (one.origin["model"], one.origin["added_system"])
        for one in open_answers()
        if "added_system" in one.origin
    }
    assert told == {(one.name, one.added_system) for one in local_models() if one.added_system}


def test_a_bank_s_recordings_are_those_that_it_describes():
    for name in LESSONS:
        recorded = {one.id: one for one in load_cassette(CASSETTES / f"{name}.json").interactions}
        for one in read_banks(bank_path(ROOT, name)):
            assert recorded[one.id].request == one.request, one.id
            assert (recorded[one.id].title, len(recorded[one.id].responses)) == (one.title, one.times), one.id


def test_no_recorded_request_of_a_lesson_s_own_depends_on_the_version_of_pydantic():
    def values(part):
        yield part
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            yield from values(inner)

    for name in LESSONS:
        for one in load_cassette(CASSETTES / f"{name}.json").interactions:
            for part in values(one.request["body"].get("response_format")):
                if isinstance(part, dict) and not one.title:
                    assert "const" not in part and "pattern" not in part, one.id
                    assert len(part.get("enum", [1, 2])) > 1, one.id
