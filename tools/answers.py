"""Makes the teacher's key, docs/answers.md, from the solutions of the exercises."""

import sys

from helpers.course import ROOT
from helpers.exercises.all import exercises
from helpers.exercises.exercise import Exercise

KEY = ROOT / "docs" / "answers.md"


def solution_of(exercise: Exercise) -> object:
    """Run an exercise's solution and return the answer that it makes."""
    names: dict = {"__name__": __name__}
    exec(compile(exercise.solution_code, exercise.name, "exec"), names)  # Our own code, not a learner's.
    return names[exercise.asked]


def teachers_key() -> str:
    """Return the text of docs/answers.md."""
    lines = [
        "# 연습 문제 풀이",
        "",
        "교사용입니다. `python -m tools.answers`가 문제의 풀이에서 만듭니다.",
        "",
    ]
    for lesson, found in exercises().items():
        lines += [f"## {lesson}", ""]
        for exercise in found:
            lines += [f"### {exercise.name}", "", "```python", exercise.solution_code.strip("\n"), "```", ""]
            lines += [*(f"- 힌트: {hint}" for hint in exercise.hints), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    KEY.write_text(teachers_key(), encoding="utf-8", newline="\n")
    sys.exit(0)
