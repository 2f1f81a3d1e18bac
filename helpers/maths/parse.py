"""Reads the mathematics a model or a learner wrote: text to SymPy polynomials, by a whitelist.

The text is never run as Python. A tokenizer lets through numbers, single lower-case letters and a few signs,
inserts the `*` of `8x`, and hands what is left to `ast`, of which only arithmetic is walked.
An inserted `*` binds like a written one, so `1/2x` is (1/2)*x, as in Python.
"""

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from operator import add, mul, sub, truediv
from typing import NamedTuple

from helpers.maths import sentences as say
from helpers.maths.values import MathTextError, Quotient

MAX_LENGTH = 200  # characters of one text
MAX_DEPTH = 25  # parentheses or operations inside one another; a chain such as 1+2+3 is one level
MAX_NODES = 120  # numbers, letters, signs and chains of operations in one term
MAX_DIGITS = 12  # of one number
MAX_VARIABLES = 3
MAX_EQUATIONS = 8  # as many as an equation of the highest degree has solutions

_SAME_SIGN = dict.fromkeys(map(ord, "×·∙⋅"), "*") | dict.fromkeys(map(ord, "−–"), "-")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\u00a0\u3000]+)|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<superscript>[⁰¹²³⁴-⁹]+)"
    r"|(?P<fraction>[¼-¾⅐-⅞])|(?P<word>[A-Za-z]+|[ㄱ-ㅎㅏ-ㅣ가-힣]+)|(?P<operator>\*\*|[-+*/÷^±])|(?P<mark>[()=,;\n])"
)
_THOUSANDS = re.compile(r"[0-9]+,[0-9]{3}(?![0-9])")
_OPERATIONS = dict(zip((ast.Add, ast.Sub, ast.Mult, ast.Div), (add, sub, mul, truediv), strict=True))
_CHAIN_OF = {ast.Add: "sum", ast.Sub: "sum", ast.Mult: "product", ast.Div: "product"}


class Token(NamedTuple):
    """One piece of a text: its kind, its text in plain signs, and the index of its first character."""

    kind: str
    text: str
    start: int


class Term(NamedTuple):
    """One side of an equals sign: its text with every `*`, its syntax tree, and its value."""

    text: str
    node: ast.expr
    value: Quotient


@dataclass(frozen=True)
class Statement:
    """What a text states.

    Attributes:
        chains: one tuple of terms for each equation: three for `a = b = c`, one for an expression alone.
        letters: the letters in it, in alphabetical order.
        alternatives: True where the equations are joined by 또는, or come from ±.
        claim: "none" (no solution), "all" (every number), "many" (infinitely many solutions), else "".
    """

    chains: tuple[tuple[Term, ...], ...] = ()
    letters: tuple[str, ...] = ()
    alternatives: bool = False
    claim: str = ""


def parse_statement(text: str) -> Statement:
    """Read an expression, an equation, several of either, or a claim such as 해가 없다.

    Args:
        text: what a model or a learner wrote; a leading 답: and a final period are passed over.
    Returns:
        The statement; a lone `2` after `x = 1 또는` is read as `x = 2`.
    Raises:
        MathTextError: the text is not understood, or is larger than the limits of this module.
    """
    if len(text) > MAX_LENGTH:
        raise MathTextError(say.LONG_TEXT.format(count=len(text), most=MAX_LENGTH))
    plain = text.translate(_SAME_SIGN | _FULL_WIDTH).rstrip()
    start = say.OPENING.match(plain).end()
    end = max(start, say.CLOSING.search(plain).start())
    for claim, wordings in say.CLAIMS.items():
        if re.sub(r"\s", "", plain[start:end]).lower() in wordings:
            return Statement(claim=claim)
    tokens = list(_tokens(plain, start, end))
    if not tokens:
        raise MathTextError(say.EMPTY)
    letters = sorted({token.text for token in tokens if token.kind == "letter"})
    if len(letters) > MAX_VARIABLES:
        raise MathTextError(say.MANY_LETTERS.format(letters=", ".join(letters), most=MAX_VARIABLES))
    parts = [list(part) for joint, part in groupby(tokens, lambda token: token.kind == "joint") if not joint]
    branches = [branch for part in parts for branch in _branches(part)]
    if not 1 <= len(branches) <= MAX_EQUATIONS:
        raise MathTextError(say.MANY_EQUATIONS.format(count=len(branches), most=MAX_EQUATIONS))
    chains: list[tuple[Term, ...]] = []
    for branch in branches:
        chain = tuple(_term(side) for side in _sides(branch))
        if len(chain) == 1 and chains and len(chains[-1]) > 1 and isinstance(chains[-1][0].node, ast.Name):
            chain = (chains[-1][0], *chain)
        chains.append(chain)
    return Statement(tuple(chains), tuple(letters), any(token.text in say.OR for token in tokens))


def _unread(what: str, start: int, advice: str) -> MathTextError:
    visible = what.isprintable() and not any(map(unicodedata.combining, what))
    shown = what[:20] if visible else f"U+{ord(what[0]):04X}"
    return MathTextError(say.UNREAD.format(place=start + 1, shown=shown, advice=advice))


