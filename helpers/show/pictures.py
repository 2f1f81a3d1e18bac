"""Pictures of amounts: probabilities as bars, as curves and as a staircase, and a whole as the sum of its parts."""

from collections.abc import Mapping, Sequence

from helpers.sampling import keep_top_p
from helpers.show.svg import (
    PALE,
    SHADES,
    SMALL,
    WIDEST,
    WIDTH,
    Frame,
    cut,
    labels,
    line,
    number,
    picture,
    rect,
    room_for,
    words,
    written,
)
from helpers.show.tables import table
from helpers.show.views import View

HEADERS = ("이름", "값", "막대")
SCALE = "막대 (0~{most:g})"
BLOCKS, BAR = 24, 240  # how long the longest bar is: in blocks of plain text, and in a picture's units
KEPT, CUT = "남음", "잘림"
RUNNING = "{name}까지 {total:.{digits}f}"
SUM = "합 {total:g}"
QUARTERS = (0, 0.25, 0.5, 0.75, 1)


def bars(values: Mapping[str, float], caption: str = "", digits: int = 3, most: float | None = None) -> View:
    """Show a number for each name as a bar.

    Args:
        values: name to number, none negative.
        caption: what the bars show.
        digits: decimal places to write.
        most: the value of a full bar, the same in every picture: 1 for probabilities. Where it is left out, the
            largest number gets the full bar, and two pictures cannot be compared by eye.

    Returns:
        One bar a line, in the given order, with the number beside it.
    """
    full = most or max(values.values(), default=0) or 1
    headers = [*HEADERS[:2], HEADERS[2] if most is None else SCALE.format(most=most)]
    rows = [
        [name, f"{value:.{digits}f}", _bar(min(value / full, 1), most is not None)]
        for name, value in values.items()
    ]
    return table(headers, rows, caption)


def _bar(share: float, scaled: bool) -> View:
    """Return a bar that takes a share of its room; on a fixed scale the whole room and its middle are seen."""
    parts = [rect(0.5, 1.5, BAR * share, 13, fill=SHADES[0])] if share else []
    if scaled:
        parts = [rect(0.5, 1.5, BAR, 13, stroke="#888"), *parts, line(BAR / 2, 0, BAR / 2, 16, stroke="#888")]
    # The number stands beside it, so that a reader of the page has no use for the bar.
    page = f'<svg aria-hidden="true" viewBox="0 0 {BAR + 1} 17" width="{BAR + 1}" height="17" style="vertical-align:middle">{"".join(parts)}</svg>'
    return View(page, "█" * round(BLOCKS * share))


def curves(
    places: Sequence[float], columns: Sequence[Mapping[str, float]], caption: str, across: str
) -> View:
    """Show how probabilities change, a curve for each name.

    Args:
        places: where each column stands on the scale from left to right, in rising order.
        columns: name to probability, one mapping a place.
        caption: what the picture shows.
        across: what the scale from left to right is.

    Returns:
        The curves over a scale from 0 to 1; the plain text has the numbers at five places.
    """
    frame = Frame(places[0], places[-1], 0, 1)
    some = [round(share * (len(places) - 1)) for share in QUARTERS]
    parts = frame.axes([places[one] for one in some], QUARTERS)
    names = list(columns[0])
    parts += frame.curves(
        {name: [(x, one[name]) for x, one in zip(places, columns, strict=True)] for name in names}
    )
    parts.append(words((frame.left + frame.right) / 2, frame.bottom + 36, across, "middle"))
    lines = [
        f"{name}: "
        + ", ".join(f"{across} {written(places[one])}에서 {columns[one][name]:.3f}" for one in some)
        for name in names
    ]
    return picture(frame.bottom + 44, parts, caption, lines)


