"""A small vocabulary for pictures in SVG: lines, boxes, words, and how words find room beside each other.

Words and axes take the page's own colour, and shades let its ground through, so that a picture holds in the light and
the dark theme. Nothing has an id, every number is written the same way everywhere, and every word is escaped.
"""

import html
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction

from helpers.show.views import View, escape, visible

WIDTH = 640
FONT = 13
# Legible as lines on both grounds; with each goes a dash of its own, so that no line is told by its colour alone.
SHADES = ("#3d85c6", "#d9534f", "#2e8b57", "#a87600", "#7a6fd0", "#888")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 4")
PALE = 0.3


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


def picture(height: float, parts: Iterable[str], caption: str, lines: Sequence[str]) -> View:
    """Put the parts of a picture together.

    Args:
        height: in the picture's units; it is `WIDTH` wide, and smaller where the page is narrower.
        parts: elements of this vocabulary.
        caption: what the picture shows.
        lines: the same in words and figures, for plain text and for whoever hears the page.

    Returns:
        The picture; its plain text is the caption and the lines.
    """
    lines = [_one_line(one) for one in ([caption] if caption else []) + list(lines)]
    title = f"<div><b>{escape(caption)}</b></div>" if caption else ""
    # MathJax would take what stands between two dollars in a label for a formula.
    page = (
        f'<svg class="mathjax_ignore" role="img" aria-label="{html.escape(". ".join(lines))}" '
        f'viewBox="0 0 {WIDTH} {number(height)}" width="{WIDTH}" height="{number(height)}" '
        f'style="max-width:100%;height:auto;font-family:inherit">{"".join(parts)}</svg>'
    )
    return View(f'<div style="margin:4px 0">{title}{page}</div>', "\n".join(lines))


def room_for(text: object, size: int = FONT) -> float:
    """Return about how wide words are: a Korean letter is as wide as it is high, a Latin one a good half."""
    wide = sum(1 if unicodedata.east_asian_width(one) in "WF" else 0.6 for one in _one_line(text))
    return size * wide


def cut(text: object, room: float, size: int = FONT) -> str:
    """Return words cut to the room there is, with an ellipsis where something is missing."""
    text = _one_line(text)
    if room_for(text, size) <= room:
        return text
    while text and room_for(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def levels(labels: Sequence[tuple[float, object]], size: int = FONT) -> list[tuple[float, int]]:
    """Find room for words that are to stand over or under given places.

    Args:
        labels: for each the wanted middle and the words, from left to right.
        size: of the letters.

    Returns:
        For each its middle, moved inwards where it would stick out, and its level: 0 is next to the line.
    """
    ends: list[float] = []
    found = []
    for wanted, text in labels:
        half = room_for(text, size) / 2
        middle = min(max(wanted, half), WIDTH - half)
        level = next((one for one, end in enumerate(ends) if end + 6 <= middle - half), len(ends))
        ends[level : level + 1] = [middle + half]
        found.append((middle, level))
    return found


def exact(value: object) -> Fraction:
    """Return a number without the trace that a float leaves: 0.1 is a tenth."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def written(value: object) -> str:
    """Return a number as a lesson writes it: a whole one, a fraction such as -7/2, or a float with up to six digits."""
    return f"{value:g}" if isinstance(value, float) else str(value)
