"""Right and wrong answers to every exercise, one module a lesson: each maps the exercise's name to `Answers`."""

from typing import NamedTuple


class Answers(NamedTuple):
    """At least two right answers beside the solution, and at least five wrong ones."""

    right: list
    wrong: list
