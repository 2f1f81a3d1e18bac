"""Whatever is wrong with files and folders, a lesson in replay opens no connection, and a box names what to mend."""

import json
import os
import subprocess
import sys

import pytest

from helpers.course import ROOT
from tests.damage import CELLS, DAMAGES

RAW = ("Traceback (most recent call last)", "Error: ", "Exception")
# Windows lets only administrators make links.
TRIED = [name for name in DAMAGES if os.name != "nt" or not ("link" in name or "loop" in name)]


@pytest.fixture(scope="module")
def seen(request, tmp_path_factory):
    """Return by the name of a damage what a lesson shows in a course that is damaged so, for all that are asked for."""
    chosen = [one.callspec.params["name"] for one in request.session.items if one.path == request.path]
    base = tmp_path_factory.mktemp("damage")
    environ = {one: text for one, text in os.environ.items() if not one.startswith(("OPENAI_", "TIKTOKEN_"))}
    command = [sys.executable, "-X", "utf8", "-m", "tests.damage", str(base), json.dumps(chosen)]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", timeout=900)
    found = {name: base / f"{list(DAMAGES).index(name)}.json" for name in chosen}
    assert all(path.is_file() for path in found.values()), run.stderr
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in found.items()}


@pytest.mark.parametrize("name", TRIED)
def test_a_lesson_opens_no_connection_and_names_what_is_damaged(seen, name):
    found, damage = seen[name], DAMAGES[name]
    assert found["network"] == []
    assert found["outside"] == []
    shown = "\n".join(found["shown"])
    assert not any(one in shown for one in RAW), shown
    assert len(found["shown"]) == len(CELLS)
    if damage.named:
        # Before a cell runs that needs it, but for what only exercises and lesson 05 read.
        first = shown if damage.named in (".progress.json", "grammar.lark") else found["shown"][0]
        assert damage.named in first and "! " in first
    else:
        assert "! " not in shown, shown
