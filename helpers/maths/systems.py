"""Judge of a system of equations: of a linear one by the rank of its matrix, of others by its points."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

from helpers.maths import sentences as say
from helpers.maths.judges import Judge, Judgement, is_solved, right, wrong
from helpers.maths.parse import Chain, Statement, Term
from helpers.maths.roots import real_roots
from helpers.maths.trees import every, numbers_of
from helpers.maths.values import MathTextError, Quotient, refuse, substituted

MAX_ROWS = 3  # equations of the problem
Row = list[Fraction]  # the coefficients of the unknowns, then what stands without one
Point = dict[str, Quotient]


class System(Judge):
    """A system of equations; each step must follow from it, or else from the last slip."""

    def __init__(self, problem: Statement) -> None:
        super().__init__(problem)
        self.problem = self._equations(problem)
        self.slips: list[list[Quotient]] = []  # the last slip and what has come of it
        self.seen: set[int] = set()  # which points a line has named, where it named some only
        self.first_case: int | None = None  # the first such line
        if len(self.problem) > MAX_ROWS:
            refuse(say.MANY_ROWS, count=len(self.problem), most=MAX_ROWS)
        if len(problem.groups) > 1 or any(len(chain.branches) > 1 for chain in problem.chains):
            refuse(say.NO_ALTERNATIVES)
        rows = self._rows(self.problem)
        self.points = self._points(self.problem) if rows is None else _point_of(rows, self.letters)
        self.count = {0: "none", 1: "one"}.get(len(self.points), "several")
        if rows is not None and _is_consistent(rows) and not self.points:
            self.count = "many"
        values = (abs(value.rational() or 0) for point in self.points for value in point.values())
        self.known = {*_numbers(problem.chains), *values}

    def _equations(self, statement: Statement) -> list[Quotient]:
        self.refuse_unlike(statement)
        if any(set(chain.relations) != {"="} for chain in statement.chains):
            refuse(say.ONLY_EQUATIONS)
        return [one for chain in statement.chains for branch in chain.branches for one in branch.differences]

    def _rows(self, equations: list[Quotient]) -> list[Row] | None:
        """The rows of the matrix, or None where an equation is not linear."""
        keys = [(1, letter) for letter in self.letters] + [(1, "")]
        if any(one.divisors or not one.numerator.keys() <= set(keys) for one in equations):
            return None
        return [[one.numerator.get(key, Fraction(0)) for key in keys] for one in equations]

    def _points(self, equations: list[Quotient]) -> list[Point]:
        """The solutions of one linear and other equations in two unknowns, or of one equation in one."""
        if len(equations) == 1 and len(letter := equations[0].numerator.letters()) == 1:
            return [{letter: root} for root in real_roots(equations[0].numerator)]
        straight = next((one for one in equations if self._rows([one]) and one.numerator.degree() == 1), None)
        if straight is None or len(self.letters) != 2 or any(one.divisors for one in equations):
            refuse(say.NOT_LINEAR)
        a, b, c = self._rows([straight])[0]
        x, y = self.letters if b else self.letters[::-1]
        a, b = (a, b) if b else (b, a)
        instead = Quotient.of_letter(x) * Quotient.of_number(-a / b) + Quotient.of_number(-c / b)
        left = [substituted(one, {y: instead}).numerator for one in equations if one is not straight]
        left = [one for one in left if one]
        if not left:
            refuse(say.NOT_LINEAR)
        found = real_roots(left[0])
        points = [{x: value, y: substituted(instead, {x: value})} for value in found]
        return [point for point in points if all(not substituted(one, point).numerator for one in equations)]

    def step(self, statement: Statement, place: int) -> Judgement:
        """Judge a line against the problem, then against the last slip with what agrees with it."""
        if statement.claim:
            return self._judge_claim(statement.claim)
        equations = self._equations(statement)
        if self.count != "many" and not any(one.numerator for one in equations):
            return right(say.SIDE_CALCULATION) if self.is_working(statement) else wrong(say.IDLE)
        self.line, self.known = statement, self.known | _numbers(statement.chains)
        several = len(statement.groups) > 1 or any(len(chain.branches) > 1 for chain in statement.chains)
        if several and not self.points:
            refuse(say.NO_ALTERNATIVES)
        if len({Statement((group,)).letters for group in statement.groups}) > 1:
            return wrong(say.NO_ALTERNATIVES)
        if self.points and (held := _held(statement, self.points)) is not None:
            if len(held) == len(self.points):
                return right(say.FOLLOWS)
            if several or any(one.numerator.degree() > 1 for one in equations):
                return wrong(say.PAIRS_MISSING)
            self.seen = self.seen | held
            self.first_case = place if self.first_case is None else self.first_case
            return right(say.CASE)
        if not self.points and self._follows(statement, self.problem):
            return right(say.FOLLOWS)
        for slip, size in product(self.slips, range(len(self.problem) + 1)):
            for chosen in combinations(self.problem, size):
                if self._follows(statement, [*slip, *chosen]):
                    self.slips = [*self.slips, equations]
                    return right(say.FOLLOWS_FROM_SLIP)
        self.slips = [equations]
        return wrong(say.FOLLOWS_NOT)

    def _follows(self, statement: Statement, base: list[Quotient]) -> bool:
        rows, more = self._rows(base), self._rows(self._equations(statement))
        if rows is not None and base is not self.problem and not _is_consistent(rows):
            return False
        if rows is not None and more is not None:
            return _rank([*rows, *more]) == _rank(rows)
        try:
            points = self._points(base)
        except MathTextError:
            return False
        return bool(points) and _held(statement, points) == set(range(len(points)))

    def may_compute(self, terms: Sequence[Term]) -> bool:
        """Whether a calculation is made of numbers of the lines above and of the solution."""
        numbers = numbers_of(terms[0].node)
        self.known, above = self.known.union(*(numbers_of(term.node) for term in terms)), self.known
        kinds = {part.data for term in terms for part in every(term.node)}
        return bool(kinds - {"number", "negative"}) and numbers <= above

    def losses(self, final: Statement | None) -> Iterator[tuple[int, str]]:
        """Return the first line that took some of the solutions, where others never came."""
        answered = _held(final, self.points) if final is not None and final.groups else None
        if self.first_case is not None and len(self.seen | (answered or set())) < len(self.points):
            yield self.first_case, say.PAIRS_MISSING

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        if statement.claim or not self.points:
            return self._judge_claim(statement.claim)
        equations = self._equations(statement)
        if len({Statement((group,)).letters for group in statement.groups}) > 1:
            return wrong(say.NO_ALTERNATIVES)
        for group in statement.groups:
            if missing := sorted(set(self.letters) - set(Statement((group,)).letters)):
                return wrong(say.MISSING_UNKNOWNS, letters=", ".join(missing))
        held = _held(statement, self.points)
        if held is None and len(self.points) == 1:
            unmet = [one.numerator.letters() for one in equations if not _is_met(one, self.points[0])]
            return wrong(say.WRONG_UNKNOWNS, letters=", ".join(sorted(set("".join(unmet)))))
        if held is None:
            return wrong(say.WRONG_PAIRS)
        if len(held) < len(self.points):
            return wrong(say.PAIRS_MISSING)
        if all(map(is_solved, statement.chains)):
            return right(say.RIGHT_UNKNOWNS)
        enough = len(equations) >= len(self.letters)
        return Judgement("unfinished" if enough else "wrong", say.SYSTEM_NOT_SOLVED)

    def _judge_claim(self, claim: str) -> Judgement:
        return Judgement("right" if claim == self.count else "wrong", say.COUNT_OF_SOLUTIONS[self.count])


def _numbers(chains: Iterable[Chain]) -> set[Fraction]:
    return {one for chain in chains for node in chain.nodes for one in numbers_of(node)}


def _held(statement: Statement, points: list[Point]) -> set[int] | None:
    """Which points a statement names, or None where one of its alternatives is met by none."""
    held: set[int] = set()
    for group in statement.groups:
        for place in range(max(len(chain.branches) for chain in group)):  # of ±, the same sign everywhere
            branches = [chain.branches[place % len(chain.branches)] for chain in group]
            equations = [one for branch in branches for one in branch.differences]
            met = [all(_is_met(one, point) for one in equations) for point in points]
            if not any(met):
                return None
            held |= {number for number, is_met in enumerate(met) if is_met}
    return held


def _is_met(equation: Quotient, point: Point) -> bool:
    if any(not substituted(Quotient(one), point).numerator for one in equation.divisors):
        return False
    return not substituted(Quotient(equation.numerator), point).numerator


def _reduced(rows: list[Row]) -> list[Row]:
    """The rows that are left after elimination, each with a leading 1."""
    rows, done = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((place for place in range(done, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [one / rows[done][column] for one in rows[done]]
        for place, row in enumerate(rows):
            if place != done and row[column]:
                rows[place] = [one - row[column] * top for one, top in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]


def _rank(rows: list[Row]) -> int:
    return len(_reduced(rows))


def _is_consistent(rows: list[Row]) -> bool:
    return _rank([row[:-1] for row in rows]) == _rank(rows)


def _point_of(rows: list[Row], letters: tuple[str, ...]) -> list[Point]:
    """The only solution, or nothing where there is none or more than one."""
    reduced = _reduced(rows)
    if not _is_consistent(rows) or len(reduced) < len(letters):
        return []
    return [{letter: Quotient.of_number(-row[-1]) for letter, row in zip(letters, reduced, strict=True)}]
