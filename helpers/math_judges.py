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

from helpers.math_parse import MathTextError, Statement, Term
from helpers.math_values import Quotient

Judgement = tuple[bool, str]  # right or not, and why


def difference(left: Quotient, right: Quotient) -> Any:
    """A polynomial that is zero exactly where the two values are equal, divisors aside."""
    return (left - right).numerator


def _false_pair(terms: Sequence[Term]) -> tuple[Term, Term] | None:
    return next((pair for pair in pairwise(terms) if difference(pair[0].value, pair[1].value)), None)


def refuse_letters(statement: Statement, allowed: Sequence[str]) -> None:
    """Raise MathTextError where the statement uses a letter that the problem does not."""
    if strange := sorted(set(statement.letters) - set(allowed)):
        raise MathTextError(f"문제에 없는 문자가 있습니다: {', '.join(strange)}. 문제의 문자로만 쓰세요.")


def refuse_lone_terms(statement: Statement) -> None:
    """Raise MathTextError where an expression stands alone, without an equals sign."""
    if lone := [terms[0].text for terms in statement.chains if len(terms) == 1]:
        raise MathTextError(f"등호가 없어 무엇과 같은지 알 수 없습니다: {lone[0]}. 방정식으로 쓰세요.")


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
            raise MathTextError("식의 값을 구하는 문제입니다. 식이나 값을 하나씩 쓰세요.")

    def step(self, statement: Statement) -> Judgement:
        """Judge a line against the line before it."""
        self._refuse_others(statement)
        before = self.previous
        for terms in statement.chains:
            keeps_value = not difference(terms[0].value, before.value)
            if keeps_value or len(terms) == 1:
                self.previous = terms[-1]
            if pair := _false_pair(terms):
                return False, f"등호 양쪽의 값이 다릅니다: {pair[0].text}, {pair[1].text}."
            if not keeps_value and len(terms) == 1:
                return False, f"앞 줄과 값이 다릅니다: 앞 줄은 {before.text}, 이 줄은 {terms[0].text}."
        if self.previous is before:
            return True, "등호 양쪽의 값이 같은 보조 계산입니다. 앞 줄의 값은 그대로입니다."
        return True, "앞 줄과 값이 같습니다."

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        self._refuse_others(statement)
        if len(statement.chains) > 1:
            raise MathTextError("답이 여러 개입니다. 식의 값 하나만 쓰세요.")
        terms = statement.chains[0]
        answer = terms[-1]
        if pair := _false_pair((self.problem, *terms)):
            return False, f"답의 값이 문제와 다릅니다: {pair[0].text}, {pair[1].text}."
        if not self.letters:
            worked_out = _is_worked_out(answer)
        else:
            expanded = len(answer.value.numerator) * len(answer.value.denominator)
            worked_out = answer.text != self.problem.text and _summands(answer.node) <= expanded
        if not worked_out:
            return False, f"문제와 값은 같지만 끝까지 계산하지 않았습니다: {answer.text}."
        return True, "문제의 값과 같고, 끝까지 계산한 답입니다."


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
            return f"모든 수({_named(self.factors)} 제외)" if self.factors else "모든 수"
        return _named(self.factors) or "없음"


def _named(factors: frozenset[Any]) -> str:
    names = (
        f"{factor.gen} = {-factor.TC()}" if factor.degree() == 1 else f"{factor.as_expr()} = 0의 해"
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
            return True, "앞 줄과 해가 같습니다."
        if solutions.all_but and not statement.claim:
            return True, "언제나 참인 보조 식입니다. 앞 줄의 방정식은 그대로입니다."
        if not statement.letters and not statement.claim:
            return False, "등호 양쪽의 값이 다릅니다."
        self.previous = solutions
        lost, gained = before.factors - solutions.factors, solutions.factors - before.factors
        if before.all_but or solutions.all_but or (lost and gained):
            return False, f"앞 줄과 해가 다릅니다: 앞 줄은 {before.shown()}, 이 줄은 {solutions.shown()}."
        if lost:
            return False, f"해를 잃었습니다: {_named(lost)}. 0일 수 있는 식으로 양변을 나누면 해를 잃습니다."
        advice = "0일 수 있는 식을 양변에 곱하거나 양변을 제곱하면 해가 늘어납니다."
        return False, f"앞 줄에 없던 해가 생겼습니다: {_named(gained)}. {advice}"

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        answered, expected = self._solutions(statement), self.problem
        if answered == expected or (statement.claim == "many" and expected.all_but):
            if statement.claim or all(map(is_solved, statement.chains)):
                return True, "문제의 해와 같습니다."
            return False, f"해는 같지만 {self.letters[0]} = 수 꼴로 끝까지 풀지 않았습니다."
        missing, extra = expected.factors - answered.factors, answered.factors - expected.factors
        if expected.all_but or answered.all_but or not expected.factors or not answered.factors:
            return False, f"문제의 해와 다릅니다: 문제의 해는 {expected.shown()}."
        if missing and extra:
            return False, f"값이 틀렸습니다. 문제의 해가 아닌 것: {_named(extra)}."
        if missing:
            return False, f"빠뜨린 해가 있습니다: {_named(missing)}."
        return False, f"문제의 해가 아닌 것이 더 있습니다: {_named(extra)}."
