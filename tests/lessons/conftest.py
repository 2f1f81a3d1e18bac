"""The fixtures of the tests in a browser."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from helpers.course import ROOT
from tests.browser import VIEWPORT, Desk, Watch, find_chromium, launch, running_lab

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def chromium():
    program = find_chromium()
    if program is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium or Chrome was found, and REQUIRE_BROWSER=1 asks for one")
    if program is None:
        pytest.skip("no Chromium or Chrome was found; the environment variable CHROMIUM can name one")
    with sync_playwright() as playwright:
        browser = launch(playwright, program)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def watched_desk(chromium, lab):
    context = chromium.new_context(viewport=VIEWPORT, locale="ko-KR")
    context.add_init_script(path=ROOT / "tests" / "browser.js")
    watch = Watch(context)
    yield Desk(context.new_page(), lab), watch
    context.close()


@pytest.fixture
def quiet(watched_desk):
    """Nothing may be on the console in between, and no other host have been asked."""
    desk, watch = watched_desk
    watch.errors.clear()
    yield
    assert watch.errors == []
    assert watch.foreign(desk.lab.address) == []


@pytest.fixture
def desk(watched_desk, quiet):
    """A desk with no notebook open."""
    desk, watch = watched_desk
    yield desk
    # A kernel that is asked something while it is shut down leaves an error on the console.
    errors = list(watch.errors)
    desk.close()
    watch.errors[:] = errors
