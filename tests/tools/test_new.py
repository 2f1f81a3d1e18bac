"""Beginning a lesson: what is made, what is refused, and the way from there to a course whose tests pass."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from helpers.course import ROOT, lessons
from helpers.replay import load_cassette
from tools.new import NewLessonError, begin
from tools.work import lay_out, restore

COPIED = ("helpers", "tools", "notebooks", "tests", "docs", "jupyter")
FILES = ("README.md", "README.ko.md", "CONTRIBUTING.md", "pyproject.toml", "conftest.py", ".env.example")
NAME = "90_mine"
# What a new lesson is read by: the table, the style of notebooks, the exercises, the notebook's own outputs.
CHECKS = ("tests/test_course.py", "tests/test_rooms.py", "tests/lessons/test_notebooks.py", "tests/exercises")

EXERCISES = '''"""Exercises of 90_mine."""

from helpers.exercises.exercise import Exercise


def _judge(answer: object) -> str | None:
    if type(answer) is not int:
        return "정수 하나를 답하세요."
    if answer != 4:
        return "작습니다. 다시 세어 보세요." if answer < 4 else "큽니다. 다시 세어 보세요."
    return None


q1, q2, q3 = (
    Exercise("90_mine", name, _judge, ("손가락으로 셉니다.", "넷입니다."), "answer = 2 + 2")
    for name in ("q1", "q2", "q3")
)
'''
ANSWERS = '''"""Answers to the exercises of 90_mine."""

from tests.exercises.answers import Answers

ANSWERS = {name: Answers([4, 2 * 2], [5, -4, "4", 4.0, [4]]) for name in ("q1", "q2", "q3")}
'''


def copy_of_the_course(folder):
    root = folder / "실습 폴더"
    left_out = shutil.ignore_patterns("__pycache__", "*.mine*", ".*")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=left_out)
    for name in FILES:
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def course(tmp_path):
    """A copy of the course, in a path with a space and 한글."""
    return copy_of_the_course(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A copy in which nothing is ever written."""
    return copy_of_the_course(tmp_path_factory.mktemp("untouched"))


def run(course, *arguments):
    """Run a module of the copy; return its exit code and what it printed."""
    left_out = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER")
    environ = {name: value for name, value in os.environ.items() if name not in left_out}
    environ |= {"PYTHONPATH": str(course), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=course, env=environ, capture_output=True, encoding="utf-8"
    )
    return done.returncode, done.stdout + done.stderr


def complaints(course):
    """Return what the tests of the copy complain of, by the name of the test."""
    notebook = f"notebooks/{NAME}.ipynb"
    code, printed = run(course, "pytest", "-q", "-p", "tests.no_uri_grammar", "--tb=line", *CHECKS, notebook)
    assert code in (0, 1), printed
    names = re.findall(r"^FAILED (\S+)", printed, flags=re.M)
    said = re.findall(r"^\S.*?\.(?:py|ipynb):\d+: (.*)$", printed, flags=re.M)
    assert len(names) == len(said), printed
    return dict(zip(names, said, strict=True))


def replace(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_the_lesson(course):
    """Do what an author does after `start.py new`."""
    path = course / "notebooks" / f"{NAME}.ipynb"
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    for cell in notebook.cells:
        cell.source = re.sub(r"\(아직 쓰지 않았습니다[^)]*\)", "시험으로 쓴 문장입니다.", cell.source)
    tail = notebook.cells.pop()
    before, after = tail.source.split("## 정리")
    notebook.cells.append(nbformat.v4.new_markdown_cell(before.rstrip(), id="before-q1"))
    for name in ("q1", "q2", "q3"):
        source = f"from helpers.exercises.mine import {name}\n\nanswer = ...\n\n{name}.check(answer)"
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"{name}-check"))
        notebook.cells.append(nbformat.v4.new_markdown_cell("막히면 아래 셀을 씁니다.", id=f"{name}-help"))
        hints = f"# {name}.hint()\n# {name}.solution()"
        notebook.cells.append(nbformat.v4.new_code_cell(hints, id=f"{name}-hints"))
        notebook.cells.append(nbformat.v4.new_markdown_cell("다음으로 갑니다.", id=f"{name}-on"))
    notebook.cells.append(nbformat.v4.new_markdown_cell(f"## 정리{after}", id="the-end"))
    path.write_text(nbformat.writes(notebook), encoding="utf-8", newline="\n")
    last = sorted(lessons())[-1]
    replace(course / "notebooks" / f"{last}.ipynb", ("(00_start_here.ipynb)", f"({NAME}.ipynb)"))
    table = course / "helpers" / "course.toml"
    head, row = table.read_text(encoding="utf-8").split(f'name = "{NAME}"')
    row = row.replace('= ""', '= "시험"')
    row = row.replace("needs = []", 'needs = ["01_roles"]')
    row += 'exercises = { module = "mine", count = 3 }\n'
    table.write_text(f'{head}name = "{NAME}"{row}', encoding="utf-8", newline="\n")
    (course / "helpers" / "exercises" / "mine.py").write_text(EXERCISES, encoding="utf-8")
    (course / "tests" / "exercises" / "answers" / "mine.py").write_text(ANSWERS, encoding="utf-8")


