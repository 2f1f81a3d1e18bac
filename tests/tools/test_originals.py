"""Knowing the lessons as they were published: from the file, or from git where somebody edited the course's own."""

import hashlib
import json
import shutil
import subprocess

import pytest

from tools import originals

NOTEBOOK = "notebooks/01_roles.ipynb"
PUBLISHED = b"published notebook\n"


@pytest.fixture
def course(tmp_path):
    """A course folder as downloaded, in a path with a space and 한글."""
    root = tmp_path / "실습 폴더"
    (root / "notebooks").mkdir(parents=True)
    (root / NOTEBOOK).write_bytes(PUBLISHED)
    manifest = {NOTEBOOK: hashlib.sha256(PUBLISHED).hexdigest()}
    (root / originals.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return root


def commit(course):
    """Commit the course as it is, with a git that reads nobody's settings."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]
    subprocess.run([*git, "init", "--quiet"], cwd=course, check=True)
    subprocess.run([*git, "add", "."], cwd=course, check=True)
    subprocess.run([*git, "commit", "--quiet", "--no-gpg-sign", "-m", "a"], cwd=course, check=True)


def test_the_file_is_the_original_while_nobody_edited_it(course, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert originals.published(course, NOTEBOOK) == PUBLISHED


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_git_has_the_original_of_an_edited_one(course):
    commit(course)
    (course / NOTEBOOK).write_bytes(b"mine")
    assert originals.published(course, NOTEBOOK) == PUBLISHED
    assert (course / NOTEBOOK).read_bytes() == b"mine"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_the_learner_committed_is_no_original(course):
    (course / NOTEBOOK).write_bytes(b"mine")
    commit(course)
    assert originals.published(course, NOTEBOOK) is None


def test_without_git_an_edited_one_has_no_original(course, monkeypatch):
    monkeypatch.setenv("PATH", "")
    (course / NOTEBOOK).write_bytes(b"mine")
    assert originals.published(course, NOTEBOOK) is None


def test_a_notebook_that_was_never_published_is_its_own_original(course):
    (course / "notebooks/90_mine.ipynb").write_bytes(b"new")
    assert originals.published(course, "notebooks/90_mine.ipynb") == b"new"


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"a": 1}'])
def test_a_damaged_list_of_originals_is_named_and_stops_nobody(course, content):
    (course / originals.MANIFEST).unlink()
    if content is not None:
        (course / originals.MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(originals.OriginalsError, match=r"pristine\.json"):
        originals.read_manifest(course)
    assert originals.published(course, NOTEBOOK) == PUBLISHED


@pytest.mark.parametrize("asked", ["01_roles", "01", "01_roles.ipynb", NOTEBOOK, "notebooks\\01_roles.ipynb"])
def test_a_lesson_is_found_by_what_people_call_it(asked):
    assert originals.find_lesson(asked, ["00_start_here", "01_roles"]) == "01_roles"


@pytest.mark.parametrize("asked", ["", "99", "roles", "../01_rolls"])
def test_an_unknown_name_lists_the_lessons(asked):
    with pytest.raises(originals.OriginalsError, match="01_roles, 03_tokens"):
        originals.find_lesson(asked, ["01_roles", "03_tokens"])


def test_nothing_beside_is_ever_overwritten(tmp_path):
    path = tmp_path / "01_roles.ipynb"
    for content in (b"first", b"second", b"third"):
        originals.keep_beside(path, content, "mine")
    kept = [tmp_path / f"01_roles.{name}.ipynb" for name in ("mine", "mine-2", "mine-3")]
    assert [one.read_bytes() for one in kept] == [b"first", b"second", b"third"]
