import hashlib
import os
import shutil
import tempfile

import pytest
import tiktoken.load

from helpers.errors import VocabularyError
from helpers.vocabulary import FILES, VOCABULARY, cached, check_bundled, use_bundled

NAMES = [f"{encoding}.tiktoken" for encoding in FILES]
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
        assert sha256 == hashlib.sha256((VOCABULARY / f"{encoding}.tiktoken").read_bytes()).hexdigest()
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


def test_a_damaged_course_is_refused_before_anything_is_copied(folder, tmp_path, unset, monkeypatch):
    (folder / NAMES[0]).unlink()
    monkeypatch.setattr(check_bundled, "__defaults__", (folder,))
    with pytest.raises(VocabularyError):
        use_bundled(tmp_path / "course")
    assert not (tmp_path / "course").exists()
    assert VARIABLE not in os.environ


def test_the_copy_is_made_once_and_found_by_tiktoken(tmp_path, unset, no_download):
    use_bundled(tmp_path)
    place = tmp_path / "tiktoken"
    assert os.environ[VARIABLE] == str(place)
    assert sorted(one.name for one in place.iterdir()) == sorted(name for name, _ in FILES.values())
    assert all(cached(encoding, str(place)) for encoding in FILES)
    written = {one.name: one.stat().st_mtime_ns for one in place.iterdir()}
    del os.environ[VARIABLE]
    use_bundled(tmp_path)
    assert {one.name: one.stat().st_mtime_ns for one in place.iterdir()} == written
    assert tiktoken.get_encoding("o200k_base").encode_ordinary("안녕하세요") != []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_whoever_shares_the_folder_can_read_the_copy(tmp_path, unset):
    use_bundled(tmp_path)
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "tiktoken").iterdir()} == {0o644}


def test_a_damaged_copy_is_mended(tmp_path, unset):
    use_bundled(tmp_path)
    copy = tmp_path / "tiktoken" / FILES["o200k_base"][0]
    copy.write_bytes(b"damaged")
    del os.environ[VARIABLE]
    use_bundled(tmp_path)
    assert cached("o200k_base", str(copy.parent))


def test_tiktoken_deletes_a_damaged_copy_and_never_the_courses_own_file(tmp_path, unset, no_download):
    use_bundled(tmp_path)
    name, sha256 = FILES["o200k_base"]
    copy = tmp_path / "tiktoken" / name
    copy.write_bytes(b"damaged")
    address = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    with pytest.raises(AssertionError, match="would download"):
        tiktoken.load.read_file_cached(address, sha256)
    assert not copy.exists()
    check_bundled()


def test_a_folder_that_cannot_be_written_falls_back_to_the_temporary_one(tmp_path, unset, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    cache = tmp_path / "cache"
    cache.write_text("in the way", encoding="utf-8")
    use_bundled(cache)
    place = tmp_path / "temporary" / "chat-api-lab-tiktoken"
    assert os.environ[VARIABLE] == str(place)
    assert all(cached(encoding, str(place)) for encoding in FILES)
    assert cache.read_text(encoding="utf-8") == "in the way"


def test_an_interrupted_copy_leaves_nothing_half_written(tmp_path, unset, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        use_bundled(tmp_path / "course")
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    assert VARIABLE not in os.environ


def test_a_folder_that_the_learner_chose_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    use_bundled(tmp_path)
    assert os.environ[VARIABLE] == str(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_setting_counts_as_none(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    use_bundled(tmp_path)
    assert os.environ[VARIABLE] == str(tmp_path / "tiktoken")


def test_cached_wants_the_whole_file(tmp_path):
    assert not cached("o200k_base", "")
    assert not cached("o200k_base", str(tmp_path))
    (tmp_path / FILES["o200k_base"][0]).write_bytes(b"half")
    assert not cached("o200k_base", str(tmp_path))
