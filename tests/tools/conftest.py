"""The fixtures of the tests of recording, and of those of the set-up."""

import functools
import os
import shutil

import pytest

import tools.renewal
from helpers.course import ROOT
from helpers.replay import Cassette, Interaction, save_cassette
from tests.loopback import Loopback
from tests.tools.set_up import Machine
from tests.tools.small_course import (
    GATEWAY,
    HELPER,
    ROLES,
    StandIn,
    interaction,
    settings,
    write_notebook,
)
from tools import environment, installing, programs, trouble
from tools.notebooks import manifest_text


@pytest.fixture
def bare_course(tmp_path):
    """Two notebooks and their cassettes, without the package that would execute them."""
    course = tmp_path / "실습 폴더"
    (course / "helpers" / "cassettes").mkdir(parents=True)
    (course / "notebooks").mkdir()
    shutil.copy(ROOT / "helpers" / "course.toml", course / "helpers")
    shutil.copy(ROOT / "requirements.txt", course)
    origin = {"kind": "written", "date": "2026-11-22", "source": "https://example.com/errors"}
    slow = Interaction("slow", origin, None, [{"fault": "timeout"}])
    recorded = [
        interaction("original", "original-notebook", "원본"),
        interaction("example", "written", "예시"),
        interaction("left-over", "written", "아무도 묻지 않는 것"),
    ]
    for name, items, on_stage in (("05_math_helper", recorded, [slow]), ("01_roles", [], [])):
        path = course / "helpers" / "cassettes" / f"{name}.json"
        save_cassette(Cassette(name, "gpt-4o-mini", items, on_stage), path)
    write_notebook(course, "05_math_helper", HELPER)
    write_notebook(course, "01_roles", ROLES)
    (course / "notebooks" / "pristine.json").write_text(manifest_text(course), encoding="utf-8", newline="\n")
    (course / "notebooks" / "01_roles.mine.ipynb").write_text("the learner's own", encoding="utf-8")
    return course


@pytest.fixture
def course(bare_course):
    """The same with the package."""
    left_out = shutil.ignore_patterns("__pycache__", "cassettes")
    shutil.copytree(ROOT / "helpers", bare_course / "helpers", ignore=left_out, dirs_exist_ok=True)
    return bare_course


@pytest.fixture
def server():
    with Loopback() as one:
        yield one


@pytest.fixture
def as_openai(server, monkeypatch):
    """The server as the proxy through which OpenAI's host is reached, so that prices and the ceiling apply."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, server.address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    return server


@pytest.fixture
def stand_in(bare_course, monkeypatch):
    one = StandIn()
    monkeypatch.setattr(tools.renewal, "execute_all", one)
    settings(bare_course, GATEWAY)
    return one


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in a path with a space and 한글, with everything that sets up pointed at it, and no pip configured."""
    root = tmp_path / "설치할 폴더"
    root.mkdir()
    for name in environment.INPUTS:
        (root / name).write_text("", encoding="utf-8")
    venv = root / ".venv"
    places = {"ROOT": root, "VENV": venv, "STAMP": venv / "chat-api-lab.json", "KEPT": venv / "pristine"}
    for module in (environment, installing, programs, trouble):
        for name in places.keys() & vars(module).keys():
            monkeypatch.setattr(module, name, places[name])
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("CHAT_API_LAB_CONSTRAINTS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return root


@pytest.fixture
def machine(folder, monkeypatch):
    """Stand-ins for venv, pip and uv: the commands that were run, what they answer, and what is installed."""
    one = Machine()
    monkeypatch.setattr(environment, "run_quietly", one.run)
    monkeypatch.setattr(installing, "run_quietly", one.run)
    monkeypatch.setattr(installing, "find_uv", lambda: one.uv)
    monkeypatch.setattr(environment, "look", functools.cache(one.look))
    return one
