import hashlib
import os
import shutil
from pathlib import Path

import pytest
import tiktoken.load

from helpers.errors import VocabularyError
from helpers.vocabulary import FILES, VOCABULARY, cached, check_bundled, use_bundled

NAMES = [name for name, _ in FILES.values()]
VARIABLE = "TIKTOKEN_CACHE_DIR"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "vocabulary"
    copy.mkdir()
    for name in NAMES:
        shutil.copyfile(VOCABULARY / name, copy / name)
    return copy


@pytest.fixture
def unset(monkeypatch):
    """Let `use_bundled` set the variable, and put it back afterwards."""
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)


@pytest.fixture
def no_download(monkeypatch):
    def refuse(address):
        raise AssertionError(f"tiktoken would download {address}")

    monkeypatch.setattr(tiktoken.load, "read_file", refuse)


def test_the_bundled_files_are_what_tiktoken_expects():
    check_bundled()
    from tiktoken_ext import openai_public

    for encoding, (name, sha256) in FILES.items():
        address = f"https://openaipublic.blob.core.windows.net/encodings/{encoding}.tiktoken"
        assert name == hashlib.sha1(address.encode()).hexdigest()
        assert sha256 == hashlib.sha256((VOCABULARY / name).read_bytes()).hexdigest()
        assert encoding in openai_public.ENCODING_CONSTRUCTORS


DAMAGE = {
    "missing": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "CRLF": lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n")),
    "one letter": lambda path: path.write_bytes(b"B" + path.read_bytes()[1:]),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_named_with_its_remedy_and_left_alone(folder, name, case):
    check_bundled(folder)
    DAMAGE[case](folder / name)
    before = sorted((one.name, one.is_file() and one.read_bytes()) for one in folder.iterdir())
    with pytest.raises(VocabularyError, match=name) as caught:
        check_bundled(folder)
    assert "git checkout -- helpers/vocabulary" in str(caught.value)
    assert sorted((one.name, one.is_file() and one.read_bytes()) for one in folder.iterdir()) == before


def test_a_damaged_course_is_refused_before_tiktoken_finds_it(folder, unset, monkeypatch):
    (folder / NAMES[0]).unlink()
    monkeypatch.setattr(check_bundled, "__defaults__", (folder,))
    with pytest.raises(VocabularyError):
        use_bundled()
    assert VARIABLE not in os.environ


def test_tiktoken_reads_the_courses_own_files_and_changes_nothing(unset, no_download):
    before = {path.name: path.stat().st_mtime_ns for path in VOCABULARY.iterdir()}
    use_bundled()
    assert os.environ[VARIABLE] == str(VOCABULARY)
    assert all(cached(encoding, str(VOCABULARY)) for encoding in FILES)
    _, sha256 = FILES["o200k_base"]
    address = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    assert hashlib.sha256(tiktoken.load.read_file_cached(address, sha256)).hexdigest() == sha256
    assert tiktoken.get_encoding("o200k_base").encode_ordinary("안녕하세요") != []
    assert {path.name: path.stat().st_mtime_ns for path in VOCABULARY.iterdir()} == before


def test_a_folder_that_the_learner_chose_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    use_bundled()
    assert os.environ[VARIABLE] == str(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_setting_counts_as_none(monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    use_bundled()
    assert os.environ[VARIABLE] == str(VOCABULARY)


def test_a_folder_that_cannot_be_looked_into_holds_nothing(monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert not cached("o200k_base", "somewhere")


def test_cached_wants_the_whole_file(tmp_path):
    assert not cached("o200k_base", "")
    assert not cached("o200k_base", str(tmp_path))
    (tmp_path / FILES["o200k_base"][0]).write_bytes(b"half")
    assert not cached("o200k_base", str(tmp_path))
