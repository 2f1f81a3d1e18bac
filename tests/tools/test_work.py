"""The learner's folder: copies without outputs, renewed only where she changed nothing; nothing of hers is lost."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from helpers.course import ROOT, lessons
from tools import work
from tools.notebooks import lesson_paths, read
from tools.originals import MANIFEST, OriginalsError
from tools.trouble import StartError
from tools.work import EXAMPLE, STATE, fresh_copy, lay_out, restore, sources, work_folder

VERSION = "3.11.7"
LESSON = "01_roles.ipynb"


@pytest.fixture
def course(tmp_path):
    """A course of two lessons and the example of settings, in a path with a space and 한글."""
    root = tmp_path / "실습 코스"
    (root / "notebooks").mkdir(parents=True)
    for name in (LESSON, "03_tokens.ipynb"):
        shutil.copy(ROOT / "notebooks" / name, root / "notebooks")
    shutil.copy(ROOT / EXAMPLE, root)
    publish(root)
    return root


def publish(root):
    """Write the list of originals for the notebooks as they are."""
    sums = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.glob("notebooks/*.ipynb"))
    }
    (root / MANIFEST).write_text(json.dumps(sums), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "내 폴더" / "실습"


@pytest.fixture
def said(course, folder):
    """Lay the folder out, and return what each further start says."""
    lay_out(course, folder, VERSION, pytest.fail)

    def start():
        lines = []
        lay_out(course, folder, VERSION, lines.append)
        return lines

    return start


def edit(path, text="# 내가 고친 것"):
    """Change the first code cell of a notebook, as a learner does."""
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += f"\n{text}"
    nbformat.write(notebook, path)


def run(path):
    """Give a notebook outputs, counts and metadata, as running it does."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata["collapsed"] = False
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="나온 것")]
    notebook.metadata["widgets"] = {}
    nbformat.write(notebook, path)


def everything(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_a_copy_has_no_output_and_says_the_same(path):
    copy = fresh_copy(path.read_bytes(), VERSION)
    notebook = nbformat.reads(copy.decode(), as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None
    assert sources(copy) == sources(path.read_bytes())
    tags = [cell.metadata.get("tags") for cell in read(path).cells]
    assert [cell.metadata.get("tags") for cell in notebook.cells] == tags
    assert notebook.metadata.language_info.version == VERSION


def test_the_folder_gets_every_lesson_and_the_example_beside_them(tmp_path):
    lay_out(ROOT, tmp_path, VERSION, pytest.fail)
    assert set(everything(tmp_path)) == {f"{name}.ipynb" for name in lessons()} | {EXAMPLE, STATE}
    assert (tmp_path / EXAMPLE).read_bytes() == (ROOT / EXAMPLE).read_bytes()


def test_a_second_start_writes_nothing(folder, said):
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert said() == []
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_what_is_missing_is_laid_again(folder, said):
    (folder / LESSON).unlink()
    (folder / EXAMPLE).unlink()
    assert said() == [] and (folder / LESSON).is_file() and (folder / EXAMPLE).is_file()


@pytest.mark.parametrize("touch", [lambda path: None, run], ids=["as it was", "run"])
def test_after_an_update_a_copy_that_she_never_changed_is_renewed(course, folder, said, touch):
    touch(folder / LESSON)
    edit(course / "notebooks" / LESSON, "# 새 판")
    publish(course)
    (line,) = said()
    assert LESSON in line and "새 판" in line
    assert sources((folder / LESSON).read_bytes()) == sources((course / "notebooks" / LESSON).read_bytes())
    assert said() == [] and not list(folder.glob("*.new*"))


def test_a_new_tag_is_a_new_edition_too(course, folder, said):
    path = course / "notebooks" / LESSON
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    publish(course)
    assert len(said()) == 1
    assert nbformat.read(folder / LESSON, as_version=4).cells[2].metadata["tags"] == ["raises-exception"]


def test_after_an_update_a_changed_copy_stays_and_the_new_one_is_laid_beside_it_once(course, folder, said):
    edit(folder / LESSON)
    mine = (folder / LESSON).read_bytes()
    assert said() == [] and (folder / LESSON).read_bytes() == mine
    for number, beside in enumerate(("01_roles.new.ipynb", "01_roles.new-2.ipynb")):
        edit(course / "notebooks" / LESSON, f"# 새 판 {number}")
        publish(course)
        (line,) = said()
        assert LESSON in line and beside in line
        new = (folder / beside).read_bytes()
        assert sources(new) == sources((course / "notebooks" / LESSON).read_bytes())
        assert said() == []
    assert (folder / LESSON).read_bytes() == mine


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells.reverse(),
        lambda cells: cells.pop(),
        lambda cells: cells.append(nbformat.v4.new_code_cell("1 + 1")),
        lambda cells: cells.__setitem__(1, nbformat.v4.new_raw_cell(cells[1].source)),
    ],
    ids=["order", "one less", "one more", "kind"],
)
def test_what_counts_as_changed(course, folder, said, change):
    notebook = nbformat.read(folder / LESSON, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, folder / LESSON)
    mine = (folder / LESSON).read_bytes()
    edit(course / "notebooks" / LESSON)
    publish(course)
    assert len(said()) == 1 and (folder / LESSON).read_bytes() == mine


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_notebook_is_left_and_named(course, folder, said, content):
    (folder / LESSON).write_bytes(content)
    edit(course / "notebooks" / LESSON)
    publish(course)
    (line,) = said()
    assert "restore 01_roles" in line and (folder / LESSON).read_bytes() == content


