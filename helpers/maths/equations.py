"""Judge of an equation or an inequality in one unknown, by the set of its real solutions."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from helpers.maths import lines
from helpers.maths import sentences as say
from helpers.maths.beside import may_be_beside
from helpers.maths.judges import Judge, Judgement, false_pair, is_solved, refuse_letters, right, wrong
from helpers.maths.parse import Branch, Chain, Statement, Term
from helpers.maths.reals import ALL, NONE, RealSet, solve, union
from helpers.maths.values import refuse
from helpers.maths.writing import number, numbers

_NAMED = {"a", "b", "c", "D"}


class _Case(NamedTuple):
    """A line that took some of the solutions of the line before: all of them, those seen, and which line it was."""

    whole: RealSet
    seen: RealSet
    place: int
    reason: str
    is_split: bool


class Equation(Judge):
    """An equation or inequality in one unknown; each step must keep its real solutions, or take them case by case."""

    def __init__(self, problem: Statement) -> None:
        super().__init__(problem)
        self.problem = self.before = self._solutions(problem, of_problem=True)
        self.cases: tuple[_Case, ...] = ()
        self.copies = 0
        chains = problem.chains if len(problem.groups) == 1 else ()
        signs = [(chain.branches, at, one) for chain in chains for at, one in enumerate(chain.relations)]
        # What solves each of the signs as if it stood alone.
        self.parts = [union(solve(one.differences[at], sign) for one in cases) for cases, at, sign in signs]
        self.extra, self.extra_place = NONE, 0  # roots that clearing a denominator or bars has brought in

    def _solutions(self, statement: Statement, of_problem: bool = False) -> RealSet:
        if statement.claim:
            return NONE if statement.claim == "none" else ALL
        self.refuse_unlike(statement)
        return union(self._of_group(group, statement.both, of_problem) for group in statement.groups)

    def _text(self, solutions: RealSet) -> str:
        return numbers(solutions, self.letters[0])

    def _of_group(self, group: tuple[Chain, ...], both: bool, of_problem: bool = False) -> RealSet:
        """The solutions of chains with commas between: for equations one or the other, else all together."""
        sets = [union(_of_branch(chain.relations, branch) for branch in chain.branches) for chain in group]
        any_of, all_of = union(sets), functools.reduce(RealSet.__and__, sets)
        equations = _are_equations(group)
        if both or (of_problem and not equations) or any_of == ALL:
            return all_of
        if not equations and all_of and any_of != all_of:
            refuse(say.COMMA_TWICE)
        return any_of

    def step(self, statement: Statement, place: int) -> Judgement:
        """Judge a line against the line before it."""
        if set(statement.letters) & (_NAMED - set(self.letters)):
            return self._named(statement)
        if statement.claim == "double":
            few = self.problem.is_finite() and len(self.problem.points) < lines.degree(self.statement)
            return right(say.DOUBLE_ROOT) if few else wrong(say.NO_DOUBLE_ROOT)
        alone = [one for one in statement.chains if not one.relations]
        points = tuple(branch.terms[0].value for one in alone for branch in one.branches)
        if len(points) == len(statement.chains) and self.before == RealSet(points, (False, True, False)):
            return right(say.SOLUTIONS_KEPT)
        solutions = self._solutions(statement)
        equations = _are_equations(statement.chains)
        says_nothing = not statement.letters or (equations and all(solutions.flags[::2]))
        if solutions != self.before and not statement.claim and says_nothing:
            return self._calculation(statement, solutions)
        if statement.written() == self.statement.written():
            self.copies += 1
            if self.copies > 1:
                return wrong(say.COPIED)
        judged = self._compare(statement, solutions, place)
        self.line = statement
        return judged

    def _compare(self, statement: Statement, now: RealSet, place: int) -> Judgement:
        if now in self.parts and now != self.before and len(self.parts) > 1:
            return right(say.SOLUTIONS_OF_PART)
        before, self.before = self.before, now
        if self.extra and now | self.extra == before | self.extra:
            return right(say.SOLUTIONS_KEPT)
        gained = now - before
        if gained and before <= now and now.is_finite() and gained <= lines.excluded(self.line):
            self.extra, self.extra_place = self.extra | gained, place
            return right(say.MAY_BE_EXTRA)
        if now == before:
            if now and now.is_finite() and lines.is_raised(self.line, statement):
                return wrong(say.RAISED)
            kept = now or lines.is_rewritten(self.line, statement)
            return right(say.SOLUTIONS_KEPT) if kept else wrong(say.NOT_SAME)
        if self._may_be_case(statement, now) and now <= before:
            split = lines.is_split(self.line)
            case = _Case(before, now, place, self._why_lost(before, now, split), split)
            self.cases += (case,)
            return right(say.CASE)
        if any(taken := [self._takes(statement, now, case) for case in self.cases]):
            pairs = zip(self.cases, taken, strict=True)
            self.cases = tuple(one._replace(seen=one.seen | now) if takes else one for one, takes in pairs)
            return right(say.CASE)
        if statement.both and now == NONE and before.is_finite() and len(statement.chains) > 1:
            return wrong(say.BOTH_AT_ONCE)
        return self._why_changed(statement, before, now)

    def _may_be_case(self, statement: Statement, now: RealSet) -> bool:
        """Whether a line may take one case of several: all it says is one set, each of whose roots is single."""
        if not now or len(statement.groups) != 1:
            return False
        same = all(self._of_group((chain,), False) == now for chain in statement.chains)
        return same and (not now.is_finite() or lines.degree(statement) <= len(now.points))

    def _takes(self, statement: Statement, now: RealSet, case: _Case) -> bool:
        """Whether a line goes on with a case, or gives all of its solutions.

        It does not where a line before is left unsolved for the value of a case that has not been named: a slip.
        """
        if now == case.whole and now.is_finite():
            return True
        solved, above = (all(map(is_solved, line.chains)) for line in (statement, self.line))
        jumps = solved and not above and not now <= case.seen
        return now <= case.whole and not jumps and self._may_be_case(statement, now)

    def losses(self, final: Statement | None) -> Iterator[tuple[int, str]]:
        """Return the lines that took a case whose sisters never came, and why they are wrong."""
        answered = NONE
        if final is not None and set(final.letters) <= set(self.letters):
            answered = self._solutions(final)
        if kept := self.extra & (self.before if final is None else answered):
            bars = lines.has_negative_bars(self.statement)
            reason = say.NEGATIVE_BARS if bars else say.SOLUTIONS_GAINED.format(gained=self._text(kept))
            yield self.extra_place, reason
        for case in self.cases:
            counts = case.is_split and case.whole.is_finite()
            seen = case.seen | answered if counts else case.seen
            if missing := case.whole - seen:
                yield case.place, case.reason.format(lost=self._text(missing))

    def _why_lost(self, before: RealSet, now: RealSet, split: bool) -> str:
        """The sentence for solutions that are never seen again, from the line in which they last were."""
        if not before.is_finite():
            return say.SOLUTIONS_CHANGED.format(before=self._text(before), now=self._text(now))
        if split or len(self.line.chains) != 1 or len(self.line.chains[0].nodes) != 2:
            return say.CASE_LOST
        terms = self.line.chains[0].terms
        if any(term.value.is_number() and term.value.numerator for term in terms):
            return say.ROOT_LOST
        zeros = [solve(term.value, "=") for term in terms]
        return say.SOLUTIONS_LOST if all(before - now <= one for one in zeros) else say.CASE_LOST

    def _why_changed(self, statement: Statement, before: RealSet, now: RealSet) -> Judgement:
        lost, gained = before - now, now - before
        for chain in statement.chains:
            numbers_only = [term for term in chain.terms if term.value.is_number()]
            if set(chain.relations) == {"="} and (pair := false_pair(numbers_only)):
                return wrong(say.SIDES_DIFFER, left=pair[0].text, right=pair[1].text)
        if now.turned() == before:
            if len(now.points) > 1 and all(map(is_solved, statement.chains)):
                return wrong(say.INSIDE_OUT, before=self._text(before))
            same = self.line.chains[0].relations == statement.chains[0].relations
            return wrong(say.NOT_TURNED if same else say.TURNED, before=self._text(before))
        if lines.has_negative_bars(self.line):
            return wrong(say.NEGATIVE_BARS)
        if before and not lost and now.is_finite():
            raised = lines.degree(statement) > lines.degree(self.line)
            return wrong(say.SOLUTIONS_GAINED if raised else say.NEW_SOLUTIONS, gained=self._text(gained))
        return wrong(say.SOLUTIONS_CHANGED, before=self._text(before), now=self._text(now))

    def _calculation(self, statement: Statement, solutions: RealSet) -> Judgement:
        """Judge a line that does not speak of the unknown's value: it must be true, and no idle one."""
        if not all(solutions.flags[::2]):
            return wrong(say.NEVER_TRUE)
        if self.before in (NONE, ALL):
            return wrong(say.SOLUTIONS_CHANGED, before=self._text(self.before), now=say.ALL_NUMBERS)
        return right(say.SIDE_CALCULATION) if self.is_working(statement) else wrong(say.IDLE)

    def may_compute(self, terms: Sequence[Term]) -> bool:
        """Whether a calculation moves terms to one side, divides, puts a solution in, or is of the formula."""
        above, points = (self.statement, self.line), self.problem.points
        return any(may_be_beside(line, terms[0].node, self.letters[0], points) for line in above)

    def _named(self, statement: Statement) -> Judgement:
        """Judge a line about a, b, c and D of a x^2 + b x + c = 0, taken from the problem or the line before."""
        refuse_letters(statement, {*self.letters, *_NAMED})
        if set(statement.letters) & set(self.letters):
            refuse_letters(statement, self.letters)
        found = [lines.coefficients(line, self.letters[0]) for line in (self.statement, self.line)]
        for named in filter(None, found):
            negative = {name: value if name == "D" else -value for name, value in named.items()}
            if any(all(lines.holds(chain, one) for chain in statement.chains) for one in (named, negative)):
                return right(say.NAMED)
        if found[0] is None:
            refuse(say.STRANGE_LETTERS, letters=", ".join(set(statement.letters) - set(self.letters)))
        return wrong(say.NAMED_WRONG, **{name: number(value) for name, value in found[0].items()})

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        answered, expected = self._solutions(statement), self.problem
        many = statement.claim == "many" and not expected.is_finite() and expected.flags[0]
        if many or answered == expected:
            if statement.claim or all(map(is_solved, statement.chains)):
                return right(say.RIGHT_SOLUTIONS)
            return Judgement("unfinished", say.NOT_SOLVED.format(letter=self.letters[0]))
        missing, extra = expected - answered, answered - expected
        if statement.both and answered == NONE and len(statement.chains) > 1:
            return wrong(say.BOTH_AT_ONCE)
        if not (expected.is_finite() and answered.is_finite() and expected and answered):
            if lines.has_negative_bars(self.statement):
                return wrong(say.NEGATIVE_BARS)
            turn = say.WRONG_SIDE if len(expected.points) > 1 else say.WRONG_TURN
            sentence = turn if answered.turned() == expected else say.WRONG_SOLUTIONS
            return wrong(sentence, expected=self._text(expected))
        if not extra:
            return wrong(say.MISSING_SOLUTIONS, missing=self._text(missing))
        return wrong(say.WRONG_NUMBERS if missing else say.EXTRA_SOLUTIONS, extra=self._text(extra))


def _are_equations(chains: Iterable[Chain]) -> bool:
    return all(set(chain.relations) == {"="} for chain in chains)


def _of_branch(relations: Sequence[str], branch: Branch) -> RealSet:
    parts = [solve(condition, "≥") for condition in branch.conditions]
    return functools.reduce(RealSet.__and__, [*parts, *map(solve, branch.differences, relations)])
