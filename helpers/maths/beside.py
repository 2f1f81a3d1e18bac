"""Calculations beside an equation: of which numbers of a line one may work something out."""

import contextlib
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from helpers.maths.lines import coefficients
from helpers.maths.parse import Statement, parse_statement
from helpers.maths.trees import Node, every, numbers_of, operands, replaced, tree, value_of, written
from helpers.maths.values import MathTextError, Quotient
from helpers.maths.writing import number


def may_be_beside(line: Statement, calculation: Node, letter: str, points: Sequence[Quotient]) -> bool:
    """Whether a calculation moves terms of a line to one side, divides, puts in a solution, or is of the formula."""
    if calculation.data == "root":
        calculation = calculation.children[0]
    roots = [*points, *(-point for point in points)]
    is_root = operands(calculation)[0] == "product" and value_of(calculation) in roots
    if is_root or _divides(line, calculation):
        return True
    for text in (*_moved(line, letter), *_put_in(line, letter, points)):
        with contextlib.suppress(MathTextError):  # a slip may be too long with a number in it, or divide by 0
            node = parse_statement(text).chains[0].nodes[0]
            if replaced(node, calculation, calculation):
                return True
    return False


def _put_in(line: Statement, letter: str, points: Sequence[Quotient]) -> Iterator[str]:
    """Write what a line, the formula, and the sum and product of the solutions are in numbers."""
    nodes = [node for chain in line.chains for node in chain.nodes]
    yield from (written(node).replace(letter, f"({number(point)})") for node, point in product(nodes, points))
    if points and (named := coefficients(line, letter)):
        for values in (points, [-point for point in points]):
            yield from (sign.join(f"({number(one)})" for one in values) for sign in "+*")
        a, b, c = (f"({number(named[one])})" for one in "abc")
        below = number(named["a"] + named["a"])
        yield from (f"(-{b} {sign} √({b}^2 - 4*{a}*{c}))/({below})" for sign in "+-")


def _moved(line: Statement, letter: str) -> Iterator[str]:
    """Write what a line adds when its terms stand on one side, whichever, and when its coefficients do."""
    for pair in (pair for chain in line.chains for pair in pairwise(chain.nodes)):
        terms = [term for term in operands(tree("subtract", *pair))[1] if not term.divisors]
        alike: dict[int, list[Quotient]] = {-1: terms}
        for term in terms:
            powers = term.numerator.powers(letter)
            power = max(powers, default=0)
            alike.setdefault(power, []).append(Quotient(powers[power], term.denominator))
        for some in alike.values():
            for signed in (some, [-one for one in some]):
                yield " + ".join(f"({number(one)})" for one in signed)


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
    wholes = [one for one in below if one]
    rest = [abs(result) / one for one in numbers if one]
    return any(1 / one in numbers or any(one % other == 0 for other in wholes) for one in rest)