@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]", b'{"01_roles": 3}', b"\xff"])
def test_without_knowing_what_was_laid_nothing_of_hers_is_lost(course, folder, said, content):
    edit(folder / LESSON)
    mine = (folder / LESSON).read_bytes()
    (folder / STATE).unlink()
    if content is not None:
        (folder / STATE).write_bytes(content)
    assert len(said()) == 1, "it cannot know, so the published one is laid beside hers"
    assert (folder / LESSON).read_bytes() == mine
    assert said() == []


def test_a_start_that_is_killed_half_way_is_made_good_by_the_next(course, folder, monkeypatch):
    calls = []

    def killed(path, content):
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(path, content)

    real = work.replace_file
    monkeypatch.setattr(work, "replace_file", killed)
    with pytest.raises(KeyboardInterrupt):
        lay_out(course, folder, VERSION, pytest.fail)
    monkeypatch.setattr(work, "replace_file", real)
    lay_out(course, folder, VERSION, pytest.fail)
    assert {LESSON, "03_tokens.ipynb", STATE} <= set(everything(folder))


def test_the_courses_own_files_are_never_touched(course, folder, said):
    before = everything(course / "notebooks")
    edit(folder / LESSON)
    said()
    restore(course, folder, "01", VERSION)
    assert everything(course / "notebooks") == before


@pytest.mark.parametrize(
    "state", [None, b"", b"{}", b'{"01_roles": {}}', b'{"01_roles": {"sources": null, "sha256": "x"}}']
)
@pytest.mark.parametrize("content", [b"{ half", b"<<<<<<< HEAD\n{}"])
def test_what_cannot_be_read_is_never_taken_for_unchanged(course, folder, said, state, content):
    (folder / LESSON).write_bytes(content)
    (folder / STATE).unlink()
    if state is not None:
        (folder / STATE).write_bytes(state)
    lines = said()
    assert any("restore 01_roles" in line for line in lines) and (folder / LESSON).read_bytes() == content


def test_without_knowing_what_was_laid_a_copy_that_she_ran_keeps_its_outputs(folder, said):
    run(folder / LESSON)
    (folder / STATE).unlink()
    before = (folder / LESSON).read_bytes()
    assert said() == [] and (folder / LESSON).read_bytes() == before


def answered_live(path):
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="라이브 모드 · 01_roles · 모델 gpt-6-luna")]
    nbformat.write(notebook, path)
    return path.read_bytes()


def test_answers_that_were_asked_for_live_are_kept_though_she_changed_nothing(course, folder, said):
    paid = answered_live(folder / LESSON)
    edit(course / "notebooks" / LESSON)
    publish(course)
    kept, renewed = said()
    assert "01_roles.mine.ipynb" in kept and LESSON in renewed
    assert (folder / "01_roles.mine.ipynb").read_bytes() == paid
    paid = answered_live(folder / LESSON)
    restore(course, folder, "01", VERSION)
    assert (folder / "01_roles.mine-2.ipynb").read_bytes() == paid


@pytest.mark.parametrize("name", [LESSON, STATE])
def test_a_folder_in_the_way_is_named_and_the_other_lessons_are_laid(course, folder, name):
    (folder / name).mkdir(parents=True)
    lines = []
    if name == STATE:
        with pytest.raises(OSError, match="directory"):
            lay_out(course, folder, VERSION, lines.append)
    else:
        lay_out(course, folder, VERSION, lines.append)
        assert len(lines) == 1 and LESSON in lines[0]
    assert (folder / "03_tokens.ipynb").is_file() and not list(folder.glob("*.tmp"))


def test_an_edition_that_lies_beside_hers_is_not_laid_again(course, folder, said):
    edit(folder / LESSON)
    first = (course / "notebooks" / LESSON).read_bytes()
    for number in (1, 2, 1):
        (course / "notebooks" / LESSON).write_bytes(first)
        edit(course / "notebooks" / LESSON, f"# 판 {number}")
        publish(course)
        said()
    assert sorted(path.name for path in folder.glob("*.new*")) == [
        "01_roles.new-2.ipynb",
        "01_roles.new.ipynb",
    ]


