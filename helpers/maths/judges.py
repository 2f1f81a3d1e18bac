"""What the judges share, and the judge of an expression to work out; each judge remembers the last line."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from helpers.maths import sentences as say
from helpers.maths.parse import Chain, Statement, Term
from helpers.maths.trees import Node, every, factors, summands, value_of, written
from helpers.maths.values import Quotient, refuse
from helpers.maths.writing import is_finished, is_fraction, is_mixed, is_product


class Judgement(NamedTuple):
    """ "right", "wrong" or "unfinished", and why."""

    verdict: str
    reason: str


def right(reason: str) -> Judgement:
    """Return the judgement that a line is right."""
    return Judgement("right", reason)


def wrong(sentence: str, **named: object) -> Judgement:
    """Return the judgement that a line is wrong, with a sentence of `sentences`."""
    return Judgement("wrong", sentence.format(**named))


def refuse_letters(statement: Statement, allowed: Sequence[str]) -> None:
    """Raise MathTextError where the statement uses a letter that the problem does not."""
    strange = sorted(set(statement.letters) - set(allowed))
    if "i" in strange:
        refuse(say.IMAGINARY)
    if strange:
        refuse(say.STRANGE_LETTERS, letters=", ".join(strange))


def refuse_lone_terms(statement: Statement) -> None:
    """Raise MathTextError where an expression stands alone, without an equals sign."""
    if lone := [written(chain.nodes[0]) for chain in statement.chains if not chain.relations]:
        refuse(say.NO_EQUALS_SIGN, term=lone[0])


def false_pair(terms: Sequence[Term]) -> tuple[Term, Term] | None:
    """Return the first two neighbours whose values differ."""
    return next((pair for pair in pairwise(terms) if pair[0].value != pair[1].value), None)


def is_solved(chain: Chain) -> bool:
    """Whether a chain gives one letter as a number that is worked out, or between such numbers."""
    equal = "=" in chain.relations
    return all(_is_solved(one.terms[:: len(one.terms) - 1] if equal else one.terms) for one in chain.branches)


def _is_solved(terms: Sequence[Term]) -> bool:
    others = [term for term in terms if term.node.data != "letter"]
    worked_out = all(
        term.value.is_number() and (is_finished(term.node) or is_mixed(term.node)) for term in others
    )
    return worked_out and len(others) == len(terms) - 1


Operands = tuple[str, list[Quotient]]  # "sum" or "product", and what is added or multiplied


def operands(node: Node) -> Operands:
    """Return what the operation on top of a tree works on; what is subtracted is negative, what divides is under 1."""
    one = Quotient.of_number(1)
    if node.data == "percent":
        return "product", [value_of(node) * Quotient.of_number(100), one / Quotient.of_number(100)]
    if len(parts := summands(node)) > 1:
        return "sum", [value_of(part) if sign > 0 else -value_of(part) for sign, part in parts]
    if len(parts := factors(node)) > 1:
        return "product", [value_of(part) if power > 0 else one / value_of(part) for power, part in parts]
    return node.data, []


def stands_in(calculation: Node, node: Node) -> bool:
    """Whether what a calculation works out stands in a tree: 15 × 2 does in 27 + 15 × 2, 27 + 15 does not."""
    if calculation.data in ("power", "root", "absolute"):
        return any(written(part) == written(calculation) for part in every(node))
    return stands_among(calculation, places_in(node))


def places_in(node: Node) -> Iterator[Operands]:
    """Return every operation in a tree, and those that multiplying out a bracket gives."""
    for part in every(node):
        kind, values = operands(part)
        yield kind, values
        sums = [factor for _, factor in factors(part) if factor.data in ("add", "subtract")]
        if kind == "product" and len(sums) == 1:
            rest = [one for one in values if one != value_of(sums[0])]
            yield from ((kind, [*rest, one]) for one in operands(sums[0])[1])


def stands_among(calculation: Node, places: Iterable[Operands]) -> bool:
    """Whether one of these operations works on all that the calculation works on."""
    kind, wanted = operands(calculation)
    return bool(wanted) and any(other == kind and _holds_all(left, wanted) for other, left in places)


def _holds_all(left: list[Quotient], wanted: list[Quotient]) -> bool:
    left = list(left)
    for one in wanted:
        if one not in left:
            return False
        left.remove(one)
    return True


class Judge:
    """What every judge keeps of the lines so far."""

    def __init__(self, problem: Statement) -> None:
        self.letters = problem.letters
        self.statement = self.line = problem
        self.checked: Quotient | None = None  # what the last side calculation came to
        self.left = ""  # of the last equation

    def losses(self, final: Statement | None) -> Iterator[tuple[int, str]]:
        """Return which lines turned out wrong as nothing came that should have, and why."""
        return iter(())

    def remember(self, statement: Statement) -> None:
        """Keep a line for the judgement of the next."""
        self.line = statement

    def is_working(self, statement: Statement) -> bool:
        """Whether a true line without unknown works out something of the lines above; else it is idle."""
        terms = [term for chain in statement.chains for term in chain.terms]
        above = [node for chain in self.line.chains for node in chain.nodes]
        stands = any(stands_in(term.node, node) for term in terms for node in above)
        continues = terms[0].value == self.checked
        self.checked = terms[-1].value
        return stands or continues or self.may_compute(terms)

    def may_compute(self, terms: Sequence[Term]) -> bool:
        """Whether numbers may be worked out beside the lines above though they do not stand together there."""
        raise NotImplementedError


class Expression(Judge):
    """A value to work out; each step must keep it."""

    def __init__(self, problem: Statement) -> None:
        super().__init__(problem)
        self.problem = problem.chains[0].terms[0]
        self.previous = self.problem
        self.slip: Quotient | None = None  # what a calculation gave that does not stand in the line before

    def _refuse_others(self, statement: Statement) -> None:
        refuse_letters(statement, self.letters)
        several = any(len(chain.branches) > 1 or set(chain.relations) - {"="} for chain in statement.chains)
        if statement.claim or len(statement.groups) > 1 or several:
            refuse(say.ONE_VALUE_A_LINE)

    def step(self, statement: Statement, place: int) -> Judgement:
        """Judge a line against the line before it."""
        self._refuse_others(statement)
        before, judged = self.previous, right(say.VALUE_KEPT)
        for chain in statement.chains:
            terms = chain.terms
            keeps_value = terms[0].value == before.value
            if keeps_value:
                self.previous = terms[-1]
            if pair := false_pair(terms):
                self.slip = self.slip if keeps_value else terms[-1].value
                return wrong(say.SIDES_DIFFER, left=pair[0].text, right=pair[1].text)
            if keeps_value:
                continue
            if len(terms) == 1:
                self._refuse_part(terms[0], before)
                self.previous = terms[0]
                return wrong(say.VALUE_CHANGED, before=before.text, now=terms[0].text)
            judged = self._side_calculation(terms, before)
            if judged.verdict != "right":
                return judged
        return judged

    def _refuse_part(self, term: Term, before: Term) -> None:
        """What keeps the value of a part only is no slip, but no line either."""
        for part in every(before.node):
            works = part.data in ("add", "subtract", "multiply") or (
                part.data == "divide" and part.children[0].data != "number"
            )
            if works and not self.letters and value_of(part) == term.value:
                refuse(say.PART, value=term.text, part=written(part))

    def _side_calculation(self, terms: Sequence[Term], before: Term) -> Judgement:
        if any(stands_in(term.node, before.node) for term in terms):
            return right(say.SIDE_CALCULATION)
        used = [value_of(part) for part in every(terms[0].node)]
        follows = self.slip is not None and self.slip in used
        self.slip = terms[-1].value
        if follows:
            return right(say.FOLLOWS_FROM_SLIP)
        return wrong(say.NOT_IN_LINE, term=terms[0].text, before=before.text)

    def final(self, statement: Statement) -> Judgement:
        """Judge the answer against the problem."""
        self._refuse_others(statement)
        if len(statement.chains) > 1:
            refuse(say.MANY_ANSWERS)
        terms = statement.chains[0].terms
        if pair := false_pair((self.problem, *terms)):
            return wrong(say.WRONG_VALUE, problem=pair[0].text, answer=pair[1].text)
        answer, problem = terms[-1].node, self.problem.node
        worked_out = is_finished(answer)
        if self.letters:
            factored = problem.data in ("add", "subtract") and is_product(answer)
            worked_out = written(answer) != written(problem) and (
                worked_out or factored or is_fraction(answer)
            )
        if not worked_out:
            return Judgement("unfinished", say.NOT_WORKED_OUT.format(answer=written(answer)))
        return right(say.RIGHT_EXPRESSION if self.letters else say.RIGHT_VALUE)
