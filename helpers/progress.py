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
NEXT_EXERCISE = "다음: 연습 {number} ({name})"
NEXT_LESSON = "이 레슨의 연습을 모두 풀었습니다. 다음 레슨: {heading} ({lesson})"
ALL_SOLVED = "이 코스의 연습을 모두 풀었습니다."
LEFT_OVER = "이 레슨의 연습을 모두 풀었습니다. 연습이 남은 레슨: {lessons}"


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

    def after(self, lesson: str, name: str) -> tuple[int, int, str]:
        """Return how many exercises of a lesson are solved, of how many, and in Korean what comes after one of them.

        Raises:
            ProgressError: the file is damaged.
            LessonError: there is no lesson of that name.
        """
        solved = self.solved()
        known = {one: row for one, row in course.lessons().items() if row.exercise_names}
        left = {
            one: [exercise for exercise in row.exercise_names if exercise not in solved.get(one, [])]
            for one, row in known.items()
        }
        own, lessons = course.describe(lesson).exercise_names, list(known)
        # Those behind it first, then those that were passed over.
        place = own.index(name)
        ahead = [one for one in own[place:] + own[:place] if one in left[lesson]]
        if ahead:
            following = NEXT_EXERCISE.format(number=own.index(ahead[0]) + 1, name=ahead[0])
        elif not any(left.values()):
            following = ALL_SOLVED
        elif lesson != lessons[-1]:
            later = lessons[lessons.index(lesson) + 1]
            following = NEXT_LESSON.format(heading=known[later].heading, lesson=later)
        else:
            following = LEFT_OVER.format(lessons=", ".join(one for one in lessons if left[one]))
        return len(own) - len(left[lesson]), len(own), following

    def view(self) -> View:
        """Show how many exercises of each lesson are solved."""
        solved = self.solved()
        totals = {name: one.exercises["count"] for name, one in course.lessons().items()}
        rows = [[name, len(solved.get(name, [])), total] for name, total in totals.items() if total]
        return table(HEADERS, rows, CAPTION)