@pytest.mark.parametrize("line", [b"OPENAI_API_KEY=abc", b"# OPENAI_API_KEY = 'abc'", b"OPENAI_API_KEY: abc"])
def test_an_example_into_which_somebody_wrote_a_key_is_not_multiplied(course, folder, line):
    (course / EXAMPLE).write_bytes(line)
    lay_out(course, folder, VERSION, pytest.fail)
    assert not (folder / EXAMPLE).exists()


def test_two_starts_at_once_do_not_disturb_each_other(course, folder):
    script = (
        "import sys; from pathlib import Path; from tools.work import lay_out;"
        "lay_out(Path(sys.argv[1]), Path(sys.argv[2]), '3.11.7')"
    )
    command = [sys.executable, "-c", script, str(course), str(folder)]
    for _ in range(4):
        started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
        for process in started:
            problem = process.communicate()[1].decode()
            assert process.returncode == 0, problem
        shutil.rmtree(folder)


def test_a_copy_of_a_lesson_in_the_course_is_no_lesson(course, folder, said):
    shutil.copy(course / "notebooks" / LESSON, course / "notebooks" / "01_roles-Copy1.ipynb")
    said()
    assert not list(folder.glob("*Copy*"))


# ---------------------------------------------------------------- restore


def test_restore_gives_a_fresh_copy_and_keeps_hers_numbered(course, folder, said, capsys):
    fresh = (folder / LESSON).read_bytes()
    for name in ("01_roles.mine.ipynb", "01_roles.mine-2.ipynb"):
        edit(folder / LESSON, f"# {name}")
        mine = (folder / LESSON).read_bytes()
        restore(course, folder, "01_roles", VERSION)
        assert (folder / LESSON).read_bytes() == fresh and (folder / name).read_bytes() == mine
        shown = capsys.readouterr().out
        assert name in shown and "탭을 닫은 뒤 다시 여세요" in shown
    assert said() == []


def test_a_copy_that_was_only_run_is_not_kept(course, folder, said):
    run(folder / LESSON)
    restore(course, folder, "01", VERSION)
    assert not list(folder.glob("*.mine*"))
    assert "나온 것" not in (folder / LESSON).read_text(encoding="utf-8")


def test_restore_brings_back_what_was_deleted_or_spoiled(course, folder, said):
    (folder / LESSON).unlink()
    restore(course, folder, "01", VERSION)
    (folder / LESSON).write_bytes(b"{")
    restore(course, folder, "01", VERSION)
    assert (folder / "01_roles.mine.ipynb").read_bytes() == b"{"
    assert sources((folder / LESSON).read_bytes())


def test_restore_works_before_the_first_start(course, folder):
    restore(course, folder, "01", VERSION)
    assert sources((folder / LESSON).read_bytes()) == sources((course / "notebooks" / LESSON).read_bytes())


def test_an_unknown_lesson_is_named_and_nothing_is_made(course, folder):
    with pytest.raises(OriginalsError, match="01_roles, 03_tokens"):
        restore(course, folder, "99", VERSION)
    assert not folder.exists()


# ---------------------------------------------------------------- which folder


def test_the_variable_beats_the_default(course, tmp_path, monkeypatch):
    monkeypatch.delenv("LESSON_WORK", raising=False)
    assert work_folder(course) == course / "work"
    monkeypatch.setenv("LESSON_WORK", str(tmp_path / "named"))
    assert work_folder(course) == tmp_path / "named" and (tmp_path / "named").is_dir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LESSON_WORK", "here")
    assert work_folder(course) == tmp_path / "here"


def test_a_way_round_into_the_course_is_refused_too(course, tmp_path, monkeypatch):
    (course / "work").mkdir()
    (tmp_path / "link").symlink_to(course / "notebooks", target_is_directory=True)
    for way in (course / "work" / ".." / "notebooks", course / "work" / "..", tmp_path / "link"):
        monkeypatch.setenv("LESSON_WORK", str(way))
        with pytest.raises(StartError) as caught:
            work_folder(course)
        assert caught.value.key == "work_in_course"


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "a\0b"])
def test_a_folder_that_means_nothing_is_named(course, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(work.os, "environ", {**os.environ, "LESSON_WORK": name})
    if "\0" in name:
        with pytest.raises(StartError):
            work_folder(course)
    else:
        assert work_folder(course) == tmp_path / name


@pytest.mark.parametrize(
    "name", ["", "notebooks", "NOTEBOOKS", "helpers/cassettes", "tools", ".git/x", ".venv", "jupyter"]
)
def test_a_folder_of_the_courses_own_is_refused(course, name, monkeypatch):
    monkeypatch.setenv("LESSON_WORK", str(course / name))
    with pytest.raises(StartError) as caught:
        work_folder(course)
    assert caught.value.key == "work_in_course"


def test_a_folder_that_cannot_be_written_is_named(course, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("", encoding="utf-8")
    monkeypatch.setenv("LESSON_WORK", str(tmp_path / "a file" / "work"))
    with pytest.raises(StartError) as caught:
        work_folder(course)
    assert caught.value.key == "work_not_writable" and "a file" in str(caught.value.values["path"])
