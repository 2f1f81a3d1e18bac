"""Takes off what people and models write round mathematics: list marks, words, units, look-alike signs.

What comes out has only the signs of `grammar.lark`. A word that is not known stays, and is refused.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from helpers.maths import latex, signs, words
from helpers.maths import sentences as say
from helpers.maths.values import refuse

MAX_LENGTH = 200  # characters of one text
MAX_PARTS = 8  # that follow from one another in one line


class Part(NamedTuple):
    """A statement in the signs of the grammar, or else a claim such as 해가 없다: "none", "all" or "many"."""

    text: str = ""
    claim: str = ""


def without_marks(lines: Sequence[str]) -> list[tuple[bool, tuple[str, ...]]]:
    """Take list marks off the lines of a solution.

    Returns:
        For each line its readings, and whether the first of them is the likelier. There are two where `- ` or
        `(2) ` in front may be a mark or mathematics; it is likely a mark where every line has one.
    """
    lines = [line if len(line) > MAX_LENGTH else signs.alike(line) for line in lines]
    found = [words.DOUBTFUL_MARK.match(line) for line in lines]
    listed = len(lines) > 1 and all(m and m[1] in (None, str(place)) for place, m in enumerate(found, 1))
    result: list[tuple[bool, tuple[str, ...]]] = []
    for line, match in zip(lines, found, strict=True):
        if match and (listed or match[1] or re.search("[A-Za-z]", line)):
            result.append((listed, (line[match.end() :], line)))
        else:
            result.append((True, (words.MARK.sub("", line, count=1) if words.MARK.match(line) else line,)))
    return result


def unwrapped(text: str, unknowns: Sequence[str] = (), role: str = "step") -> list[list[Part]]:
    """Write a line in the signs of the grammar.

    Args:
        text: the line, without list mark.
        unknowns: the letters of the problem.
        role: "problem", "step" or "final".
    Returns:
        Its readings, the likeliest first. Each is a list of what ⇒ joined.
    Raises:
        MathTextError: words are left that are not known, or the text is too long.
    """
    if len(text) > MAX_LENGTH:
        refuse(say.LONG_TEXT, count=len(text), most=MAX_LENGTH)
    if match := re.search("[⟦⟧]", text):
        refuse(say.UNREAD, shown=match[0], advice=say.ALLOWED)
    text = latex.plain(signs.alike(text)).strip()
    text = signs.plain(_sets(text, unknowns))
    if role == "problem":
        text = re.sub(r"\s*(?:,\s*[a-z]\s*)?=?\s*[?□]?\s*$", "", text)
        for pattern in (words.BACK_OF_PROBLEM, words.HOW):
            text = _without(pattern, "", text)
    if claim := _claim(text):
        return [[Part(claim=claim)]]
    text = re.sub(words.FALSE, " ⇒ 해가 없다", text)
    double = [Part(claim="double")] if re.search(words.DOUBLE, text) else []
    listing = re.search(words.PLURAL, text) is not None
    for pattern, put in words.EVERYWHERE:
        text = _without(pattern, put, text)
    parts = [part for part in text.split("⇒") if part.strip()]
    readings = [_plain(part, unknowns, role, listing) for part in parts]
    if not readings:
        refuse(say.EMPTY)
    if len(parts) > MAX_PARTS:
        refuse(say.MANY_EQUATIONS, count=len(parts), most=MAX_PARTS)
    places = range(max(map(len, readings)))
    return [[*double, *(one[min(place, len(one) - 1)] for one in readings)] for place in places]


def _without(pattern: str, put: str, text: str) -> str:
    """Replace a pattern, unless what goes holds a word of denial."""
    return re.sub(pattern, lambda match: match[0] if words.NOT.search(match[0]) else match.expand(put), text)


def _sets(text: str, unknowns: Sequence[str]) -> str:
    """Write {2, 3}, x ∈ (1, ∞) and {"x": 4, "y": 2} with signs of relation."""
    if text.startswith("{") and text.endswith("}") and re.search(r"=|[a-z]\s*:", text):
        text = text[1:-1]
    known = set(re.findall("[a-z]", text)) <= {*unknowns}
    if known and re.fullmatch(r"(?:[a-z]\s*:[^:=,]+(?:,|$)\s*)+", text):
        return text.replace(":", " = ")
    if len(unknowns) != 1:
        return text
    if re.fullmatch(rf"(?:{unknowns[0]}\s*∈)?\s*ℝ", text):
        return "모든 실수"
    if match := re.fullmatch(rf"(?:(?:{unknowns[0]}\s*∈|[A-Z]\s*=)\s*)?\{{([^{{}}=<>:]+)\}}", text):
        return f"{unknowns[0]} = {match[1]}"
    match = re.fullmatch(rf"({unknowns[0]}\s*∈)?\s*([(\[])([^,]+),([^,]+)([)\]])", text)
    if not match or not (match[1] or "∞" in text or match[5] == "]" or match[2] == "["):
        return text
    low, high = ("<≤"["([".index(match[2])], "<≤"[")]".index(match[5])])
    left, right = f"{match[3]} {low} ", f" {high} {match[4]}"
    return ("" if "∞" in left else left) + unknowns[0] + ("" if "∞" in right else right)


def _claim(text: str) -> str:
    bare = re.sub(r"[\s.!]|\([가-힣]*\)", "", text).lower()
    return next((claim for claim, pattern in words.CLAIMS.items() if pattern.fullmatch(bare)), "")


def _plain(text: str, unknowns: Sequence[str], role: str, listing: bool) -> list[Part]:
    """Take the words off one statement; return its readings."""
    text = re.sub(r"(?<!\.)(?:\.|(?<![0-9a-z)])!)\s*$", "", text.strip())
    if claim := _claim(text):
        return [Part(claim=claim)]
    for pattern, put in (*words.FRONT, *words.BACK):
        before, text = text, _without(pattern, put, text)
        gone = before.removesuffix(text)
        if role == "problem" and ":" not in gone and re.search("[0-9]", gone):
            text = before  # a story, in which every number tells
    if claim := _claim(text):
        return [Part(claim=claim)]
    if role != "problem":
        text = re.sub(words.LETTER_UNIT, lambda match: match[0] if match[1] in unknowns else "", text)
    readings = [_joined(reading, listing, role) for reading in _readings(text.strip(), unknowns)]
    return [Part(_letters(reading, unknowns)) for reading in readings]


def _joined(text: str, listing: bool, role: str) -> str:
    """Put a sign for each word that joins, and a comma where a letter with = begins a new equation."""
    for pattern, put in (*words.LAST, (words.TOGETHER, ", " if listing else " ∧ ")):
        text = re.sub(pattern, put, text)
    text = re.sub(r"(=[^,∨∧=]*[0-9)])(?:\s+|\s*/\s+)(?=[a-zA-Z](?:_[0-9])?\s*=)", r"\1, ", text)
    if match := re.search(r"=[^,∨∧=]*[0-9)]\s+[a-zA-Z][^,∨∧=]*=|=\s*-?[0-9./]+[a-zA-Z]\s*=", text):
        if role != "problem" or " " in match[0].strip("= "):
            refuse(say.UNREAD, shown=match[0][:20], advice=say.COMMA)
    for pattern, first, second in words.AMBIGUOUS:
        if match := re.search(pattern, text):
            refuse(say.TWO_READINGS, first=match.expand(first), second=match.expand(second))
    return re.sub(r"^[\s,]+|[\s,]+$", "", text)


def _readings(text: str, unknowns: Sequence[str]) -> list[str]:
    """The readings of what may be read in two ways, the likelier first."""
    mixed = re.sub(r"([0-9]+)\s*(?:과|와)\s*([0-9]+/[0-9]+)", r"\1 \2", text)
    thousands = r"(?<![0-9.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])"
    whole = re.sub(thousands, lambda match: match[0].replace(",", ""), text)
    if mixed != text:
        return [mixed, text] if unknowns else [mixed]
    if whole != text:
        return [whole] if ",0" in text else [whole, text.replace(",", ", ")]
    if re.fullmatch(r"(?:[a-z]\s*=)?\s*[0-9.]+%", text):
        return [text, text.replace("%", "")]
    both = re.sub(r"[+]-|-[+]", "±", text)
    return [both, text] if unknowns and both != text else [text]


def _letters(text: str, unknowns: Sequence[str]) -> str:
    """Write capital letters small and an x between numbers as a sign; refuse words and indices."""
    if "x" not in unknowns and not re.search(r"(?<![0-9)\s])\s*[xX]|[xX]\s*(?![0-9\s])", text):
        text = re.sub(r"(?<=[0-9)])\s+[xX]\s+(?=[0-9])", "*", text)
    text = re.sub(r"(^|[,∨]\s*)([a-zA-Z])_[0-9](?:,[0-9])?(?=\s*=)", r"\1\2", text)
    if match := re.search("[a-zA-Z]_[0-9]", text):
        refuse(say.UNREAD, shown=text[match.start() :][:20], advice=say.INDEX)
    if not text:
        refuse(say.EMPTY)
    singles = set(re.findall(r"(?<![a-z])[a-z](?![a-z])", text.lower())) | set(unknowns)
    for word in re.findall(r"[가-힣ㄱ-ㅎㅏ-ㅣ]+|[a-zA-Z]{2,}", text):
        pair = re.fullmatch(r"([abcmnpqrxyz])(?!\1)[abcmnpqrxyz]", word.lower())
        if not pair and (not set(word.lower()) <= singles or len(word) > 3):
            refuse(say.UNREAD, shown=word[:20], advice=say.WORD)
    for capital in re.findall("[A-CE-Z]", text):
        if capital.lower() in text and capital.lower() not in unknowns:
            refuse(say.UNREAD, shown=capital, advice=say.CAPITAL)
    return re.sub("[A-CE-Z]" if "d" not in unknowns else "[A-Z]", lambda match: match[0].lower(), text)
