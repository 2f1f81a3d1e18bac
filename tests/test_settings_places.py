"""Where settings are read from, and keys in files that are not read."""

import os
from pathlib import Path

import pytest

from helpers.course import ROOT
from helpers.env_file import PLACEHOLDER
from helpers.errors import SettingsError
from helpers.settings import Settings, read_settings

# Put together here, so that no file of the course holds anything that looks like a key.
SECRET = "Zq7xW2"
KEY = "sk-" + "proj-" + SECRET * 6
LINE = f"OPENAI_API_KEY={KEY}"
COMMENT = "# 제 키입니다. 아무에게도 보이지 마세요.\n"


def keeps_quiet(settings: Settings) -> None:
    assert SECRET not in repr(settings) + str(settings) + "".join(settings.notices)


@pytest.fixture
def folders(tmp_path):
    """A learner's folder and a course's."""
    for name in ("work", "course"):
        (tmp_path / name / "notebooks").mkdir(parents=True)
    return tmp_path / "work", tmp_path / "course"


def test_the_courses_file_is_read_where_the_learner_has_none_and_the_lesson_says_which(folders):
    work, course = folders
    (course / ".env").write_text(LINE, encoding="utf-8")
    settings = read_settings(work, {}, course)
    assert (settings.mode, settings.api_key) == ("live", KEY)
    assert "코스 폴더의 .env" in settings.source
    (work / ".env").write_text("LESSON_MODE=replay", encoding="utf-8")
    settings = read_settings(work, {}, course)
    assert (settings.mode, settings.api_key) == ("replay", None)
    assert "작업 폴더의 .env를" in settings.source and "코스" not in settings.source


def test_without_a_file_nothing_is_said_of_one(folders):
    assert read_settings(*folders[:1], {}, folders[1]).source is None


MISPLACED = (
    "env", ".env.local", ".env.env", "notebooks/.env", ".env.example", "env.txt", ".env.txt.txt", ".env.example.txt",
    ".env.save", ".env.bak", ".env~", "_env", ".env (1)", ".env - 복사본",
)  # fmt: skip


@pytest.mark.parametrize("name", MISPLACED)
@pytest.mark.parametrize("place", [0, 1], ids=["the learner's folder", "the course's"])
@pytest.mark.parametrize(
    "line",
    [
        LINE,
        f"# {LINE}",
        f'export OPENAI_API_KEY = "{KEY}"',
        f"$env:OPENAI_API_KEY={KEY}",
        f"openai_key: {KEY}",
    ],
)
def test_a_key_in_the_wrong_place_is_named_by_file_and_never_by_value(folders, name, place, line):
    (folders[place] / name).write_text(f"{COMMENT}{line}\n", encoding="utf-8")
    settings = read_settings(folders[0], {}, folders[1])
    assert settings.mode == "replay", "it is not read"
    (notice,) = settings.notices
    assert name in notice and ("작업 폴더" if place == 0 else "코스 폴더") in notice
    assert ("공개" in notice) == (name == ".env.example"), notice
    keeps_quiet(settings)


@pytest.mark.parametrize(
    "content", ["", "OPENAI_API_KEY=", f"# OPENAI_API_KEY={PLACEHOLDER}\n", b"\xff\x00\xfe"]
)
def test_such_a_file_without_a_key_is_no_trouble(folders, content):
    for name in MISPLACED:
        path = folders[0] / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert read_settings(folders[0], {}, folders[1]).notices == ()


def test_the_example_of_the_course_holds_no_key():
    settings = read_settings(ROOT, {"LESSON_MODE": "live", "OPENAI_API_KEY": KEY})
    assert not [one for one in settings.notices if ".env.example" in one]


def test_replay_in_the_environment_looks_at_no_file_at_all(folders, monkeypatch):
    (folders[0] / "env").write_text(LINE, encoding="utf-8")
    monkeypatch.setattr(Path, "is_file", lambda path: pytest.fail("looked at a file"))
    assert read_settings(folders[0], {"LESSON_MODE": "replay"}, folders[1]) == Settings("replay")


@pytest.mark.parametrize("place", [0, 1], ids=["the learner's folder", "the course's"])
@pytest.mark.parametrize(
    "make",
    [lambda path: path.mkdir(), lambda path: path.symlink_to(path.parent / "nowhere")],
    ids=["folder", "link"],
)
def test_an_env_that_is_no_file_is_named_and_nobody_elses_key_is_taken(folders, place, make):
    (folders[1] / ".env").write_text(LINE, encoding="utf-8")
    (folders[place] / ".env").unlink(missing_ok=True)
    make(folders[place] / ".env")
    with pytest.raises(SettingsError, match="작업 폴더" if place == 0 else "코스 폴더"):
        read_settings(folders[0], {}, folders[1])


@pytest.fixture
def not_permitted(folders, monkeypatch):
    """No `.env` may be read, whoever runs the test."""
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != ".env" and real(path, mode))
    return folders


def test_a_file_of_the_teachers_that_may_not_be_read_counts_as_none(not_permitted):
    (not_permitted[1] / ".env").write_text(LINE, encoding="utf-8")
    settings = read_settings(not_permitted[0], {}, not_permitted[1])
    assert settings.mode == "replay" and settings.source is None
    assert any("권한이 없어" in notice for notice in settings.notices)


def test_a_file_of_hers_that_may_not_be_read_is_named(not_permitted):
    (not_permitted[0] / ".env").write_text(LINE, encoding="utf-8")
    with pytest.raises(SettingsError, match="권한"):
        read_settings(not_permitted[0], {}, not_permitted[1])
