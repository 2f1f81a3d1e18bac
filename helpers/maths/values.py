"""Exact values: quotients of polynomials in letters, π and square roots, computed only within limits."""

import functools
import math
import operator
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import NoReturn

from helpers.errors import CourseError
from helpers.maths import sentences as say

MAX_EXPONENT = 8
MAX_DEGREE = 8  # total degree of a numerator or denominator
MAX_BITS = 256  # of a coefficient's numerator or denominator
MAX_RADICAND = 10**10  # under a root that does not come out; its square factors are looked for one by one
MAX_PRODUCTS = 2500  # of monomials, in one product
CONTEXT = Context(prec=120)
PI = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651"
)
# A square-free number under a root (1 where there is none), then the letters and π, as often as they are multiplied.
Monomial = tuple[int, str]


class MathTextError(CourseError, ValueError):
    """The text is not mathematics the course can read; the message says what was not understood and where."""


def refuse(sentence: str, **named: object) -> NoReturn:
    """Raise MathTextError with a sentence of `sentences`; what was not understood is made visible in it."""
    shown = str(named.get("shown", ""))
    if not shown.isprintable() or any(map(unicodedata.combining, shown)):
        named["shown"] = f"U+{ord(shown[0]):04X}"
    raise MathTextError(sentence.format(**named))


