"""What the terminal says while JupyterLab starts, runs and stops, and what goes to its log instead."""

import contextlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import jupyterlab
import pytest

from helpers.course import ROOT
from tools.lab import LOG_HERE, NO_PORT, NOT_STARTED, STOPPED, STOPPING, Terminal
from tools.lab_server import CourseServer

PAGE = "첫 장.ipynb"
KEY = "planted-key-of-the-environment"
# A server that never answers ends the test instead of holding it up for ever.
GUARD_SECONDS = 120


class Opened:
    """A running `python -m tools.lab`, and what it has printed so far."""

    def __init__(self, process, log):
        self.process = process
        self.log = log
        self.printed = ""

    def read_until(self, text):
        while text not in self.printed and (line := self.process.stdout.readline()):
            self.printed += line
        assert text in self.printed, self.printed

    @property
    def address(self):
        return re.search(r"http://\S+", self.printed)[0]

    def ask(self, path, method="GET"):
        """Send a request with the token that the terminal showed; the server's own folder is the root."""
        here = urlsplit(self.address)
        token = here.query.removeprefix("token=")
        request = Request(
            f"http://{here.netloc}{path}", method=method, headers={"Authorization": f"token {token}"}
        )
        with build_opener(ProxyHandler({})).open(request, timeout=GUARD_SECONDS) as answer:
            return answer.read()

    def end(self):
        """Read the rest and return the exit code."""
        self.printed += self.process.stdout.read()
        return self.process.wait()


@pytest.fixture
def open_lab(tmp_path):
    """Starts JupyterLab on a folder with a page, everything that it writes below the test's own folder."""
    folder = tmp_path / "실습 폴더"
    folder.mkdir()
    (folder / PAGE).write_text("{}", encoding="utf-8")
    log = tmp_path / "기록" / "jupyterlab.log"
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        **{home: str(tmp_path / home) for home in homes},
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "PYTHONIOENCODING": "utf-8",
        "OPENAI_API_KEY": KEY,
    }

    with contextlib.ExitStack() as stack:

        def start(*options, folder=folder, log=log, **environ):
            process = subprocess.Popen(
                [sys.executable, "-m", "tools.lab", str(folder), PAGE, str(log), *options],
                cwd=ROOT,
                env={**environment, **environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
            stack.enter_context(process)
            guard = threading.Timer(GUARD_SECONDS, process.kill)
            guard.start()
            stack.callback(guard.cancel)
            stack.callback(process.kill)
            return Opened(process, log)

        yield start


def test_the_terminal_says_where_it_is_and_how_to_stop_and_the_log_goes_to_a_file(open_lab, tmp_path):
    log = tmp_path / "기록" / "jupyterlab.log"
    log.parent.mkdir()
    log.write_text("of an earlier start", encoding="utf-8")
    log.chmod(0o644)
    lab = open_lab("--no-browser", "--ServerApp.port=0", "--ServerApp.token=planted-token")
    lab.read_until(str(log))
    assert "Ctrl+C" in lab.printed and "python start.py" in lab.printed
    assert lab.address.endswith(f"/lab/tree/{quote(PAGE)}?token=planted-token")
    assert json.loads(lab.ask(f"/api/contents/{quote(PAGE)}?content=0"))["name"] == PAGE
    lab.ask("/api/shutdown", "POST")
    assert lab.end() == 0
    assert lab.printed.rstrip().endswith(STOPPED)
    assert lab.printed.count("planted-token") == 1
    english = [line for line in lab.printed.splitlines() if line.strip() and not re.search("[가-힣]", line)]
    assert [line.strip() for line in english] == [lab.address]
    written = log.read_text(encoding="utf-8")
    assert "is running at" in written and "of an earlier start" not in written
    assert KEY not in written + lab.printed
    if os.name != "nt":
        assert log.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="a test cannot press Ctrl+C there without stopping itself")
def test_ctrl_c_stops_at_once_and_a_second_one_changes_nothing(open_lab):
    # A browser that is not there must not matter.
    lab = open_lab("--ServerApp.browser=no-such-browser", "--ServerApp.port=0")
    lab.read_until(str(lab.log))
    lab.ask("/api/kernels", "POST")
    lab.process.send_signal(signal.SIGINT)
    lab.read_until(STOPPING.splitlines()[-1])
    lab.process.send_signal(signal.SIGINT)
    assert lab.end() == 0
    assert lab.printed.count(STOPPING) == 1 and lab.printed.rstrip().endswith(STOPPED)
    assert lab.printed.count(urlsplit(lab.address).query) == 1
    assert "Traceback" not in lab.printed
    assert "Shutting down 1 kernel" in lab.log.read_text(encoding="utf-8")


def test_it_says_when_no_port_is_left(open_lab):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        lab = open_lab("--no-browser", "--ip", "127.0.0.1", "--port", str(port), "--ServerApp.port_retries=0")
        assert lab.end() == 1
    assert NO_PORT in lab.printed and str(lab.log) in lab.printed
    assert STOPPED not in lab.printed


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--no-such-option", "--no-such-option"),
        # An address that no machine has.
        ("--ip=203.0.113.7", "OSError"),
    ],
)
def test_a_failure_shows_the_end_of_the_log_and_its_place(open_lab, option, reason):
    lab = open_lab("--no-browser", option)
    assert lab.end() == 1
    before, _, after = lab.printed.partition(NOT_STARTED)
    assert "Traceback" not in before
    assert reason in after and str(lab.log) in after
    assert reason in lab.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_missing_folder_is_named(open_lab, tmp_path, encoding):
    lab = open_lab(folder=tmp_path / "none", PYTHONIOENCODING=encoding)
    assert lab.end() == 1
    assert str(tmp_path / "none") in lab.printed and len(lab.printed.splitlines()) == 1
    assert ("폴더가 없습니다" in lab.printed) == (encoding == "utf-8")


def test_a_log_that_cannot_be_written_goes_to_the_terminal(open_lab, tmp_path):
    file = tmp_path / "file"
    file.touch()
    lab = open_lab("--no-such-option", log=file / "jupyterlab.log")
    assert lab.end() == 1
    assert LOG_HERE.format(log=lab.log) in lab.printed
    assert "--no-such-option" in lab.printed and NOT_STARTED in lab.printed


def test_what_only_prints_is_jupyterlabs_own(open_lab):
    lab = open_lab("--version")
    assert lab.end() == 0
    assert lab.printed.strip() == jupyterlab.__version__
    assert not lab.log.exists()


def test_the_end_of_the_log_is_shown_without_the_token(tmp_path):
    log = tmp_path / "jupyterlab.log"
    log.write_text("earlier\n" * 20 + "http://localhost:1/lab?token=planted\n" + "x" * 5000, encoding="utf-8")
    shown = io.StringIO()
    Terminal(shown, log).failed("무슨 일인지")
    assert "token=***" in shown.getvalue() and "planted" not in shown.getvalue()
    assert len(shown.getvalue()) < 1000


@pytest.mark.parametrize(
    ("ip", "token", "shown"),
    [
        ("localhost", "t", "public?token=t"),
        ("0.0.0.0", "t", "local?token=t"),
        ("::", "t", "local?token=t"),
        ("localhost", "", "public"),
    ],
)
def test_the_address_can_be_opened_as_it_stands(ip, token, shown):
    server = SimpleNamespace(
        ip=ip,
        local_url="http://local?token=...",
        public_url="http://public?token=...",
        identity_provider=SimpleNamespace(token=token),
    )
    assert CourseServer.address.fget(server) == f"http://{shown}"