def test_a_lesson_is_begun_and_taken_to_green(course, capsys):
    code, printed = run(course, "tools.new", NAME, "나의 레슨")
    assert code == 0 and f"notebooks/{NAME}.ipynb" in printed, printed
    assert load_cassette(course / "helpers" / "cassettes" / f"{NAME}.json").interactions == []
    code, printed = run(course, "tools.refresh")
    assert code == 0 and "README.ko.md" in printed, printed

    lacks = complaints(course)
    assert lacks, "a lesson that nobody has written yet"
    for test, said in lacks.items():
        assert NAME in said or "05_math_helper" in said, f"{test} does not say what is missing: {said}"
        assert "Error" not in said.removeprefix("AssertionError: "), f"{test}: {said}"

    write_the_lesson(course)
    assert run(course, "tools.answers")[0] == 0
    code, printed = run(course, "tools.refresh")
    assert code == 0, printed
    assert complaints(course) == {}

    lay_out(course, course / "work", "3.11.7", pytest.fail)
    copy = course / "work" / f"{NAME}.ipynb"
    published = copy.read_bytes()
    copy.write_bytes(b"{}")
    restore(course, course / "work", "90", "3.11.7")
    assert copy.read_bytes() == published
    assert copy.with_name(f"{NAME}.mine.ipynb").read_bytes() == b"{}"
    assert "처음 상태로 되돌렸습니다" in capsys.readouterr().out


def everything(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "title", "said"),
    [
        ("mine", "제목", "90_mine처럼"),
        ("9_mine", "제목", "90_mine처럼"),
        ("90-mine", "제목", "90_mine처럼"),
        ("90_Mine", "제목", "90_mine처럼"),
        ("90_mine.ipynb", "제목", "90_mine처럼"),
        ("../90_mine", "제목", "90_mine처럼"),
        ("90_mine", " ", "제목"),
        ("90_mine", "두\n줄", "제목"),
        ("01_other", "제목", "이미 있는"),
        ("01_roles", "제목", "이미 있는"),
        ("00_a", "제목", "이미 있는"),
    ],
)
def test_what_is_no_lesson_is_refused_and_nothing_is_written(untouched, name, title, said):
    before = everything(untouched)
    with pytest.raises(NewLessonError, match=said):
        begin(untouched, name, title)
    assert everything(untouched) == before


@pytest.mark.parametrize("path", [f"notebooks/{NAME}.ipynb", f"helpers/cassettes/{NAME}.json"])
def test_a_file_in_the_way_is_named_and_kept(course, path):
    (course / path).write_text("somebody's own", encoding="utf-8")
    before = everything(course)
    with pytest.raises(NewLessonError, match=re.escape(path)):
        begin(course, NAME, "제목")
    assert everything(course) == before


def test_a_title_is_taken_as_it_is(course):
    begin(course, NAME, '따옴표 "와" \\ 그리고 {중괄호}')
    code, printed = run(course, "tools.refresh", NAME)
    assert code == 0, printed
    text = (course / "README.ko.md").read_text(encoding="utf-8")
    assert f"[{NAME}](notebooks/{NAME}.ipynb)" in text
    notebook = (course / "notebooks" / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert '따옴표 \\"와\\" \\\\ 그리고 {중괄호}' in notebook