class Polynomial(dict[Monomial, Fraction]):
    """A sum of monomials and what each is multiplied by, never zero; two are equal where their values are."""

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def letters(self) -> str:
        """The letters in it, π left out, in order."""
        return "".join(sorted({letter for _, letters in self for letter in letters} - {"π"}))

    def degree(self) -> int:
        """The total degree in the letters, π left out."""
        return max((len(letters) - letters.count("π") for _, letters in self), default=0)

    def is_number(self) -> bool:
        """Whether it has no letter but π."""
        return not self.letters()

    def powers(self, letter: str) -> "defaultdict[int, Polynomial]":
        """What each power of a letter is multiplied by."""
        found: defaultdict[int, Polynomial] = defaultdict(Polynomial)
        for (root, letters), number in self.items():
            found[letters.count(letter)][root, letters.replace(letter, "")] = number
        return found

    def __neg__(self) -> "Polynomial":
        return Polynomial((key, -number) for key, number in self.items())

    def __add__(self, other: "Polynomial") -> "Polynomial":
        terms = defaultdict(Fraction, self)
        for key, number in other.items():
            terms[key] += number
        return _within_limits(terms)

    def __sub__(self, other: "Polynomial") -> "Polynomial":
        return self + -other

    def __mul__(self, other: "Polynomial") -> "Polynomial":
        if self.degree() + other.degree() > MAX_DEGREE:
            refuse(say.HIGH_DEGREE, most=MAX_DEGREE)
        if len(self) * len(other) > MAX_PRODUCTS or self.bits() + other.bits() > 2 * MAX_BITS:
            refuse(say.LARGE_NUMBER, most=MAX_BITS)
        terms: dict[Monomial, Fraction] = defaultdict(Fraction)
        for (root, letters), number in self.items():
            for (other_root, other_letters), other_number in other.items():
                common = math.gcd(root, other_root)
                key = (root * other_root // common**2, "".join(sorted(letters + other_letters)))
                if key[0] > MAX_RADICAND:
                    refuse(say.LARGE_ROOT)
                terms[key] += number * other_number * common
        return _within_limits(terms)

    def bits(self) -> int:
        """How many bits the longest number in it has."""
        parts = (part for number in self.values() for part in number.as_integer_ratio())
        return max((abs(part).bit_length() for part in parts), default=0)

    def flipped(self, prime: int) -> "Polynomial":
        """The conjugate: the square root of the prime with the other sign."""
        return Polynomial((key, number if key[0] % prime else -number) for key, number in self.items())

    def prime(self) -> int:
        """A prime under one of its roots, or 1 where it has none."""
        root = max((root for root, _ in self), default=1)
        limit = math.isqrt(root)
        return next((factor for factor in range(2, limit + 1) if root % factor == 0), root)

    def approximate(self, at: Decimal = Decimal(0)) -> Decimal:
        """Its value to some hundred digits, with `at` in the place of every letter but π."""
        total = Decimal(0)
        for (root, letters), number in self.items():
            term = CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
            term = CONTEXT.multiply(term, CONTEXT.sqrt(Decimal(root)))
            for letter in letters:
                term = CONTEXT.multiply(term, PI if letter == "π" else at)
            total = CONTEXT.add(total, term)
        return total


def _within_limits(terms: Mapping[Monomial, Fraction]) -> Polynomial:
    result = Polynomial((key, number) for key, number in terms.items() if number)
    if result.bits() > MAX_BITS:
        refuse(say.LARGE_NUMBER, most=MAX_BITS)
    return result


ONE = Polynomial({(1, ""): Fraction(1)})


@dataclass(frozen=True, eq=False)
class Quotient:
    """A numerator over a denominator, and every polynomial with a letter that was divided by on the way.

    Each operation checks the size of its result before it computes it, and raises MathTextError past a limit.
    """

    numerator: Polynomial
    denominator: Polynomial = ONE
    divisors: tuple[Polynomial, ...] = ()

    @classmethod
    def of_number(cls, number: Fraction | int, root: int = 1) -> "Quotient":
        """The value of a number, times the square root of a square-free one."""
        return cls(Polynomial({(root, ""): Fraction(number)} if number else {}))

    @classmethod
    def of_letter(cls, letter: str) -> "Quotient":
        """The value of a letter, or of π."""
        return cls(Polynomial({(1, letter): Fraction(1)}))

    def __neg__(self) -> "Quotient":
        return Quotient(-self.numerator, self.denominator, self.divisors)

    def __pos__(self) -> "Quotient":
        return self

    def __abs__(self) -> "Quotient":
        return self if self.approximate >= 0 else -self

    def __add__(self, other: "Quotient") -> "Quotient":
        divisors = self.divisors + other.divisors
        if self.denominator == other.denominator:
            return Quotient(self.numerator + other.numerator, self.denominator, divisors)
        numerator = self.numerator * other.denominator + other.numerator * self.denominator
        return Quotient(numerator, self.denominator * other.denominator, divisors)

    def __sub__(self, other: "Quotient") -> "Quotient":
        return self + -other

    def __mul__(self, other: "Quotient") -> "Quotient":
        numerator, denominator = self.numerator * other.numerator, self.denominator * other.denominator
        if denominator != ONE:
            numerator, denominator = _cancelled(numerator, denominator)
        return Quotient(numerator, denominator, self.divisors + other.divisors)

    def __truediv__(self, other: "Quotient") -> "Quotient":
        divisor, over = other.numerator, other.denominator
        if not divisor:
            refuse(say.DIVIDED_BY_ZERO)
        divisors = () if divisor.is_number() else (divisor,)
        while divisors == () and (prime := divisor.prime()) > 1:  # a root leaves the denominator
            over, divisor = over * divisor.flipped(prime), divisor * divisor.flipped(prime)
        if len(divisor) == 1:  # and so does a number, which keeps what follows small
            ((key, number),) = divisor.items()
            over, divisor = over * Polynomial({(1, ""): 1 / number}), Polynomial({key: Fraction(1)})
        return self * Quotient(over, divisor, other.divisors + divisors)

    def __pow__(self, exponent: int) -> "Quotient":
        if exponent > MAX_EXPONENT:
            refuse(say.LARGE_EXPONENT, exponent=exponent, most=MAX_EXPONENT)
        if exponent == 0:  # 1, but 0^0 is not defined: dividing refuses it
            return self / self
        if exponent * max(self.numerator.degree(), self.denominator.degree()) > MAX_DEGREE:
            refuse(say.HIGH_DEGREE, most=MAX_DEGREE)
        return functools.reduce(Quotient.__mul__, [self] * exponent)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quotient) and not (self - other).numerator

    __hash__ = None

    def is_number(self) -> bool:
        """Whether neither part has a letter but π."""
        return self.numerator.is_number() and self.denominator.is_number()

    @functools.cached_property
    def approximate(self) -> Decimal:
        """The value of a number to some hundred digits."""
        return CONTEXT.divide(self.numerator.approximate(), self.denominator.approximate())

    def rational(self) -> Fraction | None:
        """The value as a fraction, or None where it has a letter, π or a root."""
        if self.numerator.keys() <= ONE.keys() and self.denominator.keys() == ONE.keys():
            return self.numerator.get((1, ""), Fraction(0)) / self.denominator[1, ""]
        return None


def _cancelled(*parts: Polynomial) -> list[Polynomial]:
    """Take out the letters that stand in every monomial."""
    counts = [Counter(letters) for part in parts for _, letters in part]
    common = functools.reduce(operator.and_, counts)
    left = [[(root, Counter(letters) - common) for root, letters in part] for part in parts]
    keys = [[(root, "".join(letters.elements())) for root, letters in part] for part in left]
    return [Polynomial(zip(some, part.values(), strict=True)) for some, part in zip(keys, parts, strict=True)]


def substituted(value: Quotient, named: Mapping[str, Quotient]) -> Quotient:
    """Put numbers in the place of letters."""
    parts = []
    for part in (value.numerator, value.denominator):
        parts.append(Quotient.of_number(0))
        for (root, letters), factor in part.items():
            powers = (named.get(letter, Quotient.of_letter(letter)) for letter in letters)
            parts[-1] += functools.reduce(operator.mul, powers, Quotient.of_number(factor, root))
    return parts[0] / parts[1]