def _tokens(plain: str, start: int, end: int) -> Iterator[Token]:
    """Cut the text into tokens; what is not on the whitelist is refused here."""
    if thousands := _THOUSANDS.search(plain):
        raise _unread(thousands.group(), thousands.start(), say.THOUSANDS)
    while start < end:
        match = _TOKEN.match(plain, start, end)
        if match is None:
            latex = plain[start] in "\\$"
            raise _unread(plain[start], start, say.LATEX if latex else say.ALLOWED)
        kind, text = match.lastgroup, match.group()
        if kind in ("number", "superscript") and len(text.replace(".", "")) > MAX_DIGITS:
            raise _unread(text, start, say.LONG_NUMBER.format(most=MAX_DIGITS))
        if text in say.OR | say.AND and text != "±":
            kind = "joint"
        elif kind == "word" and len(text) == 1 and text in string.ascii_lowercase:
            kind = "letter"
        elif kind == "word":
            raise _unread(text, start, say.WORD)
        if kind != "space":
            yield Token(kind, text, start)
        start = match.end()


def _branches(part: list[Token]) -> list[list[Token]]:
    """The part itself, or with ± the two parts that + and - make of it."""
    signs = [token for token in part if token.text == "±"]
    if len(signs) > 1:
        raise _unread("±", signs[1].start, say.SECOND_SIGN)
    choices = "+-" if signs else "+"
    return [[token._replace(text=sign) if token.text == "±" else token for token in part] for sign in choices]


def _sides(part: list[Token]) -> list[list[Token]]:
    sides: list[list[Token]] = [[]]
    for token in part:
        if token.text == "=":
            sides.append([])
        else:
            sides[-1].append(token)
    if not all(sides):
        start = next(token.start for token in part if token.text == "=")
        raise _unread("=", start, say.EMPTY_SIDE)
    return sides


def _python_source(side: list[Token]) -> str:
    """Write one side in Python's signs, with every `*`, after checking that signs, operands and () fit."""
    pieces: list[str] = []
    after_operand = False
    open_parentheses: list[Token] = []
    divisions = [""]  # the signs of division in each open product: 1/2 ÷ 3/4 could be read in two ways
    for kind, text, start in side:
        if kind in ("number", "letter", "fraction") or text == "(":
            if after_operand and kind in ("number", "fraction"):
                raise _unread(text, start, say.NO_OPERATOR)
            if after_operand:
                pieces.append("*")
        elif not after_operand and text not in ("+", "-"):
            raise _unread(text, start, say.NOTHING_BEFORE)
        if text == "(":
            open_parentheses.append(Token(kind, text, start))
            divisions.append("")
        elif text == ")" and not open_parentheses:
            raise _unread(text, start, say.NOT_OPENED)
        elif text == ")":
            open_parentheses.pop()
            divisions.pop()
        elif text in ("+", "-") and after_operand:
            divisions[-1] = ""
        elif text in ("/", "÷") and text not in divisions[-1]:
            divisions[-1] += text
            if len(divisions[-1]) == 2:
                raise _unread(text, start, say.TWO_DIVISIONS)
        if len(open_parentheses) > MAX_DEPTH:
            raise _unread(text, start, say.MANY_PARENTHESES.format(most=MAX_DEPTH))
        pieces.append(_python_text(kind, text))
        after_operand = kind in ("number", "letter", "fraction", "superscript") or text == ")"
    if open_parentheses:
        raise _unread("(", open_parentheses[-1].start, say.NOT_CLOSED)
    if not after_operand:
        raise _unread(side[-1].text, side[-1].start, say.NOTHING_AFTER)
    return "".join(pieces)


def _python_text(kind: str, text: str) -> str:
    if kind == "number" and "." not in text:
        return str(int(text))  # Python refuses the zeros of 007
    if kind == "superscript":
        return f"**{int(unicodedata.normalize('NFKC', text))}"
    if kind == "fraction":
        return "({}/{})".format(*unicodedata.normalize("NFKC", text).split("\u2044"))
    return {"^": "**", "÷": "/"}.get(text, text)


def _term(side: list[Token]) -> Term:
    source = _python_source(side)
    node = ast.parse(source, mode="eval").body
    count = _count(node)
    if count > MAX_NODES:
        raise MathTextError(say.LARGE_TERM.format(count=count, most=MAX_NODES))
    return Term(source.replace("**", "^"), node, _value(node, source))


def _count(node: ast.expr, depth: int = 1) -> int:
    """Count numbers, letters, signs and chains of operations; refuse what is too deep."""
    if depth > MAX_DEPTH:
        raise MathTextError(say.DEEP_TERM.format(most=MAX_DEPTH))
    if isinstance(node, ast.UnaryOp):
        return 1 + _count(node.operand, depth + 1)
    if not isinstance(node, ast.BinOp):
        return 1
    chain = _CHAIN_OF.get(type(node.op))
    continues = chain and isinstance(node.left, ast.BinOp) and _CHAIN_OF.get(type(node.left.op)) == chain
    left = _count(node.left, depth if continues else depth + 1)
    return left + _count(node.right, depth + 1) + (0 if continues else 1)


def _value(node: ast.expr, source: str) -> Quotient:
    """Compute a syntax tree; any node that is not on the list is refused."""
    match node:
        case ast.Constant():
            return Quotient.of_number(Fraction(source[node.col_offset : node.end_col_offset]))
        case ast.Name(id=letter) if letter in string.ascii_lowercase:
            return Quotient.of_letter(letter)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, source)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, source)
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=int() as exponent)):
            return _value(base, source) ** exponent
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            return _OPERATIONS[type(operation)](_value(left, source), _value(right, source))
    raise MathTextError(say.BAD_EXPONENT.format(term=source.replace("**", "^")))
