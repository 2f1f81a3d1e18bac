"""Remembers which exercises are solved and how the tasks went, in a small file on this machine that is not in git."""

import json
import os
from pathlib import Path

from helpers import course
from helpers.errors import CourseError
from helpers.show import View, table

FILE = ".progress.json"
DAMAGED = "{path}을 읽을 수 없습니다. 그 파일의 이름을 바꾸거나 지운 뒤 다시 실행하세요."
CAPTION = "푼 문제와 과제에서 맞은 조건"
HEADERS = ("레슨", "푼 문제", "모두", "과제 (시작할 때)", "과제 (마친 뒤)")
SKIPPED = "건너뜀"
# In files of earlier editions, which know no tasks, these exercises of 05 have each other's name.
RENAMED = {"05_math_helper": {"q2": "q4", "q4": "q2"}}
NEXT_EXERCISE = "다음: 연습 {number} ({name})"
NEXT_LESSON = "이 레슨의 연습을 모두 풀었습니다. 다음 레슨: {heading} ({lesson})"
ALL_SOLVED = "이 코스의 연습을 모두 풀었습니다."
LEFT_OVER = "이 레슨의 연습을 모두 풀었습니다. 연습이 남은 레슨: {lessons}"


class ProgressError(CourseError):
    """The progress file cannot be understood."""


# How many conditions of a task hold, and of how many.
Score = tuple[int, int]


class Progress:
    """The solved exercises and the tasks' first results, kept across restarts of the kernel.

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
        return self._content()[0]

    def tasks(self) -> dict[str, tuple[Score | None, Score]]:
        """Return by lesson how its task went before the lesson, None where it was skipped, and after it.

        Raises:
            ProgressError: the file is damaged; it is left as it is.
        """
        return self._content()[1]

    def add(self, lesson: str, name: str) -> None:
        """Remember an exercise as solved.

        Raises:
            ProgressError: the file is damaged; it is left as it is.
            OSError: it cannot be written.
        """
        solved, tasks = self._content()
        if name not in solved.get(lesson, []):
            solved[lesson] = sorted([*solved.get(lesson, []), name])
            self._write(solved, tasks)

    def add_task(self, lesson: str, before: Score | None, after: Score) -> None:
        """Remember how a lesson's task went, the first time only: what comes later was written with the answer at hand.

        Raises:
            ProgressError: the file is damaged; it is left as it is.
            OSError: it cannot be written.
        """
        solved, tasks = self._content()
        if lesson not in tasks:
            self._write(solved, tasks | {lesson: (before, after)})

    def _content(self) -> tuple[dict[str, list[str]], dict[str, tuple[Score | None, Score]]]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            solved = {lesson: [str(name) for name in names] for lesson, names in content["solved"].items()}
            for lesson in solved.keys() & RENAMED.keys() if "tasks" not in content else ():
                solved[lesson] = [RENAMED[lesson].get(name, name) for name in solved[lesson]]
            return solved, {lesson: _scores(*both) for lesson, both in content.get("tasks", {}).items()}
        except FileNotFoundError:
            return {}, {}
        except (
            OSError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
            RecursionError,
        ) as error:
            raise ProgressError(DAMAGED.format(path=self.path.name)) from error

    def _write(self, solved: dict, tasks: dict) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_name(self.path.name + ".tmp")
        text = json.dumps({"solved": solved, "tasks": tasks}, ensure_ascii=False, indent=2)
        try:
            aside.write_text(text + "\n", encoding="utf-8", newline="\n")
            os.replace(aside, self.path)
        finally:
            aside.unlink(missing_ok=True)

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
        """Show how many exercises of each lesson are solved, and how its task went before and after."""
        solved, tasks = self._content()
        totals = {name: one.exercises["count"] for name, one in course.lessons().items()}
        rows = [
            [name, len(solved.get(name, [])), total, *map(_told, tasks[name] if name in tasks else ("", ""))]
            for name, total in totals.items()
            if total
        ]
        return table(HEADERS, rows, CAPTION)


def _scores(before: list | None, after: list) -> tuple[Score | None, Score]:
    return before and (int(before[0]), int(before[1])), (int(after[0]), int(after[1]))


def _told(score: Score | str | None) -> str:
    if score is None:
        return SKIPPED
    return f"{score[0]}/{score[1]}" if score else ""
