import hashlib
import importlib
import os
import shutil
import subprocess
import sys

import pytest
import tiktoken
import tiktoken.load

from helpers import vocabulary
from helpers.course import ROOT, VOCABULARY
from helpers.errors import VocabularyError
from helpers.vocabulary import FILES, bundled, check_bundled, use_bundled

NAMES = [name for name, _ in FILES.values()]
VARIABLE = "TIKTOKEN_CACHE_DIR"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    copy = tmp_path / "vocabulary"
    copy.mkdir()
    for name in NAMES:
        shutil.copyfile(VOCABULARY / name, copy / name)
    monkeypatch.setattr(vocabulary, "VOCABULARY", copy)
    return copy


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch):
    """Put the variable back, tiktoken's reader and what it has loaded, and let it download nothing."""

    def refuse(address):
        raise AssertionError(f"tiktoken would download {address}")

    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(tiktoken.load, "read_file", refuse)
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    use_bundled()
    monkeypatch.delenv(VARIABLE)
    yield
    vocabulary._GIVER.download = False


def test_the_bundled_files_are_what_tiktoken_expects():
    check_bundled()
    from tiktoken_ext import openai_public

    for encoding, (name, sha256) in FILES.items():
        address = f"https://openaipublic.blob.core.windows.net/encodings/{encoding}.tiktoken"
        assert name == hashlib.sha1(address.encode()).hexdigest()
        assert sha256 == hashlib.sha256(bundled(encoding)).hexdigest()
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
    check_bundled()
    DAMAGE[case](folder / name)
    before = sorted((one.name, one.is_file() and one.read_bytes()) for one in folder.iterdir())
    with pytest.raises(VocabularyError, match=name) as caught:
        use_bundled()
    assert "git checkout -- helpers/vocabulary" in str(caught.value)
    assert VARIABLE not in os.environ
    # Nor does tiktoken itself mend it from elsewhere.
    encoding = next(one for one, (file, _) in FILES.items() if file == name)
    with pytest.raises(VocabularyError, match=name):
        tiktoken.get_encoding(encoding)
    assert sorted((one.name, one.is_file() and one.read_bytes()) for one in folder.iterdir()) == before


WRONG_FOLDERS = {
    "an empty folder": lambda path: path.mkdir(),
    "not there": lambda path: None,
    "a file": lambda path: path.write_bytes(b""),
    "a damaged copy": lambda path: (path.mkdir(), [(path / name).write_bytes(b"half") for name in NAMES]),
    "a folder in place of a file": lambda path: [(path / name).mkdir(parents=True) for name in NAMES],
}


@pytest.mark.parametrize("wrong", WRONG_FOLDERS)
def test_the_bundled_bytes_come_whatever_is_wrong_with_the_folder_that_tiktoken_would_ask(
    tmp_path, monkeypatch, wrong
):
    WRONG_FOLDERS[wrong](tmp_path / "mine")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    before = sorted(tmp_path.rglob("*"))
    use_bundled()
    assert os.environ[VARIABLE] == str(tmp_path / "mine")
    for encoding in FILES:
        assert tiktoken.get_encoding(encoding).encode_ordinary("안녕하세요") != []
    assert sorted(tmp_path.rglob("*")) == before


def test_programs_that_a_cell_starts_find_the_courses_files(monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    use_bundled()
    assert os.environ[VARIABLE] == str(VOCABULARY)


@pytest.mark.parametrize("name", ["p50k_base", "r50k_base", "gpt2"])
def test_a_vocabulary_that_the_course_lacks_is_fetched_in_live_mode_only(name):
    use_bundled()
    with pytest.raises(VocabularyError, match="o200k_base, cl100k_base"):
        tiktoken.get_encoding(name)
    use_bundled(download=True)
    with pytest.raises(AssertionError, match="would download"):
        tiktoken.get_encoding(name)


def test_tiktoken_may_be_loaded_before_or_after_and_no_sooner_than_it_is_used():
    code = (
        "import sys{first}\n"
        "from helpers import vocabulary\n"
        "vocabulary.use_bundled(); vocabulary.use_bundled()\n"
        "{lazy}\n"
        "import tiktoken\n"
        "assert tiktoken.encoding_for_model('gpt-4o').encode('a') == [64]\n"
        "assert len([one for one in sys.meta_path if isinstance(one, vocabulary._Giver)]) == 1\n"
    )
    lazily = "assert 'tiktoken' not in sys.modules"
    for first, lazy in (("", lazily), (", tiktoken", ""), (", tiktoken.load", "")):
        environ = os.environ | {VARIABLE: "nowhere", "HTTPS_PROXY": "http://127.0.0.1:9"}
        subprocess.run(
            [sys.executable, "-c", code.format(first=first, lazy=lazy)], cwd=ROOT, env=environ, check=True
        )


def test_tiktoken_loaded_anew_reads_from_here_too():
    reader = importlib.reload(tiktoken.load)
    _, sha256 = FILES["o200k_base"]
    address = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    assert hashlib.sha256(reader.read_file_cached(address, sha256)).hexdigest() == sha256
