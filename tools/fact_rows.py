"""What models.toml and the cassettes already say of facts that grow old, so that docs/facts.toml need not say it again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from helpers.models import Model, Price, known_models
from helpers.replay import Interaction, load_cassette
from tools.notebooks import cassette_paths

NOTHING_ANNOUNCED = "none named"


@dataclass(frozen=True)
class Rows:
    """The lines that belong to one fact.

    Attributes:
        lines: a sentence each, without its full stop.
        words: by the name of a model, how the lessons write its value.
        days: on which the fact is to be looked at again, whatever its own day says.
    """

    lines: tuple[str, ...]
    words: Mapping[str, str]
    days: tuple[date, ...] = ()


def _prices(root: Path) -> Rows:
    priced = [(one, one.price) for one in known_models() if one.price]
    words = {
        name: f"입력 {price.input:.2f}달러, 출력 {price.output:.2f}달러"
        for one, price in priced
        for name in one.names
    }
    return Rows(tuple(_price(one, price) for one, price in priced), words)


def _price(model: Model, price: Price) -> str:
    parts = {"in": price.input, "cached": price.cached, "cache write": price.cache_write, "out": price.output}
    figures = ", ".join(f"{figure:g} {what}" for what, figure in parts.items() if figure is not None)
    return f"{model.name}: {figures} ({price.date}, {price.source})"


def _shutdowns(root: Path) -> Rows:
    ending = sorted((one for one in known_models() if one.shutdown), key=lambda one: one.shutdown)
    lines = tuple(
        f"{one.shutdown}: {', '.join(one.names)}; instead: {one.successor or NOTHING_ANNOUNCED}"
        for one in ending
    )
    words = {
        name: f"{one.shutdown.year}년 {one.shutdown.month}월 {one.shutdown.day}일"
        for one in ending
        for name in one.names
    }
    return Rows(lines, words, tuple(one.shutdown for one in ending))


def _windows(root: Path) -> Rows:
    told = [one for one in known_models() if one.context and one.max_output]
    lines = tuple(f"{one.name}: {one.context:,}, the answer {one.max_output:,}" for one in told)
    return Rows(lines, {name: f"{one.context:,}" for one in told for name in one.names})


def _staged(root: Path) -> Rows:
    return Rows(
        tuple(
            f"{path.stem} {one.id}: {_kind(one)} ({one.origin['date']}, {one.origin['source']})"
            for path in cassette_paths(root)
            for one in load_cassette(path).staged
        ),
        {},
    )


def _kind(staged: Interaction) -> str:
    """Return the status of a staged answer, or what there is in its place."""
    first = staged.responses[0]
    return first.get("fault") or f"HTTP {first['status']}"


# What the field `rows` of a fact may name; each takes the folder of the course.
ROWS: dict[str, Callable[[Path], Rows]] = {
    "prices": _prices,
    "shutdowns": _shutdowns,
    "windows": _windows,
    "staged": _staged,
}
