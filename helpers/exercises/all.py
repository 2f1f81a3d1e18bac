"""Every exercise of the course, by lesson: for the progress table, the tests and the teacher's key."""

from importlib import import_module

from helpers.course import lessons
from helpers.exercises.exercise import Exercise


def exercises() -> dict[str, list[Exercise]]:
    """Return the exercises of each lesson that has some, in order."""
    found = {}
    for name, lesson in lessons().items():
        if lesson.exercises["module"]:
            values = vars(import_module(f"helpers.exercises.{lesson.exercises['module']}")).values()
            found[name] = [value for value in values if isinstance(value, Exercise)]
    return found
