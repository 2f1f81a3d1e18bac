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
    """Return the real roots of a polynomial in one letter that is not zero, in ascending order."""
    powers: dict[int, Polynomial] = {}
    for (root, letters), number in polynomial.items():
        rest = "π" * letters.count("π")
        power = powers.setdefault(len(letters) - len(rest), Polynomial())
        powers[len(letters) - len(rest)] = power + Polynomial({(root, rest): number})
    degree = max(powers)
    monic = [
        Quotient(powers.get(power, Polynomial())) / Quotient(powers[degree])
        for power in range(degree, -1, -1)
    ]
    if degree == 0:
        return []
    if degree == 1:
        return [-monic[1]]
    numbers = [number.rational() for number in monic]
    if None not in numbers:
        return ascending(point for factor in _factors(numbers) for point in _roots_of_factor(factor))
    return _roots_with_surds(monic, polynomial.letters())


def _roots_with_surds(monic: list[Quotient], letter: str) -> list[Quotient]:
    """Take the polynomial times its conjugates, which is rational, and of its roots those that fit."""
    if any(
        number.denominator != ONE or any("π" in letters for _, letters in number.numerator)
        for number in monic
    ):
        refuse(say.NO_EXACT_ROOTS)
    norm = _at(monic, Quotient.of_letter(letter)).numerator
    while (prime := norm.prime()) > 1:
        norm = norm * norm.flipped(prime)
    return [root for root in real_roots(norm) if not _at(monic, root).numerator]


def _at(numbers: Sequence[Quotient], place: Quotient) -> Quotient:
    return functools.reduce(lambda total, number: total * place + number, numbers)


def _factors(numbers: list[Fraction]) -> list[list[Fraction]]:
    """Return the monic factors that cannot be factored with fractions; SymPy is imported above degree 2."""
    if len(numbers) <= 3:
        return [numbers]
    factors = [factor.monic().rep.to_list() for factor, _ in _sympy(numbers).factor_list()[1]]
    return [[Fraction(int(one.numerator), int(one.denominator)) for one in factor] for factor in factors]


def _roots_of_factor(factor: list[Fraction]) -> list[Quotient]:
    if len(factor) == 2:
        return [Quotient.of_number(-factor[1])]
    half = Quotient.of_number(-factor[len(factor) // 2] / 2)
    square = half * half - Quotient.of_number(factor[-1])
    if len(factor) == 3 or (len(factor) == 5 and factor[1] == factor[3] == 0):  # in x or in x^2
        if square.approximate < 0:
            return []
        distance = square_root(square)
        middles = [half - distance, half + distance]
        if len(factor) == 3:
            return middles
        return [one for middle in middles if middle.approximate > 0 for one in _both_roots(middle)]
    if _sympy(factor).count_roots():
        refuse(say.NO_EXACT_ROOTS)
    return []


def _both_roots(square: Quotient) -> list[Quotient]:
    root = square_root(square)
    return [-root, root]


def _sympy(numbers: Sequence[Fraction]) -> Any:
    """Return a polynomial of SymPy."""
    from sympy import QQ, Poly, Symbol

    return Poly([QQ(one.numerator, one.denominator) for one in numbers], Symbol("x"), domain=QQ)
