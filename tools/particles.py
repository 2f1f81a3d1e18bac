"""Checks the particle after a fraction: read aloud, 5/6 ends in its numerator, 육분의 오, so it is 5/6와."""

import re
from dataclasses import dataclass

# The last sound of a number's last word, its final consonant or "", in Sino-Korean.
DIGITS = dict(zip("1234567890", ("ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", "", "ㅇ"), strict=True))
# By how many zeros a number ends: 십, 백, 천, 만 and its tens, 억 and its tens, 조 and its tens.
POWERS = ("", "ㅂ", "ㄱ", "ㄴ", "ㄴ", "ㄴ", "ㄴ", "ㄴ", "ㄱ", "ㄱ", "ㄱ", "ㄱ", "")
# After a final consonant, after none.
PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"))
FRACTION = re.compile(
    r"(?<![\w./])-?(?P<numerator>\d+)/\d+[`*$)\"'”’]*(?P<particle>은|는|이|가|을|를|과|와|으로|로)(?![가-힣])"
)


@dataclass(frozen=True)
class Particle:
    """A particle that does not fit: where the fraction begins, the text as it stands, the particle that fits."""

    start: int
    wrong: str
    right: str


def final_consonant(number: str) -> str:
    """Return the consonant in which a number read in Sino-Korean ends, "" where it ends in a vowel.

    Args:
        number: its digits, such as "10", below ten quadrillion.
    """
    zeros = len(number) - len(number.rstrip("0"))
    if zeros in (0, len(number)):
        return DIGITS[number[-1]]
    return POWERS[min(zeros, len(POWERS) - 1)]


def find_particles(text: str) -> list[Particle]:
    """Return the particles after fractions that do not fit how the fraction is read."""
    found = []
    for match in FRACTION.finditer(text):
        particle = match["particle"]
        closed, open_ = next(pair for pair in PAIRS if particle in pair)
        final = final_consonant(match["numerator"])
        # After ㄹ it is 로: 칠로, 일로.
        right = open_ if not final or (closed == "으로" and final == "ㄹ") else closed
        if particle != right:
            found.append(Particle(match.start(), match[0], match[0].removesuffix(particle) + right))
    return found
