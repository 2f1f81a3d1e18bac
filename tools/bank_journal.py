"""Asks what the banks of a lesson need and keeps every answer in a journal at once, so that nothing is asked twice."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from helpers.replay import Cassette, stored_key
from tools.banks import BankError, Variation
from tools.model_answers import ModelAnswers

# Answers of one request stand together only where all of these are the same.
LASTING = ("model", "sha256", "runtime", "settings")
# The first line of a journal beside which the cassette's answers do not count.
ANEW = {"anew": True}

BROKEN = "{path}의 {number}번째 줄을 읽을 수 없습니다. 그 줄을 지우면 그 답만 다시 묻습니다."
ASKED = "  {done}/{all} {id}"


@dataclass(frozen=True)
class Recorded:
    """The answers to one request so far, and the origin of the last of them."""

    origin: dict
    responses: list[dict]


def journal_path(root: Path, lesson: str) -> Path:
    """Return where the answers of an unfinished recording are kept, below the course's folder."""
    return root / "notebooks" / "banks" / f".{lesson}.jsonl"


def read_journal(path: Path) -> dict[str, Recorded]:
    """Return the answers that were kept, by the keys of their requests; none where there is no journal.

    Answers that were made with other settings than later ones to the same request are left out.

    Raises:
        BankError: a line is not whole; what follows the last end of a line is no line.
    """
    found: dict[str, Recorded] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            entry = json.loads(line)
            # A bank with a memory is one line, which is of no use in parts.
            entries = entry.get("bank") or ([] if entry == ANEW else [entry])
            for key in {one["key"] for one in entries} if "bank" in entry else ():
                found.pop(key, None)
            for one in entries:
                found[one["key"]] = _with(found.get(one["key"]), one["origin"], [one["response"]])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BankError(BROKEN.format(path=path.name, number=number)) from error
    return found


def _lines(path: Path) -> list[bytes]:
    """Return the whole lines; bytes, since a cut may go through a letter, and an answer may hold a separator of lines."""
    return path.read_bytes().split(b"\n")[:-1] if path.is_file() else []


def _with(before: Recorded | None, origin: dict, responses: list[dict]) -> Recorded:
    """Return earlier answers and these, or only these where the earlier ones were made with other settings."""
    earlier = before.responses if before and same_settings(before.origin, origin) else []
    # An answer has an id of its own: the same one twice is one that was taken over into the cassette already.
    return Recorded(origin, [*earlier, *(one for one in responses if one not in earlier)])


def same_settings(one: dict, other: dict) -> bool:
    """Say whether two origins are of the same model, asked in the same way."""
    return all(one.get(name) == other.get(name) for name in LASTING)


def is_anew(path: Path) -> bool:
    """Say whether a journal was begun so that the cassette's answers do not count."""
    return _lines(path)[:1] == [json.dumps(ANEW).encode()]


def begin_anew(path: Path) -> None:
    """Begin a journal beside which the cassette's answers do not count; what it held is lost.

    Raises:
        OSError: it cannot be written.
    """
    path.unlink(missing_ok=True)
    _keep(path, [ANEW])


def kept_answers(cassette: Cassette) -> dict[str, Recorded]:
    """Return what the cassette holds and need not be asked again: everything that no author wrote."""
    return {
        stored_key(one.request): Recorded(one.origin, one.responses)
        for one in cassette.interactions
        if one.origin["kind"] != "written"
    }


