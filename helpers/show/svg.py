"""A small vocabulary for pictures in SVG: lines, boxes, words; and how words find room beside each other.

Words and axes take the page's own colour, and shades let its ground through, so that a picture holds in the light and
the dark theme. Nothing has an id, every number is written the same way everywhere, and every word is escaped.
"""

import html
import math
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from helpers.show.views import View, escape, visible

WIDTH = 640
FONT, SMALL, LABEL = 13, 12, 15  # sizes of letters, and the height of a row of small ones
WIDEST = 150  # what a word of a picture may take from left to right
# Legible as lines on both grounds; with each goes a dash of its own, so that no line is told by its colour alone.
SHADES = ("#3d85c6", "#d9534f", "#2e8b57", "#a87600", "#7a6fd0", "#888")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 4")
PALE = 0.3
NARROW = 0.6  # how wide a Latin letter is, measured by its height


def number(value: float) -> str:
    """Return a coordinate as it is written: to a tenth, without zeros at its end."""
    return f"{value:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, **look: object) -> str:
    """Return a line; what is given of its look replaces the thin line in the colour of the text."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return _element("line", {**ends, "stroke": "currentColor", **look})


def rect(x: float, y: float, width: float, height: float, **look: object) -> str:
    """Return a box, which is an outline unless a fill is given."""
    return _element("rect", {"x": x, "y": y, "width": width, "height": height, "fill": "none", **look})


def circle(x: float, y: float, radius: float, **look: object) -> str:
    """Return a circle, which is an outline unless a fill is given."""
    return _element("circle", {"cx": x, "cy": y, "r": radius, "fill": "none", **look})


def path(points: Iterable[tuple[float, float]], **look: object) -> str:
    """Return a line through points."""
    places = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return _element("polyline", {"points": places, "fill": "none", "stroke": "currentColor", **look})


def words(x: float, y: float, text: object, anchor: str = "start", size: int = FONT, **look: object) -> str:
    """Return words on one line; `y` is their base, and `anchor` says whether `x` is their start, middle or end."""
    kept = {"x": x, "y": y, "text-anchor": anchor, "font-size": size, "fill": "currentColor", **look}
    return _element("text", kept, html.escape(_one_line(text)))


def _element(name: str, attributes: dict[str, object], inner: str = "") -> str:
    written = "".join(
        f' {key.replace("_", "-")}="{html.escape(number(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{inner}</{name}>"


def _one_line(text: object) -> str:
    return " ".join(visible(text).split())


def picture(
    height: float,
    parts: Iterable[str],
    caption: str,
    lines: Sequence[str],
    heard: Sequence[str] | None = None,
) -> View:
    """Put the parts of a picture together.

    Args:
        height: in the picture's units; it is `WIDTH` wide, and smaller where the page is narrower.
        parts: elements of this vocabulary.
        caption: what the picture shows.
        lines: the same in words and figures, for plain text.
        heard: the same for whoever hears the page, where the lines would take too long.

    Returns:
        The picture; its plain text is the caption and the lines.
    """
    titles = [caption] if caption else []
    alternative = html.escape(". ".join(map(_one_line, [*titles, *(lines if heard is None else heard)])))
    title = f'<div style="font-size:13px">{escape(caption)}</div>' if caption else ""
    # MathJax would take what stands between two dollars in a label for a formula.
    page = (
        f'<svg class="mathjax_ignore" role="img" aria-label="{alternative}" '
        f'viewBox="0 0 {WIDTH} {number(height)}" width="{WIDTH}" height="{number(height)}" '
        f'style="max-width:100%;height:auto;font-family:inherit">{"".join(parts)}</svg>'
    )
    text = "\n".join(map(_one_line, [*titles, *lines]))
    return View(f'<div style="margin:4px 0">{title}{page}</div>', text)


@dataclass(frozen=True)
class Frame:
    """A box with two scales: from one value to another across, and from one to another upwards."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    left: float = 50
    right: float = WIDTH - 130
    top: float = 12
    bottom: float = 240

    def across(self, value: float) -> float:
        """Return where a value stands from left to right."""
        return float(self.left + (self.right - self.left) * (value - self.x_low) / (self.x_high - self.x_low))

    def down(self, value: float) -> float:
        """Return where a value stands from top to bottom."""
        return float(
            self.bottom - (self.bottom - self.top) * (value - self.y_low) / (self.y_high - self.y_low)
        )

    def axes(self, x_ticks: Iterable[float], y_ticks: Iterable[float]) -> list[str]:
        """Return the box, and a number at each tick of both scales."""
        parts = [rect(self.left, self.top, self.right - self.left, self.bottom - self.top, stroke="#888")]
        for value in x_ticks:
            x = self.across(value)
            parts.append(line(x, self.bottom, x, self.bottom + 4))
            parts.append(words(x, self.bottom + 18, written(value), "middle", SMALL))
        for value in y_ticks:
            y = self.down(value)
            parts.append(line(self.left - 4, y, self.left, y))
            parts.append(words(self.left - 7, y + 4, written(value), "end", SMALL))
        return parts

    def curves(self, curves: Mapping[str, Sequence[tuple[float, float]]]) -> list[str]:
        """Return lines through points, each named beside its last point; names that would meet make room."""
        parts, beside = [], []
        for place, points in enumerate(curves.values()):
            ends = [(self.across(x), self.down(y)) for x, y in points]
            shade, dash = SHADES[place % len(SHADES)], DASHES[place % len(DASHES)]
            parts.append(path(ends, stroke=shade, stroke_width=2, stroke_dasharray=dash))
            beside.append(ends[-1][1])
        order = sorted(range(len(beside)), key=lambda place: beside[place])
        for before, after in pairwise(order):
            beside[after] = max(beside[after], beside[before] + 16)
        room = WIDTH - self.right - 6
        names = zip(curves, beside, strict=True)
        return parts + [words(self.right + 6, y + 4, cut(name, room)) for name, y in names]


