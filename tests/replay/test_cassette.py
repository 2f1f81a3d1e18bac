"""Cassettes are loaded and saved whole, and a damaged one is named with its remedy."""

import json
import os
from pathlib import Path

import pytest

from helpers.errors import CassetteError
from helpers.replay.cassette import Cassette, Interaction, checksum, load_cassette, save_cassette
from helpers.replay.player import Player
from tests.replay.cassettes import MODEL, ask, cassette, client, completion, recorded, staged


def test_a_cassette_comes_back_as_it_was_saved(path, tmp_path):
    loaded = load_cassette(path)
    assert loaded == cassette()
    again = tmp_path / "again" / path.name
    again.parent.mkdir()
    save_cassette(loaded, again)
    assert again.read_bytes() == path.read_bytes()


def test_the_file_is_for_people_to_read(path):
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    assert "가나다" in text and "\\u" not in text
    assert b"\r" not in raw and raw.endswith(b"}\n")
    assert '\n  "lesson": "04_seeds"' in text
    assert text.index('"first"') < text.index('"second"')


def test_half_a_surrogate_pair_survives(tmp_path):
    path = tmp_path / "04_seeds.json"
    save_cassette(Cassette("04_seeds", MODEL, [recorded("half", "가", "cut \ud83d off \\")]), path)
    loaded = load_cassette(path)
    assert (
        loaded.interactions[0].responses[0]["body"]["choices"][0]["message"]["content"] == "cut \ud83d off \\"
    )
    assert ask(client(Player(loaded, MODEL).answer), "가") == "cut \ud83d off \\"


def test_find_gives_recorded_and_staged_ones():
    whole = cassette()
    assert whole.find("second") is whole.interactions[1]
    assert whole.find("offline") is whole.staged[1]
    assert whole.find("nothing") is None


def alter(path: Path, change) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def sealed(path: Path, change) -> None:
    """Change the content and seal it, so that only the rules of cassettes can notice."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    content["checksum"] = checksum(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def cut(share: float):
    def damage(path: Path) -> None:
        raw = path.read_bytes()
        path.write_bytes(raw[: int(len(raw) * share)])

    return damage


def replace(old: str, new: str):
    def damage(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    return damage


DAMAGE = {
    "missing": (Path.unlink, "없거나"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "없거나"),
    "empty": (cut(0), "JSON"),
    "cut at the start": (cut(0.01), "JSON"),
    "cut in the middle": (cut(0.5), "JSON"),
    "cut near the end": (cut(0.99), "JSON"),
    "binary": (lambda path: path.write_bytes(b"\xff\xfe\x00\x01"), "JSON"),
    "another encoding": (lambda path: path.write_bytes(path.read_text("utf-8").encode("cp949")), "JSON"),
    "a web page": (lambda path: path.write_text("<html></html>", encoding="utf-8"), "JSON"),
    "nested too deep": (lambda path: path.write_text("[" * 200_000, encoding="utf-8"), "JSON"),
    "a list": (lambda path: path.write_text("[]", encoding="utf-8"), "형식"),
    "an older format": (lambda path: sealed(path, lambda content: content.update(format=0)), "형식"),
    "a newer format": (lambda path: sealed(path, lambda content: content.update(format=2)), "형식"),
    "no format": (lambda path: sealed(path, lambda content: content.pop("format")), "형식"),
    "another lesson": (
        lambda path: sealed(path, lambda content: content.update(lesson="01_roles")),
        "다른 레슨",
    ),
    "one character of an answer": (replace("하나", "하니"), "봉인"),
    "one digit of a date": (
        lambda path: alter(path, lambda c: c["interactions"][0]["origin"].update(date="2026-11-23")),
        "봉인",
    ),
    "an interaction gone": (lambda path: alter(path, lambda content: content["interactions"].pop()), "봉인"),
    "no checksum": (lambda path: alter(path, lambda content: content.pop("checksum")), "봉인"),
    "half a surrogate pair put in": (replace("하나", "\\ud800"), "봉인"),
    "a rule broken": (
        lambda path: sealed(path, lambda content: content["interactions"][0].pop("origin")),
        "출처",
    ),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_cassette_is_named_with_its_remedy_and_left_alone(path, case):
    damage, said = DAMAGE[case]
    damage(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CassetteError) as caught:
        load_cassette(path)
    message = str(caught.value)
    assert "04_seeds.json" in message
    assert "git checkout -- helpers/cassettes" in message
    assert said in message
    assert before == (path.read_bytes() if path.is_file() else None)
    assert [one.name for one in path.parent.iterdir()] == ([path.name] if path.exists() else [])


def test_white_space_and_line_ends_are_no_damage(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_bytes(json.dumps(content, indent=4).replace("\n", "\r\n").encode())
    assert load_cassette(path) == cassette()


def test_a_failing_disk_leaves_the_old_file_whole(path, monkeypatch):
    before = path.read_bytes()
    changed = cassette()
    changed.interactions.reverse()

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save_cassette(changed, path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "broken",
    [
        Cassette("04_seeds", MODEL, [Interaction("a", {}, None, [])]),
        Cassette("04_seeds", MODEL, [], [staged("a", status=200, body=completion("가"))]),
        Cassette("04_seeds", MODEL, [recorded("a", "가", "나"), recorded("b", "가", "다")]),
    ],
)
def test_what_breaks_a_rule_is_not_written(path, broken):
    before = path.read_bytes()
    with pytest.raises(CassetteError, match="04_seeds"):
        save_cassette(broken, path)
    assert path.read_bytes() == before
