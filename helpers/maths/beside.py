"""Calculations beside an equation: of which numbers of a line one may work something out."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product

from helpers.maths.judges import Operands, operands, places_in, stands_among
from helpers.maths.lines import coefficients
from helpers.maths.parse import Statement
from helpers.maths.trees import Node, every, numbers_of, tree, value_of
from helpers.maths.values import Quotient, substituted


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
    if operands(calculation)[0] == "product" and value_of(calculation) in [
        *points,
        *(-one for one in points),
    ]:
        return True
    return _divides(line, calculation) or stands_among(calculation, _places(line, letter, points))


def _places(line: Statement, letter: str, points: Sequence[Quotient]) -> Iterator[Operands]:
    yield from _moved(line, letter)
    if points and (named := coefficients(line, letter)):
        yield from _formula(named, points)
    for chain, point in product(line.chains, points):
        if (root := point.rational()) is not None:
            for node in chain.nodes:
                yield from places_in(_put_in(node, letter, root))


def _moved(line: Statement, letter: str) -> Iterator[Operands]:
    """Return what a line adds when its terms stand on one side, whichever, and when its coefficients do."""
    for chain in line.chains:
        for pair in pairwise(chain.nodes):
            _, terms = operands(tree("subtract", *pair))
            one = {letter: Quotient.of_number(1)}
            for power in {0} | {term.numerator.degree() for term in terms}:
                alike = [substituted(term, one) for term in terms if term.numerator.degree() == power]
                for some in (terms, alike):
                    yield "sum", some
                    yield "sum", [-one for one in some]


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


def _put_in(node: Node, letter: str, value: Fraction) -> Node:
    """Return a tree with a number in the place of a letter, as one writes it to check a solution."""
    if isinstance(node, str):
        return node
    if node.data != "letter" or node.children[0] != letter:
        return tree(node.data, *(_put_in(child, letter, value) for child in node.children))
    above, below = (tree("number", str(part)) for part in abs(value).as_integer_ratio())
    size = above if value.denominator == 1 else tree("divide", above, below)
    return tree("negative", size) if value < 0 else size


def _formula(named: dict[str, Quotient], points: Sequence[Quotient]) -> list[Operands]:
    """Return the operations of the quadratic formula, with numbers for a, b and c."""
    a, b, c, _ = named.values()
    one, two, four = map(Quotient.of_number, (1, 2, 4))
    found = [(kind, list(points)) for kind in ("sum", "product")]
    found += [(kind, [-point for point in points]) for kind in ("sum", "product")]
    found += [("sum", [b * b, -four * a * c]), ("product", [four, a, c]), ("product", [-four, a, c])]
    for sign in (1, -1):
        root = a * (points[-1] - points[0]) if sign > 0 else a * (points[0] - points[-1])
        found += [("sum", [-b, root]), ("product", [root - b, one / (two * a)])]
    return found
