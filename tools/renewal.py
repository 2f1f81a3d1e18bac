"""Puts new cassettes into the course with every notebook refreshed: all of it or nothing. For whatever records.

It is done in a copy of the course, which takes the course's place file by file once everything has been checked.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.key import Key
from helpers.replay import load_cassette
from tools.course_table import TABLE
from tools.notebooks import (
    MANIFEST,
    cassette_paths,
    execute_all,
    explain_failure,
    lesson_paths,
    manifest_text,
    normalise,
    read,
)
from tools.recordings import RecordError
from tools.secrets import find_secrets
from tools.swap import require_room, swap

# What a lesson's kernel needs of the course; the copy has no `.env`.
COURSE = ("helpers", "notebooks", "requirements.txt")
FOLDERS = ("notebooks", "helpers", "helpers/cassettes")
NOT_COPIED = ("__pycache__", ".ipynb_checkpoints", "*.mine.*", "*.mine-*.*", ".*.jsonl")

# Tells at the end of a lesson which interactions its cells asked for, by request or by name.
TELL = "import json\nprint(json.dumps(lesson.used))"

UNDONE = "끝나지 않은 교체를 되돌렸습니다. 카세트와 노트북은 그 전의 것입니다."
REPLAYING = "새 카세트로 모든 노트북을 다시 실행하고, 한 번 더 실행해 비교합니다."
SWAPPED = "바꾼 파일: {files}"
NOTHING = "바뀐 파일이 없습니다."

KERNEL_DIED = "커널이 중간에 끝났습니다. 중단했거나 메모리가 모자랐을 수 있습니다."
NO_NOTEBOOK = "노트북 {lesson}.ipynb를 읽을 수 없습니다. `git checkout -- notebooks`로 되돌리거나 코스를 다시 내려받은 뒤 다시 녹화하세요."
CELL_TOOK_LONG = "셀 하나가 너무 오래 걸려 멈추었습니다."
NOT_STABLE = "두 번 재생한 출력이 서로 다릅니다: {files}. 셀이 시각이나 난수에 기대는지 보세요."
SECRET = "{file}에 비밀로 보이는 것이 있어 바꾸지 않았습니다: {kinds}"
THE_KEY = "the key itself"
MOVED_ON = "녹화하는 동안 바뀐 파일이 있습니다: {files}. 편집기에서 저장하거나 닫은 뒤 다시 녹화하세요."


class Renewal:
    """A copy of the course in which cassettes are replaced; made by `renewal`.

    Attributes:
        root: the folder of the course.
        copy: that of the copy.
        before: every file that may be replaced, as it was when the copy was made.
    """

    def __init__(self, root: Path, copy: Path) -> None:
        self.root, self.copy = root, copy
        self.before = course_files(copy)

    def cassette(self, lesson: str) -> Path:
        """Return the path of a lesson's cassette in the copy."""
        return cassette_in(self.copy, lesson)

    def refresh(self, tell: bool = False) -> set[tuple[str, str, str]]:
        """Execute every notebook of the copy in replay, since they show one another's recordings, and write it anew.

        Returns:
            With `tell` what cells asked for: the lesson of the cassette, the id, and "asked" or "named".

        Raises:
            RecordError: a cell failed.
        """
        paths = lesson_paths(self.copy)
        notebooks = [read(path) for path in paths]
        if tell:
            for notebook in notebooks:
                notebook.cells = [*notebook.cells, nbformat.v4.new_code_cell(TELL)]
        execute(notebooks, [path.stem for path in paths], self.copy)
        seen = set()
        for path, notebook in zip(paths, notebooks, strict=True):
            if tell:
                seen |= {tuple(one) for one in json.loads(notebook.cells[-1].outputs[0].text)}
                notebook.cells = notebook.cells[:-1]
            path.write_text(normalise(notebook), encoding="utf-8", newline="\n")
        manifest = self.copy / "notebooks" / MANIFEST.name
        manifest.write_text(manifest_text(self.copy), encoding="utf-8", newline="\n")
        return seen

    def require_stable(self) -> None:
        """Execute every notebook of the copy once more, and compare each byte.

        Raises:
            RecordError: they differ.
        """
        before = course_files(self.copy)
        self.refresh()
        different = [name for name, content in course_files(self.copy).items() if content != before[name]]
        if different:
            raise RecordError(NOT_STABLE.format(files=", ".join(different)))

    def take_over(self, key: Key | None = None, also: Mapping[str, bytes] | None = None) -> str:
        """Replace what has changed, and say in Korean what that was.

        Args:
            key: that was used, and must stand nowhere.
            also: what else will be shown, by a name, and must hold no secret.

        Raises:
            RecordError: a secret was found, or a file of the course was edited meanwhile; nothing was replaced.
            OSError: a file cannot be replaced; nothing was.
        """
        changed = {
            name: content for name, content in course_files(self.copy).items() if content != self.before[name]
        }
        _require_no_secret({**changed, **(also or {})}, key or Key(None))
        moved = [
            name for name, content in course_files(self.root).items() if content != self.before.get(name)
        ]
        if moved:
            raise RecordError(MOVED_ON.format(files=", ".join(moved)))
        if changed:
            swap(self.root, changed)
        return SWAPPED.format(files=", ".join(changed)) if changed else NOTHING


