"""Knows the lessons as they were published, and writes files whole or not at all; standard library only."""

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

MANIFEST = "notebooks/pristine.json"
# Where the first version kept the originals of the lessons.
FIRST_ORIGINALS = ".venv/pristine"

UNKNOWN_LESSON = (
    "그런 노트북은 없습니다: {name}. 다음 중 하나를 쓰세요: {known}",
    "No such notebook: {name}. Use one of these: {known}",
)
NO_MANIFEST = (
    "원본 목록을 읽을 수 없습니다. 코스를 다시 내려받으세요: {path}",
    "The list of originals cannot be read. Download the course again: {path}",
)


class OriginalsError(Exception):
    """There is no such lesson, or no list of them; the text says so in Korean and English."""


def read_manifest(root: Path) -> dict[str, str]:
    """Return the SHA-256 of each published notebook, by its path below the course's folder.

    Raises:
        OriginalsError: the list is missing or damaged.
    """
    try:
        manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        if all(isinstance(digest, str) for digest in manifest.values()):
            return manifest
    except (OSError, ValueError, AttributeError, RecursionError):
        pass  # all ways of being unreadable have one remedy
    raise OriginalsError("\n".join(NO_MANIFEST).format(path=root / MANIFEST))


def is_original(content: bytes | None, digest: str) -> bool:
    """Tell whether these bytes are the published ones."""
    return content is not None and hashlib.sha256(content).hexdigest() == digest


def read_if_there(path: Path) -> bytes | None:
    """Return a file's bytes, or None where there is no such file."""
    return path.read_bytes() if path.is_file() else None


def published(root: Path, name: str) -> bytes | None:
    """Return a notebook as it was published, also where somebody edited the course's own.

    Args:
        root: the folder of the course.
        name: the notebook's path below it.

    Returns:
        The file where it is the published one, else what git or the first version's copy has, else None.
    """
    content = (root / name).read_bytes()
    try:
        digest = read_manifest(root).get(name)
    except OriginalsError:
        return content  # nobody knows better
    if digest is None or is_original(content, digest):
        return content
    others = (from_git(root, f"HEAD:./{name}"), read_if_there(root / FIRST_ORIGINALS / name))
    return next((one for one in others if is_original(one, digest)), None)


def from_git(root: Path, object_name: str) -> bytes | None:
    """Return what git has under a name such as HEAD:./file, or None without git, a repository or such a file."""
    try:
        shown = subprocess.run(["git", "show", object_name], cwd=root, capture_output=True)
    except OSError:  # no git on this computer
        return None
    return shown.stdout if shown.returncode == 0 else None


def replace_file(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own, since two starts may write the same file at the same moment.
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        try:
            file.write(content)
            file.close()
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        finally:
            Path(file.name).unlink(missing_ok=True)


def keep_beside(path: Path, content: bytes, word: str) -> Path:
    """Save a version beside a file, under a name with a word in it that nothing has yet; return its path."""
    number = 1
    while True:
        suffix = f".{word}" if number == 1 else f".{word}-{number}"
        beside = path.with_name(path.stem + suffix + path.suffix)
        try:
            with beside.open("xb") as file:
                try:
                    file.write(content)
                except OSError:
                    beside.unlink()  # half of it would look like the whole
                    raise
            return beside
        except FileExistsError:
            number += 1


def find_lesson(asked: str, lessons: list[str]) -> str:
    """Return the lesson meant by 01_roles, 01, 01_roles.ipynb or a path to it.

    Raises:
        OriginalsError: there is none; it names all lessons.
    """
    name = Path(asked.replace("\\", "/")).name.removesuffix(".ipynb")
    for lesson in lessons:
        if name in (lesson, lesson.split("_")[0]):
            return lesson
    raise OriginalsError("\n".join(UNKNOWN_LESSON).format(name=asked or "?", known=", ".join(lessons)))
