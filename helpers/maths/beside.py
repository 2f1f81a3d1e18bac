"""Calculations beside an equation: of which numbers of a line one may work something out."""

import contextlib
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from helpers.maths.judges import Operands, operands, places_in, stands_among
from helpers.maths.lines import coefficients
from helpers.maths.parse import Statement, parse_statements
from helpers.maths.trees import Node, every, numbers_of, tree, value_of, written
from helpers.maths.values import MathTextError, Quotient
from helpers.maths.writing import number


def may_be_beside(line: Statement, calculation: Node, letter: str, points: Sequence[Quotient]) -> bool:
    """Whether a calculation moves terms of a line to one side, divides, puts in a solution, or is of the formula.

    Args:
        line: an equation or inequality in one unknown.
        calculation: numbers to work out.
        letter: the unknown.
        points: the solutions of the problem, or the borders of what solves it.
    """
    if calculation.data == "root":
        calculation = calculation.children[0]
    roots = [*points, *(-point for point in points)]
    if operands(calculation)[0] == "product" and value_of(calculation) in roots:
        return True
    return _divides(line, calculation) or stands_among(calculation, _places(line, letter, points))


def _places(line: Statement, letter: str, points: Sequence[Quotient]) -> Iterator[Operands]:
    yield from _moved(line, letter)
    nodes = [node for chain in line.chains for node in chain.nodes]
    texts = [written(node).replace(letter, f"({number(point)})") for node, point in product(nodes, points)]
    if points and (named := coefficients(line, letter)):
        for values in (points, [-point for point in points]):
            yield from (("sum", list(values)), ("product", list(values)))
        a, b, c = (f"({number(named[one])})" for one in "abc")
        below = number(named["a"] + named["a"])
        texts += [f"(-{b} {sign} √({b}^2 - 4*{a}*{c}))/({below})" for sign in "+-"]
    for text in texts:
        with contextlib.suppress(
            MathTextError
        ):  # a slip may be too long with a number put in, or divide by 0
            yield from list(places_in(parse_statements(text)[0].chains[0].nodes[0]))


def _moved(line: Statement, letter: str) -> Iterator[Operands]:
    """Return what a line adds when its terms stand on one side, whichever, and when its coefficients do."""
    for pair in (pair for chain in line.chains for pair in pairwise(chain.nodes)):
        terms = [term for term in operands(tree("subtract", *pair))[1] if not term.divisors]
        alike: dict[int, list[Quotient]] = {-1: terms}
        for term in terms:
            powers = term.numerator.powers(letter)
            power = max(powers, default=0)
            alike.setdefault(power, []).append(Quotient(powers[power], term.denominator))
        for some in alike.values():
            yield from (("sum", some), ("sum", [-one for one in some]))


def _divides(line: Statement, calculation: Node) -> bool:
    """Whether a calculation divides a number of a line by a factor in it, or clears a denominator of it."""
    nodes = [part for chain in line.chains for node in chain.nodes for part in every(node)]
    numbers = set().union(*map(numbers_of, nodes))
    below = set().union(*(numbers_of(node.children[1]) for node in nodes if node.data == "divide"))
    result = value_of(calculation).rational()
    if calculation.data == "number":
        return result in numbers
    if operands(calculation)[0] != "product" or not result:
        return False
    factors_in_it = [abs(result) / one for one in numbers if one]
    return any(
        1 / one in numbers or any(one % other == 0 for other in below if other) for one in factors_in_it
    )