@contextmanager
def renewal(root: Path) -> Iterator[Renewal]:
    """Copy the course for as long as it is renewed.

    Raises:
        OSError: there is no room.
    """
    with TemporaryDirectory(prefix="chat-api-lab-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "course")
        copy.mkdir()
        for name in COURSE:
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns(*NOT_COPIED))
            else:
                shutil.copy(root / name, copy / name)
        yield Renewal(root, copy)


def cassette_in(root: Path, lesson: str) -> Path:
    """Return the path of a lesson's cassette below a course's folder."""
    return root / "helpers" / "cassettes" / f"{lesson}.json"


def course_files(root: Path) -> dict[str, bytes]:
    """Return everything that a recording may change, by its path below the course's folder."""
    paths = [*lesson_paths(root), *cassette_paths(root), root / "notebooks" / MANIFEST.name, root / TABLE]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def require_ready(root: Path) -> None:
    """Find what would stop a recording at its end, before anything is spent on it.

    Raises:
        CourseError: a cassette or a notebook cannot be read.
        OSError: files could not be replaced.
    """
    for path in cassette_paths(root):
        load_cassette(path)
    for path in lesson_paths(root):
        try:
            read(path)
        except (ValueError, nbformat.ValidationError) as error:
            raise RecordError(NO_NOTEBOOK.format(lesson=path.stem)) from error
    require_room(root, FOLDERS, 2 * sum(map(len, course_files(root).values())))


def execute(
    notebooks: list, lessons: list[str], root: Path, key: Key | None = None, **options: str | int | None
) -> None:
    """Execute notebooks with the helpers of a course.

    Args:
        notebooks: what to execute.
        lessons: their names.
        root: the folder of the course.
        key: that must stand in no explanation.
        options: of `execute_all`.

    Raises:
        RecordError: a cell failed; it says in Korean which one and why.
    """
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    try:
        execute_all(notebooks, root / "notebooks", PYTHONPATH=path, **options)
    except CellExecutionError as error:
        text = explain_failure(error, lessons, notebooks)
        raise RecordError(key.hide(text) if key else text) from error
    except CellTimeoutError as error:
        raise RecordError(CELL_TOOK_LONG) from error
    except (DeadKernelError, AssertionError) as error:
        # nbclient takes Ctrl-C by ending the kernel, and may then assert that there still is one.
        raise RecordError(KERNEL_DIED) from error


def _require_no_secret(files: Mapping[str, bytes], key: Key) -> None:
    for name, content in files.items():
        text = content.decode("utf-8")
        kinds = find_secrets(text)
        if key.is_secret and key.is_in(text):
            kinds.append(THE_KEY)
        if kinds:
            raise RecordError(SECRET.format(file=name, kinds=", ".join(kinds)))
