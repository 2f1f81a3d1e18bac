"""Every exercise of the course, by lesson: for the progress table, the tests and the teacher's key."""

from importlib import import_module

from helpers.exercises.exercise import Exercise

MODULES = {
    "01_roles": "roles",
    "02_structured_outputs": "structured_outputs",
    "03_tokens": "tokens",
    "04_seeds": "seeds",
    "05_math_helper": "math_helper",
}


def exercises() -> dict[str, list[Exercise]]:
    """Return the exercises of each lesson, in order."""
    found = {}
    for lesson, name in MODULES.items():
        values = vars(import_module(f"helpers.exercises.{name}")).values()
        found[lesson] = [value for value in values if isinstance(value, Exercise)]
    return found
