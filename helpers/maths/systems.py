"""Judge of a linear system: a line follows where its rows leave the rank of the matrix as it is."""

from itertools import combinations, pairwise
from typing import Any

from helpers.maths import sentences as say
from helpers.maths.judges import Judgement, difference, is_solved, refuse_letters, refuse_lone_terms
from helpers.maths.parse import MathTextError, Statement
from helpers.maths.values import letters

MAX_ROWS = 3  # equations of the problem
Row = list[Any]  # the coefficients of the unknowns, then what stands without one


class System:
    """A linear system; each step must follow from it, or else from the last slip."""

    def __init__(self, problem: Statement) -> None:
        self.letters = problem.letters
        self.problem = self._rows(problem)
        self.slip: list[Row] = []
        if len(self.problem) > MAX_ROWS:
            raise MathTextError(say.MANY_ROWS.format(count=len(self.problem), most=MAX_ROWS))
        if not _is_consistent(self.problem):
            self.solutions = "none"
        else:
            self.solutions = "one" if _rank(self.problem) == len(self.letters) else "many"

    def _rows(self, statement: Statement) -> list[Row]:
        refuse_letters(statement, self.letters)
        refuse_lone_terms(statement)
        if statement.alternatives:
            raise MathTextError(say.NO_ALTERNATIVES)
        rows = []
        for left, right in (pair for terms in statement.chains for pair in pairwise(terms)):
            polynomial = difference(left.value, right.value)
            divided = left.value.divisors or right.value.divisors
            if divided or any(sum(powers) > 1 for powers in polynomial.monoms()):
                raise MathTextError(say.NOT_LINEAR.format(left=left.text, right=right.text))
            columns = (*(letters()[letter] for letter in self.letters), 1)
            rows.append([polynomial.coeff(column) for column in columns])
        return rows

    def step(self, statement: Statement) -> Judgement:
        """Judge a line against the problem, then against the last slip with what agrees with it."""
        if statement.claim:
            return self._judge_claim(statement.claim)
        rows = self._rows(statement)
        if _follows(rows, self.problem):
            return True, say.FOLLOWS
        for size in range(len(self.problem) + 1 if self.slip else 0):
            for chosen in combinations(self.problem, size):
                base = [*self.slip, *chosen]
                if _is_consistent(base) and _follows(rows, base):
                    return True, say.FOLLOWS_FROM_SLIP
        self.slip = rows
        return False, say.FOLLOWS_NOT

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        if statement.claim or self.solutions != "one":
            return self._judge_claim(statement.claim)
        rows = self._rows(statement)
        if not all(map(is_solved, statement.chains)):
            return False, say.SYSTEM_NOT_SOLVED
        if missing := sorted(set(self.letters) - {term.text for terms in statement.chains for term in terms}):
            return False, say.MISSING_UNKNOWNS.format(letters=", ".join(missing))
        if wrong := [row for row in rows if not _follows([row], self.problem)]:
            named = sorted(
                {letter for row in wrong for letter, factor in zip(self.letters, row, strict=False) if factor}
            )
            return False, say.WRONG_UNKNOWNS.format(letters=", ".join(named))
        return True, say.RIGHT_UNKNOWNS

    def _judge_claim(self, claim: str) -> Judgement:
        return claim == self.solutions, say.COUNT_OF_SOLUTIONS[self.solutions]


def _rank(rows: list[Row]) -> int:
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    return DomainMatrix(rows, (len(rows), len(rows[0])), QQ).rank()


def _follows(rows: list[Row], base: list[Row]) -> bool:
    return _rank([*base, *rows]) == _rank(base)


def _is_consistent(rows: list[Row]) -> bool:
    return _rank([row[:-1] for row in rows]) == _rank(rows)
