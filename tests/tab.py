"""The course in a browser tab, as tests drive it: a built site on loopback, and a desk on its JupyterLab."""

import contextlib
import html
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from helpers.ways import IN_A_TAB, ON_A_COMPUTER
from tests.browser import Desk
from tools.notebooks import WIDGET_VIEW
from tools.site import tab
from tools.site.building import FETCHED
from tools.site.server import serving

NOTHING_FETCHED = (
    "what the tab is built from was never fetched: python start.py site does that, and needs the network"
)


@contextlib.contextmanager
def running_tab(folder: Path) -> Iterator["Tab"]:
    """Build the tab into an empty folder and serve it on loopback."""
    tab.build(folder / "lab")
    with serving(folder) as address:
        yield Tab(address, folder)


def require_tab() -> None:
    """Skip the test where the build would need a network that nobody promised."""
    if os.environ.get("REQUIRE_BROWSER") != "1" and not FETCHED.is_dir():
        pytest.skip(NOTHING_FETCHED)


class Tab:
    """A served site.

    Args:
        address: of the site, with a slash at its end.
        folder: its files.
    """

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.door = f"{address}lab/"
        self.course = json.loads((folder / "lab" / "lessons.json").read_text(encoding="utf-8"))
        self.page_address = f"{self.door}{self.course['edition']}/lab/index.html"


class TabDesk(Desk):
    """A page of the tab's JupyterLab, whose kernel answers some questions before it has done what was asked before.

    Nothing is saved at a moment that the test did not choose.
    """

    def __init__(self, page: Page, lab: Tab) -> None:
        super().__init__(page, lab)
        page.evaluate("lessonDriver.turnOff('docmanager:toggle-autosave')")

    def _do(self, command: str) -> dict:
        self.page.evaluate("command => lessonDriver.begin(command)", command)
        self.page.wait_for_function("lessonDriver.over() && lessonDriver.calm()")
        return self.state()


def in_a_tab(text: str) -> str:
    """Return a text of a committed output as it reads in a tab, where nobody is sent to a terminal."""
    for name, sentence in IN_A_TAB.items():
        here = ON_A_COMPUTER[name]
        text = text.replace(here, sentence).replace(html.escape(here), html.escape(sentence))
    return text


def shown(outputs: list[dict]) -> list:
    """Return what a cell's outputs show, in a form that does not depend on how they were cut into pieces."""
    found: list = []
    for one in outputs:
        if one["output_type"] == "stream":
            text = "".join(one["text"])
            if found and found[-1][:2] == ["stream", one["name"]]:
                found[-1][2] += text
            else:
                found.append(["stream", one["name"], text])
        elif one["output_type"] == "error":
            found.append(["error", one["ename"], one["evalue"]])
        else:
            data = {kind: joined(value) for kind, value in one["data"].items() if kind != WIDGET_VIEW}
            found.append([one["output_type"], data])
    return found


def joined(value: object) -> object:
    """Return the text of a list of lines, anything else as it is."""
    return "".join(value) if isinstance(value, list) else value
