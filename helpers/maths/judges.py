"""What the judges share, and the judge of an expression to work out; each judge remembers the last line."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from helpers.maths import sentences as say
from helpers.maths.parse import Chain, Statement, Term
from helpers.maths.trees import Node, every, replaced, value_of, written
from helpers.maths.values import Quotient, refuse
from helpers.maths.writing import is_finished, is_fraction, is_mixed, is_product

MAX_FORMS = 12  # of a term, kept to look for what a line works out of it


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


def false_pair(terms: Sequence[Term]) -> tuple[Term, Term] | None:
    """Return the first two neighbours whose values differ."""
    return next((pair for pair in pairwise(terms) if pair[0].value != pair[1].value), None)


def is_solved(chain: Chain) -> bool:
    """Whether a chain gives one letter as a number that is worked out, or between such numbers."""
    equal = "=" in chain.relations
    return all(_is_solved(one.terms[:: len(one.terms) - 1] if equal else one.terms) for one in chain.branches)


def _is_solved(terms: Sequence[Term]) -> bool:
    others = [term for term in terms if term.node.data != "letter"]
    values = [term for term in others if term.value.is_number()]
    finished = [term for term in values if is_finished(term.node) or is_mixed(term.node)]
    return len(finished) == len(others) == len(terms) - 1


def is_bare(node: Node) -> bool:
    """Whether a tree is one number or letter with its sign, of which nothing can be worked out."""
    return all(part.data in ("number", "letter", "negative", "positive") for part in every(node))


class Judge:
    """What every judge keeps of the lines so far."""

    def __init__(self, problem: Statement) -> None:
        self.letters = problem.letters
        self.statement = self.line = problem
        self.checked: Quotient | None = None  # what the last side calculation came to
        self.gap = False  # whether a line was unreadable since the last that could be followed
        self.left = ""  # of the last equation

    def losses(self, final: Statement | None) -> Iterator[tuple[int, str]]:
        """Return which lines turned out wrong as nothing came that should have, and why."""
        return iter(())

    def refuse_unlike(self, statement: Statement) -> None:
        """Raise MathTextError where a line has another letter, or an expression without an equals sign."""
        refuse_letters(statement, self.letters)
        if lone := [written(chain.nodes[0]) for chain in statement.chains if not chain.relations]:
            refuse(say.NO_EQUALS_SIGN, term=lone[0])

    def is_working(self, statement: Statement) -> bool:
        """Whether a true line without unknown works out something of the lines above; else it is idle."""
        terms = [term for chain in statement.chains for term in chain.terms]
        above = [node for chain in self.line.chains for node in chain.nodes]
        works = [term.node for term in terms if not is_bare(term.node)]
        stands = any(replaced(node, one, one) for one in works for node in above)
        continues = terms[0].value == self.checked
        self.checked = terms[-1].value
        return stands or continues or self.may_compute(terms)

    def may_compute(self, terms: Sequence[Term]) -> bool:
        """Whether numbers may be worked out beside the lines above though they do not stand together there."""
        raise NotImplementedError


class Expression(Judge):
    """A value to work out; each step must keep it, or work out a part of a term reached so far."""

    def __init__(self, problem: Statement) -> None:
        super().__init__(problem)
        self.problem = problem.chains[0].terms[0]
        self.previous = self.problem
        # The terms since the last slip, and what they become with each side calculation put in.
        self.forms: tuple[Node, ...] = (self.problem.node,)
        self.slips: tuple[Quotient, ...] = ()  # what the term, or a side calculation, comes to with a slip

    def _refuse_others(self, statement: Statement) -> None:
        refuse_letters(statement, self.letters)
        several = any(len(chain.branches) > 1 or set(chain.relations) - {"="} for chain in statement.chains)
        if statement.claim or len(statement.groups) > 1 or several:
            refuse(say.ONE_VALUE_A_LINE)

    def step(self, statement: Statement, place: int) -> Judgement:
        """Judge a line against the line before it."""
        self._refuse_others(statement)
        judged = right(say.VALUE_KEPT)
        for chain in statement.chains:
            judged = self._of_terms(chain.terms)
            if judged.verdict != "right":
                break
        return judged

    def _of_terms(self, terms: Sequence[Term]) -> Judgement:
        before, first, last, pair = self.previous, terms[0].value, terms[-1], false_pair(terms)
        form = self._put_in(terms)
        follows = first != before.value and first in self.slips
        if form is not None:
            self.forms = (*self.forms, form)[-MAX_FORMS:]
            if (now := value_of(form)) != before.value:
                self.slips = (*self.slips, now)
            judged = right(say.SIDE_CALCULATION)
        elif follows or first == before.value or len(terms) == 1:
            judged = right(say.FOLLOWS_FROM_SLIP if follows else say.VALUE_KEPT)
            if not follows and first != before.value:
                self._refuse_part(terms[0], before)
                judged = wrong(say.VALUE_CHANGED, before=before.text, now=terms[0].text)
            kept = self.forms if judged.reason == say.VALUE_KEPT and not pair else ()
            self.forms = (*kept, *(term.node for term in terms))[-MAX_FORMS:]
            self.previous, self.gap, self.slips = last, False, ()
        else:
            slips, self.slips = self.slips, (*self.slips, last.value)
            judged = wrong(say.NOT_IN_LINE, term=terms[0].text, before=before.text)
            if any(value_of(part) in slips for part in every(terms[0].node)):
                judged = right(say.FOLLOWS_FROM_SLIP)
            elif self.gap and not pair:
                refuse(say.AFTER_GAP)
        return wrong(say.SIDES_DIFFER, left=pair[0].text, right=pair[1].text) if pair else judged

    def _put_in(self, terms: Sequence[Term]) -> Node | None:
        """Return the last term in which a calculation works out a part, with its result put in."""
        first, last = terms[0].node, terms[-1].node
        nodes = [term.node for term in terms if not is_bare(term.node)]
        if written(first) != written(last) and is_bare(first):  # 2 = 6/3
            nodes = [first, *nodes]
        for form, one in product(reversed(self.forms if len(terms) > 1 else ()), nodes):
            result = first if one is last else last
            new = replaced(form, one, result)
            if new and new is not result:
                return new
        return None

    def _refuse_part(self, term: Term, before: Term) -> None:
        """What keeps the value of a part only is no slip, but no line either."""
        stands = any(replaced(form, term.node, term.node) for form in self.forms)
        for part in every(before.node) if (stands or is_finished(term.node)) and not self.letters else ():
            works = part.data in ("add", "subtract", "multiply", "divide") and not is_finished(part)
            if works and value_of(part) == term.value:
                refuse(say.PART, value=term.text, part=written(part))

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
            ended = worked_out or factored or is_fraction(answer)
            worked_out = ended and written(answer) != written(problem)
        if not worked_out:
            return Judgement("unfinished", say.NOT_WORKED_OUT.format(answer=written(answer)))
        return right(say.RIGHT_EXPRESSION if self.letters else say.RIGHT_VALUE)
