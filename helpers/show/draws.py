"""Pictures of draws: random numbers on the line from 0 to 1, and two rows of draws compared place by place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from helpers.show.svg import (
    PALE,
    SHADES,
    SMALL,
    WIDTH,
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
from helpers.show.tables import LEFT, RIGHT
from helpers.show.views import View

ROW, TICK = 32, 11  # how high a stretch is, and the ticks in it: below the name
ALIKE = "{count}번이 모두 같습니다."
UNLIKE = "{count}번 가운데 {different}번이 다릅니다."
PLACES = "다른 곳: {places}번째"
ABOVE, BELOW = "위: {title}", "아래: {title}"
A_LINE, CELL, MARGIN = (
    25,
    24,
    36,
)  # draws in one line of a picture, and the room that a draw and a line's number take


def unit_line(
    rows: Mapping[str, Mapping[str, float]],
    numbers: Sequence[float],
    caption: str = "",
    span: tuple[float, float] = (0, 1),
) -> View:
    """Show the line from 0 to 1 cut into a stretch for each candidate, with random numbers as ticks.

    Args:
        rows: name to probabilities, which add up to 1; several rows show how the borders move.
        numbers: from 0 to 1; each chooses the candidate in whose stretch it falls.
        caption: what the picture shows.
        span: the part of the line to show, where the whole is too coarse.

    Returns:
        A line for each row, the numbers under them; those that choose another candidate in another row are marked.
    """
    low, high = span
    numbers = [one for one in numbers if low <= one <= high]
    digits = 3 if high - low > 0.2 else 4

    def across(value: float) -> float:
        return 4 + (WIDTH - 8) * (value - low) / (high - low)

    parts, lines, y = [], [], 0.0
    chosen = [[_chosen(probabilities, one) for probabilities in rows.values()] for one in numbers]
    order = sorted(range(len(numbers)), key=lambda one: numbers[one])
    marked = {place for place, one in enumerate(order) if len(set(chosen[one])) > 1}
    for name, probabilities in rows.items():
        stretches = list(zip(probabilities, pairwise([0, *accumulate(probabilities.values())]), strict=True))
        lines.append(
            f"{name}: "
            + ", ".join(f"{word} {start:.{digits}f}~{end:.{digits}f}" for word, (start, end) in stretches)
        )
        over = [(across(end), f"{end:.{digits}f}") for _, (_, end) in stretches[:-1] if low <= end <= high]
        over += [(across(end), written(end)) for end in span]
        boxes = []
        for place, (word, (start, end)) in enumerate(stretches):
            left, right = across(max(start, low)), across(min(end, high))
            if left < right:
                boxes.append((place, left, right, word if room_for(word) + 4 <= right - left else ""))
                over += [] if boxes[-1][3] else [((left + right) / 2, word)]
        titles, height = labels(sorted(over), -2, -1)
        parts.append(words(0, y + 14, cut(name, WIDTH)))
        y += 22 + height
        parts.append(f'<g transform="translate(0 {number(y)})">{"".join(titles)}</g>')
        for place, left, right, word in boxes:
            shade = SHADES[place % len(SHADES)]
            parts.append(
                rect(left, y, right - left, ROW, fill=shade, fill_opacity=PALE, stroke="currentColor")
            )
            parts.append(words((left + right) / 2, y + 16, word, "middle"))
        for place, one in enumerate(order):
            look = {"stroke": SHADES[1], "stroke_width": 4} if place in marked else {"stroke_width": 2}
            parts.append(
                line(across(numbers[one]), y + ROW - TICK, across(numbers[one]), y + ROW + 2, **look)
            )
        y += ROW + 8
    texts = [(across(numbers[one]), f"{numbers[one]:.{digits}f}") for one in order]
    under, height = labels(texts, y - 6, 1, marked)
    lines += [
        f"{value:.{digits}f} → " + (some[0] if len(set(some)) == 1 else f"{' / '.join(some)} (다름)")
        for value, some in zip(numbers, chosen, strict=True)
    ]
    return picture(y + height, [*parts, *under], caption, lines)


def _chosen(probabilities: Mapping[str, float], value: float) -> str:
    ends = accumulate(probabilities.values())
    return next(
        (word for word, end in zip(probabilities, ends, strict=True) if value < end), [*probabilities][-1]
    )


def paired_draws(
    first: Sequence[str],
    second: Sequence[str],
    first_title: str = LEFT,
    second_title: str = RIGHT,
    caption: str = "",
) -> View:
    """Show two rows of draws one above the other, and mark the places where they differ.

    Args:
        first: the upper row.
        second: the lower row, of the same length.
        first_title: what the upper row is.
        second_title: what the lower row is.
        caption: what the picture shows.

    Returns:
        A box for each draw with a letter that stands for its word, how many places differ, and which.
    """
    letters = _letters([*first, *second])
    pairs = list(zip(first, second, strict=True))
    unlike = [place for place, (one, other) in enumerate(pairs) if one != other]
    verdict = (
        UNLIKE.format(count=len(pairs), different=len(unlike)) if unlike else ALIKE.format(count=len(pairs))
    )
    parts = [
        words(0, 14, cut(ABOVE.format(title=first_title), WIDTH)),
        words(0, 31, cut(BELOW.format(title=second_title), WIDTH)),
    ]
    x, y = 0.0, 40.0
    for word, letter in letters.items():
        room = CELL + 6 + room_for(word) + 16
        if x and x + room > WIDTH:
            x, y = 0.0, y + 26
        parts += [
            *_cell(x, y, letter, list(letters).index(word)),
            words(x + CELL + 4, y + 16, cut(word, WIDTH - CELL - 4)),
        ]
        x += room
    y += 34
    for start in range(0, len(pairs), A_LINE):
        parts.append(words(MARGIN - 8, y + 27, start + 1, "end", SMALL))
        for place, pair in enumerate(pairs[start : start + A_LINE]):
            x = MARGIN + CELL * place
            for row, word in enumerate(pair):
                parts += _cell(x, y + (CELL - 2) * row, letters[word], list(letters).index(word))
            if pair[0] != pair[1]:
                parts.append(rect(x + 1, y, CELL - 2, 2 * CELL - 3, stroke="currentColor", stroke_width=2))
                parts.append(words(x + CELL / 2, y + 2 * CELL + 8, "▲", "middle", 10))
        y += 2 * CELL + 18
    places = [PLACES.format(places=", ".join(str(one + 1) for one in unlike))] if unlike else []
    told = [f"{title}: {' '.join(row)}" for title, row in ((first_title, first), (second_title, second))]
    parts.append(words(0, y + 6, verdict))
    heard = [ABOVE.format(title=first_title), BELOW.format(title=second_title), verdict, *places]
    return picture(y + 14, parts, caption, [*told, verdict, *places], heard)


def _letters(drawn: Sequence[str]) -> dict[str, str]:
    """Return for each word what stands for it: its first letter, or a number where two words begin alike."""
    # The commonest first: the same word has the same shade in most pictures of the same candidates.
    found = [word for word, _ in Counter(drawn).most_common()]
    firsts = [word[:1] for word in found]
    if len(set(firsts)) == len(found) and all(one.strip() for one in firsts):
        return dict(zip(found, firsts, strict=True))
    return {word: str(place + 1) for place, word in enumerate(found)}


def _cell(x: float, y: float, letter: str, kind: int) -> list[str]:
    shade = SHADES[kind % len(SHADES)]
    box = rect(x + 1, y, CELL - 2, CELL - 3, fill=shade, fill_opacity=PALE, stroke=shade)
    return [box, words(x + CELL / 2, y + 15, letter, "middle")]
