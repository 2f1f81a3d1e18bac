"""start.py verify: what it repeats, what it compares, and what it tells; a difference is no failure."""

import json
import platform
import socket
import sys
from dataclasses import replace

import pytest

pytest.importorskip("xllamacpp")

import tools.verify
from helpers.replay import Cassette, Interaction, load_cassette, save_cassette
from tests.tools.small_bank import BANKS, ORIGIN, SKY, response, tiny_model, variation, write_banks
from tests.tools.small_course import files
from tools import known_model, local, model_file, repeating
from tools.notebooks import lesson_paths
from tools.record_banks import record_banks
from tools.renewal import cassette_in
from tools.repeating import repeatable, spread, words_of

LESSON = "05_math_helper"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("작은 모델"))


@pytest.fixture
def recorded(bare_course, stand_in, tiny, monkeypatch):
    """A course with recordings of the tiny model, which it knows."""
    write_banks(bare_course, LESSON, BANKS + SKY)
    record_banks(bare_course, [LESSON], False, lambda: tiny, lambda plan: True, lambda line: None)
    for module in (model_file, repeating, local):
        monkeypatch.setattr(module, "local_models", lambda: (tiny[0],))
    monkeypatch.setattr(tools.verify, "ROOT", bare_course)
    monkeypatch.setattr(tools.verify, "lesson_paths", lambda: lesson_paths(bare_course))
    return bare_course


@pytest.fixture
def run(recorded, tiny, monkeypatch, capsys):
    def command(*arguments, file=tiny[1]):
        monkeypatch.setattr(sys, "argv", ["verify", "--model-file", str(file), *arguments])
        code = tools.verify.main()
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return command


def rewrite(course, change):
    """Change the recorded interactions of a lesson, as if another machine had recorded them."""
    path = cassette_in(course, LESSON)
    cassette = load_cassette(path)
    for one in cassette.interactions:
        if one.origin["kind"] == "open-model":
            change(one)
    save_cassette(cassette, path)


def test_what_was_recorded_here_comes_out_equal_and_nothing_is_changed(recorded, run):
    before = files(recorded)
    code, shown = run()
    assert code == 0 and files(recorded) == before
    # Four throws of the die, and the sky, whose bank is repeated whole; `plain` hangs on chance.
    assert "녹화 6개 가운데 6개" in shown and f"{LESSON}: 6개 가운데 6개가 같습니다." in shown
    assert "모두: 6개 가운데 6개가 같습니다." in shown and "다름" not in shown and "plain" not in shown


def test_a_difference_is_shown_with_both_sides_and_is_no_failure(recorded, run):
    def change(one):
        if one.id == "die/02":
            one.responses[1]["body"]["choices"][0]["message"]["content"] = "처음\n" + "가" * 100
        if one.id == "die/01":
            one.responses[0]["body"]["choices"][0]["finish_reason"] = "other"

    rewrite(recorded, change)
    code, shown = run()
    assert code == 0 and "모두: 6개 가운데 4개가 같습니다." in shown
    assert shown.count("다름") == 2 and f"다름  {LESSON} die/02" in shown
    assert f"녹화: 처음⏎{'가' * 57} (" in shown and "(other)" in shown


def test_ids_and_times_are_not_compared(recorded, run):
    rewrite(recorded, lambda one: one.responses[0]["body"].update(id="other", created=1, timings={"a": 1}))
    assert "모두: 6개 가운데 6개가 같습니다." in run()[1]


def test_it_says_where_and_with_what_and_no_name_of_the_machine(recorded, run, tiny, tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text(
        "processor\t: 0\nmodel name\t: Some Processor 9\nmodel name\t: Another\n", encoding="utf-8"
    )
    monkeypatch.setattr(tools.verify, "CPU_INFO", info)
    rewrite(recorded, lambda one: one.origin.update(runtime="xllamacpp 1.2.3, arm64", settings="threads 9"))
    code, shown = run()
    assert code == 0
    assert f"프로세서: Some Processor 9, {platform.machine()}" in shown
    assert "녹화 xllamacpp 1.2.3, arm64" in shown and "지금 xllamacpp 2" in shown
    assert "녹화 threads 9" in shown and "지금 threads 1" in shown
    assert str(tiny[1].parent) not in shown and str(recorded) not in shown
    assert socket.gethostname() not in shown


def test_without_that_list_the_processor_is_what_python_knows(tmp_path, monkeypatch):
    monkeypatch.setattr(tools.verify, "CPU_INFO", tmp_path / "none")
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "")
    assert tools.verify.processor() == "모름"
    monkeypatch.setattr(platform, "processor", lambda: "arm")
    monkeypatch.setattr(platform, "machine", lambda: "arm")
    assert tools.verify.processor() == "arm"


def test_another_file_is_named_and_nothing_is_asked(recorded, run, tiny, tmp_path, monkeypatch):
    other = tmp_path / "other.gguf"
    other.write_bytes(tiny[1].read_bytes() + b"\0")
    assert "sha256이 다릅니다" in run(file=other)[1], "one that the course does not know"
    known = replace(tiny[0], name="other", sha256=model_file.sha256_of(other))
    monkeypatch.setattr(model_file, "local_models", lambda: (tiny[0], known))
    code, shown = run(file=other)
    assert code == 1 and tiny[0].sha256[:12] in shown and known.sha256[:12] in shown


def test_recordings_of_a_file_that_the_course_does_not_know_are_named(recorded, run):
    rewrite(recorded, lambda one: one.origin.update(sha256="0123456789ab", model="mystery"))
    code, shown = run()
    assert code == 1 and "mystery" in shown


