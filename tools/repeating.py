"""Finds recordings of an open model that can be had again, and asks for them again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from helpers.models import LocalModel, local_models
from helpers.replay import Cassette, Interaction, read_answer, said, stored_key
from tools.banks import BankError, Variation
from tools.model_answers import asking

ASKED = "  {done}/{all} {lesson} {id}"
MANY_FILES = "녹화가 서로 다른 모델의 것입니다({names}). 레슨을 하나씩 적어 다시 실행하세요."
UNKNOWN_FILE = "이 코스가 아는 모델의 녹화가 아닙니다: {name} (sha256 {sha256}…)"


@dataclass(frozen=True)
class Recording:
    """One recorded answer: whose it is, what was asked, and what came back."""

    lesson: str
    variation: Variation
    origin: dict
    response: dict


@dataclass(frozen=True)
class Outcome:
    """A recorded answer and what was answered now, each as text and reasons to end, and the origin of the new one."""

    recording: Recording
    recorded: list
    now: list
    origin: dict

    @property
    def equal(self) -> bool:
        """Whether text and reasons are the same."""
        return self.recorded == self.now


def repeatable(lesson: str, cassette: Cassette, variations: list[Variation]) -> list[list[Recording]]:
    """Return the recorded answers of an open model that can be had again, those that hang together in one list.

    An answer hangs on chance unless its temperature is 0 or a seed was given. Where the server may remember, an answer
    hangs on what came before: such a bank is repeated whole and in order, or not at all.
    """
    recorded = {stored_key(one.request): one for one in cassette.interactions if _is_open(one)}
    found = []
    for _, bank in groupby(variations, key=lambda one: one.bank):
        bank = list(bank)
        answers = [
            Recording(lesson, one, recorded[one.key].origin, response)
            for one in bank
            if one.key in recorded
            for response in recorded[one.key].responses
        ]
        fixed = [one for one in answers if _is_fixed(one.variation.request["body"])]
        if not bank[0].cache:
            found += [[one] for one in fixed]
        elif len(fixed) == sum(one.times for one in bank):
            found.append(fixed)
    return found


def _is_open(one: Interaction) -> bool:
    return one.origin["kind"] == "open-model"


def _is_fixed(body: dict) -> bool:
    return body.get("temperature") == 0 or body.get("seed") is not None


def spread(groups: list[list[Recording]], most: int) -> list[list[Recording]]:
    """Return some of the groups, evenly spread, with at most so many answers in all."""
    whole, passed, taken, found = sum(map(len, groups)), 0, 0, []
    for group in groups:
        passed += len(group)
        # As many so far as is due by now; a group that hangs together may come before its time.
        if most * passed >= (taken + 1) * whole and taken + len(group) <= most:
            found.append(group)
            taken += len(group)
    return found


def words_of(response: dict, path: str) -> list:
    """Return what of an answer is compared: the text, and why it ended; neither ids nor times."""
    words = said(read_answer(response, path))
    text = words.refusal or words.text
    bodies = response.get("events") or [response["body"]]
    choices = [choice for body in bodies for choice in body.get("choices") or []]
    calls = [
        call.get("function") for one in choices for call in (one.get("message") or {}).get("tool_calls") or []
    ]
    reasons = [one["finish_reason"] for one in choices if one.get("finish_reason")]
    return [text, reasons or [words.cut], calls]


def repeat(
    groups: list[list[Recording]], path: Path, model: LocalModel, log: Path, say: Callable[[str], object]
) -> list[Outcome]:
    """Ask every recording of some groups again, in order.

    Args:
        groups: what `spread` returned; a server that remembers nothing is started for each that hangs together.
        path: the model's file.
        model: which one it is.
        log: takes what the server writes.
        say: shows how far it is.

    Raises:
        CourseError: an answer cannot be had.
    """
    found = []
    serve = partial(asking, path, model, log, say)
    whole = sum(map(len, groups))
    for _, run in groupby(groups, key=lambda group: id(group) if group[0].variation.cache else None):
        with serve() as answers:
            for one in [one for group in run for one in group]:
                asked = one.variation.request["path"]
                recorded, now = words_of(one.response, asked), words_of(answers.ask(one.variation), asked)
                found.append(Outcome(one, recorded, now, answers.origin(one.variation)))
                say(ASKED.format(done=len(found), all=whole, lesson=one.lesson, id=one.variation.id))
    return found


def model_of(groups: list[list[Recording]]) -> LocalModel:
    """Return the model whose recordings these are.

    Raises:
        BankError: there are several, or the course knows none of that hash.
    """
    hashes = {one.origin["sha256"]: one.origin["model"] for group in groups for one in group}
    if len(hashes) > 1:
        raise BankError(MANY_FILES.format(names=", ".join(hashes.values())))
    for sha256, name in hashes.items():
        model = next((one for one in local_models() if one.sha256.startswith(sha256)), None)
        if model is None:
            raise BankError(UNKNOWN_FILE.format(name=name, sha256=sha256))
    return model
