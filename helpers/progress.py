"""Remembers which exercises are solved, in a small file on this machine that is not in git."""

import json
import os
from pathlib import Path

from helpers import course
from helpers.errors import CourseError
from helpers.show import View, table

FILE = ".progress.json"
DAMAGED = "{path}을 읽을 수 없습니다. 그 파일의 이름을 바꾸거나 지운 뒤 다시 실행하세요."
CAPTION = "푼 문제"
HEADERS = ("레슨", "푼 문제", "모두")


class ProgressError(CourseError):
    """The progress file cannot be understood."""


class Progress:
    """The solved exercises, kept across restarts of the kernel.

    Args:
        path: the file that holds them; the one in the learner's folder unless named.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or course.learner_folder() / FILE

    def solved(self) -> dict[str, list[str]]:
        """Return the names of the solved exercises by lesson.

        Raises:
            ProgressError: the file is damaged; it is left as it is.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            return {lesson: [str(name) for name in names] for lesson, names in content["solved"].items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProgressError(DAMAGED.format(path=self.path.name)) from error

    def add(self, lesson: str, name: str) -> None:
        """Remember an exercise as solved.

        Raises:
            ProgressError: the file is damaged; it is left as it is.
            OSError: it cannot be written.
        """
        solved = self.solved()
        if name in solved.get(lesson, []):
            return
        solved[lesson] = sorted([*solved.get(lesson, []), name])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_name(self.path.name + ".tmp")
        text = json.dumps({"solved": solved}, ensure_ascii=False, indent=2)
        aside.write_text(text + "\n", encoding="utf-8", newline="\n")
        os.replace(aside, self.path)

    def view(self) -> View:
        """Show how many exercises of each lesson are solved."""
        solved = self.solved()
        totals = {name: one.exercises["count"] for name, one in course.lessons().items()}
        rows = [[name, len(solved.get(name, [])), total] for name, total in totals.items() if total]
        return table(HEADERS, rows, CAPTION)
