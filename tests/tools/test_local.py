"""start.py local: what it takes, what it says, and what a lesson is told."""

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from helpers import open_lesson
from helpers.models import local_models
from helpers.settings import LOCAL, Settings, read_settings
from tests.tools.tiny_model import write_tiny_model
from tools import local
from tools.local import LocalError, choose, parse, require_memory, require_site
from tools.model_file import FOLDER, known_hash
from tools.model_runner import ModelRunner

TOLD = {"api_key": "random-key", "base_url": "http://127.0.0.1:9/v1", "model": "qwen2.5-coder-1.5b"}


def options(*arguments: str) -> argparse.Namespace:
    return parse(list(arguments))[0]


def test_the_default_is_one_that_was_tried_and_the_rest_is_jupyterlabs():
    found, rest = parse(["--no-browser", "--model-file", "x.gguf", "--port", "9"])
    assert next(one for one in local_models() if one.name == found.model).tried
    assert found.model_file == Path("x.gguf") and rest == ["--no-browser", "--port", "9"]


def test_a_tab_that_was_not_built_is_seen_before_a_model_is_loaded(tmp_path, monkeypatch):
    assert options("--tab").tab and not options().tab
    monkeypatch.setattr(local, "ROOT", tmp_path)
    with pytest.raises(LocalError, match=r"python start\.py site"):
        require_site()
    (tmp_path / "_site" / "lab").mkdir(parents=True)
    (tmp_path / "_site" / "lab" / "lessons.json").write_text("{}", encoding="utf-8")
    require_site()


def test_an_unknown_model_is_named_with_those_that_there_are():
    with pytest.raises(LocalError, match=r"gpt-9.*qwen2\.5-coder-1\.5b"):
        choose(options("--model", "gpt-9"))


def test_a_model_that_was_not_tried_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(local, "cached_file", lambda model, agree: tmp_path / model.file)
    choose(options("--model", "qwen3-1.7b"))
    assert "실행해 보지 않았습니다" in capsys.readouterr().out
    choose(options())
    assert capsys.readouterr().out == ""


def test_a_file_of_her_own_says_so(capsys, tmp_path):
    path = tmp_path / "own.gguf"
    path.write_bytes(b"x")
    assert choose(options("--model-file", str(path), "--any"))[0] is None
    assert "직접 고른 파일" in capsys.readouterr().out


def test_too_little_memory_is_seen_before_anything_is_loaded():
    with pytest.raises(LocalError, match="메모리"):
        require_memory(10**9, yes=False)
    require_memory(10**9, yes=True)
    require_memory(1, yes=False)


@pytest.mark.parametrize("row", local_models(), ids=lambda one: one.name)
def test_a_row_says_exactly_which_file(row):
    assert len(row.sha256) == 64 and len(row.revision) == 40 and row.bytes > 10**8 and row.licence
    assert row.memory_mb * 1024 * 1024 > row.bytes and row.file.endswith(".gguf")


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setenv(LOCAL, json.dumps(TOLD))
    monkeypatch.setenv("LESSON_MODE", "live")


def test_a_lesson_takes_what_it_is_told_and_opens_no_file(told, tmp_path):
    (tmp_path / ".env").write_text("this is no setting", encoding="utf-8")
    settings = read_settings(tmp_path, dict(os.environ))
    assert settings == Settings("live", **TOLD, local=True)
    assert "random-key" not in repr(settings)


def test_replay_in_the_environment_beats_it(told, tmp_path, monkeypatch):
    monkeypatch.setenv("LESSON_MODE", "replay")
    assert read_settings(tmp_path, dict(os.environ)).mode == "replay"


def test_the_first_box_says_what_a_local_model_is(told):
    shown = open_lesson("01_roles").banner().text
    assert shown.startswith("· 라이브 · 로컬 모델 · 01_roles · qwen2.5-coder-1.5b")
    for part in ("비용이 들지 않고", "다른 곳으로 보내지 않습니다", "자주 틀리고"):
        assert part in shown
    assert "지출 한도" not in shown and "models.toml에 없는" not in shown


