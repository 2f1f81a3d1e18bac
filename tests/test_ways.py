"""The sentences that depend on the place stand in one module, and each is said somewhere."""

import ast
import re

import pytest

from helpers import ways
from helpers.course import ROOT
from helpers.ways import IN_A_TAB, ON_A_COMPUTER, way_on

SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "helpers").rglob("*.py"))}
OF_A_PLACE = re.compile(r"\.env\b|start\.py|터미널|폴더|디렉터리")


def sentences(source):
    """Return the Korean texts of a module, its docstrings left out."""
    return [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[가-힣]", node.value)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_module_speaks_of_a_terminal_a_folder_or_env(path):
    if path.name != "ways.py":
        names = {"작업 폴더", "코스 폴더"}  # in env_file.py, to say which one is meant
        assert [
            text for text in sentences(SOURCES[path]) if OF_A_PLACE.search(text) and text not in names
        ] == []


@pytest.mark.parametrize("name", ON_A_COMPUTER)
def test_each_sentence_is_said_somewhere(name):
    assert any(f'"{name}"' in source for path, source in SOURCES.items() if path.name != "ways.py")


def test_gaps_are_filled():
    assert way_on("successor", successor="gpt-6-luna").startswith("후속 모델은 gpt-6-luna이며")


def test_in_a_tab_nobody_is_sent_to_a_terminal(monkeypatch):
    assert IN_A_TAB.keys() <= ON_A_COMPUTER.keys()
    assert not [text for text in IN_A_TAB.values() if re.search(r"start\.py|터미널|LESSON_|\.venv", text)]
    assert ".env에 키를 넣고" in way_on("live")
    monkeypatch.setattr(ways, "IS_A_TAB", True)
    assert "컴퓨터에 설치" in way_on("live")
    assert way_on("local_gone") == ON_A_COMPUTER["local_gone"]
