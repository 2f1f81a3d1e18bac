"""Pictures of lines: two sides of an equation that cross, and sets of solutions on the number line."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Real

from helpers.show.svg import (
    PALE,
    SHADES,
    WIDTH,
    Frame,
    circle,
    cut,
    exact,
    labels,
    line,
    path,
    picture,
    rect,
    words,
    written,
)
from helpers.show.views import View

LEFT, RIGHT = "왼쪽", "오른쪽"
MEET = "두 직선은 {unknown} = {x}에서 만나고, 그때 두 값은 {y}입니다."
NEVER, ALWAYS = "두 직선은 만나지 않습니다.", "두 직선이 같습니다."
LOST, GAINED = "잃은 해", "늘어난 해"
NOTHING, EVERYTHING = "해 없음", "모든 실수"
EDGE, STEP = 40, 66  # the room beside the number line, and from one of its rows to the next
OPEN, CLOSED = "()", "[]"
# What a ring must cover: the axis that runs through it.
GROUND = "var(--jp-layout-color0, white)"


def crossing(
    left: Sequence[Real],
    right: Sequence[Real],
    names: Sequence[str] = (LEFT, RIGHT),
    caption: str = "",
    unknown: str = "x",
) -> View:
    """Show two sides of a linear equation as lines, and where they cross: the solution.

    Args:
        left: slope and intercept of the left side: `(6, 5)` for 6x + 5.
        right: those of the right side.
        names: how each side is written.
        caption: what the picture shows.
        unknown: the letter.

    Returns:
        The lines over a stretch of the unknown around the crossing, or around 0 where there is none.
    """
    sides = [tuple(exact(one) for one in side) for side in (left, right)]
    (a, b), (c, d) = sides
    x = (d - b) / (a - c) if a != c else None
    middle = x or Fraction(0)
    low, high = math.floor(middle) - 4, math.ceil(middle) + 4
    if abs(middle) <= 12:
        low, high = min(low, -1), max(high, 1)
    values = [slope * place + intercept for slope, intercept in sides for place in (low, high)]
    bottom, top = min(values), max(values)
    if top == bottom:
        bottom, top = bottom - 1, top + 1
    frame = Frame(low, high, bottom, top)
    parts = frame.axes(range(low, high + 1, max(1, (high - low) // 10)), _round_values(bottom, top))
    # The axes themselves, where they can be seen.
    for seen, ends in ((bottom < 0 < top, [(low, 0), (high, 0)]), (low < 0 < high, [(0, bottom), (0, top)])):
        parts += [path([(frame.across(x), frame.down(y)) for x, y in ends], opacity=0.6)] if seen else []
    curves = [[(place, slope * place + intercept) for place in (low, high)] for slope, intercept in sides]
    parts += frame.curves(dict(zip(names, curves, strict=True)))
    lines = [
        f"{name}: " + ", ".join(f"{unknown} = {place}에서 {value}" for place, value in points)
        for name, points in zip(names, curves, strict=True)
    ]
    if x is None:
        said = ALWAYS if b == d else NEVER
    else:
        y = a * x + b
        said = MEET.format(unknown=unknown, x=x, y=y)
        place = frame.across(x), frame.down(y)
        parts.append(line(*place, place[0], frame.bottom, stroke_dasharray="2 3"))
        parts.append(circle(*place, 5, stroke="currentColor", stroke_width=2))
    parts.append(words(frame.left, frame.bottom + 40, said))
    return picture(frame.bottom + 50, parts, caption, [*lines, said])


def _round_values(bottom: Fraction, top: Fraction) -> list[int]:
    """Return up to six round numbers between two."""
    step = 10 ** max(0, math.floor(math.log10(max(1, (top - bottom) / 5))))
    step = next(step * one for one in (1, 2, 5, 10) if (top - bottom) / (step * one) <= 6)
    return list(range(math.ceil(bottom / step) * step, math.floor(top) + 1, step))


def number_line(
    rows: Mapping[str, Sequence],
    caption: str = "",
    unknown: str = "x",
    spelled: Mapping[Real, str] | None = None,
) -> View:
    """Show sets of solutions one under the other on one scale, and which the later rows lost or gained.

    Args:
        rows: name to pieces. A piece is a number, or an interval `(low, high, ends)` where None means no end on that
            side and `ends` is one of `()`, `[]`, `[)`, `(]`: `(2, 5, "(]")` is 2 < x ≤ 5, `(None, 3, "()")` is x < 3.
        caption: what the picture shows.
        unknown: the letter.
        spelled: how a place is written that is no fraction: `{math.sqrt(2): "√2"}`.

    Returns:
        A line for each row. A number that only the first row has is marked as lost, one that it has not as gained.
    """
    spelled = spelled or {}
    places = sorted(
        {float(one) for pieces in rows.values() for piece in pieces for one in _finite(piece)}
    ) or [0.0]
    spread = (places[-1] - places[0]) or 2
    low, high = places[0] - spread / 4, places[-1] + spread / 4

    def across(value: Real) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (float(value) - low) / (high - low)

    def named(value: Real) -> str:
        return spelled.get(value, written(value))

    first = next(iter(rows.values()), ())
    parts, lines = [], []
    for place, (name, pieces) in enumerate(rows.items()):
        y = 36 + STEP * place
        parts.append(words(0, y - 20, cut(name, WIDTH - 80)))
        parts += _axis(y, low, high, across)
        numbers = [one for one in pieces if isinstance(one, Real)]
        points = {one: "" if _holds(first, one) else GAINED for one in numbers}
        points |= {one: LOST for one in first if isinstance(one, Real) and place and not _holds(pieces, one)}
        told = [_piece_in_words(one, unknown, named) for one in pieces] or [NOTHING]
        told += [f"{mark}: {named(one)}" for one, mark in points.items() if mark]
        lines.append(f"{name}: {', '.join(told)}")
        for piece in pieces:
            if not isinstance(piece, Real):
                parts += _interval(y, piece, across)
        for one, mark in points.items():
            parts += _point(across(one), y, mark)
        wanted = {one: points.get(one, "") for piece in pieces for one in _finite(piece)} | points
        texts = [
            (across(one), named(one) + (f" ({mark})" if mark else "")) for one, mark in sorted(wanted.items())
        ]
        parts += labels(texts, y + 8, 1)[0]
        if not pieces:
            parts.append(words(WIDTH, y - 20, NOTHING, "end"))
    return picture(36 + STEP * len(rows) - 20, parts, caption, lines)


def _finite(piece: object) -> list[Real]:
    return [piece] if isinstance(piece, Real) else [one for one in piece[:2] if one is not None]


def _holds(pieces: Sequence, value: Real) -> bool:
    """Say whether a value is among the numbers or within an interval."""
    for piece in pieces:
        if isinstance(piece, Real):
            if piece == value:
                return True
            continue
        low, high, ends = piece
        above = low is None or value > low or (value == low and ends[0] == CLOSED[0])
        if above and (high is None or value < high or (value == high and ends[1] == CLOSED[1])):
            return True
    return False


def _axis(y: float, low: float, high: float, across) -> list[str]:
    parts = [line(4, y, WIDTH - 4, y)]
    for end, inwards in ((4, 6), (WIDTH - 4, -6)):
        parts += [path([(end + inwards, y - 4), (end, y), (end + inwards, y + 4)])]
    whole = range(math.ceil(low), math.floor(high) + 1)
    return parts + [line(across(one), y - 3, across(one), y + 3) for one in whole if len(whole) <= 40]


def _interval(y: float, piece: tuple, across) -> list[str]:
    low, high, ends = piece
    start, end = 4 if low is None else across(low), WIDTH - 4 if high is None else across(high)
    parts = [rect(start, y - 5, end - start, 10, fill=SHADES[0], fill_opacity=PALE)]
    parts.append(line(start, y, end, y, stroke=SHADES[0], stroke_width=3))
    for place, value, sign in ((start, low, ends[0]), (end, high, ends[1])):
        if value is not None:
            parts += _point(place, y, "" if sign in CLOSED else OPEN)
    return parts


def _point(x: float, y: float, mark: str) -> list[str]:
    """Return a point: filled where it belongs to the solutions, a ring where not, crossed out or squared where marked."""
    ring = circle(
        x,
        y,
        5,
        stroke="currentColor",
        stroke_width=2,
        fill=GROUND if mark in (OPEN, LOST) else "currentColor",
    )
    if mark == LOST:
        return [
            ring,
            line(x - 8, y - 8, x + 8, y + 8, stroke=SHADES[1], stroke_width=2),
            line(x - 8, y + 8, x + 8, y - 8, stroke=SHADES[1], stroke_width=2),
        ]
    return [ring, rect(x - 9, y - 9, 18, 18, stroke=SHADES[1], stroke_width=2)] if mark == GAINED else [ring]


def _piece_in_words(piece: object, unknown: str, named) -> str:
    if isinstance(piece, Real):
        return f"{unknown} = {named(piece)}"
    low, high, ends = piece
    below, above = "≤" if ends[0] in CLOSED else "<", "≤" if ends[1] in CLOSED else "<"
    if low is None and high is None:
        return EVERYTHING
    if high is None:
        return f"{unknown} {'≥' if ends[0] in CLOSED else '>'} {named(low)}"
    return (
        f"{unknown} {above} {named(high)}"
        if low is None
        else f"{named(low)} {below} {unknown} {above} {named(high)}"
    )