def staircase(probabilities: Mapping[str, float], top_p: float, caption: str = "", digits: int = 3) -> View:
    """Show how probabilities add up, and where `top_p` cuts them off.

    Args:
        probabilities: a probability for each candidate.
        top_p: above 0 and at most 1.
        caption: what the picture shows.
        digits: decimal places of the running totals.

    Returns:
        A step for each candidate, from the most to the least likely, with a line at `top_p`.
    """
    kept = keep_top_p(dict(probabilities), top_p)
    rest = [name for name in keep_top_p(dict(probabilities), 1) if name not in kept]
    frame = Frame(0, len(probabilities), 0, 1.12)
    parts, lines, total = frame.axes([], QUARTERS), [], 0.0
    for place, name in enumerate([*kept, *rest]):
        before, total = total, total + probabilities[name]
        left, right = frame.across(place), frame.across(place + 1)
        said = KEPT if name in kept else CUT
        dash = "" if name in kept else "4 3"
        fill = SHADES[0] if name in kept else "none"
        step = {"stroke": "currentColor", "stroke_dasharray": dash, "fill": fill, "fill_opacity": PALE}
        height = frame.down(before) - frame.down(total)
        parts.append(rect(left, frame.down(total), right - left, height, **step))
        parts.append(
            line(left, frame.down(before), left, frame.bottom, stroke="#888", stroke_dasharray="1 3")
        )
        middle = (left + right) / 2
        parts.append(words(middle, frame.down(total) - 6, f"{total:.{digits}f}", "middle", SMALL))
        parts.append(words(middle, frame.bottom + 18, cut(name, right - left), "middle"))
        parts.append(words(middle, frame.bottom + 34, said, "middle", SMALL))
        lines.append(f"{RUNNING.format(name=name, total=total, digits=digits)} ({said})")
    y = frame.down(top_p)
    parts.append(
        line(frame.left, y, frame.right, y, stroke=SHADES[1], stroke_width=2, stroke_dasharray="8 4")
    )
    parts.append(words(frame.right + 6, y + 4, f"top_p {top_p:g}"))
    return picture(frame.bottom + 42, parts, caption, [*lines, f"top_p {top_p:g}"])


def stacked(groups: Sequence[tuple[str, Mapping[str, float]]], caption: str = "") -> View:
    """Show a whole as one bar: its groups one after the other, and the parts of each group in it.

    Args:
        groups: the name of each group and its parts, name to amount.
        caption: what the picture shows.

    Returns:
        The bar, with the sum of each group above it and the sum of each kind of part below it.
    """
    kinds: dict[str, float] = {}
    for _, parts_of in groups:
        for kind, amount in parts_of.items():
            kinds[kind] = kinds.get(kind, 0) + amount
    total = sum(kinds.values()) or 1
    unit, x, drawn, titles, lines = WIDTH / total, 0.0, [], [], []
    for name, parts_of in groups:
        whole, start = sum(parts_of.values()), x
        for kind, amount in parts_of.items():
            drawn += _part(x, unit * amount, list(kinds).index(kind), f"{amount:g}")
            x += unit * amount
        titles.append(((start + x) / 2, f"{cut(name, WIDEST - 40, SMALL)} {whole:g}"))
        drawn.append(line(start + 1, -4, x - 1, -4, stroke_width=2))
        lines.append(f"{name} {whole:g}: " + ", ".join(f"{kind} {one:g}" for kind, one in parts_of.items()))
    over, height = labels(titles, -4, -1)
    top = height + 8
    parts = [f'<g transform="translate(0 {top})">{"".join(over + drawn)}</g>']
    x = 0.0
    for place, (kind, amount) in enumerate(kinds.items()):
        parts.append(
            f'<g transform="translate({number(x)} {top + 44})">{"".join(_part(0, 22, place, ""))}</g>'
        )
        text = f"{cut(kind, WIDEST)} {amount:g}"
        parts.append(words(x + 28, top + 63, text))
        x += 28 + room_for(text) + 24
    parts.append(words(x, top + 63, SUM.format(total=total)))
    sums = ", ".join(f"{kind} {amount:g}" for kind, amount in kinds.items())
    return picture(top + 80, parts, caption, [*lines, f"{sums}, {SUM.format(total=total)}"])


def _part(x: float, width: float, kind: int, text: str) -> list[str]:
    """Return a part of a bar: a shade, and stripes that tell its kind without any colour."""
    shade = SHADES[kind % len(SHADES)]
    parts = [rect(x, 0, width, 30, fill=shade, fill_opacity=PALE, stroke=shade)]
    if kind % 4 in (0, 3):
        parts += [
            line(x + 4 * one, 0, x + 4 * one, 30, stroke=shade, opacity=0.6)
            for one in range(1, int(width / 4) + 1)
        ]
    if kind % 4 in (1, 3):
        parts += [line(x, y, x + width, y, stroke=shade, opacity=0.6) for y in range(5, 30, 5)]
    return parts + (
        [words(x + width / 2, 20, text, "middle", SMALL)] if width >= room_for(text, SMALL) else []
    )
