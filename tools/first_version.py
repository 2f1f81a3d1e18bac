"""Brings over what a learner of the first version has, in which everything lay in the course's folder; standard library."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from tools.originals import keep_beside, published, read_if_there, replace_file
from tools.work import STATE, lesson_notebooks, sources

PROGRESS = ".progress.json"
# Where it kept the originals of the lessons.
FIRST_ORIGINALS = ".venv/pristine"
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


def bring_over(root: Path, work: Path, say: Callable[[str], object] = print) -> None:
    """Copy what a learner of the first version has into her folder, once; what is copied stays where it was.

    Args:
        root: the folder of the course, in which the first version kept everything.
        work: the learner's folder.
        say: shows one message.

    Raises:
        OSError: a file cannot be read or written.
    """
    if (work / STATE).exists():
        return
    brought = []
    for path in sorted((root / "notebooks").rglob("*.mine*")):
        brought += _bring(path, work / path.name)
    for path in lesson_notebooks(root):
        name = path.relative_to(root).as_posix()
        known = [published(root, name), read_if_there(root / FIRST_ORIGINALS / name)]
        if sources(path.read_bytes()) not in [sources(one) for one in known if one]:
            brought += _bring(path, work / f"{path.stem}.mine.ipynb")
    if (root / PROGRESS).is_file() and not (work / PROGRESS).exists():
        brought += _bring(root / PROGRESS, work / PROGRESS)
    if brought:
        say("\n".join(BROUGHT_OVER).format(names=", ".join(brought)))


def _bring(path: Path, target: Path) -> list[str]:
    """Copy one file, a notebook with what it imports from where it is now, unless it was copied before."""
    content = path.read_bytes()
    if path.suffix == ".ipynb" and sources(content):
        content = _with_moved_imports(content)
    name = target.name.partition(".mine")[0]
    here = target.parent.glob(f"{name}.mine*")
    if any(one.read_bytes() == content for one in here):
        return []
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target = keep_beside(target.with_name(name + target.suffix), content, "mine")
    else:
        replace_file(target, content)
    return [target.name]


def _with_moved_imports(content: bytes) -> bytes:
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        source = before = "".join(cell["source"])
        for old, new in MOVED if cell["cell_type"] == "code" else ():
            source = old.sub(new, source)
        if source != before:
            cell["source"] = source.splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
