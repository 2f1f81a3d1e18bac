"""Keep the published notebooks and cassettes, and bring one lesson's back; standard library only."""

import hashlib
import json
import os
import subprocess
from pathlib import Path

MANIFEST = "notebooks/pristine.json"

MESSAGES = {
    "unknown_lesson": (
        "그런 노트북은 없습니다: {name}. 다음 중 하나를 쓰세요: {known}",
        "No such notebook: {name}. Use one of these: {known}",
    ),
    "no_manifest": (
        "원본 목록을 읽을 수 없습니다. 코스를 다시 내려받으세요: {path}",
        "The list of originals cannot be read. Download the course again: {path}",
    ),
    "no_original": (
        "원본을 찾지 못했습니다: {path}. 아무것도 바꾸지 않았습니다."
        " 코스를 새 폴더에 내려받아 이 파일을 복사하세요.",
        "The original was not found: {path}. Nothing was changed."
        " Download the course into a new folder and copy this file from there.",
    ),
    "already_original": ("이미 원본과 같습니다: {path}", "Already the original: {path}"),
    "kept": ("고친 내용을 옆에 남겨 두었습니다: {path}", "Your version is kept beside it: {path}"),
    "restored": ("원본으로 되돌렸습니다: {path}", "The original is back: {path}"),
    "reload": (
        "JupyterLab에 열려 있다면 저장하지 말고 탭을 닫은 뒤 다시 여세요.",
        "If it is open in JupyterLab, close its tab without saving and open it again.",
    ),
}


class OriginalsError(Exception):
    """A lesson cannot be brought back; the text says why in Korean and English."""


def message(key: str, **values: object) -> str:
    """Return one message of the table, Korean on the first line and English on the second."""
    return "\n".join(MESSAGES[key]).format(**values)


def read_manifest(root: Path) -> dict[str, str]:
    """Return the SHA-256 of each published notebook and cassette, by its path below the course folder.

    Raises OriginalsError where the list is missing or damaged.
    """
    try:
        manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        if all(isinstance(digest, str) for digest in manifest.values()):
            return manifest
    except (FileNotFoundError, ValueError, AttributeError):
        pass  # the three ways of being unreadable have one remedy
    raise OriginalsError(message("no_manifest", path=root / MANIFEST))


def is_original(content: bytes | None, digest: str) -> bool:
    """Tell whether these bytes are the published ones."""
    return content is not None and hashlib.sha256(content).hexdigest() == digest


def read_if_there(path: Path) -> bytes | None:
    """Return a file's bytes, or None where there is no such file."""
    return path.read_bytes() if path.is_file() else None


def replace_file(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def keep_originals(root: Path, copies: Path) -> None:
    """Copy each file that is still as published: a ZIP download has no git to ask for it later."""
    for name, digest in read_manifest(root).items():
        content = read_if_there(root / name)
        if is_original(content, digest) and not is_original(read_if_there(copies / name), digest):
            replace_file(copies / name, content)


def committed(root: Path, name: str) -> bytes | None:
    """Return a file as the last commit has it, or None without git, a repository or such a file."""
    try:
        shown = subprocess.run(["git", "show", f"HEAD:./{name}"], cwd=root, capture_output=True)
    except OSError:  # no git on this computer
        return None
    return shown.stdout if shown.returncode == 0 else None


def published(root: Path, copies: Path, name: str, digest: str) -> bytes:
    """Return the published bytes of a file, wherever they are; raises OriginalsError if nowhere."""
    for content in (read_if_there(root / name), read_if_there(copies / name), committed(root, name)):
        if is_original(content, digest):
            return content
    raise OriginalsError(message("no_original", path=name))


def keep_mine(path: Path, content: bytes) -> Path:
    """Save the learner's version beside the original, under a name that nothing has yet; return its path."""
    number = 1
    while True:
        suffix = ".mine" if number == 1 else f".mine-{number}"
        mine = path.with_name(path.stem + suffix + path.suffix)
        try:
            with mine.open("xb") as file:
                file.write(content)
            return mine
        except FileExistsError:
            number += 1


def find_lesson(asked: str, lessons: list[str]) -> str:
    """Return the lesson meant by 01_roles, 01, 01_roles.ipynb or a path to it.

    Raises OriginalsError, naming all lessons, where there is none.
    """
    name = Path(asked.replace("\\", "/")).name.removesuffix(".ipynb")
    for lesson in lessons:
        if name in (lesson, lesson.split("_")[0]):
            return lesson
    raise OriginalsError(message("unknown_lesson", name=asked or "?", known=", ".join(lessons)))


def restore(root: Path, copies: Path, asked: str) -> None:
    """Bring a lesson's notebook and cassette back as published; what differs is kept beside them.

    root is the course folder, copies what keep_originals filled. Nothing is changed unless every
    file's original was found. Raises OriginalsError.
    """
    manifest = read_manifest(root)
    lessons = sorted(Path(name).stem for name in manifest if name.endswith(".ipynb"))
    lesson = find_lesson(asked, lessons)
    names = [name for name in manifest if Path(name).stem == lesson]
    originals = {name: published(root, copies, name, manifest[name]) for name in names}
    for name, content in originals.items():
        current = read_if_there(root / name)
        if current == content:
            print(message("already_original", path=name))
            continue
        if current is not None:
            mine = keep_mine(root / name, current)
            print(message("kept", path=mine.relative_to(root).as_posix()))
        replace_file(root / name, content)
        print(message("restored", path=name))
        print(message("reload"))
