"""start.py and the learner's folder: which folder is opened, and what is told on the way."""

import hashlib
import json
import os

import pytest

import start
from helpers.course import ROOT as REPOSITORY

LESSON = "notebooks/00_start_here.ipynb"
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one lesson, set up already; what is handed the terminal is written down."""
    root = tmp_path / "실습 폴더"
    (root / "notebooks").mkdir(parents=True)
    (root / LESSON).write_bytes(NOTEBOOK)
    manifest = {LESSON: hashlib.sha256(NOTEBOOK).hexdigest()}
    (root / "notebooks" / "pristine.json").write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setattr(start, "ROOT", root)
    monkeypatch.setattr(start, "prepare", lambda group=None: None)
    monkeypatch.setattr(start, "venv_version", lambda: "3.11.7")
    for name in ("LESSON_WORK", "JUPYTERLAB_WORKSPACES_DIR", "LESSON_LOCAL", "LESSON_STARTED_IN"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return root


@pytest.fixture
def handed(course, monkeypatch):
    commands = []
    monkeypatch.setattr(start, "hand_over", lambda command: commands.append(command) or 7)
    return commands


def test_the_learner_gets_her_own_folder(handed, course):
    assert start.main(["--no-browser"]) == 7
    folder = course / "work"
    assert handed == [
        [
            "-m",
            "tools.lab",
            str(folder),
            "00_start_here.ipynb",
            str(folder / ".jupyter" / "lab.log"),
            "--no-browser",
        ]
    ]
    assert (folder / "00_start_here.ipynb").is_file()
    assert os.environ["LESSON_WORK"] == str(folder)
    assert os.environ["JUPYTERLAB_WORKSPACES_DIR"].startswith(str(folder))


@pytest.mark.parametrize("arguments", [["--work", "{}"], ["--work={}"], ["--no-browser", "--work", "{}"]])
def test_work_names_another_folder_and_is_no_option_of_jupyterlab(handed, course, tmp_path, arguments):
    folder = tmp_path / "내 폴더"
    assert start.main([one.format(folder) for one in arguments]) == 7
    assert handed[0][2] == str(folder) and not [one for one in handed[0] if "--work" in one]
    assert (folder / "00_start_here.ipynb").is_file() and not (course / "work").exists()


def test_the_variable_names_it_too_and_the_command_line_beats_it(handed, tmp_path, monkeypatch):
    monkeypatch.setenv("LESSON_WORK", str(tmp_path / "one"))
    start.main([])
    start.main(["--work", str(tmp_path / "two")])
    assert [command[2] for command in handed] == [str(tmp_path / "one"), str(tmp_path / "two")]


def test_authors_open_the_course_itself(handed, course):
    assert start.main(["edit", "--no-browser"]) == 7
    assert handed[0][2:4] == [str(course), "notebooks/00_start_here.ipynb"]
    assert not (course / "work").exists()


@pytest.mark.parametrize(
    "arguments", [["--work"], ["--work="], ["--work", "--no-browser"], ["--work", "a", "--work=b"]]
)
def test_a_missing_folder_name_is_said(handed, capsys, arguments):
    assert start.main(arguments) == 1
    assert "--work 다음에 폴더를 한 번만" in capsys.readouterr().err and not handed


def test_a_folder_of_the_course_is_refused_before_anything_is_installed(handed, course, capsys, monkeypatch):
    monkeypatch.setattr(start, "prepare", lambda group=None: pytest.fail("it was installed"))
    assert start.main(["--work", str(course / "notebooks")]) == 1
    assert "작업 폴더로 쓸 수 없습니다" in capsys.readouterr().err
    assert (course / LESSON).read_bytes() == NOTEBOOK


def test_restore_needs_no_installation(handed, course, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(start, "prepare", lambda group=None: pytest.fail("it was installed"))
    assert start.main(["restore", "00", "--work", str(tmp_path / "lab")]) == 0
    assert (tmp_path / "lab" / "00_start_here.ipynb").is_file()
    assert start.main(["restore", "99"]) == 1
    assert "그런 노트북은 없습니다" in capsys.readouterr().err


def test_what_the_first_version_left_is_brought_over_before_anything_is_laid(handed, course, monkeypatch):
    (course / ".progress.json").write_bytes(b'{"solved": {}}')
    told = []
    monkeypatch.setattr(start, "lay_out", lambda *arguments: told.append(sorted(os.listdir(course / "work"))))
    start.main([])
    assert told == [[".progress.json"]]


def test_the_default_is_not_in_git():
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "work/" in ignored and ".jupyter/" in ignored


def test_local_opens_her_folder_with_a_model_of_this_machine(handed, course, monkeypatch):
    groups = []
    monkeypatch.setattr(start, "prepare", groups.append)
    assert start.main(["local", "--model-file", "x.gguf", "--no-browser"]) == 7
    assert handed[0][:3] == ["-m", "tools.local", str(course / "work")]
    assert handed[0][-3:] == ["--model-file", "x.gguf", "--no-browser"] and groups == ["local"]


def test_where_no_model_can_be_served_another_way_is_named(handed, monkeypatch, capsys):
    def none(group=None):
        raise start.StartError(
            "no_package", output="No matching distribution found for xllamacpp", version="3.11"
        )

    monkeypatch.setattr(start, "prepare", none)
    assert start.main(["local"]) == 1
    said = capsys.readouterr().err
    assert "Ollama" in said and "xllamacpp" in said and not handed
    assert start.main([]) == 1
    assert "Ollama" not in capsys.readouterr().err


def test_restoring_before_the_first_start_brings_everything_over_too(handed, course):
    (course / ".progress.json").write_bytes(b'{"solved": {}}')
    assert start.main(["restore", "00"]) == 0
    assert (course / "work" / ".progress.json").is_file()


def test_a_relative_folder_is_the_same_one_for_every_command(handed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LESSON_WORK", "lab")
    start.main(["doctor"])
    assert os.environ["LESSON_WORK"] == str(tmp_path / "lab")


def test_a_start_from_jupyterlabs_own_terminal_takes_no_model_of_the_session_around_it(handed, monkeypatch):
    monkeypatch.setenv("LESSON_LOCAL", "{}")
    monkeypatch.setenv("LESSON_MODE", "live")
    start.main([])
    assert "LESSON_LOCAL" not in os.environ and "LESSON_MODE" not in os.environ
    monkeypatch.setenv("LESSON_MODE", "replay")
    start.main([])
    assert os.environ["LESSON_MODE"] == "replay", "a classroom's"
