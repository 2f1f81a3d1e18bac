"""Signs that look alike or are written in several ways, brought to one: every dash, ½, <=, 0.1666..., |x|."""

import re
import unicodedata
from fractions import Fraction

from helpers.maths import sentences as say
from helpers.maths.values import refuse

_LOOK_ALIKES = {
    "*": "×✕✖∙⋅·∗⨯", "-": "−‐‑‒–—―﹣", "/": "⁄∕", "|": "∣｜", "⇒": "→➔➜⟶⟹⟺⇔↔", "≤": "≦⩽", "≥": "≧⩾", "≈": "≒≃≅",
    ".": "。", ",": "、", ":": "∶",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r",
}  # fmt: skip
_ALIKE = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width
    | {0x1D44E + place: letter for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}  # 𝑥
    | {ord(one): f"^{digit}" for digit, one in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
    | {ord(one): f"_{digit}" for digit, one in enumerate("₀₁₂₃₄₅₆₇₈₉")}
    | {ord(one): sign for sign, ones in _LOOK_ALIKES.items() for one in ones}
)
_SIGNS = (
    (r"\n\s*(?==)", " "),
    (r"//.*[A-Za-z가-힣]{2}.*|(?<![0-9A-Za-z])#.*[A-Za-z가-힣]{2}.*", ""),  # a remark
    (r"==", "="),
    (r"\[([^\[\]]*)\]", r"(\1)"),
    (r"\*\*", "^"),
    (r"\bsqrt\b\s*|루트\s*", "√"),
    (r"<=>|<->|-->|->|=>", "⇒"),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"!=", "≠"),
    (r"\+/-|±", "±"),
    (r"\{", "("),
    (r"\}", ")"),
    (r"\|([^|]*)\|", r"⟦\1⟧"),
    (r"퍼센트|(?<=[0-9])\s+%", "%"),
    (r"[₩￦]", ""),
    (r"(?<![0-9a-z./])([0-9]+/[0-9]+)(?![0-9a-z./])(?=[^=]*÷)", r"(\1)"),  # 1/2 ÷ 1/4
    (r"(?<=÷)\s*([0-9]+/[0-9]+)(?![0-9a-z./])", r"(\1)"),
    (r"(?<![a-z)¼-¾⅐-⅞])([0-9]*)([¼-¾⅐-⅞])", lambda match: _vulgar(*match.groups())),
    (r"(?<![0-9.])([0-9]*\.[0-9]+)(?:\.{3}|…)", lambda match: _cut_off(match[1])),
    (
        r"([0-9]*\.[0-9]*?)([0-9])\u0307(?:([0-9]*)([0-9])\u0307)?",  # 0.16̇
        lambda match: _repeating(match[1], "".join(filter(None, match.groups()[1:]))),
    ),
)


def alike(text: str) -> str:
    """Bring look-alikes to one sign, and take marks of bold and of code off."""
    text = re.sub(
        r"(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))", "", unicodedata.normalize("NFC", text)
    )
    text = re.sub(r"(?:(?<=\s)|^|(?<=[-*:]))\*\*(?=\S)([^*]+)\*\*(?=$|[\s.,:])", r"\1", text)
    text = re.sub(r"[·⋯…․.\s-]*[①-⑳](?=\s*(?:[,;\n]|$))|[✓✔✅☑`\"“”‘’]|^'|'$", "", text)
    return re.sub(r"^\s*(?:#{1,6}|>)\s+", "", text, flags=re.M).translate(_ALIKE)


def plain(text: str) -> str:
    """Write every sign as the grammar has it."""
    for pattern, put in _SIGNS:
        text = re.sub(pattern, put, text)
    return text


def _vulgar(front: str, sign: str) -> str:
    fraction = unicodedata.normalize("NFKC", sign).replace("\u2044", "/")
    return f" {front} {fraction} " if front else f"({fraction})"


def _cut_off(text: str) -> str:
    """Write 0.1666... as 1/6; what does not repeat three times (or twice, for several digits) is refused."""
    if not (match := re.fullmatch(r"([0-9]*\.[0-9]*?)(?:([0-9])\2{2,}|([0-9]{2,}?)\3+)", text)):
        refuse(say.CUT_OFF, shown=text[:20])
    return _repeating(match[1], match[2] or match[3])


def _repeating(front: str, block: str) -> str:
    """Write a decimal whose last digits repeat as a fraction."""
    share = Fraction(int(block), (10 ** len(block) - 1) * 10 ** len(front.partition(".")[2]))
    return f"({Fraction(f'0{front}0') + share})"
