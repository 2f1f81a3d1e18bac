"""Judge of a linear system: a line follows where its rows leave the rank of the matrix as it is."""

from itertools import combinations, pairwise
from typing import Any

from helpers.math_judges import Judgement, difference, is_solved, refuse_letters, refuse_lone_terms
from helpers.math_parse import MathTextError, Statement
from helpers.math_values import letters

MAX_ROWS = 3  # equations of the problem
Row = list[Any]  # the coefficients of the unknowns, then what stands without one
_COUNTED = {"one": "하나입니다", "many": "무수히 많습니다", "none": "없습니다"}


class System:
    """A linear system; each step must follow from it, or else from the last slip."""

    def __init__(self, problem: Statement) -> None:
        self.letters = problem.letters
        self.problem = self._rows(problem)
        self.slip: list[Row] = []
        if len(self.problem) > MAX_ROWS:
            raise MathTextError(f"식이 {len(self.problem)}개입니다. 연립방정식은 식 {MAX_ROWS}개까지 쓰세요.")
        if not _is_consistent(self.problem):
            self.solutions = "none"
        else:
            self.solutions = "one" if _rank(self.problem) == len(self.letters) else "many"

    def _rows(self, statement: Statement) -> list[Row]:
        refuse_letters(statement, self.letters)
        refuse_lone_terms(statement)
        if statement.alternatives:
            raise MathTextError("연립방정식의 식은 함께 성립합니다. ‘또는’과 ± 없이 쉼표로 나누어 쓰세요.")
        rows = []
        for left, right in (pair for terms in statement.chains for pair in pairwise(terms)):
            polynomial = difference(left.value, right.value)
            divided = left.value.divisors or right.value.divisors
            if divided or any(sum(powers) > 1 for powers in polynomial.monoms()):
                raise MathTextError(f"일차식이 아닙니다: {left.text} = {right.text}. 일차식으로 쓰세요.")
            columns = (*(letters()[letter] for letter in self.letters), 1)
            rows.append([polynomial.coeff(column) for column in columns])
        return rows

    def step(self, statement: Statement) -> Judgement:
        """Judge a line against the problem, then against the last slip with what agrees with it."""
        if statement.claim:
            return self._judge_claim(statement.claim)
        rows = self._rows(statement)
        if _follows(rows, self.problem):
            return True, "문제의 식에서 나옵니다."
        for size in range(len(self.problem) + 1 if self.slip else 0):
            for chosen in combinations(self.problem, size):
                base = [*self.slip, *chosen]
                if _is_consistent(base) and _follows(rows, base):
                    return True, "앞의 틀린 줄에서 나옵니다."
        self.slip = rows
        return False, "문제의 식에서 나오지 않습니다."

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        if statement.claim or self.solutions != "one":
            return self._judge_claim(statement.claim)
        rows = self._rows(statement)
        if not all(map(is_solved, statement.chains)):
            return False, "미지수마다 x = 수 꼴로 끝까지 풀지 않았습니다."
        if missing := sorted(set(self.letters) - {terms[0].text for terms in statement.chains}):
            return False, f"값을 빠뜨린 미지수가 있습니다: {', '.join(missing)}."
        if wrong := [row for row in rows if not _follows([row], self.problem)]:
            named = sorted(
                {letter for row in wrong for letter, factor in zip(self.letters, row, strict=False) if factor}
            )
            return False, f"문제를 만족하지 않는 값이 있습니다: {', '.join(named)}."
        return True, "모든 미지수의 값이 문제의 식을 모두 만족합니다."

    def _judge_claim(self, claim: str) -> Judgement:
        return claim == self.solutions, f"이 연립방정식의 해는 {_COUNTED[self.solutions]}."


def _rank(rows: list[Row]) -> int:
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    return DomainMatrix(rows, (len(rows), len(rows[0])), QQ).rank()


def _follows(rows: list[Row], base: list[Row]) -> bool:
    return _rank([*base, *rows]) == _rank(base)


def _is_consistent(rows: list[Row]) -> bool:
    return _rank([row[:-1] for row in rows]) == _rank(rows)
