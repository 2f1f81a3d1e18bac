"""Square roots of numbers and the real roots of polynomials, exactly or not at all."""

import functools
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from helpers.maths import sentences as say
from helpers.maths.values import MAX_RADICAND, ONE, Polynomial, Quotient, refuse


def square_root(value: Quotient) -> Quotient:
    """Return the square root of a number, such as 2√2 of 8 and 1 + √2 of 3 + 2√2.

    Raises:
        MathTextError: the number is negative, has a letter or π, or has no root of this kind.
    """
    number = value.rational()
    if number is not None and number < 0:
        refuse(say.NEGATIVE_ROOT)
    if number is not None:
        product = number.numerator * number.denominator
        return Quotient.of_number(Fraction(1, number.denominator)) * _root_of_whole(product)
    roots = sorted(root for root, letters in value.numerator if not letters)
    if len(roots) != len(value.numerator) or value.denominator != ONE or not len(roots) <= 2:
        refuse(say.ROOT_OF_LETTERS)
    if value.approximate < 0:
        refuse(say.NEGATIVE_ROOT)
    first, second = (value.numerator.get((root, ""), Fraction(0)) for root in (1, roots[-1]))
    norm = Quotient.of_number(first**2 - second**2 * roots[-1])
    inner = square_root(norm).rational() if (norm.rational() or 0) >= 0 else None
    if inner is None or roots[0] != 1:
        refuse(say.NESTED_ROOT)
    larger, smaller = (square_root(Quotient.of_number((first + part) / 2)) for part in (inner, -inner))
    return larger + smaller if second > 0 else larger - smaller


def _root_of_whole(number: int) -> Quotient:
    outside = math.isqrt(number)
    if outside**2 == number:
        return Quotient.of_number(outside)
    if number > MAX_RADICAND:
        refuse(say.LARGE_ROOT)
    outside, factor = 1, 2
    while factor * factor <= number:
        if number % (factor * factor):
            factor += 1
        else:
            number, outside = number // (factor * factor), outside * factor
    return Quotient.of_number(outside, number)


def ascending(points: Iterable[Quotient]) -> list[Quotient]:
    """Return numbers in order, each once."""
    result: list[Quotient] = []
    for point in sorted(points, key=lambda point: point.approximate):
        if not result or point != result[-1]:
            result.append(point)
    return result


@functools.lru_cache(maxsize=64)
def real_roots(polynomial: Polynomial) -> list[Quotient]:
    """Return the real roots of a polynomial in at most one letter that is not zero, in ascending order.

    Raises:
        MathTextError: they cannot be written with square roots, or a coefficient above degree 2 has a root or π.
    """
    powers = polynomial.powers(polynomial.letters() or "x")
    monic = [Quotient(powers[power]) / Quotient(powers[max(powers)]) for power in range(max(powers), -1, -1)]
    return ascending(root for factor in _factors(monic) for root in _roots_of_factor(factor))


def _factors(monic: list[Quotient]) -> list[list[Quotient]]:
    """Return the monic factors that cannot be factored with fractions; SymPy is imported above degree 2."""
    if len(monic) <= 3:
        return [monic]
    factors = [factor.monic().rep.to_list() for factor, _ in _sympy(monic).factor_list()[1]]
    exact = [[Fraction(int(one.numerator), int(one.denominator)) for one in factor] for factor in factors]
    return [list(map(Quotient.of_number, factor)) for factor in exact]


def _roots_of_factor(factor: list[Quotient]) -> list[Quotient]:
    if len(factor) <= 2:
        return [-one for one in factor[1:]]
    half = -factor[len(factor) // 2] / Quotient.of_number(2)
    square = half * half - factor[-1]
    if len(factor) == 3:
        return [half - one for one in _both_roots(square)]
    if len(factor) == 5 and not (factor[1].numerator or factor[3].numerator):  # a quadratic in x^2
        middles = [half + one for one in _both_roots(square)]
        return [root for middle in middles for root in _both_roots(middle)]
    if _sympy(factor).count_roots():
        refuse(say.NO_EXACT_ROOTS)
    return []


def _both_roots(square: Quotient) -> list[Quotient]:
    """Return the numbers with this square: none, or one and its negative."""
    if square.approximate < 0:
        return []
    root = square_root(square)
    return [-root, root]


def _sympy(monic: Sequence[Quotient]) -> Any:
    """Return a polynomial of SymPy."""
    from sympy import QQ, Poly, Symbol

    numbers = [one.rational() for one in monic]
    if None in numbers:
        refuse(say.NO_EXACT_ROOTS)
    return Poly([QQ(one.numerator, one.denominator) for one in numbers], Symbol("x"), domain=QQ)
