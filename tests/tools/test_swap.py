"""Replacing several files: whatever cuts it short, the files are all the old ones or all the new ones."""

import errno
import json
import os
import subprocess
import sys

import pytest

import start
from helpers.course import ROOT
from tools.swap import FOLDER, LIST, UndoError, recover, swap

OLD = {"notebooks/하나.ipynb": b"old one", "helpers/cassettes/two.json": b"old two"}
NEW = {"notebooks/하나.ipynb": b"new one!", "helpers/cassettes/two.json": b"new two!", "added.json": b"{}"}
# The operations on files in which a replacement can be cut short.
STEPS = ("fsync", "replace", "unlink", "mkdir")
# The folder, five files and a list written, the list and three files moved; then the list is deleted, and that decides.
DECIDING = 11

# Ends the process without any clean-up, as a kill does, before the given step.
KILLED = """
import os, sys
from pathlib import Path
import tools.swap
left = int(sys.argv[2])
def dying(step):
    def wrapper(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return step(*arguments, **named)
    return wrapper
for name in ("fsync", "replace", "unlink", "mkdir"):
    setattr(os, name, dying(getattr(os, name)))
if sys.argv[3] == "swap":
    tools.swap.swap(Path(sys.argv[1]), eval(sys.argv[4]))
else:
    tools.swap.recover(Path(sys.argv[1]))
"""


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "실습 폴더"
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def files(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def killed_before(step, root, what):
    """Run in a process of its own, which ends before that step; return whether it did."""
    command = [sys.executable, "-c", KILLED, str(root), str(step), what, repr(NEW)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    assert done.returncode in (0, 9), done.stderr
    return done.returncode == 9


def test_all_files_are_replaced_and_nothing_is_left(course):
    swap(course, NEW)
    assert files(course) == NEW
    assert not (course / FOLDER).exists()


def test_there_is_nothing_to_undo(course):
    assert recover(course) is False
    assert files(course) == OLD


def test_a_killed_replacement_is_undone_by_the_next_start(course):
    step = 0
    while killed_before(step, course, "swap"):
        undone = recover(course)
        assert undone == (DECIDING - 4 < step <= DECIDING), step
        assert files(course) == (OLD if step <= DECIDING else NEW), step
        swap(course, OLD)
        (course / "added.json").unlink(missing_ok=True)
        step += 1
    assert files(course) == NEW
    assert step > DECIDING


def test_a_killed_undoing_is_taken_up_again(course):
    killed, step = 0, 0
    while True:
        assert killed_before(DECIDING, course, "swap")
        assert files(course) != OLD
        if not killed_before(step, course, "recover"):
            break
        killed, step = killed + 1, step + 1
        recover(course)
        assert files(course) == OLD, step
    assert files(course) == OLD
    assert killed >= 3


@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_an_interruption_changes_nothing(course, monkeypatch, problem):
    def failing(name):
        step = getattr(os, name)

        def wrapper(*arguments, **named):
            nonlocal left
            left -= 1
            if left == -1:
                raise problem
            return step(*arguments, **named)

        return wrapper

    left = 10**6
    for name in STEPS:
        monkeypatch.setattr(os, name, failing(name))
    for step in range(100):
        left = step
        try:
            swap(course, NEW)
        except (OSError, KeyboardInterrupt) as error:
            assert error is problem
            left = 10**6
            assert recover(course) is False, "it was undone at once"
            assert files(course) == (OLD if step <= DECIDING else NEW), step
        if step > DECIDING:
            break
    left = 10**6
    recover(course)
    assert files(course) == NEW


def test_every_command_begins_by_undoing(course, monkeypatch, capsys):
    assert killed_before(DECIDING, course, "swap")
    monkeypatch.setattr(start, "ROOT", course)
    monkeypatch.setattr(start, "restore", lambda root, *asked: print("then", files(root) == OLD))
    assert start.main(["restore", "01_roles"]) == 0
    shown = capsys.readouterr().out
    assert "되돌렸습니다" in shown and shown.endswith("then True\n")


def test_what_was_edited_before_its_turn_came_is_kept(course):
    assert killed_before(9, course, "swap")
    assert files(course)["helpers/cassettes/two.json"] == b"old two"
    (course / "helpers/cassettes/two.json").write_bytes(b"edited since")
    assert recover(course) is True
    assert files(course) == {**OLD, "helpers/cassettes/two.json": b"edited since"}


def listing(content):
    return lambda folder: (folder / LIST).write_text(
        content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
    )


def in_place(make):
    """Damage what was there by putting something else in its place."""

    def damage(folder):
        for path in (folder / LIST, folder):
            if path.is_dir():
                path.rmdir()
        make(folder)

    return damage


# What can become of the folder and its list; a new damage is one line.
DAMAGES = {
    "an empty list": listing(""),
    "a list cut short": listing('{"notebooks/'),
    "no dictionary": listing([1, 2]),
    "null": listing(None),
    "nested without end": listing("[" * 100_000),
    "a file above the course": listing({"../outside": False}),
    "a file above the course, put back": listing({"../outside": True}),
    "a file above the course, roundabout": listing({"notebooks/../../outside": False}),
    "a whole path": lambda folder: listing({str(folder.parent.parent / "outside"): False})(folder),
    "the course itself": listing({".": False}),
    "a folder of the course": listing({"notebooks": False}),
    "a name with a null": listing({"a\0b": False}),
    "not said whether it was there": listing({"added.json": "no"}),
    "one good name and one bad": listing({"helpers/cassettes/two.json": False, "../outside": False}),
    "UTF-16": lambda folder: (folder / LIST).write_bytes("{}".encode("utf-16")),
    "a list that is a folder": lambda folder: (folder / LIST).mkdir(),
    "a list that is a loop": lambda folder: (folder / LIST).symlink_to(LIST),
    "a list that is a dangling link": lambda folder: (folder / LIST).symlink_to("nowhere"),
    "a file in place of the folder": in_place(lambda folder: folder.write_bytes(b"")),
    "a loop in place of the folder": in_place(lambda folder: folder.symlink_to(folder.name)),
    "a link to a folder elsewhere": in_place(
        lambda folder: folder.symlink_to(folder.parent.parent / "elsewhere", target_is_directory=True)
    ),
    "a link out of the course": lambda folder: (
        (folder.parent / "way").symlink_to(folder.parent.parent, target_is_directory=True),
        listing({"way/outside": False})(folder),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_list_is_named_and_nothing_is_touched(course, monkeypatch, capsys, damage):
    if os.name == "nt" and ("link" in damage or "loop" in damage):
        pytest.skip("Windows lets only administrators make links")
    (course.parent / "outside").write_bytes(b"not ours")
    (course.parent / "elsewhere").mkdir()
    listing({"notebooks/하나.ipynb": False})(course.parent / "elsewhere")
    (course / FOLDER).mkdir()
    (course / FOLDER / "0.old").write_bytes(b"old")
    if damage in (
        "a file in place of the folder",
        "a loop in place of the folder",
        "a link to a folder elsewhere",
    ):
        (course / FOLDER / "0.old").unlink()
    DAMAGES[damage](course / FOLDER)
    before = files(course.parent)
    with pytest.raises(UndoError, match=r"\.recording"):
        recover(course)
    monkeypatch.setattr(start, "ROOT", course)
    for command in ("lab", "restore", "doctor", "record"):
        assert start.main([command]) == 1
    shown = capsys.readouterr().err
    assert shown.count(".recording") >= 4 and "Traceback" not in shown and "git checkout" in shown
    assert files(course.parent) == before
