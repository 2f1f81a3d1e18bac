"""Replace several files of the course, all or none, even where the program is killed half-way; standard library only.

The new and the old files are written beside each other into a folder of the course, then a list of them, then each new
file is moved to its place, then the list is deleted. While there is a list the old files can be moved back, which needs
no space on the disk; `recover` does so, and whoever starts the course calls it first.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = ".recording"
LIST = "undo.json"
DAMAGED = (
    "끊긴 녹화를 되돌리는 목록을 쓸 수 없어 아무것도 바꾸지 않았습니다: {path} ({problem}). 이 폴더에 옛 파일이 .old라는"
    " 이름으로 있습니다. 코스를 다시 내려받거나 git checkout으로 되돌린 뒤, 이 폴더를 지우고 다시 시작하세요.",
    "The list that undoes a recording which was cut short cannot be used, so nothing was changed: {path} ({problem}). The"
    " folder holds the old files, ending in .old. Download the course again or bring it back with git checkout, then"
    " delete that folder and start again.",
)


class UndoError(Exception):
    """What undoes a replacement that was cut short is damaged; the text says so in Korean and English."""


def swap(root: Path, files: Mapping[str, bytes]) -> None:
    """Replace files, all or none.

    Args:
        root: the folder of the course.
        files: the new content of each, by its path below `root`; a file that is not there yet is made.

    Raises:
        OSError: a file cannot be written or replaced; those that were replaced are the old ones again.
    """
    recover(root)
    folder = root / FOLDER
    folder.mkdir()
    try:
        names = {}
        for number, (name, content) in enumerate(files.items()):
            old = (root / name).read_bytes() if (root / name).is_file() else None
            names[name] = old is not None
            if old is not None:
                _write(folder / f"{number}.old", old)
            _write(folder / f"{number}.new", content)
        _write(folder / "list", json.dumps(names).encode("utf-8"))
        os.replace(folder / "list", folder / LIST)
        for number, name in enumerate(names):
            os.replace(folder / f"{number}.new", root / name)
        os.unlink(folder / LIST)
    except BaseException:
        recover(root)
        raise
    # Nothing depends on it any more, and what is left the next start removes.
    shutil.rmtree(folder, ignore_errors=True)


def require_room(root: Path, folders: Iterable[str], size: int) -> None:
    """Make sure that files could be replaced, before anything is done for them.

    Args:
        root: the folder of the course.
        folders: where files will be replaced, below `root`.
        size: bytes that must find room.

    Raises:
        OSError: a folder cannot be written to, is on another disk, or there is no room.
    """
    recover(root)
    folder = root / FOLDER
    folder.mkdir()
    try:
        for name in folders:
            if not os.access(root / name, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(root / name))
            if (root / name).stat().st_dev != folder.stat().st_dev:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(root / name))
        _write(folder / "room", bytes(size))
    finally:
        shutil.rmtree(folder)


def recover(root: Path) -> bool:
    """Undo a replacement that was cut short; call it again if it is itself cut short.

    Args:
        root: the folder of the course.

    Returns:
        Whether there was one.

    Raises:
        UndoError: the list is damaged or names a file outside the course; nothing was touched.
        OSError: an old file cannot be moved back.
    """
    folder = root / FOLDER
    if not os.path.lexists(folder):
        return False
    # A link to elsewhere, or a loop of them, is none of ours.
    if folder.is_symlink() or not folder.is_dir():
        raise UndoError("\n".join(DAMAGED).format(path=folder, problem="not a folder"))
    unfinished = os.path.lexists(folder / LIST)
    if unfinished:
        names = _read_list(root, folder / LIST)
        for number, (name, existed) in enumerate(names.items()):
            old, new = folder / f"{number}.old", folder / f"{number}.new"
            if new.is_file():
                continue  # not yet replaced
            if existed and old.is_file():
                os.replace(old, root / name)
            elif not existed:
                (root / name).unlink(missing_ok=True)
        os.unlink(folder / LIST)
    shutil.rmtree(folder)
    return unfinished


def _read_list(root: Path, path: Path) -> dict[str, bool]:
    """Return which files of the course were to be replaced, and whether each was there before."""
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
        for name, existed in names.items():
            whole = (root / name).resolve()
            # With slashes only, as they were written: no drive and no share of Windows.
            if (
                re.search(r"[\\:]", name)
                or root.resolve() not in whole.parents
                or whole.is_dir()
                or not isinstance(existed, bool)
            ):
                raise ValueError(f"not a file of the course: {name!r}")
    except (OSError, ValueError, AttributeError, RecursionError, RuntimeError) as error:
        problem = f"{type(error).__name__}: {error}"[:200]
        raise UndoError("\n".join(DAMAGED).format(path=path, problem=problem)) from error
    return names


def _write(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
