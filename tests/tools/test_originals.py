"""Restoring a lesson: the published files come back, and nothing of the learner's is lost."""

import hashlib
import json
import shutil
import subprocess

import pytest

from tools import originals

NOTEBOOK = "notebooks/01_roles.ipynb"
CASSETTE = "helpers/cassettes/01_roles.json"
FILES = {
    NOTEBOOK: b"published notebook\n",
    CASSETTE: b"published cassette\n",
    "notebooks/03_tokens.ipynb": b"3\n",
}


@pytest.fixture
def course(tmp_path):
    """A course folder as downloaded, in a path with a space and 한글."""
    root = tmp_path / "실습 폴더"
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    manifest = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    (root / originals.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return root


@pytest.fixture
def copies(course):
    """Where the originals are kept; still empty."""
    return course / ".venv" / "pristine"


def commit(course):
    """Commit the course as it is, with a git that reads nobody's settings."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]
    subprocess.run([*git, "init", "--quiet"], cwd=course, check=True)
    subprocess.run([*git, "add", "."], cwd=course, check=True)
    subprocess.run([*git, "commit", "--quiet", "--no-gpg-sign", "-m", "a"], cwd=course, check=True)


@pytest.mark.parametrize("asked", ["01_roles", "01", "01_roles.ipynb", NOTEBOOK, "notebooks\\01_roles.ipynb"])
def test_a_lesson_comes_back_and_the_learners_version_stays_beside_it(course, copies, asked, capsys):
    originals.keep_originals(course, copies)
    (course / NOTEBOOK).write_bytes(b"mine")
    (course / CASSETTE).unlink()
    originals.restore(course, copies, asked)
    assert (course / NOTEBOOK).read_bytes() == FILES[NOTEBOOK]
    assert (course / CASSETTE).read_bytes() == FILES[CASSETTE]
    assert (course / "notebooks/01_roles.mine.ipynb").read_bytes() == b"mine"
    shown = capsys.readouterr().out
    assert "notebooks/01_roles.mine.ipynb" in shown and "탭을 닫은 뒤 다시 여세요" in shown


def test_no_version_of_the_learners_is_overwritten(course, copies):
    originals.keep_originals(course, copies)
    for content in (b"first", b"second", b"third"):
        (course / NOTEBOOK).write_bytes(content)
        originals.restore(course, copies, "01")
    kept = [f"notebooks/01_roles.{name}.ipynb" for name in ("mine", "mine-2", "mine-3")]
    assert [(course / name).read_bytes() for name in kept] == [b"first", b"second", b"third"]


def test_what_is_still_the_original_is_left_alone(course, copies, capsys):
    originals.restore(course, copies, "01_roles")
    assert sorted(path.name for path in (course / "notebooks").glob("01*")) == ["01_roles.ipynb"]
    assert "이미 원본과 같습니다" in capsys.readouterr().out


def test_an_edited_file_is_never_taken_for_an_original(course, copies):
    originals.keep_originals(course, copies)
    (course / NOTEBOOK).write_bytes(b"mine")
    originals.keep_originals(course, copies)
    assert (copies / NOTEBOOK).read_bytes() == FILES[NOTEBOOK]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_git_has_the_original_too(course, copies):
    commit(course)
    (course / NOTEBOOK).write_bytes(b"mine")
    originals.restore(course, copies, "01_roles")
    assert (course / NOTEBOOK).read_bytes() == FILES[NOTEBOOK]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_the_learner_committed_is_no_original(course, copies):
    originals.keep_originals(course, copies)
    (course / NOTEBOOK).write_bytes(b"mine")
    commit(course)
    originals.restore(course, copies, "01_roles")
    assert (course / NOTEBOOK).read_bytes() == FILES[NOTEBOOK]


def test_without_git_or_a_copy_nothing_changes(course, copies, monkeypatch):
    monkeypatch.setenv("PATH", "")
    (course / NOTEBOOK).write_bytes(b"mine")
    (course / CASSETTE).write_bytes(b"mine too")
    with pytest.raises(originals.OriginalsError, match="새 폴더에 내려받아"):
        originals.restore(course, copies, "01_roles")
    assert (course / NOTEBOOK).read_bytes() == b"mine"
    assert (course / CASSETTE).read_bytes() == b"mine too"
    assert not list((course / "notebooks").glob("*.mine*"))


@pytest.mark.parametrize("asked", ["", "99", "roles", "../01_rolls"])
def test_an_unknown_name_lists_the_lessons(course, copies, asked):
    with pytest.raises(originals.OriginalsError, match="01_roles, 03_tokens"):
        originals.restore(course, copies, asked)


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"a": 1}'])
def test_a_damaged_list_of_originals_is_named(course, copies, content):
    (course / originals.MANIFEST).unlink()
    if content is not None:
        (course / originals.MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(originals.OriginalsError, match=r"pristine\.json"):
        originals.restore(course, copies, "01_roles")
