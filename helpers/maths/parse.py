"""Reads plain mathematics: text to a tree by `grammar.lark`, and the tree, node by node, to exact values."""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, product
from pathlib import Path
from typing import NamedTuple

from helpers.errors import CourseError
from helpers.maths import sentences as say
from helpers.maths.trees import Node, every, letters_of, tree, value_of, written
from helpers.maths.values import Quotient, refuse

GRAMMAR = Path(__file__).with_name("grammar.lark")
MAX_DEPTH = 25  # parentheses or operations inside one another; a chain such as 1+2+3 is one level
MAX_DIGITS = 40  # of one number
MAX_VARIABLES = 3
MAX_EQUATIONS = 8  # as many as an equation of the highest degree has solutions
MAX_BARS = 2  # |x| in one equation: each doubles the cases
_ADVICE = {"0123456789.": say.NO_OPERATOR, "+-*/÷^±%=<>≤≥≠,∨∧": say.NOTHING_BEFORE, ")": say.NOT_OPENED}
_CHAIN_OF = {"add": "sum", "subtract": "sum", "multiply": "product", "divide": "product"}
_CHOICES = {"add_or_subtract": ("add", "subtract"), "plus_or_minus": ("positive", "negative")}


class Term(NamedTuple):
    """One side of a sign: its tree and its value."""

    node: Node
    value: Quotient

    @property
    def text(self) -> str:
        """The term as one would write it."""
        return written(self.node)


class Branch(NamedTuple):
    """One of the cases that ± and |x| make of a chain: its terms, and what must not be negative in it."""

    terms: tuple[Term, ...]
    conditions: tuple[Quotient, ...]

    @property
    def differences(self) -> list[Quotient]:
        """Left minus right, at each sign between the terms."""
        return [left.value - other.value for left, other in pairwise(self.terms)]


