"""Trees of the grammar: what is in one, how it is written, and what one may work out of it."""

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
_JOINTS = {"sum": ("add", "subtract"), "product": ("multiply", "divide")}
Parts = list[tuple[int, Node]]  # what is added or multiplied, each with -1 where it is subtracted or divides
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
    if kind == "power":
        text = f"{written(children[0], 5)}^{children[1].strip('()')}"
    elif kind == "root":
        text = "√" + written(children[0], 5)
    elif kind == "absolute":
        text = f"|{written(children[0])}|"
    elif kind in _FRONT:
        text = _FRONT[kind] + written(children[0], 3)
    elif kind in _SIGNS:
        right = written(children[1], own + 1)
        text = written(children[0], own) + _SIGNS[kind] + (f"({right})" if right[0] in "-±" else right)
    else:
        left, right = written(children[0], 2), written(children[1], 3)
        divides = kind == "divide"
        shown_product = children[0].data == "multiply" and "×" in left
        divided = children[0].data == "divide" and (divides or children[1].data != "number")
        if divided or (divides and shown_product):
            left = f"({left})"
        between = "/" if divides else "" if _may_follow(left, right) else " × "
        text = left + between + right
    return f"({text})" if own < level or (kind in _FRONT and level == 3 and text[0] in "-±") else text


def _may_follow(left: str, right: str) -> bool:
    """Whether the sign of multiplication may be left out between the two."""
    first, again = right[0], right[0] == left[-1] != "("
    return (first.isalpha() or first in "√(") and not again and right[1:2] != "-"


def summands(node: Node, sign: int = 1) -> Parts:
    """Return what is added in a tree, each with 1 or with -1 where it is subtracted."""
    if node.data in ("add", "subtract"):
        left, right = node.children
        return summands(left, sign) + summands(right, sign if node.data == "add" else -sign)
    return summands(node.children[0], -sign) if node.data == "negative" else [(sign, node)]


def factors(node: Node, power: int = 1) -> Parts:
    """Return what is multiplied in a tree, each with 1 or with -1 where it is divided by."""
    if node.data in ("multiply", "divide"):
        left, right = node.children
        return factors(left, power) + factors(right, power if node.data == "multiply" else -power)
    return [(power, node)]


def operands(node: Node) -> tuple[str, list[Quotient], Parts]:
    """Return "sum" or "product" for the operation on top of a tree, and the values and trees that it works on.

    What is subtracted counts as negative, what divides as its reciprocal; of any other tree its kind is returned.
    """
    kind, parts = ("sum", summands(node)) if len(summands(node)) > 1 else ("product", factors(node))
    if node.data == "percent":
        parts = [(1, tree("number", node.children[0][:-1])), (-1, tree("number", "100"))]
    if len(parts) == 1:
        return node.data, [], []
    turned = neg if kind == "sum" else lambda value: Quotient.of_number(1) / value
    return kind, [value_of(part) if sign > 0 else turned(value_of(part)) for sign, part in parts], parts


def _joined(kind: str, parts: Parts) -> Node:
    (sign, node), *others = parts
    node = node if sign > 0 else tree("negative", node)
    for sign, one in others:
        node = tree(_JOINTS[kind][sign < 0], node, one)
    return node


def replaced(node: Node, calculation: Node, result: Node) -> Node | None:
    """Return a tree with a result in the place of what was worked out; None where that does not stand in it.

    15 × 2 stands in 27 + 15 × 2, 27 + 15 does not; 20 - 5 does in 20 - 5 - 3, 5 - 3 does not.
    """
    unsigned = _unsigned(calculation)
    for whole in (node, *_multiplied_out(node)):
        negated = [part for one in every(whole) for sign, part in summands(one) if sign < 0]
        for part in every(whole):
            new = _worked_out(part, calculation, result)
            if new is None and unsigned and any(part is one for one in negated):
                new = _worked_out(part, unsigned, tree("negative", result))
            if new is not None:
                return _put(whole, part, new)
    return None


def _unsigned(node: Node) -> Node | None:
    """Return a tree without the minus in front; None where there is none."""
    if node.data == "negative":
        return node.children[0]
    front = _unsigned(node.children[0]) if node.data in ("multiply", "divide") else None
    return front and tree(node.data, front, node.children[1])


def _put(node: Node, part: Node, new: Node) -> Node:
    if node is part or isinstance(node, str):
        return new if node is part else node
    return tree(node.data, *(_put(child, part, new) for child in node.children))


def _multiplied_out(node: Node) -> Iterator[Node]:
    """Return the tree with each bracket in turn multiplied out that is the only one in a product."""
    for part in every(node):
        parts = factors(part)
        sums = [one for one in parts if one[0] > 0 and len(summands(one[1])) > 1]
        if len(parts) > 1 and len(sums) == 1:
            rest = [one for one in parts if one is not sums[0]]
            terms = [(sign, _joined("product", [(1, one), *rest])) for sign, one in summands(sums[0][1])]
            yield _put(node, part, _joined("sum", terms))


def _worked_out(part: Node, calculation: Node, result: Node) -> Node | None:
    """Return one part of a tree with a result for all or some of what is added or multiplied there."""
    if written(part) == written(calculation):
        return result
    (kind, wanted, _), (other, values, parts) = operands(calculation), operands(part)
    if kind != other or not wanted:
        return None
    for value in wanted:
        if value not in values:
            return None
        at = values.index(value)
        values, parts = values[:at] + values[at + 1 :], parts[:at] + parts[at + 1 :]
    return _joined(kind, [(1, result), *parts])


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