def room_for(text: object, size: int = FONT) -> float:
    """Return about how wide words are: a Korean letter is as wide as it is high, a Latin one a good half."""
    wide = sum(1 if unicodedata.east_asian_width(one) in "WF" else NARROW for one in _one_line(text))
    return size * wide


def cut(text: object, room: float, size: int = FONT) -> str:
    """Return words cut to the room there is, with an ellipsis where something is missing."""
    text = _one_line(text)
    if room_for(text, size) <= room:
        return text
    # No letter is narrower than this, so that no long text is measured letter by letter.
    text = text[: int(room / (NARROW * size)) + 1]
    while text and room_for(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def labels(
    items: Sequence[tuple[float, object]], y: float, way: int, marked: Container[int] = ()
) -> tuple[list[str], float]:
    """Return words under or over a line, each as near to its place as there is room, and led there by a stroke.

    Args:
        items: for each its place and its words, from left to right.
        y: where the strokes begin.
        way: 1 for words under the line, -1 for words over it.
        marked: which of them stand out, by their number.

    Returns:
        The elements, and how much height they take.
    """
    items = [(x, cut(text, WIDEST, SMALL)) for x, text in items]
    widths = [room_for(text, SMALL) + 6 for _, text in items]
    rows = max(1, math.ceil(sum(widths) / WIDTH))
    parts = []
    for row in range(rows):
        some = range(row, len(items), rows)
        middles = _spread([items[one][0] for one in some], [widths[one] for one in some])
        for one, middle in zip(some, middles, strict=True):
            end = y + way * (9 + LABEL * row)
            parts.append(line(items[one][0], y, middle, end, stroke="#888"))
            weight = "bold" if one in marked else ""
            parts.append(
                words(
                    middle, end + (11 if way > 0 else -3), items[one][1], "middle", SMALL, font_weight=weight
                )
            )
    return parts, 9 + LABEL * rows


def _spread(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Return middles near the wanted ones at which nothing overlaps, and nothing sticks out where there is room."""
    found, least = [], 0.0
    for middle, width in zip(wanted, widths, strict=True):
        found.append(max(middle, least + width / 2))
        least = found[-1] + width / 2
    most = float(WIDTH)
    for place in reversed(range(len(found))):
        found[place] = min(found[place], most - widths[place] / 2)
        most = found[place] - widths[place] / 2
    return found


def exact(value: object) -> Fraction:
    """Return a number without the trace that a float leaves: 0.1 is a tenth."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def written(value: object) -> str:
    """Return a number as a lesson writes it: a whole one, a fraction such as -7/2, or a float with up to six digits."""
    return f"{value:g}" if isinstance(value, float) else str(value)
