"""Starts the real JupyterLab on a throw-away copy of the course, and a headless Chromium to drive it."""

import base64
import contextlib
import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

from helpers.course import ROOT
from tools.work import lay_out

# Wherever a Chromium or Chrome is usually found, in order of preference.
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "{PROGRAMFILES}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Google/Chrome/Application/chrome.exe",
    "{LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that something tries to look up all the same does not leave the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
VIEWPORT = {"width": 1280, "height": 900}
START_SECONDS = 120
STOP_SECONDS = 20
TIMEOUT_MS = 120_000
MOST_TABS = 60
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
# Nothing is drawn or saved at a moment that the test did not choose.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def find_chromium() -> str | None:
    """Return the program of a Chromium or Chrome on this machine, or None; CHROMIUM names another one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for command in COMMANDS:
        if found := shutil.which(command):
            return found
    for place in PLACES:
        with contextlib.suppress(KeyError):
            path = Path(place.format_map(os.environ))
            if path.exists():
                return str(path)
    return None


def launch(playwright: Playwright, program: str) -> Browser:
    """Start a headless browser that talks to this machine only."""
    return playwright.chromium.launch(executable_path=program, args=list(QUIET))


class Watch:
    """Everything that the pages of a browser context asked for, and every error on their consoles."""

    def __init__(self, context: BrowserContext) -> None:
        self.addresses: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("page", lambda page: page.on("websocket", lambda one: self.addresses.append(one.url)))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._console)

    def _console(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def foreign(self, home: str) -> list[str]:
        """Return the addresses outside one server, other than those that never leave the page."""
        own = (home, home.replace("http:", "ws:"), "data:", "blob:")
        return [address for address in self.addresses if not address.startswith(own)]


class Lab:
    """A running JupyterLab: its address, the copy of the course, and the learner's folder that it serves."""

    def __init__(self, address: str, token: str, course: Path, work: Path) -> None:
        self.address = address
        self.token = token
        self.course = course
        self.work = work

    @property
    def page_address(self) -> str:
        """The address of the Lab's page in a workspace of its own."""
        return f"{self.address}lab/workspaces/test?reset&token={self.token}"


def copy_course(course: Path) -> None:
    """Copy what a learner has of the course, without the author's settings and progress."""
    left_out = shutil.ignore_patterns(
        ".*", "_site", "tests", "docs", "screenshots", "__pycache__", "*.mine*", "*.egg-info", "*.tmp"
    )
    shutil.copytree(ROOT, course, ignore=left_out)


@contextlib.contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab on loopback as a learner has it, and stop it at the end.

    Args:
        folder: an empty folder for the copy of the course, the learner's folder and Jupyter's own files.

    Raises:
        RuntimeError: the server did not answer in time; its log is in the message.
    """
    course = folder / "코스 사본"
    copy_course(course)
    work = folder / "작업 폴더"
    lay_out(course, work, platform.python_version())
    homes = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
    }
    for plugin, values in SETTINGS.items():
        file = homes["JUPYTERLAB_SETTINGS_DIR"] / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "JUPYTER"))},
        **{name: str(path) for name, path in homes.items()},
        "JUPYTER_CONFIG_PATH": str(course / "jupyter"),
        "JUPYTER_PATH": str(course / "jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "LESSON_MODE": "replay",
        "LESSON_WORK": str(work),
        "PYTHONPATH": str(course),
        "PYTHONUTF8": "1",
    }
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={work}", "--LabApp.expose_app_in_browser=True"]
    log = folder / "lab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=course, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        address = _wait_for_address(server, homes["JUPYTER_RUNTIME_DIR"], log)
        yield Lab(address, token, course, work)
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for_address(server: subprocess.Popen, runtime: Path, log: Path) -> str:
    """Return the address that the server notes in its runtime folder once it listens."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # still being written
                return json.loads(path.read_text(encoding="utf-8"))["url"]
        time.sleep(0.05)
    raise RuntimeError("JupyterLab did not start:\n" + log.read_text(encoding="utf-8", errors="replace"))


