import tomllib
from datetime import date
from pathlib import Path

import pytest

from helpers.models import TABLE, find_model, known_models
from helpers.vocabulary import FILES

ROWS = tomllib.loads(Path(TABLE).read_text(encoding="utf-8"))["models"]


def test_every_row_is_read_and_found_by_each_of_its_names():
    assert len(known_models()) == len(ROWS)
    for row in ROWS.values():
        for name in row["names"]:
            found = find_model(name)
            assert found.known and name in found.names and found.name == row["names"][0]


def test_a_name_stands_in_one_row():
    names = [name for row in ROWS.values() for name in row["names"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "name", ["gpt-4o-mini", "gpt-4o-2024-08-06", "gpt-6-luna", "gpt-6.1-terra", "gpt-6.1-sol", "gpt-5.4-mini"]
)
def test_the_models_that_the_course_speaks_of_are_there(name):
    assert find_model(name).known


@pytest.mark.parametrize("model", known_models(), ids=lambda one: one.name)
def test_a_row_is_complete_and_says_what_it_rests_on(model):
    assert model.encoding in FILES
    assert model.encoding_basis in ("tiktoken", "assumed")
    if model.price:
        assert 0 < model.price.input < model.price.output
        assert model.price.cached is None or 0 < model.price.cached < model.price.input
        assert isinstance(model.price.date, date)
        assert "." in model.price.source, "a source is a place, such as a page"
    if model.shutdown:
        assert isinstance(model.shutdown, date)
    if model.successor:
        assert model.shutdown
        successor = find_model(model.successor)
        assert successor.known and successor.shutdown is None, "a successor must outlive its model"


@pytest.mark.parametrize("model", known_models(), ids=lambda one: one.name)
def test_an_encoding_said_to_be_tiktokens_is_tiktokens(model):
    import tiktoken.model

    try:
        named = tiktoken.model.encoding_name_for_model(model.name)
    except KeyError:
        named = None
    assert (model.encoding_basis == "tiktoken") == (named == model.encoding)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("gpt-5", date(2026, 12, 11)),
        ("o3", date(2026, 12, 11)),
        ("gpt-5.1", date(2027, 4, 1)),
        ("gpt-3.5-turbo", date(2026, 10, 23)),
    ],
)
def test_every_announced_shutdown_is_known(name, day):
    assert find_model(name).shutdown == day


def test_the_retired_models_name_date_and_successor():
    for name in ("gpt-4o-mini", "gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"):
        assert find_model(name).shutdown == date(2027, 1, 14)
        assert find_model(name).successor == "gpt-6-luna"


@pytest.mark.parametrize("name", ["", "my-model", "GPT-4O-MINI", "models"])
def test_an_unknown_name_is_a_row_that_knows_nothing(name):
    found = find_model(name)
    assert not found.known
    assert (found.name, found.price, found.context, found.shutdown, found.successor) == (
        name,
        None,
        None,
        None,
        None,
    )
    assert found.encoding_basis == "assumed"
