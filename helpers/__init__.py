"""What the lessons of Chat API Lab import."""

from helpers.lesson import open_lesson

__all__ = ["open_lesson"]
