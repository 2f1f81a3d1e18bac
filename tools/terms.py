"""Looks for words that Korean for learners does not use (`terms.toml`), and for particles that do not fit a fraction."""

import argparse
import functools
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.course import ROOT
from tools.notebooks import cassette_paths, read
from tools.particles import find_particles

TERMS = ROOT / "tools" / "terms.toml"
# docs/answers.md is made of the notebooks and exercises, and these blocks of course.toml: what is read is the source.
MADE = re.compile(r"<!-- (lessons-ko|map) -->.*?<!-- /\1 -->", re.S)
DOCUMENTS = ("README.ko.md", "docs/*.ko.md", ".env.example")
EVERYWHERE = (*DOCUMENTS, "notebooks/*.ipynb", "helpers/**/*.py", "helpers/*.toml", "start.py", "tools/*.py")
# What the tests hold to the terms. The lessons and boxes do not keep to them yet: when they do, EVERYWHERE.
HELD = EVERYWHERE
PARTICLE = "분수는 분자로 끝나게 읽습니다(육분의 오)."
# What parts one sentence, string or table cell from the next.
ENDS = r"[\n`\"'“”‘’|.?!]"


@dataclass(frozen=True)
class Term:
    """A row of `terms.toml`."""

    wrong: re.Pattern
    right: str
    why: str
    finds: tuple[str, ...]
    passes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A word that should be another: the line in its text (from 1), the word, what to write, why."""

    line: int
    wrong: str
    right: str
    why: str


def load_terms(path: Path = TERMS) -> list[Term]:
    """Return the terms in the order in which they count.

    Args:
        path: a file in the form of `terms.toml`.
    """
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["term"]
    return [
        Term(
            _compiled(row["wrong"]),
            row["right"],
            row["why"],
            tuple(row["finds"]),
            tuple(row.get("passes", ())),
        )
        for row in rows
    ]


def _compiled(pattern: str) -> re.Pattern:
    """Let a space be any white space; between the pieces of a Python string there are quotation marks too."""
    parts = re.split(
        r"(\(\?<[!=][^)]*\))", pattern
    )  # what looks behind must have one length and stays as it is
    wide = [part if part.startswith("(?<") else _widened(part) for part in parts]
    return re.compile("".join(wide))


def _widened(part: str) -> str:
    return part.replace(" ?", r"[\s\"]*").replace(" ", r"[\s\"]+")


@functools.cache
def recorded_text() -> str:
    """Return everything that the course's cassettes hold in one text: what was asked and what was answered."""
    return "\n".join(text for path in cassette_paths() for text in _strings(json.loads(path.read_bytes())))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def find_terms(text: str, terms: list[Term], recorded: str = "") -> list[Finding]:
    """Return what a text should say otherwise, in its order.

    Args:
        text: for learners.
        terms: from `load_terms`.
        recorded: a sentence of two words or more that stands in it is a quotation, of which no letter may change.
    """
    taken: list[tuple[int, int]] = []
    found = []
    for term in terms:
        for match in term.wrong.finditer(text):
            start, end = match.span()
            if any(start < other and before < end for before, other in taken):
                continue
            taken.append((start, end))
            if not _is_quoted(text, start, end, recorded):
                found.append((start, match[0], term.right, term.why))
    found += [(one.start, one.wrong, one.right, PARTICLE) for one in find_particles(text)]
    return [
        Finding(text.count("\n", 0, start) + 1, " ".join(wrong.split()), right, why)
        for start, wrong, right, why in sorted(found)
    ]


def _is_quoted(text: str, start: int, end: int, recorded: str) -> bool:
    before = list(re.finditer(ENDS, text[:start]))
    after = re.search(ENDS, text[end:])
    first = before[-1].end() if before else 0
    sentence = text[first : end + after.start() if after else len(text)].strip()
    return " " in sentence and sentence in recorded


def texts_of(path: Path) -> list[tuple[str, str]]:
    """Return the texts of a file with where each stands: the cells of a notebook, else the whole file.

    What a cell showed is not read: it comes from the cells, from `helpers` or from a recording.
    """
    if path.suffix != ".ipynb":
        return [("", _without_blocks(path.read_text(encoding="utf-8")))]
    return [(f" cell {number}", _without_blocks(cell.source)) for number, cell in enumerate(read(path).cells)]


def _without_blocks(text: str) -> str:
    return MADE.sub(lambda block: "\n" * block[0].count("\n"), text)


def paths_of(patterns: tuple[str, ...], root: Path = ROOT) -> list[Path]:
    """Return the files below the course's folder that fit any of the patterns, in order."""
    return sorted({path for pattern in patterns for path in root.glob(pattern) if ".mine" not in path.name})


def lint(paths: list[Path]) -> dict[Path, list[str]]:
    """Return for each file that says something otherwise one line a finding.

    Args:
        paths: notebooks, or files that are text.
    """
    terms, recorded = load_terms(), recorded_text()
    lines: dict[Path, list[str]] = {}
    for path in paths:
        for place, text in texts_of(path):
            for one in find_terms(text, terms, recorded):
                line = f"{_shown(path)}{place}:{one.line}: {one.wrong} → {one.right} ({one.why})"
                lines.setdefault(path, []).append(line)
    return lines


def _shown(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def main() -> int:
    """Run the command line; return 1 where a word should be another."""
    parser = argparse.ArgumentParser(prog="python -m tools.terms", description=__doc__)
    parser.add_argument(
        "paths", nargs="*", type=Path, help="notebooks or texts; all that learners read by default"
    )
    parser.add_argument("--count", action="store_true", help="only how many there are in each file")
    arguments = parser.parse_args()
    found = lint(arguments.paths or paths_of(EVERYWHERE))
    for path, lines in found.items():
        print(f"{_shown(path)}: {len(lines)}" if arguments.count else "\n".join(lines))
    print(f"{sum(map(len, found.values()))} in {len(found)} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
