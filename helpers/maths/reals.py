"""Sets of real numbers: what solves an equation or an inequality in one unknown, by exact border points."""

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from helpers.maths.roots import ascending, real_roots
from helpers.maths.values import CONTEXT, Quotient

RELATIONS: dict[str, Callable[[int], bool]] = {  # of the sign of left - right
    "=": lambda sign: sign == 0,
    "≠": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
    "≤": lambda sign: sign <= 0,
    "≥": lambda sign: sign >= 0,
}


@dataclass(frozen=True)
class RealSet:
    """Quotients in ascending order and, for each stretch before, at and after them, whether it belongs to the set."""

    points: tuple[Quotient, ...] = ()
    flags: tuple[bool, ...] = (False,)

    def has(self, spot: Quotient | Decimal) -> bool:
        """Whether a point, or a place between the points, belongs to the set."""
        at = spot.approximate if isinstance(spot, Quotient) else spot
        for index, point in enumerate(self.points):
            if isinstance(spot, Quotient) and point == spot:
                return self.flags[2 * index + 1]
            if at < point.approximate:
                return self.flags[2 * index]
        return self.flags[-1]

    def _with(self, other: "RealSet", choose: Callable[[bool, bool], bool]) -> "RealSet":
        points = ascending([*self.points, *other.points])
        return made(points, lambda spot: choose(self.has(spot), other.has(spot)))

    def __or__(self, other: "RealSet") -> "RealSet":
        return self._with(other, operator.or_)

    def __and__(self, other: "RealSet") -> "RealSet":
        return self._with(other, operator.and_)

    def __sub__(self, other: "RealSet") -> "RealSet":
        return self._with(other, lambda one, two: one and not two)

    def __bool__(self) -> bool:
        return any(self.flags)

    def __le__(self, other: "RealSet") -> bool:
        return not self - other

    def turned(self) -> "RealSet":
        """What an inequality with these solutions gives with its sign the other way round: x < 2 of x > 2."""
        flags = (flag != (place % 2 == 0) for place, flag in enumerate(self.flags))
        return RealSet(self.points, tuple(flags)) if self.points else self

    def is_finite(self) -> bool:
        """Whether it has only single numbers in it, or none."""
        return not any(self.flags[::2])


def made(points: Sequence[Quotient], belongs: Callable[[Quotient | Decimal], bool]) -> RealSet:
    """Return the set that changes at some of these points only, told by a test of any place."""
    kept: list[Quotient] = []
    flags: list[bool] = []
    borders = [point.approximate for point in points] or [Decimal(0)]
    edges = [CONTEXT.subtract(borders[0], 1), *borders, CONTEXT.add(borders[-1], 1)]
    stretches = [belongs(CONTEXT.divide(CONTEXT.add(*pair), Decimal(2))) for pair in pairwise(edges)]
    for index, point in enumerate(points):
        before, at, after = stretches[index], belongs(point), stretches[index + 1]
        if not before == at == after:
            kept.append(point)
            flags += [before, at]
    return RealSet(tuple(kept), (*flags, stretches[-1]))


NONE, ALL = RealSet(), RealSet(flags=(True,))


def solve(difference: Quotient, relation: str) -> RealSet:
    """Return every real number for which the difference stands in the relation to 0 and no divisor is 0.

    Args:
        difference: the left side minus the right side, with one letter or none.
        relation: a key of RELATIONS.
    Raises:
        MathTextError: the roots cannot be computed exactly.
    """
    zeros = real_roots(difference.numerator) if difference.numerator else []
    holes = ascending(point for divisor in difference.divisors for point in real_roots(divisor))
    holds = RELATIONS[relation]

    def belongs(spot: Quotient | Decimal) -> bool:
        if isinstance(spot, Quotient) and spot in holes:
            return False
        if not difference.numerator or (isinstance(spot, Quotient) and spot in zeros):
            return holds(0)
        at = spot.approximate if isinstance(spot, Quotient) else spot
        above, below = difference.numerator.approximate(at), difference.denominator.approximate(at)
        return holds(1 if (above > 0) == (below > 0) else -1)

    return made(ascending([*zeros, *holes]), belongs)


def union(sets: Iterable[RealSet]) -> RealSet:
    """Return the numbers that are in any of the sets."""
    return functools.reduce(RealSet.__or__, sets, NONE)