def answers_so_far(
    variations: Iterable[Variation], kept: dict[str, Recorded], journal: dict[str, Recorded]
) -> dict[str, Recorded]:
    """Return the answers to a lesson's banks, by the keys of their requests.

    Args:
        variations: the requests.
        kept: what the cassette holds of them.
        journal: what was asked since; it is added where the settings are the same, and otherwise takes the place.

    Returns:
        What the cassette has of anybody but an open model stays. A bank in which the server may remember comes from the
        journal only where all of it does.
    """
    found = dict(kept)
    for bank in _banks(variations):
        if bank[0].cache:
            whole = all(one.key in journal and len(journal[one.key].responses) >= one.times for one in bank)
            # The last ones: a part of an earlier attempt may stand before them.
            new = {one.key: _last(journal[one.key], one.times) for one in bank} if whole else {}
        else:
            new = {one.key: journal[one.key] for one in bank if one.key in journal}
            new = {key: _with(kept.get(key), one.origin, one.responses) for key, one in new.items()}
        found |= {key: one for key, one in new.items() if not _is_settled(kept.get(key))}
    return found


def _banks(variations: Iterable[Variation]) -> list[list[Variation]]:
    return [list(bank) for _, bank in groupby(variations, key=lambda one: one.bank)]


def _last(recorded: Recorded, times: int) -> Recorded:
    return Recorded(recorded.origin, recorded.responses[-times:])


def _is_settled(recorded: Recorded | None) -> bool:
    """Say whether an answer is of the original notebook or of an API: no open model takes its place."""
    return recorded is not None and recorded.origin["kind"] != "open-model"


def missing(
    variations: Iterable[Variation],
    known: dict[str, Recorded],
    origin: Callable[[Variation], dict] | None = None,
) -> list[Variation]:
    """Return what is still to be asked, in order, each request as often as an answer is missing.

    A bank in which the server may remember is asked whole or not at all: its answers hang on what came before them.

    Args:
        variations: the requests.
        known: the answers so far.
        origin: tells the origin that an answer would have now; of a request with some answers of other settings every one
            is then missing.
    """
    found = []
    for bank in _banks(variations):
        lacking = {one.id: _lacking(one, known.get(one.key), origin) for one in bank}
        if bank[0].cache and any(lacking.values()):
            lacking = {one.id: one.times for one in bank}
        found += [one for one in bank for _ in range(lacking[one.id])]
    return found


def _lacking(
    one: Variation, recorded: Recorded | None, origin: Callable[[Variation], dict] | None = None
) -> int:
    if recorded is None:
        return one.times
    if _is_settled(recorded) or len(recorded.responses) >= one.times:
        return 0
    if origin and not same_settings(recorded.origin, origin(one)):
        return one.times
    return one.times - len(recorded.responses)


def ask(
    wanted: list[Variation],
    journal: Path,
    serve: Callable[[], AbstractContextManager[ModelAnswers]],
    say: Callable[[str], object],
) -> None:
    """Ask requests in order, and keep each answer; of a bank with a memory all or none.

    Args:
        wanted: what `missing` returned.
        journal: the file to write to.
        serve: starts a server that remembers nothing, anew for each bank with a memory.
        say: shows how far it is.

    Raises:
        CourseError: an answer cannot be had.
        OSError: the journal cannot be written.
    """
    _cut_half_a_line(journal)
    done = 0
    for bank, group in groupby(wanted, key=lambda one: one.bank if one.cache else None):
        held = []
        with serve() as answers:
            for one in group:
                response = answers.ask(one)
                held.append({"key": one.key, "origin": answers.origin(one), "response": response})
                if bank is None:
                    _keep(journal, [held.pop()])
                done += 1
                say(ASKED.format(done=done, all=len(wanted), id=one.id))
        if held:
            _keep(journal, [{"bank": held}])


def _cut_half_a_line(journal: Path) -> None:
    """Take away half a line, which a loss of power left: what follows must not be joined to it."""
    if journal.is_file():
        os.truncate(journal, sum(len(line) + 1 for line in _lines(journal)))


def _keep(journal: Path, entries: list[dict]) -> None:
    """Add lines to the journal, and wait until the disk has them."""
    with journal.open("ab") as file:
        for one in entries:
            # A lone surrogate, which an answer may hold, is no UTF-8 and becomes its JSON escape.
            line = json.dumps(one, ensure_ascii=False).encode("utf-8", "backslashreplace")
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
