"""Judges of an expression to work out and of an equation in one unknown; each remembers the last line.

No equation is solved: two agree where they have the same irreducible factors, of those with a real root.
"""

import ast
import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from helpers.maths import sentences as say
from helpers.maths.parse import MathTextError, Statement, Term
from helpers.maths.values import Quotient

Judgement = tuple[bool, str]  # right or not, and why


def difference(left: Quotient, right: Quotient) -> Any:
    """A polynomial that is zero exactly where the two values are equal, divisors aside."""
    return (left - right).numerator


def _false_pair(terms: Sequence[Term]) -> tuple[Term, Term] | None:
    return next((pair for pair in pairwise(terms) if difference(pair[0].value, pair[1].value)), None)


def refuse_letters(statement: Statement, allowed: Sequence[str]) -> None:
    """Raise MathTextError where the statement uses a letter that the problem does not."""
    if strange := sorted(set(statement.letters) - set(allowed)):
        raise MathTextError(say.STRANGE_LETTERS.format(letters=", ".join(strange)))


def refuse_lone_terms(statement: Statement) -> None:
    """Raise MathTextError where an expression stands alone, without an equals sign."""
    if lone := [terms[0].text for terms in statement.chains if len(terms) == 1]:
        raise MathTextError(say.NO_EQUALS_SIGN.format(term=lone[0]))


def _is_worked_out(term: Term) -> bool:
    """Whether the term is a whole number, a decimal or a fraction in lowest terms."""
    match _unsigned(term.node):
        case ast.Constant():
            return True
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=int() as below)):
            above = _unsigned(left)
            whole = isinstance(above, ast.Constant) and isinstance(above.value, int)
            return whole and below > 1 and math.gcd(above.value, below) == 1
    return False


def _unsigned(node: ast.expr) -> ast.expr:
    return node.operand if isinstance(node, ast.UnaryOp) else node


def is_solved(terms: Sequence[Term]) -> bool:
    """Whether a chain gives one letter as a number."""
    return isinstance(terms[0].node, ast.Name) and _is_worked_out(terms[-1])


class Expression:
    """A value to work out; each step must keep it."""

    def __init__(self, problem: Statement) -> None:
        self.problem = problem.chains[0][0]
        self.letters = problem.letters
        self.previous = self.problem

    def _refuse_others(self, statement: Statement) -> None:
        refuse_letters(statement, self.letters)
        if statement.claim or statement.alternatives:
            raise MathTextError(say.ONE_VALUE_A_LINE)

    def step(self, statement: Statement) -> Judgement:
        """Judge a line against the line before it."""
        self._refuse_others(statement)
        before = self.previous
        for terms in statement.chains:
            keeps_value = not difference(terms[0].value, before.value)
            if keeps_value or len(terms) == 1:
                self.previous = terms[-1]
            if pair := _false_pair(terms):
                return False, say.SIDES_DIFFER.format(left=pair[0].text, right=pair[1].text)
            if not keeps_value and len(terms) == 1:
                return False, say.VALUE_CHANGED.format(before=before.text, now=terms[0].text)
        if self.previous is before:
            return True, say.SIDE_CALCULATION
        return True, say.VALUE_KEPT

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        self._refuse_others(statement)
        if len(statement.chains) > 1:
            raise MathTextError(say.MANY_ANSWERS)
        terms = statement.chains[0]
        answer = terms[-1]
        if pair := _false_pair((self.problem, *terms)):
            return False, say.WRONG_VALUE.format(problem=pair[0].text, answer=pair[1].text)
        if not self.letters:
            worked_out = _is_worked_out(answer)
        else:
            expanded = len(answer.value.numerator) * len(answer.value.denominator)
            worked_out = answer.text != self.problem.text and _summands(answer.node) <= expanded
        if not worked_out:
            return False, say.NOT_WORKED_OUT.format(answer=answer.text)
        return True, say.RIGHT_EXPRESSION if self.letters else say.RIGHT_VALUE


def _summands(node: ast.expr) -> int:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return _summands(node.left) + _summands(node.right)
    return 1


