"""A measured ratio, and how two sides are measured fairly: in turns."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

CALLS = 300
LESSON = "01_roles"


@dataclass(frozen=True)
class Figure:
    """One measured ratio: what was divided by what, the ratio, the aim (at most), and the two medians with their unit."""

    name: str
    ratio: float
    aim: float
    ours: float
    theirs: float
    unit: str


def take_turns(ours: Callable[[], object], theirs: Callable[[], object], times: int) -> tuple[float, float]:
    """Call two functions alternately and return the median time of each in seconds; the first tenth is warm-up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + times // 10):
        for side, call in enumerate((ours, theirs)):
            start = time.perf_counter()
            call()
            if turn >= times // 10:
                taken[side].append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def figure(
    name: str, aim: float, medians: tuple[float, float], unit: str = "ms", scale: float = 1000.0
) -> Figure:
    """Make a figure of two medians."""
    ours, theirs = medians
    return Figure(name, ours / theirs, aim, ours * scale, theirs * scale, unit)
