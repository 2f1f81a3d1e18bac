"""Counts how long the lessons take from their notebooks: `python -m tools.minutes 01_roles` shows it by sections.

A count by fixed speeds, not a measurement: nobody was timed on these lessons. What learners of flesh and blood need differs
by more than a factor of two.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from helpers.course import NOTEBOOKS, lessons
from tools.notebooks import read
from tools.originals import OriginalsError, find_lesson

# Song, Kim and Hyung (J Korean Ophthalmol Soc 2016;57:642) measured 202 words a minute in silence, of 2.9 syllables each:
# about 590 syllables, in sentences of second-graders' books. That a text about programming is read at three quarters of
# this is our assumption, as is every figure below.
SYLLABLES_A_MINUTE = 450
# A name in other letters, or a number, counts as a Korean word of that study.
SYLLABLES_OF_A_NAME = 3
SECONDS_A_CELL = 10  # to run it and look at what comes
SECONDS_A_LINE = 2  # of code
SECONDS_A_PREDICTION = 15
SECONDS_A_CHANGE = 30
SECONDS_AN_EXERCISE = 240
SECONDS_A_PLAYGROUND = 120

PREDICTION, CHANGE = "**실행하기 전에**", "**바꾸어 보세요**"
# The task before and after the lesson may be passed over, and its text says that it takes its own time.
TASK, OF_A_TASK = "### 과제 (", "from helpers.tasks"
MORE = "더 나아가기"
PARTS = ("기본", MORE)
# Read by nobody from top to bottom.
LOOKED_UP = ("용어", "막혔을 때")
STEP = 5


def sections(notebook: NotebookNode) -> list[tuple[str, Counter]]:
    """Return each section of a notebook by its heading of the second level, with the seconds for each kind of work in it.

    Args:
        notebook: of a lesson.

    Returns:
        The sections in order, the first under the lesson's title.
    """
    found = [("(top)", Counter())]
    for cell in notebook.cells:
        if cell.source.startswith((TASK, OF_A_TASK)):
            continue
        if cell.cell_type == "markdown":
            for heading, text in _pieces(cell.source):
                if heading:
                    found.append((heading, Counter()))
                found[-1][1].update(_of_text(text, found[-1][0]))
        elif cell.cell_type == "code":
            found[-1][1].update(_of_code(cell.source))
    return found


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """Cut a text before each heading of the second level; what stands before the first has none."""
    heading, lines, fenced = "", [], False
    for line in source.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if line.startswith("## ") and not fenced:
            yield heading, "\n".join(lines)
            heading, lines = line.removeprefix("## ").strip(), []
        lines.append(line)
    yield heading, "\n".join(lines)


def _of_text(text: str, heading: str) -> dict[str, float]:
    # What refresh itself writes is left out: counted, it could change the minutes that it tells.
    text = re.sub(r"<!-- ([\w-]+) -->.*?<!-- /\1 -->", "", text, flags=re.S)
    text = re.sub(r"\]\([^)]*\)|<[^<>\n]*>", "]", text)
    syllables = len(re.findall(r"[가-힣]", text)) + SYLLABLES_OF_A_NAME * len(
        re.findall(r"[A-Za-z0-9_]+", text)
    )
    return {
        "reading": 0 if heading in LOOKED_UP else syllables * 60 / SYLLABLES_A_MINUTE,
        "predictions": SECONDS_A_PREDICTION * text.count(PREDICTION),
        "changes": SECONDS_A_CHANGE * text.count(CHANGE),
    }


def _of_code(source: str) -> dict[str, float]:
    lines = [line for line in source.splitlines() if line.strip()]
    if ".check(" in source:
        return {"exercises": SECONDS_AN_EXERCISE}
    if "from helpers.playgrounds" in source:
        return {"playgrounds": SECONDS_A_PLAYGROUND}
    # The cells that hold a hint and the solution are run by those who need them.
    if all(line.lstrip().startswith("#") for line in lines):
        return {}
    return {"cells": SECONDS_A_CELL + SECONDS_A_LINE * len(lines)}


def parts(notebook: NotebookNode) -> tuple[Counter, Counter]:
    """Return the seconds for each kind of work in the two parts of a lesson, before the heading 더 나아가기 and from it on."""
    both, further = (Counter(), Counter()), False
    for heading, seconds in sections(notebook):
        further |= heading == MORE
        both[further].update(seconds)
    return both


def minutes(notebook: NotebookNode) -> dict[str, int]:
    """Return what `course.toml` says of a lesson: `minutes` and `more_minutes`, rounded to five, 0 only for what is not there."""
    first, more = (sum(seconds.values()) / 60 for seconds in parts(notebook))
    return {"minutes": _rounded(first), "more_minutes": _rounded(more)}


def _rounded(counted: float) -> int:
    return max(STEP, round(counted / STEP) * STEP) if counted else 0


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.minutes", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="such as 01_roles; all where none is named")
    named = parser.parse_args().lessons
    try:
        asked = [find_lesson(one, list(lessons())) for one in named] or list(lessons())
    except OriginalsError as error:
        parser.error(str(error))
    for name in asked:
        notebook = read(NOTEBOOKS / f"{name}.ipynb")
        rows = sections(notebook) if named else []
        rows += [(f"{name} {part}", seconds) for part, seconds in zip(PARTS, parts(notebook), strict=True)]
        print(*(_told(heading, seconds) for heading, seconds in rows if seconds), sep="\n")


def _told(heading: str, seconds: Counter) -> str:
    kinds = ", ".join(f"{kind} {spent / 60:.1f}" for kind, spent in seconds.items() if spent)
    return f"{sum(seconds.values()) / 60:6.1f}  {heading}: {kinds}"


if __name__ == "__main__":
    main()
