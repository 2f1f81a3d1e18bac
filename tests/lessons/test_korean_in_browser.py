"""JupyterLab speaks Korean in a real browser, unless the learner has chosen otherwise."""

import json
import re

import pytest

from tests.browser import Desk
from tests.lessons.menus import Named, mentions, texts, translations
from tools.notebooks import NOTEBOOKS, read
from tools.picture import LESSON, find_call, photograph

LANGUAGE = "@jupyterlab/translation-extension:plugin"
TOPS = "#jp-MainMenu > .lm-MenuBar-content > .lm-MenuBar-item"
ITEM = ".lm-Menu-item .lm-Menu-itemLabel"
ITEMS = f".lm-Menu:not(.lm-MenuBar) {ITEM}"


def menus(page):
    """Open each menu of the top row, and return the labels of its items."""
    found = {}
    for top in page.locator(TOPS).all():
        top.click()
        page.locator(ITEMS).first.wait_for()
        found[top.inner_text()] = [label for label in page.locator(ITEMS).all_inner_texts() if label]
        page.keyboard.press("Escape")
        page.locator(ITEMS).first.wait_for(state="detached")
    return found


def shows(page, path):
    """Tell whether the menus hold a path, each part with exactly that label."""
    top, *items = [one.korean for one in path]
    page.locator(TOPS).get_by_text(top, exact=True).click()
    for depth, name in enumerate(items):
        labels = page.locator(".lm-Menu:not(.lm-MenuBar)").nth(depth).locator(ITEM)
        labels.first.wait_for()
        item = labels.get_by_text(name, exact=True)
        there = item.count() == 1
        if not there:
            break
        item.hover()
    for _ in path:
        page.keyboard.press("Escape")
    page.locator(ITEMS).first.wait_for(state="detached")
    return there


@pytest.fixture
def open_desk(desk):
    desk.open("00_start_here")
    # A kernel that ends before it has told the debugger of itself is an error on the console.
    desk.run(desk.find("open_lesson("))
    return desk


def test_every_menu_is_korean_as_far_as_the_pack_goes(open_desk):
    found = menus(open_desk.page)
    assert len(found) == 8 and all(re.search("[가-힣]", top) for top in found)
    assert open_desk.page.locator("html").get_attribute("lang") == "ko-KR"
    english = [label for labels in found.values() for label in labels if not re.search("[가-힣]", label)]
    missed = {label for label in english if translations().get(label, {label}) != {label}}
    # The pack has it for a command's label, and JupyterLab asks for a menu's.
    assert missed <= {"Code Folding"}
    # The pack is older than JupyterLab, and leaves names as they are.
    assert len(english) < sum(map(len, found.values())) / 5


def test_what_the_texts_name_is_there(open_desk):
    page = open_desk.page
    buttons = [one.get_attribute("title") for one in page.locator(".jp-NotebookPanel-toolbar [title]").all()]
    for path in [path for text in texts().values() for path in mentions(text)]:
        assert path[0].korean in buttons if len(path) == 1 else shows(page, path), path
    assert not shows(page, [Named("커널", ""), Named("없는 것", "")])


def test_the_learners_own_language_wins(open_desk):
    save = f"raw => jupyterapp.serviceManager.settings.save('{LANGUAGE}', raw)"
    open_desk.page.evaluate(save, json.dumps({"locale": "en"}))
    try:
        page = open_desk.page.context.new_page()
        Desk(page, open_desk.lab)
        assert page.locator(TOPS).first.inner_text() == "File"
        page.close()
    finally:
        open_desk.page.evaluate(save, "{}")


def test_the_readmes_picture_can_be_taken(chromium, lab):
    picture, shown = photograph(chromium, lab)
    cells = read(NOTEBOOKS / f"{LESSON}.ipynb").cells
    call = find_call(cells)
    assert picture.startswith(b"\x89PNG")
    # The fonts of the machine decide how much more there is to see.
    assert shown[:2] == [cells[call - 1].id, cells[call].id]
