"""Signs that look alike or are written in several ways, brought to one: every dash, ½, <=, 0.1666..., |x|."""

import re
import unicodedata
from fractions import Fraction

from helpers.maths import sentences as say
from helpers.maths.values import refuse

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r"
_ALIKE = (
    {
        ord(one): put
        for ones, put in (("×✕✖∙⋅·∗⨯", "*"), ("−‐‑‒–—―﹣", "-"), ("⁄∕", "/"), (_SPACES, " "), ("∣｜", "|"))
        for one in ones
    }
    | {
        ord(one): put
        for ones, put in (
            ("→➔➜⟶⟹⟺⇔↔", "⇒"),
            ("≦⩽", "≤"),
            ("≧⩾", "≥"),
            ("≒≃≅", "≈"),
            ("。", "."),
            ("、", ","),
            ("∶", ":"),
        )
        for one in ones
    }
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF5C}  # full width
    | {0x1D44E + place: letter for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}  # 𝑥
    | {ord(one): f"^{unicodedata.normalize('NFKC', one)}" for one in "⁰¹²³⁴⁵⁶⁷⁸⁹"}
    | {ord(one): f"_{unicodedata.normalize('NFKC', one)}" for one in "₀₁₂₃₄₅₆₇₈₉"}
)
_SIGNS = (
    (r"\n\s*(?==)", " "),
    (r"\*\*", "^"),
    (r"\bsqrt\b\s*|루트\s*", "√"),
    (r"<=>|<->|-->|->|=>", "⇒"),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"!=", "≠"),
    (r"\+/-|±", "±"),
    (r"[{]", "("),
    (r"[}]", ")"),
    (r"\|([^|]*)\|", r"⟦\1⟧"),
    (r"퍼센트|(?<=[0-9])\s+%", "%"),
    (r"[₩￦]", ""),
    (
        r"(?<![0-9a-z./])([0-9]+/[0-9]+)(?![0-9a-z./])(?=[^=]*÷)|(?<=÷)\s*([0-9]+/[0-9]+)(?![0-9a-z./])",
        lambda m: f"({m[1] or m[2]})",
    ),
    (r"(?<![a-z)¼-¾⅐-⅞])([0-9]*)([¼-¾⅐-⅞])", lambda match: _vulgar(match[1], match[2])),
    (r"(?<![0-9.])([0-9]*\.[0-9]+)(?:\.{3}|…)", lambda match: _repeating(match[1])),
)


def alike(text: str) -> str:
    """Bring look-alikes to one sign, and take marks of bold and of code off."""
    text = re.sub(
        r"(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))", "", unicodedata.normalize("NFC", text)
    )
    text = re.sub(r"(?:(?<=\s)|^|(?<=[-*:]))\*\*(?=\S)([^*]+)\*\*(?=$|[\s.,:])", r"\1", text)
    return text.replace("`", "").translate(_ALIKE)


def plain(text: str) -> str:
    """Write every sign as the grammar has it."""
    for pattern, put in _SIGNS:
        text = re.sub(pattern, put, text)
    return text


def _vulgar(front: str, sign: str) -> str:
    fraction = unicodedata.normalize("NFKC", sign).replace("\u2044", "/")
    return f" {front} {fraction} " if front else f"({fraction})"


def _repeating(text: str) -> str:
    """Write 0.1666... as 1/6; what does not repeat three times (or twice, for several digits) is cut off."""
    front, digits = text.split(".")
    for size in range(1, len(digits) // 2 + 1):
        block, times = digits[-size:], 3 if size == 1 else 2
        if digits.endswith(block * times):
            kept = digits[: len(digits) - size * times]
            value = Fraction(f"{front or 0}.{kept or 0}") + Fraction(
                int(block), (10**size - 1) * 10 ** len(kept)
            )
            return f"({value})"
    refuse(say.CUT_OFF, shown=text[:20])
