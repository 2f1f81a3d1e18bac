"""Reads a learner's values kindly, and shows any value without trusting it."""

import unicodedata
from decimal import Decimal
from numbers import Real

from helpers.show import TroubleBox

LONGEST = 200


def shown(value: object, longest: int = LONGEST) -> str:
    """Return a value as Python writes it, cut after `longest` characters, whatever its `__repr__` does."""
    try:
        text = "..." if value is ... else repr(value)
    except Exception:  # A learner's class may raise anything; its name says enough.
        text = f"<{type(value).__name__}>"
    return shortened(text, longest)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text with nothing secret in it, cut after `longest` characters."""
    # Hidden first: half a key would not be known as one.
    text = TroubleBox.current().hide(text)
    return text if len(text) <= longest else f"{text[:longest]}…"


def number_of(value: object) -> float | None:
    """Return a number of any kind, `Decimal` and `Fraction` too, as a float; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def composed(text: str) -> str:
    """Return text with its syllables in one piece each (NFC): macOS hands Korean file names out in pieces."""
    return unicodedata.normalize("NFC", text)


def digits(number: float) -> str:
    """Return a number with so many digits that two which count as different look different."""
    return f"{number:.10g}"
