"""The fixtures of the tests of a browser tab: one build and one browser for a file of tests."""

import pytest

from helpers.course import ROOT
from tests.browser import VIEWPORT, Watch
from tests.lessons.conftest import chromium  # noqa: F401
from tests.tab import TabDesk, require_tab, running_tab


@pytest.fixture(scope="module")
def tab(chromium, tmp_path_factory):  # noqa: F811
    require_tab()
    with running_tab(tmp_path_factory.mktemp("site")) as tab:
        yield tab


@pytest.fixture
def context(chromium, tab):  # noqa: F811
    """A browser that has never been here; at the end it has asked no other host and found no error."""
    context = chromium.new_context(viewport=VIEWPORT, locale="ko-KR")
    context.add_init_script(path=ROOT / "tests" / "browser.js")
    watch = Watch(context)
    yield context
    context.close()
    assert watch.foreign(tab.address) == []
    assert watch.errors == []


@pytest.fixture
def desk(context, tab):
    """A page of the tab's JupyterLab."""
    return TabDesk(context.new_page(), tab)
