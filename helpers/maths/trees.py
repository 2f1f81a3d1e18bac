"""Trees of the grammar: what is in one, and how it is written."""

from collections.abc import Iterator
from fractions import Fraction
from operator import add, mul, neg, pos, sub, truediv
from typing import Any

from helpers.maths import sentences as say
from helpers.maths.roots import square_root
from helpers.maths.values import Quotient, refuse

Node = Any  # lark.Tree; a number, a letter and an exponent are its leaves, of type str
_OPERATIONS = {
    "add": add, "subtract": sub, "multiply": mul, "divide": truediv, "ratio": truediv, "negative": neg,
    "positive": pos, "root": square_root, "absolute": abs,
}  # fmt: skip
_LEVELS = {"ratio": 0, "add": 1, "subtract": 1, "add_or_subtract": 1, "multiply": 2, "divide": 2}
_SIGNS = {"add": " + ", "subtract": " - ", "add_or_subtract": " ± ", "ratio": ":"}
_FRONT = {"negative": "-", "positive": "", "plus_or_minus": "±"}


def tree(kind: str, *children: Node) -> Node:
    """Return a tree of these trees or leaves; Lark is imported on first use."""
    from lark import Tree

    return Tree(kind, list(children))


def every(node: Node) -> Iterator[Node]:
    """Return the tree and every tree in it."""
    return (part for part in node.iter_subtrees_topdown())


def letters_of(node: Node) -> set[str]:
    """Return the letters in a tree, π left out."""
    return {str(part.children[0]) for part in every(node) if part.data == "letter"} - {"π"}


def numbers_of(node: Node) -> set[Fraction]:
    """Return the plain numbers in a tree."""
    return {Fraction(str(part.children[0])) for part in every(node) if part.data == "number"}


def written(node: Node, level: int = 0) -> str:
    """Write a tree as one would by hand, in brackets where it binds less than the level."""
    kind, children = node.data, node.children
    own = _LEVELS.get(kind, 3 if kind in _FRONT else 4 if kind == "power" else 5)
    if kind in ("number", "letter", "mixed", "percent"):
        return str(children[0])
    if kind == "tuple":
        return "(" + ", ".join(map(written, children)) + ")"
    if kind == "power":
        text = f"{written(children[0], 5)}^{children[1].strip('()')}"
    elif kind == "root":
        text = "√" + written(children[0], 5)
    elif kind == "absolute":
        text = f"|{written(children[0])}|"
    elif kind in _FRONT:
        text = _FRONT[kind] + written(children[0], 3)
    elif kind in _SIGNS:
        text = written(children[0], own) + _SIGNS[kind] + written(children[1], own + 1)
    else:
        left, right = written(children[0], 2), written(children[1], 3)
        divides = kind == "divide"
        shown_product = children[0].data == "multiply" and "×" in left
        if (divides and shown_product) or (
            children[0].data == "divide" and (divides or children[1].data != "number")
        ):
            left = f"({left})"
        between = "/" if divides else "" if _may_follow(left, right) else " × "
        text = left + between + right
    return f"({text})" if own < level or (kind in _FRONT and level == 3 and text[0] in "-±") else text


def _may_follow(left: str, right: str) -> bool:
    """Whether the sign of multiplication may be left out between the two."""
    return (
        (right[0].isalpha() or right[0] in "√(")
        and (left[-1] != right[0] or right[0] == "(")
        and right[1:2] != "-"
    )


def summands(node: Node, sign: int = 1) -> list[tuple[int, Node]]:
    """Return what is added in a tree, each with 1 or with -1 where it is subtracted."""
    if node.data in ("add", "subtract"):
        left, right = node.children
        return summands(left, sign) + summands(right, sign if node.data == "add" else -sign)
    return summands(node.children[0], -sign) if node.data == "negative" else [(sign, node)]


def factors(node: Node, power: int = 1) -> list[tuple[int, Node]]:
    """Return what is multiplied in a tree, each with 1 or with -1 where it is divided by."""
    if node.data in ("multiply", "divide"):
        left, right = node.children
        return factors(left, power) + factors(right, power if node.data == "multiply" else -power)
    return [(power, node)]


def value_of(node: Node) -> Quotient:
    """Compute a tree without ±, node by node; any kind that is not named here is refused."""
    kind, children = node.data, node.children
    if kind in ("number", "percent", "mixed"):
        return Quotient.of_number(_number(str(children[0])))
    if kind == "letter":
        return Quotient.of_letter(str(children[0]))
    if kind == "power":
        return value_of(children[0]) ** int(children[1].strip("()"))
    if kind not in _OPERATIONS:
        refuse(say.TUPLE, letters="x, y")
    return _OPERATIONS[kind](*map(value_of, children))


def _number(text: str) -> Fraction:
    if text.endswith("/0"):
        refuse(say.DIVIDED_BY_ZERO)
    value = sum(map(Fraction, text.removesuffix("%").split()), Fraction(0))
    return value / 100 if text.endswith("%") else value
