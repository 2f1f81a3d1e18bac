"""Facts that grow old: the committed list and the lessons agree, bad entries are named, and the day decides what is due."""

import json
import re
import shutil
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import yaml

import tools.facts
from helpers.course import ROOT
from tools import fact_rows
from tools.facts import FactsError, main, read_facts, report

PAGES = '[pages]\nprices = "https://example.com/prices"\n'
ENTRY = {
    "id": '"capital"',
    "fact": '"The capital has a name."',
    "source": '"prices"',
    "known": '"primary"',
    "looked": "2026-11-24",
    "again": "2027-01-25",
    "told": '[{ file = "notebooks/lesson.ipynb", says = "서울" }]',
}


@pytest.fixture
def course(tmp_path):
    """A folder with one notebook, and what writes its facts."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "notebooks").mkdir()
    cells = [
        {"cell_type": "markdown", "source": ["수도는 ", "서울입니다. 2027년 1월 14일"], "outputs": []},
        {"cell_type": "code", "source": ["1"], "outputs": [{"text": ["부산"]}]},
    ]
    notebook = json.dumps({"cells": cells}, ensure_ascii=False)
    (tmp_path / "notebooks" / "lesson.ipynb").write_text(notebook, encoding="utf-8")
    return tmp_path


def write(course, *entries, pages=PAGES):
    text = pages
    for entry in entries:
        text += "[[fact]]\n" + "".join(f"{name} = {value}\n" for name, value in entry.items())
    (course / "docs" / "facts.toml").write_text(text, encoding="utf-8")
    return course


def problem(course):
    with pytest.raises(FactsError) as caught:
        read_facts(course)
    return str(caught.value)


# ---------------------------------------------------------------- the committed list


def test_every_place_that_is_named_holds_what_it_names():
    facts = read_facts()
    assert len(facts) > 25
    lessons = {place.file for one in facts for place in one.told if place.file.endswith(".ipynb")}
    assert len(lessons) == 6, "each lesson tells something that grows old"
    assert all(one.source.startswith("https://") and one.looked < one.again for one in facts)
    assert [one.again for one in facts] == sorted(one.again for one in facts)


def test_a_price_and_a_last_day_are_not_written_twice():
    facts = {one.id: one for one in read_facts()}
    text = (ROOT / "docs" / "facts.toml").read_text(encoding="utf-8")
    assert "2027년" not in text and "0.10달러" not in text
    assert {place.says for place in facts["shutdowns"].told} == {"2027년 1월 14일"}
    assert any("gpt-4o-mini" in row and "2027-01-14" in row for row in facts["shutdowns"].rows)
    assert any(re.match(r"gpt-6-luna: 0\.1 in, .*0\.5 out \(2026-", row) for row in facts["prices"].rows)
    assert any(row.startswith("gpt-6-luna: 1,050,000") for row in facts["windows"].rows)


def test_the_pages_that_a_lesson_sends_to_are_openais_own():
    pages = tomllib.loads((ROOT / "docs" / "facts.toml").read_text(encoding="utf-8"))["pages"]
    wanted = {"prices", "models", "deprecations", "structured_outputs", "errors", "limits", "token_counting"}
    assert wanted | {"model_spec", "migrate_to_responses", "migrate_to_luna"} <= set(pages)
    for page in pages.values():
        where = urlsplit(page)
        assert where.hostname.endswith("openai.com") or where.path.startswith("/openai/"), page


def test_every_staged_error_is_listed_with_its_source():
    rows = {one.id: one for one in read_facts()}["staged-errors"].rows
    assert any(re.match(r"01_roles wrong_key: HTTP 401 \(2026-11-22, https://", row) for row in rows)
    assert any(row.startswith("04_seeds temperature_refused: HTTP 400 (") for row in rows)
    assert all(re.search(r"\(\d{4}-\d\d-\d\d, https://\S+\)$", row) for row in rows)


@pytest.mark.parametrize("changed", ["notebook", "models.toml"])
def test_a_lesson_that_drifts_away_from_the_list_is_noticed(tmp_path, changed, monkeypatch):
    for name in ("docs", "helpers", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert read_facts(tmp_path) == read_facts()
    if changed == "notebook":
        path = tmp_path / "notebooks" / "01_roles.ipynb"
        path.write_text(path.read_text(encoding="utf-8").replace("2027년 1월 14일", "곧"), encoding="utf-8")
        assert "notebooks/01_roles.ipynb does not say '2027년 1월 14일'" in problem(tmp_path)
    else:
        known = fact_rows.known_models()
        later = [one if one.shutdown is None else _later(one) for one in known]
        monkeypatch.setattr(fact_rows, "known_models", lambda: tuple(later))
        assert problem(tmp_path).startswith("fact shutdowns: notebooks/00_start_here.ipynb does not say")


def _later(model):
    return replace(model, shutdown=model.shutdown + timedelta(days=1))


# ---------------------------------------------------------------- what is due


def test_the_day_decides_what_is_due(course):
    write(
        course,
        ENTRY,
        {**ENTRY, "id": '"later"', "again": "2027-02-25"},
        {**ENTRY, "id": '"sooner"', "again": "2026-12-25"},
    )
    facts = read_facts(course)
    assert [one.id for one in facts] == ["sooner", "capital", "later"]
    day = date(2027, 1, 25)
    assert [one.id for one in facts if one.is_due(day - timedelta(days=1))] == ["sooner"]
    assert [one.id for one in facts if one.is_due(day)] == ["sooner", "capital"]
    shown = report(facts, day)
    assert re.findall(r"^due +(\S+)", shown, re.M) == ["sooner", "capital"]
    assert (
        "later" in shown and shown.endswith("how to look again.") and "3 facts, 2 due on 2027-01-25." in shown
    )
    assert "https://example.com/prices" in shown and "told in notebooks/lesson.ipynb: 서울" in shown
    assert "later" not in report(facts, day, only_due=True)


def test_shutdowns_are_due_when_the_next_model_has_stopped(course):
    told = '[{ file = "notebooks/lesson.ipynb", says = "{gpt-4o-mini}" }]'
    entry = {**ENTRY, "rows": '"shutdowns"', "told": told, "again": "2027-12-01"}
    assert read_facts(write(course, entry))[0].again == date(2026, 12, 11)
    looked_again = {**entry, "looked": "2026-12-11"}
    assert read_facts(write(course, looked_again))[0].again == date(2027, 1, 14)


@pytest.mark.parametrize(
    ("day", "options", "code"),
    [("2027-01-24", [], 0), ("2027-01-24", ["--due"], 0), ("2027-01-25", ["--due"], 1)],
)
def test_the_command_fails_once_something_is_due(course, monkeypatch, capsys, day, options, code):
    monkeypatch.setattr(tools.facts, "ROOT", write(course, ENTRY))
    assert main(options, today=date.fromisoformat(day)) == code
    shown = capsys.readouterr().out
    assert ("The capital has a name." in shown) == (code == 1 or not options)
    assert f"1 facts, {code} due on {day}." in shown


def test_the_command_says_what_is_wrong_with_the_data(course, monkeypatch, capsys):
    monkeypatch.setattr(tools.facts, "ROOT", write(course, {**ENTRY, "known": '"hearsay"'}))
    assert main([], today=date(2026, 11, 25)) == 2
    assert capsys.readouterr().err == "fact capital: known is one of primary, secondary\n"
    (course / "docs" / "facts.toml").unlink()
    assert main([], today=date(2026, 11, 25)) == 1


# ---------------------------------------------------------------- bad data

BROKEN = {
    "no date": ({"looked": None}, "missing or not known: looked"),
    "a field that is not known": ({"seen": "1"}, "missing or not known: seen"),
    "an id of another form": ({"id": '"The capital"'}, "an id is"),
    "no sentence": ({"fact": '"The capital"'}, "full stop"),
    "a fact that is a number": ({"fact": "1"}, "full stop"),
    "a page that is not known": ({"source": '"models"'}, "neither a name of [pages] nor an https address"),
    "an address that anybody can alter": ({"source": '"http://example.com"'}, "https"),
    "a source that is a list": ({"source": "[]"}, "https"),
    "known otherwise": ({"known": '"rumour"'}, "primary, secondary"),
    "a day as text": ({"looked": '"2026-11-24"'}, "days such as 2026-11-24"),
    "a day with a time": ({"looked": "2026-11-24T10:00:00"}, "days such as"),
    "looked at after it is due": ({"again": "2026-11-24"}, "again is the later one"),
    "rows of nothing": ({"rows": '"weather"'}, "rows is one of prices, shutdowns, windows, staged"),
    "told nowhere": ({"told": "[]"}, "told is a list"),
    "told in one text": ({"told": '"notebooks/lesson.ipynb"'}, "told is a list"),
    "a place without words": ({"told": '[{ file = "notebooks/lesson.ipynb" }]'}, "each place of told"),
    "no words": ({"told": '[{ file = "notebooks/lesson.ipynb", says = "" }]'}, "each place of told"),
    "a file that is gone": (
        {"told": '[{ file = "notebooks/gone.ipynb", says = "서울" }]'},
        "no file notebooks/gone",
    ),
    "other words": (
        {"told": '[{ file = "notebooks/lesson.ipynb", says = "평양" }]'},
        "notebooks/lesson.ipynb does not say '평양'",
    ),
    "words of an output only": (
        {"told": '[{ file = "notebooks/lesson.ipynb", says = "부산" }]'},
        "notebooks/lesson.ipynb does not say '부산'",
    ),
    "the last day of a model that is not known": (
        {"rows": '"shutdowns"', "told": '[{ file = "notebooks/lesson.ipynb", says = "{gpt-0}" }]'},
        "does not say '{gpt-0}'",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_bad_entry_is_named_with_what_is_wrong(course, case):
    change, said = BROKEN[case]
    entry = {name: value for name, value in {**ENTRY, **change}.items() if value is not None}
    told = problem(write(course, {**ENTRY, "id": '"first"'}, entry))
    name = json.loads(entry["id"])
    assert told.startswith(f"fact {name}: ") and said in told


def test_an_entry_without_an_id_is_named_by_its_number(course):
    entry = {name: value for name, value in ENTRY.items() if name != "id"}
    assert problem(write(course, ENTRY, entry)) == "fact 2: missing or not known: id"


def test_the_rest_of_the_file_is_checked_too(course):
    assert "earlier entry" in problem(write(course, ENTRY, ENTRY))
    assert "page prices" in problem(write(course, ENTRY, pages='[pages]\nprices = "example.com"\n'))
    assert "exactly [pages] and [[fact]]" in problem(write(course, pages=PAGES))
    assert "no TOML" in problem(write(course, pages="[pages\n"))


# ---------------------------------------------------------------- the weekly job


def test_the_weekly_job_asks_for_what_is_due_and_may_write_nothing():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "facts.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["due"]
    assert workflow["permissions"] == {} and job["permissions"] == {"contents": "read"}
    assert [step["run"] for step in job["steps"] if "run" in step] == ["python start.py facts --due"]
    # YAML reads the key `on` as a truth value.
    assert re.fullmatch(r"\d+ \d+ \* \* \d", workflow[True]["schedule"][0]["cron"])
    assert "secrets" not in json.dumps(workflow)
