"""How a line of an equation is written: its cases, its coefficients, and whether it is the line above anew."""

import re
from fractions import Fraction

from helpers.maths.parse import Chain, Statement
from helpers.maths.reals import RELATIONS, RealSet, solve, union
from helpers.maths.trees import factors
from helpers.maths.values import Polynomial, Quotient, substituted


def is_split(statement: Statement) -> bool:
    """Whether a line shows its cases: 또는, ±, or a product that is 0."""
    chains = statement.chains
    nodes = [node for chain in chains for node in chain.nodes]
    if len(chains) > 1 or any(len(chain.branches) > 1 for chain in chains):
        return True
    return any(node.children[0] == "0" for node in nodes) and any(len(factors(node)) > 1 for node in nodes)


def degree(statement: Statement) -> int:
    """The highest degree of left minus right in the equations of a line."""
    branches = [branch for chain in statement.chains for branch in chain.branches]
    return max((one.numerator.degree() for branch in branches for one in branch.differences), default=0)


def excluded(line: Statement) -> RealSet:
    """The numbers for which a divisor in a line is 0, or its bars were left out with the wrong sign."""
    branches = [branch for chain in line.chains for branch in chain.branches]
    divisors = [divisor for branch in branches for one in branch.differences for divisor in one.divisors]
    bars = union(solve(one, "<") for branch in branches for one in branch.conditions)
    return bars | union(solve(Quotient(one), "=") for one in divisors)


def has_negative_bars(line: Statement) -> bool:
    """Whether a line says that |u| is a negative number."""
    return re.fullmatch(r"\|[^|]*\| = -[0-9./√]+", line.written()) is not None


def is_raised(line: Statement, statement: Statement) -> bool:
    """Whether a line has a higher degree than the line before, and did not put its cases together."""
    plain = len(line.chains) == 1 and len(line.chains[0].branches) == 1
    return plain and degree(statement) > degree(line)


def _difference(statement: Statement) -> Quotient | None:
    """Return left minus right of one plain equation or inequality, or None."""
    if len(statement.chains) != 1 or len(statement.chains[0].relations) != 1:
        return None
    (first, *others) = statement.chains[0].branches
    return None if others else first.differences[0]


def coefficients(statement: Statement, letter: str) -> dict[str, Quotient] | None:
    """Return a, b, c and D of a quadratic equation written in one chain, or None where it is none."""
    difference = _difference(statement)
    if difference is None or difference.denominator.letters() or difference.numerator.degree() != 2:
        return None
    powers = difference.numerator.powers(letter)
    a, b, c = (Quotient(powers[power]) / Quotient(difference.denominator) for power in (2, 1, 0))
    return {"a": a, "b": b, "c": c, "D": b * b - Quotient.of_number(4) * a * c}


def holds(chain: Chain, named: dict[str, Quotient]) -> bool:
    """Whether a chain is true with these numbers in the place of its letters."""
    values = (substituted(one, named).approximate for one in chain.branches[0].differences)
    pairs = zip(values, chain.relations, strict=True)
    return all(RELATIONS[relation]((value > 0) - (value < 0)) for value, relation in pairs)


def is_rewritten(line: Statement, statement: Statement) -> bool:
    """Whether a line without solutions is the line before in other words, as far as that can be told."""
    old, new = _difference(line), _difference(statement)
    if old is None or new is None or old.numerator.is_number() != new.numerator.is_number():
        return True
    (_, number), other = max(old.numerator.items()), new.numerator.get(max(old.numerator), 0)
    factor = Fraction(other) / number
    if new.numerator.is_number():  # 0 = 1 or 0 = 2 of x + 2 = x + 4, but not 0 = 4
        return abs(factor) == 1 or (factor != 0 and (1 / factor).denominator == 1) or "/" in line.written()
    return new.numerator == old.numerator * Polynomial({(1, ""): factor} if factor else {})
