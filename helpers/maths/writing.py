"""Writes values and sets of numbers in their simplest form: √2/2, x = 1 또는 x = 3, 2 < x ≤ 5."""

import math
import re
from collections import Counter
from fractions import Fraction
from itertools import groupby

from helpers.maths import sentences as say
from helpers.maths.reals import RealSet
from helpers.maths.roots import real_roots
from helpers.maths.trees import Node, factors, letters_of, summands, value_of, written
from helpers.maths.values import ONE, Polynomial, Quotient


def number(value: Quotient) -> str:
    """Write a value: -7/2, 1 + √2, 3√2/2, 2π, x^2 + 5x/6."""
    text = _sum(value.numerator)
    if value.denominator == ONE:
        return text
    below = _sum(value.denominator)
    return f"({text})/({below})" if len(value.numerator) > 1 else f"{text}/{below}"


def _sum(polynomial: Polynomial) -> str:
    text = ""
    for (root, letters), factor in sorted(polynomial.items()):
        powers = (f"{one}^{count}" if count > 1 else one for one, count in sorted(Counter(letters).items()))
        term = _term(abs(factor), (f"√{root}" if root > 1 else "") + "".join(powers))
        text += f" {'-' if factor < 0 else '+'} {term}" if text else f"{'-' if factor < 0 else ''}{term}"
    return text or "0"


def _term(factor: Fraction, rest: str) -> str:
    above, below = factor.as_integer_ratio()
    front = rest if rest and above == 1 else f"{above}{rest}"
    return front if below == 1 else f"{front}/{below}"


def is_finished(node: Node) -> bool:
    """Whether a tree is a number or polynomial with nothing left to work out, such as 3/4, 2√2 or x^2 + 5x."""
    parts, value = [part for _, part in summands(node)], value_of(node)
    if len(parts) == max(len(value.numerator), 1) and all(map(_is_simple, parts)):
        return True
    if node.data == "negative":
        return is_finished(node.children[0])
    if node.data != "divide" or value.denominator != ONE or not is_finished(node.children[0]):
        return False
    above, below = (value_of(child) for child in node.children)  # (1 + √5)/2
    whole, numbers = below.rational() or Fraction(0), above.numerator.values()
    if not all(one.denominator == 1 for one in (whole, *numbers)) or written(node.children[1]) != str(whole):
        return False
    return whole > 1 and math.gcd(int(whole), *map(int, numbers)) == 1


def _is_simple(node: Node) -> bool:
    """Whether one summand is written as simply as can be; decimals and mixed numbers are let be."""
    if node.data in ("percent", "mixed") or (node.data == "number" and "." in node.children[0]):
        text = str(node.children[0])
        return node.data != "mixed" or text.split()[1] == str(value_of(node).rational() % 1)
    text = re.sub(r"^(-?)\(([0-9]+)/([0-9]+)\)(.+)$", r"\1\2\4/\3", written(node))
    text = re.sub(r"(?<![0-9])1(?=[a-zπ√])", "", text.removeprefix("+"))
    return text == number(value_of(node)) or _with_decimal(node)


def _with_decimal(node: Node) -> bool:
    """Whether a summand is a decimal times letters: 0.5x."""
    front, *rest = [part for _, part in factors(node)]
    letters = number(value_of(node) / value_of(front)) if front.data == "number" else ""
    return bool(rest) and "." in written(front) and letters == "".join(map(written, rest))


def is_mixed(node: Node) -> bool:
    """Whether a tree is a mixed number written as a sum: 2 + 1/2."""
    if node.data == "negative":
        return is_mixed(node.children[0])
    if node.data != "add" or not all(map(_is_simple, node.children)):
        return False
    whole, fraction = (value_of(child).rational() for child in node.children)
    return whole is not None and whole.denominator == 1 and fraction is not None and 0 < fraction < 1


def is_fraction(node: Node) -> bool:
    """Whether a tree is one polynomial over another that has a letter and no root in common with it."""
    if node.data == "negative":
        return is_fraction(node.children[0])
    if node.data != "divide" or not letters_of(node.children[1]) or len(letters_of(node)) > 1:
        return False
    above, below = (value_of(child).numerator for child in node.children)
    common = not above.is_number() and any(root in real_roots(above) for root in real_roots(below))
    return not common and all(is_finished(child) or is_product(child) for child in node.children)


def is_product(node: Node) -> bool:
    """Whether a tree is a product with a sum in it, such as 2(x + 1) or (x + 2)^2, which goes no further."""
    bases = [part.children[0] if part.data == "power" else part for _, part in factors(node)]
    sums = [base for base in bases if base.data in ("add", "subtract")]
    lone = [base for base in bases if base not in sums and not letters_of(base)]
    worked_out = bool(sums) and len(lone) < 2 and all(map(is_finished, bases)) and all(map(letters_of, sums))
    return worked_out and not any(map(_has_factors, sums))


def _has_factors(node: Node) -> bool:
    """Whether a sum in one letter has a factor with fractions."""
    polynomial = value_of(node).numerator
    if len(polynomial.letters()) != 1 or polynomial.degree() < 2:
        return False
    return any(root.rational() is not None for root in real_roots(polynomial))


def numbers(solutions: RealSet, letter: str) -> str:
    """Write a set of numbers: x = 2 또는 x = 3; x < 2 또는 x ≥ 3; 모든 수; 없음."""
    points = [number(point) for point in solutions.points]
    flags = solutions.flags
    if not points:
        return say.ALL_NUMBERS if flags[0] else say.NO_NUMBER
    if all(flags[::2]):
        return say.ALL_NUMBERS_BUT.format(these=", ".join(f"{letter} = {point}" for point in points))
    if solutions.is_finite():  # 3 before -3
        inward = sorted(solutions.points, key=lambda point: (abs(point.approximate), point.approximate < 0))
        return say.OR_BETWEEN.join(f"{letter} = {number(point)}" for point in inward)
    grouped = groupby(range(len(flags)), flags.__getitem__)
    runs = (list(run) for belongs, run in grouped if belongs)
    return say.OR_BETWEEN.join(_stretch(points, letter, run[0], run[-1]) for run in runs)


def _stretch(points: list[str], letter: str, first: int, last: int) -> str:
    """Write what lies from one flag of a set to another; those with an odd number are its points."""
    low, high = (["", *points][(first + 1) // 2], [*points, ""][last // 2])
    if first == last and first % 2:
        return f"{letter} = {low}"
    if not low or not high:
        signs, end, bound = ("<≤", last, high) if high else (">≥", first, low)
        return f"{letter} {signs[end % 2]} {bound}"
    return f"{low} {'<≤'[first % 2]} {letter} {'<≤'[last % 2]} {high}"
