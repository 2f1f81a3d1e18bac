"""Who has the first version keeps everything: copied into the work folder once, told, and nothing deleted."""

import hashlib
import json
import os
import shutil
import subprocess

import nbformat
import pytest

from tools.first_version import FIRST_ORIGINALS, bring_over
from tools.originals import MANIFEST
from tools.work import STATE, lay_out, sources

OLD = "from helpers.views import table\nfrom helpers.math_check import check_solution\nfrom helpers import math_parse, math_values"
MOVED = "from helpers.show import table\nfrom helpers.maths import check_solution\nfrom helpers import maths as math_parse, maths as math_values"
LESSON = "notebooks/01_roles.ipynb"


def notebook(*code):
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(code)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


PUBLISHED = notebook(OLD, "1 + 1")
EDITED = notebook(OLD, "1 + 1", "# 내가 쓴 것: from helpers.views import table")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course as the first version left it: its own notebook as published, a copy of the original in .venv."""
    monkeypatch.setenv("PATH", "")  # without git
    root = tmp_path / "앞 판"
    for name, content in ((LESSON, PUBLISHED), (f"{FIRST_ORIGINALS}/{LESSON}", PUBLISHED)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / MANIFEST).write_text(
        json.dumps({LESSON: hashlib.sha256(PUBLISHED).hexdigest()}), encoding="utf-8"
    )
    return root


@pytest.fixture
def start(course, tmp_path):
    """Start as start.py does; return what is said."""

    def start():
        lines = []
        bring_over(course, tmp_path / "work", lines.append)
        lay_out(course, tmp_path / "work", "3.11.7", lines.append)
        return lines

    return start


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def said_by(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_who_has_nothing_of_her_own_hears_nothing(start, tmp_path):
    assert start() == []
    assert set(everything(tmp_path / "work")) == {"01_roles.ipynb", STATE}


def test_everything_is_copied_told_and_left_where_it_was(course, start, tmp_path):
    (course / LESSON).write_bytes(EDITED)
    (course / "notebooks/03_tokens.mine.ipynb").write_bytes(EDITED)
    (course / "notebooks/03_tokens.mine-2.ipynb").write_bytes(notebook("2 + 2"))
    (course / "notebooks/cassettes").mkdir()
    (course / "notebooks/cassettes/01_roles.mine.json").write_bytes(b"{}")
    (course / ".progress.json").write_bytes(b'{"solved": {"01_roles": ["q1"]}}')
    before = everything(course)
    (line,) = start()
    names = (
        "01_roles.mine.ipynb",
        "03_tokens.mine.ipynb",
        "03_tokens.mine-2.ipynb",
        "01_roles.mine.json",
        ".progress.json",
    )
    assert all(name in line for name in names)
    work = everything(tmp_path / "work")
    assert set(names) <= set(work) and work[".progress.json"] == before[".progress.json"]
    assert everything(course) == before, "nothing is deleted or changed"
    assert start() == [], "once"


def test_what_was_only_run_is_not_hers(course, start, tmp_path):
    run = nbformat.reads(PUBLISHED.decode(), as_version=4)
    run.cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]
    run.cells[1].execution_count = 3
    (course / LESSON).write_text(nbformat.writes(run), encoding="utf-8")
    assert start() == []


def test_a_notebook_of_the_first_version_that_the_update_left_in_place_is_hers_only_if_she_changed_it(
    course, start, tmp_path
):
    newer = notebook("# 새 판")
    (course / MANIFEST).write_text(json.dumps({LESSON: hashlib.sha256(newer).hexdigest()}), encoding="utf-8")
    assert start() == [], "the first version's own, which she never changed"
    (tmp_path / "work" / STATE).unlink()
    (course / LESSON).write_bytes(EDITED)
    assert "01_roles.mine.ipynb" in start()[0]


def test_what_it_imports_is_found_where_it_is_now(course, start, tmp_path):
    (course / LESSON).write_bytes(EDITED)
    start()
    copied = said_by(tmp_path / "work" / "01_roles.mine.ipynb")
    assert copied == [MOVED, *said_by(course / LESSON)[1:]], (
        "nothing else is touched, a remark of hers neither"
    )
    names: dict = {}
    exec(MOVED, names)
    assert names["math_parse"].MAX_LENGTH and names["math_values"].MAX_DEGREE


def test_a_start_that_was_killed_copies_nothing_twice(course, start, tmp_path):
    (course / LESSON).write_bytes(EDITED)
    start()
    (tmp_path / "work" / STATE).unlink()
    start()
    assert len(list((tmp_path / "work").glob("*.mine*"))) == 1


def test_what_lies_in_her_folder_already_is_kept(course, start, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "01_roles.mine.ipynb").write_bytes(b"hers")
    (tmp_path / "work" / ".progress.json").write_bytes(b"hers")
    (course / LESSON).write_bytes(EDITED)
    (course / ".progress.json").write_bytes(b"{}")
    start()
    assert (tmp_path / "work" / "01_roles.mine.ipynb").read_bytes() == b"hers"
    assert (tmp_path / "work" / ".progress.json").read_bytes() == b"hers"
    assert sources((tmp_path / "work" / "01_roles.mine-2.ipynb").read_bytes())


def test_a_damaged_notebook_is_copied_as_it_is(course, start, tmp_path):
    (course / LESSON).write_bytes(b"{ half")
    (line,) = start()
    assert "01_roles.mine.ipynb" in line
    assert sources((tmp_path / "work" / "01_roles.ipynb").read_bytes()) == sources(PUBLISHED), "from .venv"
    assert (tmp_path / "work" / "01_roles.mine.ipynb").read_bytes() == b"{ half"


def test_a_copy_that_she_made_of_a_lesson_is_hers_and_no_lesson(course, start, tmp_path):
    for name in ("01_roles-Copy1.ipynb", "내 메모.ipynb"):
        (course / "notebooks" / name).write_bytes(EDITED)
    (course / "notebooks" / ".ipynb_checkpoints").mkdir()
    (course / "notebooks" / ".ipynb_checkpoints" / "01_roles.mine-checkpoint.ipynb").write_bytes(EDITED)
    (line,) = start()
    assert "01_roles-Copy1.ipynb" in line and "내 메모.ipynb" in line and "checkpoint" not in line
    assert said_by(tmp_path / "work" / "01_roles-Copy1.ipynb")[0] == MOVED
    assert not list((tmp_path / "work").glob("*checkpoint*"))


def test_what_cannot_be_copied_is_named_and_stops_nothing(course, start, tmp_path):
    (course / "notebooks" / "old.mine").mkdir()
    (course / "notebooks" / "gone.mine.ipynb").symlink_to(course / "nowhere")
    (course / "notebooks" / "03_tokens.mine.ipynb").write_bytes(EDITED)
    (tmp_path / "work" / "03_tokens.mine.ipynb").mkdir(parents=True)
    lines = start()
    assert any("03_tokens.mine-2.ipynb" in line for line in lines)
    assert (tmp_path / "work" / "01_roles.ipynb").is_file()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_what_somebody_else_left_in_a_shared_course_reaches_nobody(course, start, tmp_path):
    (course / ".progress.json").write_bytes(b"{}")
    (course / "notebooks" / "03_tokens.mine.ipynb").write_bytes(EDITED)
    for path in (course / ".progress.json", course / "notebooks" / "03_tokens.mine.ipynb"):
        os.chown(path, 54_321, 54_321)
    assert start() == []


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_of_a_stash_that_was_put_back_over_an_update_hers_is_taken(tmp_path):
    root = tmp_path / "git"
    (root / "notebooks").mkdir(parents=True)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]

    def run(*arguments, check=True):
        subprocess.run([*git, *arguments], cwd=root, check=check, capture_output=True)

    def write(content):
        (root / LESSON).write_bytes(content)
        (root / MANIFEST).write_text(
            json.dumps({LESSON: hashlib.sha256(content).hexdigest()}), encoding="utf-8"
        )

    write(PUBLISHED)
    run("init", "--quiet")
    run("add", ".")
    run("commit", "--quiet", "--no-gpg-sign", "-m", "first")
    (root / LESSON).write_bytes(notebook(OLD, "1 + 2"))
    run("stash")
    write(notebook(OLD, "1 + 3"))
    run("commit", "--quiet", "--no-gpg-sign", "-am", "second")
    run("stash", "pop", check=False)
    assert b"<<<<<<<" in (root / LESSON).read_bytes()
    bring_over(root, tmp_path / "work", lambda line: None)
    lay_out(root, tmp_path / "work", "3.11.7", pytest.fail)
    assert said_by(tmp_path / "work" / "01_roles.mine.ipynb") == [MOVED, "1 + 2"]
    assert said_by(tmp_path / "work" / "01_roles.ipynb") == [OLD, "1 + 3"]
