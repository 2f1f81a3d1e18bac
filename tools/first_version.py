"""Brings over what a learner of the first version has, in which everything lay in the course's folder; standard library."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.originals import FIRST_ORIGINALS, from_git, keep_beside, published, read_if_there, replace_file
from tools.work import STATE, lesson_notebooks, sources

PROGRESS = ".progress.json"
# What the lessons of the first version imported, and where it is now.
MOVED = (
    (re.compile(r"^from helpers\.(?:views|trouble) import", re.M), "from helpers.show import"),
    (re.compile(r"^from helpers\.math_check import", re.M), "from helpers.maths import"),
    (
        re.compile(r"^from helpers import math_parse, math_values", re.M),
        "from helpers import maths as math_parse, maths as math_values",
    ),
)

BROUGHT_OVER = (
    "앞 판에서 쓰던 것을 작업 폴더로 복사했습니다. 원래 파일은 그대로 있습니다: {names}",
    "What you had in the earlier version was copied into your work folder; the files are still where they were: {names}",
)

NOT_BROUGHT = (
    "앞 판의 파일을 복사하지 못했습니다: {path} ({problem}). 원래 자리에 그대로 있습니다.",
    "A file of the earlier version could not be copied: {path} ({problem}). It is still where it was.",
)


def bring_over(root: Path, work: Path, say: Callable[[str], object] = print) -> None:
    """Copy what a learner of the first version has into her folder, once; what is copied stays where it was.

    Args:
        root: the folder of the course, in which the first version kept everything.
        work: the learner's folder.
        say: shows one message.
    """
    if (work / STATE).exists():
        return
    brought = []
    for path, target in _hers(root):
        try:
            brought += _bring(root, path, work / target)
        except OSError as error:
            say("\n".join(NOT_BROUGHT).format(path=path, problem=error.strerror))
    if brought:
        say("\n".join(BROUGHT_OVER).format(names=", ".join(brought)))


def _hers(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of the course's folder that this learner wrote, and the name that it gets in her folder."""
    lessons = lesson_notebooks(root)
    for path in sorted((root / "notebooks").rglob("*")):
        kept = ".mine" in path.name or (path.suffix == ".ipynb" and path not in lessons)
        if kept and ".ipynb_checkpoints" not in path.parts and _is_hers(path):
            yield path, path.name
    for path in lessons:
        name = path.relative_to(root).as_posix()
        known = [published(root, name), read_if_there(root / FIRST_ORIGINALS / name)]
        if sources(path.read_bytes()) not in [sources(one) for one in known if one] and _is_hers(path):
            yield path, f"{path.stem}.mine.ipynb"
    if _is_hers(root / PROGRESS):
        yield root / PROGRESS, PROGRESS


def _is_hers(path: Path) -> bool:
    """Say whether a file is there and this user's own: a teacher's work must not reach those who share the course."""
    return path.is_file() and (not hasattr(os, "getuid") or path.stat().st_uid == os.getuid())


def _bring(root: Path, path: Path, target: Path) -> list[str]:
    """Copy one file, a notebook with what it imports from where it is now, unless it was copied before."""
    content = path.read_bytes()
    if path.suffix == ".ipynb" and sources(content) is None:
        # A stash that was put back over an update leaves marks of both; hers is the third that git has of it.
        content = from_git(root, f":3:./{path.relative_to(root).as_posix()}") or content
    if path.suffix == ".ipynb" and sources(content):
        content = _with_moved_imports(content)
    name = target.name.partition(".mine")[0]
    here = [target, *target.parent.glob(f"{name}.mine*")]
    if any(one.is_file() and one.read_bytes() == content for one in here):
        return []
    if not target.exists():
        replace_file(target, content)
        return [target.name]
    if target.name == PROGRESS:
        return []
    stem = target.with_name(name if name.endswith(target.suffix) else name + target.suffix)
    return [keep_beside(stem, content, "mine").name]


def _with_moved_imports(content: bytes) -> bytes:
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        source = before = "".join(cell["source"])
        for old, new in MOVED if cell["cell_type"] == "code" else ():
            source = old.sub(new, source)
        if source != before:
            cell["source"] = source.splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
