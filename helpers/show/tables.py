"""Tables: of anything, of verdicts with their looks, and of two texts with their differences."""

import difflib
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from numbers import Number

from helpers.show.looks import LOOKS
from helpers.show.views import View, escape, visible

LEFT, RIGHT = "왼쪽", "오른쪽"
# Words of both texts that `difference` compares exactly.
EXACT_WORDS = 1000
# A number as it is written in a table: 1,234 · 0.075 · −3 · $0.01 · 12% · 1.5e-07.
_NUMBER = re.compile(r"[+\-−]?[$₩]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+\-]?\d+)?%?")
_NO_NUMBER = ("", "-", "–", "—")


def table(
    headers: Sequence[object],
    rows: Iterable[Sequence[object]],
    caption: str = "",
    looks: Sequence[str] | None = None,
) -> View:
    """Show rows under headers; a column of nothing but numbers stands right.

    Args:
        headers: the name of each column.
        rows: the cells of each row; a `View` stands as it is, anything else is escaped. The first names the row.
        caption: what the table shows.
        looks: for each row a name in `LOOKS`: its tint, its edge and, where no `verdict` in the row has it, its sign.

    Returns:
        The table; its plain text has one row a line, cells parted by ` | `.
    """
    rows = [list(row) for row in rows]
    if looks is not None:
        rows = [_signed(row, LOOKS[look].sign) for row, look in zip(rows, looks, strict=True)]
    columns = zip_longest(*rows, fillvalue="")
    sides = [_side(column) for column, _ in zip_longest(columns, headers, fillvalue=())]
    head = "".join(
        f'<th scope="col" style="{side}">{_cell(one)}</th>' for one, side in zip(headers, sides, strict=False)
    )
    body = "".join(_row(row, sides, look) for row, look in zip_longest(rows, looks or ()) if row)
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    lines = [" | ".join(visible(one).replace("\n", " / ") for one in row) for row in [headers, *rows]]
    # In a widget JupyterLab would centre a narrow table, which then jumps when it grows.
    page = f'<table style="margin-left:0">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return View(page, "\n".join([visible(caption), *lines] if caption else lines))


def verdict(look: str, word: str = "") -> View:
    """Show a verdict for a cell of a table: the sign of a look and a word, such as `✓ 맞음`.

    Args:
        look: a name in `LOOKS`.
        word: what is said of the row; the look's own word where none is given.
    """
    text = f"{LOOKS[look].sign} {word or LOOKS[look].word}".rstrip()
    return View(f"<b>{escape(text)}</b>", visible(text))


def _signed(row: list, sign: str) -> list:
    if not row or any(isinstance(one, View) and one.text.startswith(sign) for one in row):
        return row
    first = row[0]
    shown = View(f"{escape(sign)} {_cell(first)}", f"{sign} {visible(first)}")
    return [shown, *row[1:]]


def _side(column: Sequence) -> str:
    """Return the style that a column's numbers or words need."""
    texts = [one for one in column if isinstance(one, View) or str(one) not in _NO_NUMBER]
    if texts and all(_is_number(one) for one in texts):
        return "text-align:right;font-variant-numeric:tabular-nums"
    return "text-align:left"


def _is_number(value: object) -> bool:
    if isinstance(value, Number):
        return not isinstance(value, bool)
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def _row(row: list, sides: list[str], look: str | None) -> str:
    tint = f' style="background:{LOOKS[look].tint}"' if look else ""
    edge = f";border-left:5px solid {LOOKS[look].edge}" if look else ""
    name, *rest = zip(row, sides, strict=False)
    cells = "".join(f'<td style="{side}">{_cell(one)}</td>' for one, side in rest)
    return f'<tr{tint}><th scope="row" style="{name[1]};font-weight:normal{edge}">{_cell(name[0])}</th>{cells}</tr>'


def _cell(value: object) -> str:
    return value.html if isinstance(value, View) else escape(value)


def difference(left: str, right: str, left_title: str = LEFT, right_title: str = RIGHT) -> View:
    """Show two texts, and mark the words that only one of them has.

    Args:
        left: the first text.
        right: the second text.
        left_title: its name.
        right_title: the other's name.

    Returns:
        Both texts; only in the left [-so-], only in the right {+so+}, and underlined or struck through in HTML.
    """
    pieces = [re.findall(r"\s*\S+|\s+$", text) for text in (left, right)]
    # A word with the line break before it: spaces, which are all alike, would make two unlike stories take a minute.
    words = [[piece.lstrip(" ") for piece in side] for side in pieces]
    sides: list[list[str]] = [[], []]
    lines: list[list[str]] = [[], []]
    # With more words an exact comparison takes seconds: the commonest are then no starting points.
    quick = len(words[0]) + len(words[1]) > EXACT_WORDS
    for operation, l1, l2, r1, r2 in difflib.SequenceMatcher(None, *words, autojunk=quick).get_opcodes():
        parts = ("".join(pieces[0][l1:l2]), "".join(pieces[1][r1:r2]))
        for side, part, tag, marks in zip(
            (0, 1), parts, ("del", "ins"), (("[-", "-]"), ("{+", "+}")), strict=True
        ):
            changed = part.lstrip() if operation != "equal" else ""
            same = part.removesuffix(changed)
            sides[side].append(escape(same) + (f"<{tag}>{escape(changed)}</{tag}>" if changed else ""))
            lines[side].append(visible(same) + (f"{marks[0]}{visible(changed)}{marks[1]}" if changed else ""))
    rows = [
        [title, View("".join(sides[i]), "".join(lines[i]))]
        for i, title in enumerate((left_title, right_title))
    ]
    return table(["이름", "글"], rows)
