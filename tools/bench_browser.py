"""Measures, in the real JupyterLab, how long a key stroke in the token explorer takes to be seen."""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from helpers.lesson import ROOT
from tests.browser import VIEWPORT, Desk, find_chromium, launch, running_lab

# Lesson, playground and the field to type into; each key there changes what is shown.
FIELDS = (
    ("01_roles", "MessageBuilder(", "2번 내용"),
    ("03_tokens", "TokenExplorer(", "글"),
    ("05_math_helper", "MathBench(", "풀이(한 줄에 한 단계)"),
)
LENGTHS = (20, 500, 2000)
STROKES = 20
WARM_UP = 3
TEXT = "토큰은 모델이 글을 읽는 단위입니다. "


def key_to_repaint(lengths: tuple[int, ...] = LENGTHS, strokes: int = STROKES) -> dict[str, dict] | None:
    """Measure the time from a key to the repaint of everything that it changes.

    Args:
        lengths: the lengths in characters of the texts that stand there before the first key.
        strokes: how many keys to time for each.

    Returns:
        For each playground the times in milliseconds by length, or None where there is no Chromium or Chrome.
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
        for lesson, playground, label in FIELDS:
            desk.open(lesson)
            desk.run(desk.find("open_lesson("))
            place = desk.find(playground)
            desk.run(place)
            desk.select(place)
            field = desk.cell(place).get_by_label(label, exact=True)
            field.wait_for()
            name = playground.rstrip("(")
            times[name] = {length: _times(desk, field, length, strokes) for length in lengths}
            desk.close()
        browser.close()
        return times


def _times(desk: Desk, field, length: int, strokes: int) -> list[float]:
    text = (TEXT * (length // len(TEXT) + 1))[: length - strokes - WARM_UP]
    field.fill(text)
    desk.settle()
    field.press("End")
    taken = []
    for _ in range(strokes + WARM_UP):
        desk.page.evaluate("lessonDriver.time()")
        desk.page.keyboard.press("a")
        taken.append(desk.page.evaluate("lessonDriver.timed"))
    return taken[WARM_UP:]


if __name__ == "__main__":
    for name, by_length in (key_to_repaint() or {}).items():
        for size, some in by_length.items():
            print(
                f"{name}, {size:5} characters: median {statistics.median(some):.0f} ms, longest {max(some):.0f} ms"
            )