def test_a_server_that_is_gone_is_explained_with_the_way_on(told):
    import openai

    from helpers.show import explain

    lesson = open_lesson("01_roles")
    with (
        openai.OpenAI(**lesson.connection, max_retries=0) as client,
        pytest.raises(openai.APIConnectionError) as caught,
    ):
        client.models.list()
    shown = explain(caught.value).text
    assert "로컬 모델이 답하지 않습니다" in shown and "python start.py local" in shown


def answered_by(path, name, tmp_path, monkeypatch):
    """Ask a lesson's client, with a model of this machine behind it; return the lesson and the answer."""
    import openai

    runner = ModelRunner(path, name, 1, tmp_path / "model.log")
    try:
        told = {"api_key": runner.api_key, "base_url": runner.base_url, "model": name}
        monkeypatch.setenv(LOCAL, json.dumps(told))
        monkeypatch.setenv("LESSON_MODE", "live")
        lesson = open_lesson("01_roles")
        with openai.OpenAI(**lesson.connection) as client:
            messages = [
                {"role": "developer", "content": "한국어로 답합니다."},
                {"role": "user", "content": "안녕?"},
            ]
            return lesson, client.chat.completions.create(
                model=lesson.model, messages=messages, max_completion_tokens=8, temperature=0
            )
    finally:
        runner.close()


def test_a_lesson_is_answered_and_says_by_whom(tmp_path, monkeypatch):
    write_tiny_model(tmp_path / "tiny.gguf")
    lesson, completion = answered_by(tmp_path / "tiny.gguf", "tiny", tmp_path, monkeypatch)
    shown = lesson.show(completion).text
    assert "출처: 라이브" in shown and "tiny" in shown and "이 컴퓨터의 로컬 모델" in shown
    assert "비용을 세지 않았습니다" in lesson.cost().text


DEFAULT = next(one for one in local_models() if one.tried)


@pytest.mark.skipif(
    not (FOLDER / DEFAULT.file).is_file(), reason="the open model's file is not in the user's cache"
)
def test_the_real_model_answers_in_korean(tmp_path, monkeypatch):
    path = FOLDER / DEFAULT.file
    assert known_hash(path, lambda line: None) == DEFAULT.sha256
    _, completion = answered_by(path, DEFAULT.name, tmp_path, monkeypatch)
    text = completion.choices[0].message.content
    assert any("가" <= letter <= "힣" for letter in text), text


def test_a_file_is_looked_for_where_the_learner_named_it(tmp_path, monkeypatch):
    (tmp_path / "own.gguf").write_bytes(b"x")
    monkeypatch.setenv(local.STARTED_IN, str(tmp_path))
    assert choose(options("--model-file", "own.gguf", "--any"))[1] == tmp_path / "own.gguf"


def run_main(monkeypatch, tmp_path, problem):
    def fail(*arguments):
        raise problem

    monkeypatch.setattr(local, "choose", fail)
    return local.main([str(tmp_path), "00_start_here.ipynb", str(tmp_path / "lab.log")])


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "중단했습니다"),
        (NotADirectoryError(20, "Not a directory", "/somewhere/models"), 1, "/somewhere/models"),
        (LocalError("이유"), 1, "이유"),
    ],
    ids=["Ctrl+C", "a file", "our own"],
)
def test_what_stops_it_is_said_without_a_traceback(monkeypatch, tmp_path, capfd, problem, code, said):
    monkeypatch.setattr("sys.stdout", open(os.dup(1), "w", encoding="utf-8"))
    assert run_main(monkeypatch, tmp_path, problem) == code
    shown = capfd.readouterr().err
    assert said in shown and "Traceback" not in shown
    sys.stdout.close()