def test_recordings_of_two_files_are_for_two_runs(recorded, run):
    def change(one):
        if one.id == "die/01":
            one.origin["sha256"] = "0123456789ab"

    rewrite(recorded, change)
    code, shown = run()
    assert code == 1 and "레슨을 하나씩" in shown


def test_a_lesson_without_anything_to_repeat_says_so(recorded, run):
    code, shown = run("01")
    assert code == 0 and "녹화가 없습니다" in shown


def test_no_more_are_asked_than_wanted(recorded, run):
    code, shown = run("--most", "3")
    # The sky, two answers that hang together, would be one too many.
    assert code == 0 and "모두: 2개 가운데 2개가 같습니다." in shown


def test_the_file_is_looked_for_where_it_was_named(monkeypatch, tmp_path, tiny):
    monkeypatch.setattr(model_file, "local_models", lambda: (tiny[0],))
    monkeypatch.setenv("LESSON_STARTED_IN", str(tiny[1].parent))
    options = type("Options", (), {"model_file": tiny[1].relative_to(tiny[1].parent), "yes": True})
    assert known_model.find_file(options) == tiny


def recorded_as(*variations, kind="open-model"):
    origin = ORIGIN if kind == "open-model" else {"kind": kind, "date": "2026-11-25", "host": "x"}
    found = [
        Interaction(one.id, origin, one.request, [response("답", number) for number in range(one.times)])
        for one in variations
    ]
    return Cassette(LESSON, "m", found)


def ids(groups):
    return [[one.variation.id for one in group] for group in groups]


def test_only_what_does_not_hang_on_chance_is_repeated():
    cold, seeded = variation("cold", 2, temperature=0), variation("seeded", seed=0, temperature=1)
    chance, warm = variation("chance"), variation("warm", temperature=0.1)
    every = [cold, seeded, chance, warm]
    assert ids(repeatable(LESSON, recorded_as(*every), every)) == [["cold"], ["cold"], ["seeded"]]
    assert repeatable(LESSON, recorded_as(*every, kind="api"), every) == []


def test_a_bank_with_a_memory_is_repeated_whole_and_in_order_or_not_at_all():
    bank = [variation(id, 2, bank="sky", cache=True, seed=1) for id in ("하늘", "땅")]
    assert ids(repeatable(LESSON, recorded_as(*reversed(bank)), bank)) == [["하늘", "하늘", "땅", "땅"]]
    assert repeatable(LESSON, recorded_as(bank[0]), bank) == [], "a part of it is missing"
    mixed = [bank[0], variation("운", 1, bank="sky", cache=True)]
    assert repeatable(LESSON, recorded_as(*mixed), mixed) == [], "a part of it hangs on chance"


def test_a_bank_with_a_memory_gets_a_server_of_its_own(recorded, tiny, monkeypatch):
    asking, started = repeating.asking, []

    def counted(*arguments):
        started.append(arguments)
        return asking(*arguments)

    monkeypatch.setattr(repeating, "asking", counted)
    bank = [variation(id, bank=id, cache=True, temperature=0, max_completion_tokens=2) for id in "가나"]
    alone = [variation(id, bank=id, temperature=0, max_completion_tokens=2) for id in "다라"]
    groups = repeatable(LESSON, recorded_as(*alone, *bank), [*alone, *bank])
    repeating.repeat(groups, tiny[1], tiny[0], recorded / "model.log", lambda line: None)
    assert len(started) == 3


@pytest.mark.parametrize("most", [1, 3, 40, 99, 100, 1000])
def test_what_is_repeated_is_evenly_spread_and_never_more_than_wanted(most):
    groups = [[number] for number in range(100)]
    groups[10:13] = [[10, 11, 12]]
    found = [one for group in spread(groups, most) for one in group]
    assert len(found) == min(most, 100)
    if most == 40:
        assert {sum(start <= one < start + 20 for one in found) for start in range(0, 100, 20)} <= {7, 8, 9}
        assert 10 in found, "one that hangs together is taken, too"


def test_text_and_reasons_of_every_form_are_compared():
    chat = response("안녕")
    chunks = [
        {"id": "1", "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": reason}]}
        for piece, reason in (("안", None), ("녕", None), (None, "stop"))
    ]
    stream = {"status": 200, "events": [*chunks, {"id": "1", "choices": [], "usage": {}}]}
    part = {"type": "output_text", "text": "안녕", "annotations": []}
    output = [{"type": "message", "role": "assistant", "content": [part]}]
    whole = {"status": 200, "body": {"object": "response", "output": output, "incomplete_details": None}}
    assert (
        words_of(chat, "chat/completions") == words_of(stream, "chat/completions") == ["안녕", ["stop"], []]
    )
    assert words_of(whole, "responses")[0] == "안녕"
    cut = json.loads(json.dumps(whole))
    cut["body"]["incomplete_details"] = {"reason": "max_output_tokens"}
    assert words_of(cut, "responses") != words_of(whole, "responses")
    call = {"id": "x", "type": "function", "function": {"name": "calculate", "arguments": "{}"}}
    tool = response(None)
    tool["body"]["choices"][0]["message"]["tool_calls"] = [call]
    other = json.loads(json.dumps(tool))
    other["body"]["choices"][0]["message"]["tool_calls"][0]["id"] = "y"
    assert words_of(tool, "chat/completions") == words_of(other, "chat/completions")
    other["body"]["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = "{1}"
    assert words_of(tool, "chat/completions") != words_of(other, "chat/completions")
