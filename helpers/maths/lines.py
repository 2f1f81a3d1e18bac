"""How a line of an equation is written: its cases, its coefficients, and whether it is the line above anew."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from helpers.maths.judges import Operands, operands
from helpers.maths.parse import Chain, Statement
from helpers.maths.reals import RELATIONS
from helpers.maths.trees import Node, factors
from helpers.maths.values import Polynomial, Quotient, substituted


def is_split(statement: Statement) -> bool:
    """Whether a line shows its cases: 또는, ±, or a product that is 0."""
    chains = statement.chains
    nodes = [node for chain in chains for node in chain.nodes]
    if len(chains) > 1 or len(chains[0].branches) > 1:
        return True
    return any(node.children[0] == "0" for node in nodes) and any(len(factors(node)) > 1 for node in nodes)


def degree(statement: Statement) -> int:
    """The highest degree of left minus right in the equations of a line."""
    branches = [branch for chain in statement.chains for branch in chain.branches]
    return max(one.numerator.degree() for branch in branches for one in branch.differences)


def _difference(statement: Statement) -> Quotient | None:
    """Return left minus right of one plain equation, or None."""
    if len(statement.chains) != 1 or statement.chains[0].relations != ("=",):
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
    return all(
        RELATIONS[relation]((value > 0) - (value < 0))
        for value, relation in zip(values, chain.relations, strict=True)
    )


def is_rewritten(line: Statement, statement: Statement) -> bool:
    """Whether a line without solutions is the line before in other words, as far as that can be told."""
    old, new = _difference(line), _difference(statement)
    if old is None or new is None or old.numerator.is_number() != new.numerator.is_number():
        return True
    (_, number), other = max(old.numerator.items()), new.numerator.get(max(old.numerator), 0)
    factor = Fraction(other) / number
    if new.numerator.is_number():  # 1 = 2 and 0 = 1, not 1 = 3
        return abs(factor) == 1 or any(not term.value.numerator for term in statement.chains[0].terms)
    return new.numerator == old.numerator * Polynomial({(1, ""): factor} if factor else {})


def moved(line: Statement, letter: str) -> Iterator[Operands]:
    """Return what a line adds when its terms stand on one side, whichever, and when its coefficients do."""
    from lark import Tree

    for chain in line.chains:
        for pair in pairwise(chain.nodes):
            _, terms = operands(Tree("subtract", list(pair)))
            one = {letter: Quotient.of_number(1)}
            for power in {0} | {term.numerator.degree() for term in terms}:
                alike = [substituted(term, one) for term in terms if term.numerator.degree() == power]
                for some in (terms, alike):
                    yield "sum", some
                    yield "sum", [-one for one in some]


def put_in(node: Node, letter: str, value: Fraction) -> Node:
    """Return a tree with a number in the place of a letter, as one writes it to check a solution."""
    from lark import Tree

    if not isinstance(node, Tree):
        return node
    if node.data != "letter" or node.children[0] != letter:
        return Tree(node.data, [put_in(child, letter, value) for child in node.children])
    above, below = (Tree("number", [str(part)]) for part in abs(value).as_integer_ratio())
    size = above if value.denominator == 1 else Tree("divide", [above, below])
    return Tree("negative", [size]) if value < 0 else size


def formula(named: dict[str, Quotient], points: Sequence[Quotient]) -> list[Operands]:
    """Return the operations of the quadratic formula, with numbers for a, b and c."""
    a, b, c, _ = named.values()
    one, two, four = map(Quotient.of_number, (1, 2, 4))
    found = [("sum", [b * b, -four * a * c]), ("product", [four, a, c]), ("product", [-four, a, c])]
    for sign in (1, -1):
        root = a * (points[-1] - points[0]) if sign > 0 else a * (points[0] - points[-1])
        found += [("sum", [-b, root]), ("product", [root - b, one / (two * a)])]
    return found
