"""Exact values: one polynomial over another, computed with SymPy only while they stay within limits."""

import functools
import string
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from helpers.errors import CourseError
from helpers.maths import sentences as say

MAX_EXPONENT = 8
MAX_DEGREE = 8  # total degree of a numerator or denominator
MAX_BITS = 256  # of a coefficient's numerator or denominator


class MathTextError(CourseError, ValueError):
    """The text is not mathematics the course can read; the message says what was not understood and where."""


@functools.cache
def letters() -> dict[str, Any]:
    """The letters a to z as SymPy polynomials with rational coefficients; SymPy is imported on first use."""
    from sympy import QQ
    from sympy.polys.rings import ring

    return dict(zip(string.ascii_lowercase, ring(list(string.ascii_lowercase), QQ)[1:], strict=True))


@dataclass(frozen=True)
class Quotient:
    """A numerator over a denominator, never reduced, and every polynomial that was divided by on the way.

    Each operation checks the size of its result before it computes it, and raises MathTextError past a limit.
    """

    numerator: Any
    denominator: Any
    divisors: frozenset[Any] = frozenset()

    @classmethod
    def of_number(cls, number: Fraction) -> "Quotient":
        """The value of a number."""
        one = letters()["x"].ring.one
        return cls(one * number.numerator / number.denominator, one)

    @classmethod
    def of_letter(cls, letter: str) -> "Quotient":
        """The value of a letter from a to z."""
        return cls(letters()[letter], letters()[letter].ring.one)

    def __neg__(self) -> "Quotient":
        return Quotient(-self.numerator, self.denominator, self.divisors)

    def __add__(self, other: "Quotient") -> "Quotient":
        divisors = self.divisors | other.divisors
        if self.denominator == other.denominator:
            return Quotient(self.numerator + other.numerator, self.denominator, divisors)
        numerator = _times(self.numerator, other.denominator) + _times(other.numerator, self.denominator)
        return Quotient(numerator, _times(self.denominator, other.denominator), divisors)

    def __sub__(self, other: "Quotient") -> "Quotient":
        return self + -other

    def __mul__(self, other: "Quotient") -> "Quotient":
        numerator = _times(self.numerator, other.numerator)
        denominator = _times(self.denominator, other.denominator)
        return Quotient(numerator, denominator, self.divisors | other.divisors)

    def __truediv__(self, other: "Quotient") -> "Quotient":
        divisor = other.numerator
        if not divisor:
            raise MathTextError(say.DIVIDED_BY_ZERO)
        if divisor.is_ground:  # a number goes into the coefficients, which keeps them small
            return self * Quotient(other.denominator / divisor.LC, divisor.ring.one, other.divisors)
        return self * Quotient(other.denominator, divisor, other.divisors | {divisor})

    def __pow__(self, exponent: int) -> "Quotient":
        if exponent > MAX_EXPONENT:
            raise MathTextError(say.LARGE_EXPONENT.format(exponent=exponent, most=MAX_EXPONENT))
        if exponent == 0:  # 1, but 0^0 is not defined: dividing refuses it
            return self / self
        for polynomial in (self.numerator, self.denominator):
            _refuse_large(exponent * _degree(polynomial), exponent * _bits(polynomial))
        return Quotient(self.numerator**exponent, self.denominator**exponent, self.divisors)


def _times(left: Any, right: Any) -> Any:
    _refuse_large(_degree(left) + _degree(right), _bits(left) + _bits(right))
    return left * right


def _refuse_large(degree: int, bits: int) -> None:
    if degree > MAX_DEGREE:
        raise MathTextError(say.HIGH_DEGREE.format(most=MAX_DEGREE))
    if bits > MAX_BITS:
        raise MathTextError(say.LARGE_NUMBER.format(most=MAX_BITS))


def _degree(polynomial: Any) -> int:
    return max((sum(powers) for powers in polynomial.monoms()), default=0)


def _bits(polynomial: Any) -> int:
    numbers = (int(part) for number in polynomial.coeffs() for part in (number.numerator, number.denominator))
    return max((abs(number).bit_length() for number in numbers), default=0)