def compositions(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what an input method shows while a text is typed: a state of the syllable, and whether it is final."""
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        if len(parts) > 1:
            # The first consonant is shown as a letter of its own, not as the part of a syllable that NFD gives.
            yield INITIALS[ord(parts[0]) - ord("\u1100")], False
            for end in range(2, len(parts) + 1):
                yield unicodedata.normalize("NFC", parts[:end]), False
        yield character, True


class Desk:
    """A page of JupyterLab with at most one notebook open, and what a learner does there.

    Args:
        page: a page of the browser, still empty.
        lab: the server.
    """

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(lab.page_address)
        page.wait_for_function("window.jupyterapp")

    def open(self, name: str) -> None:
        """Open a lesson's notebook and wait for its kernel."""
        self.page.evaluate("path => lessonDriver.open(path)", f"{name}.ipynb")

    def unsaved(self) -> bool:
        """Say whether JupyterLab takes the notebook for changed."""
        return self.page.evaluate("lessonDriver.panel.context.model.dirty")

    def close(self) -> None:
        """Close the notebook, unsaved, and end its kernel."""
        self.page.evaluate("lessonDriver.close()")

    def state(self) -> dict:
        """Return the cells of the notebook, what its kernel did, and the cells whose execution failed."""
        return self.page.evaluate("lessonDriver.state()")

    def run_all(self) -> dict:
        """Run all cells, wait until the last is done or nothing more can come, and return the state."""
        return self._do("notebook:run-all-cells")

    def run(self, index: int) -> dict:
        """Run one cell, and return the state."""
        self.select(index)
        return self._do("notebook:run-cell")

    def _do(self, command: str) -> dict:
        self.page.evaluate("command => lessonDriver.begin(command)", command)
        self.page.wait_for_function("lessonDriver.over()")
        return self.state()

    def select(self, index: int) -> None:
        """Make a cell the active one, in command mode, and bring it to the top of the window."""
        self.page.evaluate("index => lessonDriver.select(index)", index)

    def find(self, text: str) -> int:
        """Return the place of the first cell whose source holds a text."""
        sources = [cell["source"] for cell in self.state()["cells"]]
        return next(place for place, source in enumerate(sources) if text in source)

    def cell(self, index: int) -> Locator:
        """Return a cell as it stands in the page."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def edit(self, index: int, source: str) -> None:
        """Replace a cell's source with the keyboard, and run it."""
        self.select(index)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        self._do("notebook:run-cell")

    def add(self, source: str) -> int:
        """Add a cell at the end, run it, and return its place."""
        last = len(self.state()["cells"]) - 1
        self.select(last)
        self.page.keyboard.press("b")
        self.edit(last + 1, source)
        return last + 1

    def settle(self) -> None:
        """Wait until the kernel has answered everything that was sent to it."""
        self.page.evaluate("lessonDriver.settle()")

    def tab_to(self, control: Locator, key: str = "Tab") -> None:
        """Press the tabulator key until a control has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press(key)
            if control.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"{control} cannot be reached with the keyboard")

    def type_korean(self, text: str) -> None:
        """Type into the focused control as a Korean input method does: each syllable is composed, then committed."""
        method = self.page.context.new_cdp_session(self.page)
        for state, committed in compositions(text):
            if committed:
                method.send("Input.insertText", {"text": state})
            else:
                place = len(state)
                method.send(
                    "Input.imeSetComposition", {"text": state, "selectionStart": place, "selectionEnd": place}
                )
        method.detach()

    def picture(self, shown: Locator, file: Path) -> None:
        """Write a picture of what a part of the page shows, with little compression: there are many of them."""
        session = self.page.context.new_cdp_session(self.page)
        clip = {**shown.bounding_box(), "scale": 1}
        found = session.send("Page.captureScreenshot", {"clip": clip, "optimizeForSpeed": True})
        session.detach()
        file.write_bytes(base64.b64decode(found["data"]))

    def theme(self, name: str) -> None:
        """Change the colours of the whole application; the name is JupyterLab's own."""
        self.page.evaluate("theme => lessonDriver.theme(theme)", name)
        # JupyterLab covers the page with its splash while it changes colours.
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
