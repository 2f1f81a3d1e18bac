"""Lists the facts of the lessons that grow old: where they are told, whence they are known, and when to look again.

The exit code is 1 where one is due, and 2 where docs/facts.toml cannot be used or a lesson no longer holds what it says.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from helpers.course import ROOT
from tools.ending import exit_code
from tools.fact_rows import ROWS, Rows

TABLE = Path("docs", "facts.toml")
FIELDS = {"id", "fact", "source", "known", "looked", "again", "told"}
PLACE = {"file", "says"}
KNOWN = ("primary", "secondary")

DUE = "due"
HEAD = f"{'':4}{'id':28}{'looked':12}{'again':12}known"
COUNT = "{count} facts, {due} due on {today}."
LOOK_AGAIN = "CONTRIBUTING.md says how to look again."


class FactsError(ValueError):
    """An entry of docs/facts.toml breaks a rule, or a place no longer says what the entry claims; names both."""


@dataclass(frozen=True)
class Place:
    """A file of the course, below its folder, and words that it holds."""

    file: str
    says: str


@dataclass(frozen=True)
class Fact:
    """One fact that grows old; `source` is an https address, `rows` what other data add to it."""

    id: str
    fact: str
    source: str
    known: str
    looked: date
    again: date
    told: tuple[Place, ...]
    rows: tuple[str, ...] = ()

    def is_due(self, today: date) -> bool:
        """Say whether the day to look again has come."""
        return self.again <= today


def read_facts(root: Path = ROOT) -> list[Fact]:
    """Read and check the facts of a course.

    Args:
        root: the folder of the course.

    Returns:
        The facts, the next to be looked at first.

    Raises:
        FactsError: an entry breaks a rule, or is not told where it says.
        CourseError: a cassette cannot be read.
        OSError: docs/facts.toml cannot be read.
    """
    try:
        table = tomllib.loads((root / TABLE).read_text(encoding="utf-8"))
    except ValueError as error:
        raise FactsError(f"{TABLE.as_posix()} is no TOML: {error}") from error
    pages, entries = table.get("pages"), table.get("fact")
    if set(table) != {"pages", "fact"} or not isinstance(pages, dict) or not isinstance(entries, list):
        raise FactsError(f"{TABLE.as_posix()} holds exactly [pages] and [[fact]]")
    for name, page in pages.items():
        if not _is_address(page):
            raise FactsError(f"page {name}: {page!r} is no https address")
    facts: list[Fact] = []
    for number, entry in enumerate(entries, start=1):
        name = f"fact {entry.get('id', number)}"
        if any(entry.get("id") == one.id for one in facts):
            raise FactsError(f"{name}: an earlier entry has this id")
        facts.append(_fact(root, name, entry, pages))
    return sorted(facts, key=lambda one: (one.again, one.id))


def _fact(root: Path, name: str, entry: dict, pages: dict[str, str]) -> Fact:
    if not FIELDS <= set(entry) <= FIELDS | {"rows"}:
        wrong = sorted(FIELDS - set(entry)) or sorted(set(entry) - FIELDS - {"rows"})
        raise FactsError(f"{name}: missing or not known: {', '.join(wrong)}")
    if not re.fullmatch(r"[a-z0-9-]{1,27}", str(entry["id"])):
        raise FactsError(f"{name}: an id is at most 27 small letters, digits and hyphens")
    if not _is_text(entry["fact"]) or not entry["fact"].endswith("."):
        raise FactsError(f"{name}: the fact is no sentence that ends with a full stop")
    source = pages.get(entry["source"], entry["source"]) if isinstance(entry["source"], str) else None
    if not _is_address(source):
        raise FactsError(f"{name}: the source is neither a name of [pages] nor an https address")
    if entry["known"] not in KNOWN:
        raise FactsError(f"{name}: known is one of {', '.join(KNOWN)}")
    looked, again = entry["looked"], entry["again"]
    if not _is_day(looked) or not _is_day(again) or again <= looked:
        raise FactsError(f"{name}: looked and again are days such as 2026-11-24, and again is the later one")
    if entry.get("rows", "prices") not in ROWS:
        raise FactsError(f"{name}: rows is one of {', '.join(ROWS)}")
    rows = ROWS[entry["rows"]](root) if "rows" in entry else Rows((), {})
    return Fact(
        **{one: entry[one] for one in ("id", "fact", "known", "looked")},
        source=source,
        again=min(again, *(day for day in rows.days if day > looked), again),
        told=_places(root, name, entry["told"], rows),
        rows=rows.lines,
    )


def _places(root: Path, name: str, told: object, rows: Rows) -> tuple[Place, ...]:
    if not isinstance(told, list) or not told:
        raise FactsError(f"{name}: told is a list of places")
    places = []
    for one in told:
        if not isinstance(one, dict) or set(one) != PLACE or not all(map(_is_text, one.values())):
            raise FactsError(f"{name}: each place of told has a file and what it says")
        says = re.sub(r"\{([^{}]+)\}", lambda found: rows.words.get(found[1], found[0]), one["says"])
        if not (root / one["file"]).is_file():
            raise FactsError(f"{name}: there is no file {one['file']}")
        if says not in _text(root / one["file"]):
            raise FactsError(f"{name}: {one['file']} does not say {says!r}")
        places.append(Place(one["file"], says))
    return tuple(places)


def _text(path: Path) -> str:
    """Return the text of a file; of a notebook what its cells say, without their outputs."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https://[!-~]+", value) is not None


def _is_day(value: object) -> bool:
    # TOML also has days with a time, which compare with no day.
    return isinstance(value, date) and not isinstance(value, datetime)


def report(facts: Sequence[Fact], today: date, only_due: bool = False) -> str:
    """Return facts as text for a terminal, those that are due marked, and how many there are."""
    due = [one for one in facts if one.is_due(today)]
    lines = [HEAD]
    for one in due if only_due else facts:
        mark = DUE if one in due else ""
        lines.append(f"{mark:4}{one.id:28}{one.looked!s:12}{one.again!s:12}{one.known}")
        lines += [f"    {one.fact}", f"    {one.source}"]
        lines += [f"      - {row}" for row in one.rows]
        lines += [f"    told in {place.file}: {place.says}" for place in one.told]
        lines.append("")
    lines.append(COUNT.format(count=len(facts), due=len(due), today=today))
    return "\n".join([*lines, LOOK_AGAIN] if due else lines)


def main(arguments: Sequence[str] | None = None, today: date | None = None) -> int:
    """Run the command line; return 1 where a fact is due, 2 where the data cannot be used."""
    parser = argparse.ArgumentParser(
        prog="start.py facts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--due", action="store_true", help="show only what is due, for the weekly job")
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # a console without Korean letters must not end it
    day = today or date.today()

    def command() -> int:
        try:
            facts = read_facts(ROOT)
        except FactsError as error:
            print(error, file=sys.stderr)
            return 2
        print(report(facts, day, options.due))
        return int(any(one.is_due(day) for one in facts))

    return exit_code(command)


if __name__ == "__main__":
    sys.exit(main())
