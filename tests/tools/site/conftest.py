"""The fixtures of the tests of the site: its pages, built once, and the browser tab, one build for a file of tests."""

import pytest
from filelock import FileLock

from helpers.course import ROOT
from tests.browser import VIEWPORT, Watch
from tests.lessons.conftest import chromium  # noqa: F401
from tests.tab import TabDesk, require_tab, running_tab
from tools.site.building import FETCHED, builder
from tools.site.pages import Addresses, build
from tools.site.server import serving

ADDRESSES = Addresses("https://lab.example/course", "https://github.com/teacher/course")


@pytest.fixture(scope="session")
def site_python():
    """The Python that builds the site, set up by one worker at a time."""
    require_tab()
    FETCHED.mkdir(exist_ok=True)
    with FileLock(FETCHED / "builder.lock"):
        return builder()


@pytest.fixture(scope="session")
def site(tmp_path_factory, site_python):
    """The folder of pages that are published somewhere."""
    folder = tmp_path_factory.mktemp("site")
    build(folder, ADDRESSES, site_python)
    return folder


@pytest.fixture(scope="session")
def address(site):
    """Where the pages are served, with a slash at the end."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="module")
def tab(chromium, site_python, tmp_path_factory):  # noqa: F811
    with running_tab(tmp_path_factory.mktemp("site")) as tab:
        yield tab


@pytest.fixture
def watched(chromium, tab):  # noqa: F811
    """A browser that has never been here, and what it asks for; by the end no other host, and no error."""
    context = chromium.new_context(viewport=VIEWPORT, locale="ko-KR")
    context.add_init_script(path=ROOT / "tests" / "browser.js")
    watch = Watch(context)
    yield context, watch
    # A kernel that looks at a file while its page is closed would call that an error.
    errors = list(watch.errors)
    context.close()
    assert watch.foreign(tab.address) == []
    assert errors == []


@pytest.fixture
def context(watched):
    """The browser."""
    return watched[0]


@pytest.fixture
def watch(watched):
    """What the browser asks for."""
    return watched[1]


@pytest.fixture
def desk(context, tab):
    """A page of the tab's JupyterLab."""
    return TabDesk(context.new_page(), tab)
