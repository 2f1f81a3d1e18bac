"""The model's file: fetched after asking, resumed, checked by its hash, and nothing wrong of it kept."""

import hashlib
import json
import os
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace

import pytest

from helpers.course import ROOT
from helpers.models import local_models
from tests.tools.hub import Hub
from tools import model_file
from tools.model_file import ModelFileError, cached_file, given_file, known_hash

CONTENT = bytes(range(256)) * 60_000  # 15 MB: more than the library takes up at a time
MODEL = replace(local_models()[0], bytes=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
# In a process of its own: the library reads the address when it is imported.
FETCH = """
import json, sys
from dataclasses import replace
from pathlib import Path
from helpers.models import local_models
from tools.model_file import ModelFileError, cached_file
model = replace(local_models()[0], bytes=int(sys.argv[2]), sha256=sys.argv[3])
try:
    path = cached_file(model, lambda question: print(question) or True, folder=Path(sys.argv[1]))
    print("path", path)
except ModelFileError as error:
    print("refused", error)
"""


def fetch(folder, address, sha256=MODEL.sha256):
    """Fetch the model from an address on this machine; return what is printed."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")},
        "HF_ENDPOINT": address,
        "HF_HOME": str(folder.parent / "hub"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-c", FETCH, str(folder), str(len(CONTENT)), sha256]
    return subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=True).stdout


def test_it_says_what_it_will_fetch_and_fetches_it_from_the_official_repository(tmp_path):
    folder = tmp_path / "모델"
    with Hub(CONTENT) as hub:
        said = fetch(folder, hub.address)
    assert "Apache-2.0" in said and "huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF" in said
    assert str(folder) in said and "GB" in said
    assert (folder / MODEL.file).read_bytes() == CONTENT
    assert all(f"/resolve/{MODEL.revision}/{MODEL.file}" in path for _, path, _ in hub.requests)
    assert not [headers for _, _, headers in hub.requests if "authorization" in map(str.lower, headers)]


def test_a_download_that_breaks_off_goes_on_where_it_was(tmp_path):
    with Hub(CONTENT, breaks_off=12_000_000) as hub:
        fetch(tmp_path / "m", hub.address)
    assert (tmp_path / "m" / MODEL.file).read_bytes() == CONTENT
    ranges = [headers.get("Range") or headers.get("range") for _, _, headers in hub.requests]
    assert any(one and one.startswith("bytes=1") for one in ranges)


def test_a_download_that_was_killed_goes_on_where_it_was(tmp_path):
    part = tmp_path / "m" / f"{MODEL.file}.part"
    part.parent.mkdir()
    part.write_bytes(CONTENT[:9_000_000])
    with Hub(CONTENT) as hub:
        fetch(part.parent, hub.address)
    assert (part.parent / MODEL.file).read_bytes() == CONTENT and not part.exists()
    asked = [headers for method, _, headers in hub.requests if method == "GET"]
    assert [one.get("range") or one.get("Range") for one in asked] == ["bytes=9000000-"]


@pytest.mark.parametrize("left", [b"x" * 9_000_000, CONTENT + b"more"], ids=["other bytes", "too long"])
def test_what_a_download_left_is_never_trusted(tmp_path, left):
    part = tmp_path / "m" / f"{MODEL.file}.part"
    part.parent.mkdir()
    part.write_bytes(left)
    with Hub(CONTENT) as hub:
        said = fetch(part.parent, hub.address)
    whole = (part.parent / MODEL.file).is_file()
    assert whole == (len(left) > len(CONTENT)) and ("공식 파일과 다릅니다" in said) != whole
    assert not part.exists()


def test_a_broken_download_keeps_what_came_and_asks_for_the_rest_of_the_room(tmp_path, monkeypatch):
    (tmp_path / f"{MODEL.file}.part").write_bytes(CONTENT[:-1000])
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(model_file.shutil, "disk_usage", lambda folder: usage(10, 9, 1000))
    monkeypatch.setattr(
        model_file, "_fetch", lambda model, part: part.write_bytes(part.read_bytes() + CONTENT[-1000:])
    )
    assert cached_file(MODEL, lambda question: True, print, tmp_path).read_bytes() == CONTENT


def test_wrong_bytes_are_refused_and_nothing_of_them_is_kept(tmp_path):
    with Hub(CONTENT) as hub:
        said = fetch(tmp_path / "m", hub.address, sha256="0" * 64)
    assert "refused" in said and "공식 파일과 다릅니다" in said
    assert [
        path for path in (tmp_path / "m").rglob("*") if path.is_file() and path.stat().st_size > 10_000
    ] == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9"])
def test_without_a_network_the_way_with_a_file_is_named(tmp_path, address):
    said = fetch(tmp_path / "m", address)
    assert "refused" in said and "--model-file" in said and MODEL.file in said


def test_nothing_is_fetched_before_somebody_agreed(tmp_path, monkeypatch):
    monkeypatch.setattr(model_file, "_fetch", lambda *_: pytest.fail("it fetched"))
    with pytest.raises(ModelFileError, match="--model-file"):
        cached_file(MODEL, lambda question: False, folder=tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_a_full_disk_is_seen_before_anything_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(model_file, "_fetch", lambda *_: pytest.fail("it fetched"))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(model_file.shutil, "disk_usage", lambda folder: usage(10, 9, 1))
    with pytest.raises(ModelFileError, match="자리가 모자랍니다"):
        cached_file(MODEL, lambda question: True, folder=tmp_path)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / MODEL.file
    path.write_bytes(CONTENT)
    return path


def test_what_is_there_is_not_fetched_again_and_read_once(file, monkeypatch):
    said = []
    for _ in range(2):
        assert cached_file(MODEL, lambda question: pytest.fail("it asked"), said.append, file.parent) == file
    assert len(said) == 1
    file.write_bytes(CONTENT)
    os.utime(file, ns=(1, 1))
    cached_file(MODEL, lambda question: pytest.fail("it asked"), said.append, file.parent)
    assert len(said) == 2, "a file that was written since is read again"


@pytest.mark.parametrize("note", [b"", b"[]", b"{}", b'{"state": 3, "sha256": "x"}', b"\xff"])
def test_a_damaged_note_of_the_hash_is_made_anew(file, note):
    (file.parent / f"{file.name}.sha256.json").write_bytes(note)
    assert known_hash(file, lambda line: None) == MODEL.sha256
    assert (
        json.loads((file.parent / f"{file.name}.sha256.json").read_text(encoding="utf-8"))["sha256"]
        == MODEL.sha256
    )


def test_a_file_that_is_too_short_or_altered_is_asked_for_again(file):
    file.write_bytes(CONTENT[:-1] + b"x")
    asked = []
    with pytest.raises(ModelFileError):
        cached_file(MODEL, lambda question: asked.append(question), print, file.parent)
    assert len(asked) == 1


def test_a_file_from_a_stick_is_known_by_its_hash_whatever_its_name(file, monkeypatch):
    other = file.with_name("아무 이름.gguf")
    file.rename(other)
    monkeypatch.setattr(model_file, "local_models", lambda: (MODEL,))
    assert given_file(other, False, lambda line: None) == MODEL


def test_any_other_file_is_refused_unless_it_is_asked_for(file):
    with pytest.raises(ModelFileError, match="--any"):
        given_file(file, False, lambda line: None)
    assert given_file(file, True, lambda line: None) is None
    with pytest.raises(ModelFileError, match="없습니다"):
        given_file(file.with_name("nothing.gguf"), True, lambda line: None)