@dataclass(frozen=True)
class _Solutions:
    """Real solutions as monic irreducible factors, `x - 3` for 3; with `all_but`, every number but those."""

    factors: frozenset[Any]
    all_but: bool = False

    def union(self, other: "_Solutions") -> "_Solutions":
        if self.all_but and other.all_but:
            return _Solutions(self.factors & other.factors, True)
        if self.all_but or other.all_but:
            every, some = (self, other) if self.all_but else (other, self)
            return _Solutions(every.factors - some.factors, True)
        return _Solutions(self.factors | other.factors)

    def shown(self) -> str:
        """The solutions in words."""
        if self.all_but:
            return say.ALL_NUMBERS_BUT.format(these=_named(self.factors)) if self.factors else say.ALL_NUMBERS
        return _named(self.factors) or say.NO_NUMBER


def _named(factors: frozenset[Any]) -> str:
    names = (
        f"{factor.gen} = {-factor.TC()}"
        if factor.degree() == 1
        else say.SOLUTIONS_OF.format(polynomial=factor.as_expr())
        for factor in factors
    )
    return ", ".join(sorted(names)).replace("**", "^")


def _real_factors(polynomial: Any) -> frozenset[Any]:
    return frozenset(factor.monic() for factor, _ in polynomial.factor_list()[1] if factor.count_roots())


class Equation:
    """An equation in one unknown; each step must keep its real solutions. Several are alternatives."""

    def __init__(self, problem: Statement) -> None:
        self.letters = problem.letters
        self.problem = self._solutions(problem)
        self.previous = self.problem

    def _solutions(self, statement: Statement) -> _Solutions:
        if statement.claim:
            return _Solutions(frozenset(), all_but=statement.claim != "none")
        refuse_letters(statement, self.letters)
        refuse_lone_terms(statement)
        return functools.reduce(_Solutions.union, map(self._solutions_of, statement.chains))

    def _solutions_of(self, terms: Sequence[Term]) -> _Solutions:
        from sympy import Poly, Symbol, gcd

        def polynomial(value: Any) -> Any:
            return Poly(value.as_expr(), Symbol(self.letters[0]), domain="QQ")

        divisors = [polynomial(divisor) for term in terms for divisor in term.value.divisors]
        common = functools.reduce(
            gcd, (polynomial(difference(left.value, right.value)) for left, right in pairwise(terms))
        )
        if common.is_zero:
            return _Solutions(frozenset().union(*map(_real_factors, divisors)), all_but=True)
        factors = _real_factors(common)
        return _Solutions(frozenset(f for f in factors if all(divisor.rem(f) for divisor in divisors)))

    def step(self, statement: Statement) -> Judgement:
        """Judge a line against the line before it."""
        solutions, before = self._solutions(statement), self.previous
        if solutions == before:
            return True, say.SOLUTIONS_KEPT
        if solutions.all_but and not statement.claim:
            return True, say.ALWAYS_TRUE
        if not statement.letters and not statement.claim:
            return False, say.NEVER_TRUE
        self.previous = solutions
        lost, gained = before.factors - solutions.factors, solutions.factors - before.factors
        if before.all_but or solutions.all_but or (lost and gained):
            return False, say.SOLUTIONS_CHANGED.format(before=before.shown(), now=solutions.shown())
        if lost:
            return False, say.SOLUTIONS_LOST.format(lost=_named(lost))
        return False, say.SOLUTIONS_GAINED.format(gained=_named(gained))

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        answered, expected = self._solutions(statement), self.problem
        if answered == expected or (statement.claim == "many" and expected.all_but):
            if statement.claim or all(map(is_solved, statement.chains)):
                return True, say.RIGHT_SOLUTIONS
            return False, say.NOT_SOLVED.format(letter=self.letters[0])
        missing, extra = expected.factors - answered.factors, answered.factors - expected.factors
        if expected.all_but or answered.all_but or not expected.factors or not answered.factors:
            return False, say.WRONG_SOLUTIONS.format(expected=expected.shown())
        if missing and extra:
            return False, say.WRONG_NUMBERS.format(extra=_named(extra))
        if missing:
            return False, say.MISSING_SOLUTIONS.format(missing=_named(missing))
        return False, say.EXTRA_SOLUTIONS.format(extra=_named(extra))