@dataclass(frozen=True)
class Chain:
    """Terms with `=` or another relation between them, or one term alone.

    Attributes:
        nodes: the trees of the terms.
        relations: the signs between them.
        branches: one, or what ± and |x| make of it; any of them may hold.
    """

    nodes: tuple[Node, ...]
    relations: tuple[str, ...]
    branches: tuple[Branch, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the first branch."""
        return self.branches[0].terms

    def written(self) -> str:
        """The chain as one would write it."""
        signs = (*(f" {relation} " for relation in self.relations), "")
        return "".join(written(node) + sign for node, sign in zip(self.nodes, signs, strict=True))


@dataclass(frozen=True)
class Statement:
    """What a text states."""

    groups: tuple[tuple[Chain, ...], ...] = ()  # joined by 또는; the chains in each by a comma or 그리고
    both: bool = False  # 그리고 or the like was written between two chains
    claim: str = ""  # a key of CLAIMS in words.py, or "double"

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains of all groups."""
        return tuple(chain for group in self.groups for chain in group)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters in it, in alphabetical order."""
        nodes = [node for chain in self.chains for node in chain.nodes]
        return tuple(sorted(set().union(*map(letters_of, nodes))))

    def written(self) -> str:
        """The statement as one would write it."""
        joint = say.AND_BETWEEN if self.both else ", "
        return say.OR_BETWEEN.join(joint.join(chain.written() for chain in group) for group in self.groups)


@functools.cache
def _parser() -> Callable[[str], Node]:
    from lark import Lark, LarkError

    try:
        return Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr").parse
    except (OSError, ValueError, LarkError) as error:
        raise CourseError(say.DAMAGED.format(problem=type(error).__name__)) from error


def _parsed(text: str) -> Node:
    from lark.exceptions import UnexpectedInput

    if re.search(rf"[0-9]{{{MAX_DIGITS + 1}}}", text):
        refuse(say.LONG_NUMBER, most=MAX_DIGITS)
    depths = accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in text)
    if max(depths, default=0) > MAX_DEPTH:
        refuse(say.DEEP_TERM, most=MAX_DEPTH)
    try:
        return _parser()(text)
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        place = error.pos_in_stream or 0
    rest = "" if ended else text[place:].strip()
    if not rest:
        open_bracket = text.count("(") > text.count(")")
        refuse(say.UNREAD, shown=text[-20:], advice=say.NOT_CLOSED if open_bracket else say.NOTHING_AFTER)
    if text[:place].rstrip().endswith("^") or rest[0] == "^":
        refuse(say.UNREAD, shown=rest[:20], advice=say.BAD_EXPONENT)
    advice = next((advice for signs, advice in _ADVICE.items() if rest[0] in signs), say.ALLOWED)
    refuse(say.UNREAD, shown=rest[:20], advice=advice)


def parse_statement(text: str, unknowns: Sequence[str] = (), answer: bool = False) -> Statement:
    """Read an expression, an equation, or several of either, in the signs of the grammar.

    Args:
        text: what `wrapping` has made of a line.
        unknowns: the letters of the problem, to which `(4, 2)` gives values in alphabetical order.
        answer: whether a lone number is the value of the only unknown.
    Returns:
        The statement; a lone `2` after `x = 1 ∨` is read as `x = 2`.
    Raises:
        MathTextError: the text is not understood, or is larger than the limits of this module.
    """
    first, *more = _parsed(text).children
    joints, parts = ["", *(joint.data for joint in more[::2])], [first, *more[1::2]]
    if len(parts) > MAX_EQUATIONS:
        refuse(say.MANY_EQUATIONS, count=len(parts), most=MAX_EQUATIONS)
    left = tree("letter", unknowns[0]) if answer and len(unknowns) == 1 else None
    groups: list[list[Chain]] = [[]]
    for joint, part in zip(joints, parts, strict=True):
        nodes, relations = part.children[::2], tuple(map(str, part.children[1::2]))
        if len(nodes) == 1 and left is not None and not letters_of(nodes[0]):
            if (nodes[0].data == "tuple") == (left.data == "tuple"):
                nodes, relations = [left, *nodes], ("=",)
        if len(nodes) > 1 and nodes[0].data in ("letter", "tuple"):
            left = nodes[0]
        front = groups[-1][0].nodes[0] if len(groups[-1]) > 1 else None
        again = nodes[0].data == "letter" and nodes[0] == front != groups[-1][1].nodes[0]
        pair = groups[-1] and (again or nodes[-1].data == "tuple") and joint != "and"
        if joint == "or" or pair:
            groups.append([])
        groups[-1] += _chains(nodes, relations, unknowns)
    statement = Statement(tuple(map(tuple, groups)), "and" in joints)
    letters = set(statement.letters) - {"D"}
    if len(letters) > MAX_VARIABLES:
        refuse(say.MANY_LETTERS, letters=", ".join(sorted(letters)), most=MAX_VARIABLES)
    return statement


def _chains(nodes: Sequence[Node], relations: tuple[str, ...], unknowns: Sequence[str]) -> list[Chain]:
    """The chain itself, or one for each place of `(x, y) = (4, 2)`."""
    if "≈" in relations:
        nodes, relations = _exact(nodes, relations)
    if all(node.data != "tuple" for node in nodes):
        return [_chain(nodes, relations)]
    if len(nodes) == 1:
        nodes, relations = [tree("tuple", *(tree("letter", one) for one in unknowns)), *nodes], ("=",)
    places = [len(node.children) if node.data == "tuple" else 0 for node in nodes]
    if len(set(places)) > 1 or set(relations) != {"="}:
        refuse(say.TUPLE, letters=", ".join(unknowns))
    return [_chain(part, relations) for part in zip(*(node.children for node in nodes), strict=True)]


def _exact(nodes: Sequence[Node], relations: tuple[str, ...]) -> tuple[Sequence[Node], tuple[str, ...]]:
    """Take a number off that stands behind ≈ at the end; one that is rounded wrongly counts as behind =."""
    *_, exact, rounded = nodes
    if "≈" in relations[:-1] or letters_of(exact) or letters_of(rounded):
        refuse(say.APPROXIMATE)
    text = written(rounded)
    places = len(text.rstrip("%").partition(".")[2]) + 2 * text.endswith("%")
    error = abs(value_of(exact).approximate - value_of(rounded).approximate)
    right = error * 2 * 10**places <= 1
    return (nodes[:-1], relations[:-1]) if right else (nodes, (*relations[:-1], "="))


def _chain(nodes: Sequence[Node], relations: tuple[str, ...]) -> Chain:
    if max(map(_depth, nodes)) > MAX_DEPTH:
        refuse(say.DEEP_TERM, most=MAX_DEPTH)
    signs = [sum(part.data in _CHOICES for part in every(node)) for node in nodes]
    if max(signs) > 1 or (signs[0] and sum(signs) > 1):
        refuse(say.SECOND_SIGN)
    if any(signs) and set(relations) - {"="}:
        refuse(say.SIGN_OF_EQUATIONS)
    bars = sum(_is_choice(part) for node in nodes for part in every(node))
    if bars > MAX_BARS:
        refuse(say.MANY_BARS, most=MAX_BARS)
    branches = []
    for minus, *bits in product((False, True), repeat=bars + 1):
        if any(signs) or not minus:
            conditions: list[Node] = []
            rest = iter(bits)
            chosen = [_chosen(node, minus, rest, conditions) for node in nodes]
            terms = tuple(Term(node, value_of(node)) for node in chosen)
            branches.append(Branch(terms, tuple(map(value_of, conditions))))
    return Chain(tuple(nodes), relations, tuple(branches))


def _is_choice(node: Node) -> bool:
    """Whether a tree is |u| with a letter in it, which may be u or -u."""
    return node.data == "absolute" and bool(letters_of(node))


def _chosen(node: Node, minus: bool, bits: Iterator[bool], conditions: list[Node]) -> Node:
    """The tree with one sign for ±, and with u or -u for each |u|; what must not be negative is noted."""
    if isinstance(node, str):
        return node
    children = [_chosen(child, minus, bits, conditions) for child in node.children]
    if _is_choice(node):
        (inner,) = (tree("negative", *children),) if next(bits) else children
        conditions.append(inner)
        return inner
    kinds = _CHOICES.get(node.data)
    return tree(kinds[minus] if kinds else node.data, *children)


def _depth(node: Node, around: str = "") -> int:
    """How many operations stand inside one another; a chain such as 1+2+3 is one."""
    own = _CHAIN_OF.get(node.data, "")
    below = (_depth(child, own) for child in node.children if not isinstance(child, str))
    return max(below, default=0) + (not own or own != around)
