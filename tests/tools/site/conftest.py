"""The site, built once for all tests of it, and a browser that looks at it."""

import functools
import http.server
import threading

import pytest
from filelock import FileLock

from tests.lessons.conftest import chromium  # noqa: F401
from tools.site.building import FETCHED, builder
from tools.site.pages import Addresses, build

ADDRESSES = Addresses("https://lab.example/course", "https://github.com/teacher/course")


@pytest.fixture(scope="session")
def site_python():
    """The Python that has Sphinx, set up by one worker at a time."""
    FETCHED.mkdir(exist_ok=True)
    with FileLock(FETCHED / "builder.lock"):
        return builder()


@pytest.fixture(scope="session")
def site(tmp_path_factory, site_python):
    """The folder of a site that is published somewhere."""
    folder = tmp_path_factory.mktemp("site")
    build(folder, ADDRESSES, site_python)
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served, with a slash at the end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()
