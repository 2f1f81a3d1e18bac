"""A lesson's task: an empty file before it, an empty file after it, and both judged together by the same conditions."""

from dataclasses import dataclass
from pathlib import Path

from helpers import course
from helpers.progress import Progress, ProgressError, Score
from helpers.show import View, notice, stack, table, verdict
from helpers.tasks.written import Condition, problems
from helpers.ways import way_on

BEFORE, AFTER = "before", "after"
NAMES = {BEFORE: "시작할 때", AFTER: "마친 뒤"}
WHICH = 'task.start("before")나 task.start("after")라고 적으세요.'
KEPT = "이미 쓴 것이 있으면 그대로 있습니다."
NOT_WRITTEN = "{file}에 아직 쓴 것이 없습니다."
HOW_TO_CHECK = (
    "시작할 때 쓴 것은 마친 뒤에 쓴 것과 함께 채점합니다. "
    'task.start("after")를 실행하고, 파일에 써서 저장한 다음 다시 채점하세요.'
)
FILE_TROUBLE = "파일을 읽거나 쓰지 못했습니다: {file} ({problem})"
HEADERS = ("조건", *NAMES.values())
TOTAL = "맞은 조건"
MET, UNMET, SKIPPED = "맞음", "아직", "건너뜀"
ALL_MET = "마친 뒤의 파일은 조건을 모두 지킵니다."
TO_MEND = "마친 뒤의 파일에서 고칠 곳"
NOT_SAVED = "결과를 기록하지 못했습니다: {problem}"


@dataclass(frozen=True)
class Task:
    """A lesson's task; what is asked stands in its notebook.

    Args:
        lesson: the lesson's name, such as "01_roles".
        conditions: what must hold of the learner's file, each judged by itself.
    """

    lesson: str
    conditions: tuple[Condition, ...]

    def path(self, when: str) -> Path:
        """Return the learner's file, "before" or "after"."""
        return course.learner_folder() / "tasks" / f"{self.lesson}_{when}.py"

    def start(self, when: str) -> View:
        """Make an empty file for the learner where there is none, and say where; one that is there stays as it is.

        Args:
            when: "before" or "after".
        """
        if when not in NAMES:
            return notice(WHICH)
        file = f"tasks/{self.path(when).name}"
        try:
            self.path(when).parent.mkdir(parents=True, exist_ok=True)
            self.path(when).touch()
        except OSError as error:
            return _file_trouble(file, error)
        return notice(way_on("write_the_task", file=file), [way_on("open_the_task"), KEPT])

    def check(self) -> View:
        """Judge both files and show each condition; the first result is remembered."""
        file = f"tasks/{self.path(AFTER).name}"
        try:
            after = problems(self.path(AFTER), self.conditions)
            if after is None:
                return notice(NOT_WRITTEN.format(file=file), [HOW_TO_CHECK])
            file = f"tasks/{self.path(BEFORE).name}"
            before = problems(self.path(BEFORE), self.conditions)
        except OSError as error:
            return _file_trouble(file, error)
        # The learner's sentences are about the file after the lesson only: the one before is history.
        mended = [one for one in zip(self.conditions, after, strict=True) if one[1]]
        lines = [
            line for condition, problem in mended for line in (f"· {condition.text}", *problem.split("\n"))
        ]
        views = [self._table(before, after)]
        views.append(notice(TO_MEND, lines, "wrong") if mended else notice(ALL_MET, (), "right"))
        return stack(*views, *self._remember(_score(before), _score(after)))

    def _table(self, before: list[str | None] | None, after: list[str | None]) -> View:
        rows = [
            [condition.text, *map(_verdict, (before[place] if before else ..., after[place]))]
            for place, condition in enumerate(self.conditions)
        ]
        totals = [SKIPPED if one is None else "{}/{}".format(*_score(one)) for one in (before, after)]
        return table(HEADERS, [*rows, [TOTAL, *totals]])

    def _remember(self, before: Score | None, after: Score) -> list[View]:
        try:
            Progress().add_task(self.lesson, before, after)
        except ProgressError as error:
            return [notice(NOT_SAVED.format(problem=error))]
        except OSError as error:
            # Without the path, which names the learner's account.
            return [notice(NOT_SAVED.format(problem=error.strerror))]
        return []


def _verdict(problem: object) -> View:
    if problem is ...:
        return verdict("note", SKIPPED)
    return verdict("wrong", UNMET) if problem else verdict("right", MET)


def _score(found: list[str | None] | None) -> Score | None:
    return found and (found.count(None), len(found))


def _file_trouble(file: str, error: OSError) -> View:
    return notice(FILE_TROUBLE.format(file=file, problem=error.strerror), (), "error")
