"""The lessons in their order, as `course.toml` describes them, and the one place that knows folders."""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from helpers.errors import CourseError, LessonError
from helpers.ways import way_on

PACKAGE = Path(__file__).resolve().parent
TABLE = PACKAGE / "course.toml"
CASSETTES = PACKAGE / "cassettes"
VOCABULARY = PACKAGE / "vocabulary"
# The folder of the course; where only the package is installed it holds nothing of the course's.
ROOT = PACKAGE.parent
NOTEBOOKS = ROOT / "notebooks"

UNKNOWN_LESSON = "그런 레슨은 없습니다: {name}. 있는 레슨: {known}"
DAMAGED = "코스의 파일 helpers/{file}을 읽을 수 없습니다: {problem}.\n"


@dataclass(frozen=True)
class Description:
    """What `course.toml` says of one lesson; the top of that file says what each field is."""

    name: str
    title: str
    question: str
    minutes: int
    needs: list[str]
    model: str
    contents: dict[str, str]
    ask: dict[str, str]
    say: dict[str, str]
    more_minutes: int = 0
    rest: int = 0
    exercises: dict = field(default_factory=lambda: {"module": None, "count": 0})

    @property
    def exercise_names(self) -> list[str]:
        """The names of its exercises in the notebook: q1, q2, …."""
        return [f"q{number}" for number in range(1, self.exercises["count"] + 1)]

    @property
    def heading(self) -> str:
        """The title with the lesson's number, such as "1. 메시지와 역할"."""
        return f"{int(self.name.partition('_')[0])}. {self.title}"


def read_table(path: Path, kind: str, make: Callable[[str | int, dict], object]) -> list:
    """Return what the rows of one table of a TOML file of the package make.

    Args:
        path: the file.
        kind: the name of the table, rows by name or a list of them.
        make: takes a row's name or place, and the row.

    Raises:
        CourseError: the file is missing or damaged; it is named with its remedy.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))[kind]
        if not rows:
            raise LookupError(kind)
        return [make(key, row) for key, row in (rows.items() if isinstance(rows, dict) else enumerate(rows))]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        remedy = way_on("course_damaged", path=f"helpers/{path.name}")
        raise CourseError(DAMAGED.format(file=path.name, problem=type(error).__name__) + remedy) from error


@cache
def lessons() -> dict[str, Description]:
    """Return the description of each lesson by its name, in the order of the course.

    Raises:
        CourseError: `course.toml` is missing or damaged.
    """
    return {one.name: one for one in read_table(TABLE, "lessons", lambda _, row: Description(**row))}


def describe(name: str) -> Description:
    """Return what is known of a lesson.

    Raises:
        LessonError: there is no lesson of that name.
    """
    if name not in lessons():
        raise LessonError(UNKNOWN_LESSON.format(name=name, known=", ".join(lessons())))
    return lessons()[name]


def cassette_path(name: str) -> Path:
    """Return the file that holds a lesson's recordings.

    Raises:
        LessonError: there is no lesson of that name.
    """
    return CASSETTES / f"{describe(name).name}.json"


def course_folder() -> Path | None:
    """Return the folder of the course, or None where only the package is installed."""
    return ROOT if NOTEBOOKS.is_dir() else None


def learner_folder() -> Path:
    """Return the folder that holds everything of the learner's: her notebooks, `.env`, what she solved.

    It is the one that `LESSON_WORK` names; else the folder of the notebook, in which its kernel runs; and `work` where
    that is the course's own.
    """
    if os.environ.get("LESSON_WORK"):
        return Path(os.path.expanduser(os.environ["LESSON_WORK"]))
    here = Path.cwd()
    return ROOT / "work" if course_folder() and here in (ROOT, NOTEBOOKS) else here
