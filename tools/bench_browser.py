"""Measures, in the real JupyterLab, how long a key stroke in a playground takes to be seen."""

import json
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, sync_playwright

from helpers.course import ROOT
from tests.browser import VIEWPORT, Desk, find_chromium, launch, running_lab

LENGTHS = (50, 500, 2000)
STROKES = 20
WARM_UP = 3
TYPING = ("a", "Backspace")
SLIDING = ("ArrowLeft", "ArrowRight")


def prose(length: int) -> str:
    """Return a text of a length in characters."""
    sentence = "토큰은 모델이 글을 읽는 단위입니다. "
    return (sentence * (length // len(sentence) + 1))[:length]


def answer(length: int) -> str:
    """Return an answer of a length in characters that the schema workbench accepts."""
    written = json.dumps({"name": "", "date": "금요일", "participants": []}, ensure_ascii=False)
    return written.replace('""', f'"{prose(length - len(written))}"', 1)


class Place(NamedTuple):
    """Where keys are timed: lesson, playground, what finds the control, and what stands in it for a length."""

    lesson: str
    playground: str
    control: Callable[[Locator], Locator]
    text: Callable[[int], str] | None = prose


def labelled(label: str) -> Callable[[Locator], Locator]:
    """Return what finds a control by its label."""
    return lambda cell: cell.get_by_label(label, exact=True)


PLACES = (
    Place("01_roles", "MessageBuilder", labelled("2번 본문")),
    Place("02_structured_outputs", "SchemaWorkbench", labelled("확인할 답변(JSON)"), answer),
    Place("03_tokens", "TokenExplorer", labelled("글")),
    Place("04_seeds", "SamplingLab", lambda cell: cell.locator(".noUi-handle").first, None),
    Place("05_math_helper", "MathBench", labelled("풀이(한 줄에 한 단계)")),
)


def key_to_repaint(lengths: tuple[int, ...] = LENGTHS, strokes: int = STROKES) -> dict[str, dict] | None:
    """Measure the time from a key to the repaint of everything that it changes.

    Args:
        lengths: the lengths in characters of the texts that stand there before the first key.
        strokes: how many keys to time for each.

    Returns:
        For each playground the times in milliseconds by length, None for a slider; or None where there is no
        Chromium or Chrome.
    """
    program = find_chromium()
    if program is None:
        return None
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, program)
        context = browser.new_context(viewport=VIEWPORT, locale="ko-KR")
        context.add_init_script(path=ROOT / "tests" / "browser.js")
        desk = Desk(context.new_page(), lab)
        times = {}
        for place in PLACES:
            desk.open(place.lesson)
            desk.run(desk.find("open_lesson("))
            cell = desk.find(f"{place.playground}(")
            desk.run(cell)
            desk.select(cell)
            control = place.control(desk.cell(cell))
            control.wait_for()
            times[place.playground] = {
                length: _times(desk, place, control, length, strokes)
                for length in (lengths if place.text else (None,))
            }
            desk.close()
        browser.close()
        return times


def _times(desk: Desk, place: Place, control: Locator, length: int | None, strokes: int) -> list[float]:
    if place.text:
        control.fill(place.text(length))
        control.press("End")
    control.focus()
    desk.settle()
    taken = []
    # A key and the one that takes it back: both change what is shown, and the length stays.
    for key in islice(cycle(TYPING if place.text else SLIDING), strokes + WARM_UP):
        desk.page.evaluate("lessonDriver.time()")
        desk.page.keyboard.press(key)
        taken.append(desk.page.evaluate("lessonDriver.timed"))
    return taken[WARM_UP:]
