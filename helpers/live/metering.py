"""Meters what calls use and cost, and refuses a call that could pass the ceiling."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import openai

from helpers.errors import CourseError
from helpers.live.bounds import (
    answers_of,
    cap_of,
    count_of,
    is_more_than_text,
    items_of,
    object_of,
    prompt_bound,
)
from helpers.models import Price
from helpers.tokens import cost_usd
from helpers.ways import way_on

# Tokens that a request without a cap may be answered with, and the fewest that are worth paying for.
DEFAULT_CAP = 2000
SMALLEST_CAP = 16
# OpenAI's page of gpt-6-luna: a longer prompt makes the whole request dearer, by these factors for in and out.
LONG_PROMPT, LONG_INPUT, LONG_OUTPUT = 272_000, 2.0, 1.5
# OpenAI's page of gpt-6-luna: Fast mode costs twice as much. A tier that is not among the usual ones may be it.
USUAL_TIERS, FAST_FACTOR = (None, "auto", "default", "flex", "scale", "standard", "on_demand"), 2.0
# With any other tier than these, or none, a project's own setting chooses, and it may choose the dearest.
CHEAP_TIERS = ("default", "flex")
# Costs are added as whole picodollars, so that their sum does not depend on the order of threads.
PICODOLLARS = 10**12

OVER = (
    "지출 한도에 닿아 요청을 보내지 않았습니다. 이 요청은 많으면 ${cost:.6f}인데, 한도 ${ceiling:.6f} 가운데 ${left:.6f}가 남았습니다.\n"
) + way_on("larger_budget")
NOT_TEXT = (
    "지출 한도가 있는 동안에는 글만 주고받을 수 있습니다. 그림, 소리, 파일, 웹 검색과 요금이 따로 있는 도구의 비용은 미리 셀 수 없어 "
    "보내지 않았습니다."
)
UNCOUNTED = (
    "지출 한도가 있는 동안에는 chat/completions만 부를 수 있습니다. {path}의 비용은 미리 셀 수 없어 보내지 않았습니다.\n"
    "꼭 필요하면 자신의 클라이언트 OpenAI()로 부르세요. 그때는 이 코스의 한도가 없습니다."
)


class CeilingError(CourseError, openai.OpenAIError):
    """A call was not sent, because it could cost more than is left; the SDK passes its own errors on without a retry."""


@dataclass(frozen=True)
class Usage:
    """Tokens of one call; `estimated` where the answer did not say, and then never too few; `by_text` where not the answer
    but a count of its texts says it, `nearest` where they are those of a recording of a similar request."""

    prompt: int
    completion: int
    cached: int = 0
    cache_write: int = 0
    estimated: bool = False
    by_text: bool = False
    nearest: bool = False


@dataclass(frozen=True)
class Call:
    """One answered call; `price` and `picodollars` None where nobody knows what it costs."""

    model: str
    usage: Usage
    price: Price | None
    picodollars: int | None


@dataclass(frozen=True)
class Reservation:
    """Money set aside for a call that is under way, and the most tokens that it may use.

    `price` is that of the usual tier, `tier` the one that the request asked for; `hidden` says that the model may write
    tokens that no answer shows.
    """

    model: str
    price: Price | None
    most: Usage
    picodollars: int
    cap: int | None = None
    hidden: bool = False
    tier: object = None


@dataclass
class Meter:
    """Adds up calls; safe to share between threads.

    Args:
        ceiling_usd: most that all calls together may cost in US dollars; None for no ceiling.
    """

    ceiling_usd: float | None = None
    calls: list[Call] = field(default_factory=list)
    _reserved: int = 0
    _spent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def spent_usd(self) -> float:
        """US dollars of all calls with a known price."""
        return self._spent / PICODOLLARS

    def reserve(self, body: dict, price: Price | None, size: int | None = None) -> Reservation:
        """Set aside what a call may cost at most.

        Args:
            body: of the request.
            price: of the model; None where no ceiling applies.
            size: bytes of the body as JSON, if at hand; no token is shorter than a byte, so it bounds the prompt.

        Returns:
            The reservation, to be settled when the answer is there; its `cap` is what a body without one should carry.

        Raises:
            CeilingError: the call could cost more than is left.
        """
        prompt = prompt_bound(body) if size is None else size
        # Some servers write more answers than they give; a predicted text that does not come is billed like one.
        answers, cap = max(answers_of(body.get(one)) for one in ("n", "best_of")), cap_of(body)
        predicted = prompt_bound(body["prediction"]) if body.get("prediction") else 0
        model = str(body.get("model"))
        if price and self.ceiling_usd is not None and is_more_than_text(body):
            raise CeilingError(NOT_TEXT)
        tier = body.get("service_tier")
        if price is None or self.ceiling_usd is None:
            # Without money at stake too: a small model that never ends would write until its context is full.
            most = Usage(prompt, (cap or DEFAULT_CAP) * answers + predicted * answers, estimated=True)
            return Reservation(model, price, most, 0, DEFAULT_CAP if cap is None else None, tier=tier)
        dear = price if tier in CHEAP_TIERS else _times(price, FAST_FACTOR, FAST_FACTOR)
        with self._lock:
            left = round(self.ceiling_usd * PICODOLLARS) - self._spent - self._reserved
            allowed = cap or DEFAULT_CAP
            if cap is None:
                token = _cost(dear, Usage(prompt, answers)) - _cost(dear, Usage(prompt, 0))
                allowed = min(
                    DEFAULT_CAP, (left - _cost(dear, _dearest(prompt, predicted * answers))) // token
                )
            allowed = max(allowed, SMALLEST_CAP if cap is None else 1)
            most = _dearest(prompt, (allowed + predicted) * answers)
            cost = _cost(dear, most)
            if cost > left:
                raise CeilingError(
                    OVER.format(
                        cost=cost / PICODOLLARS, ceiling=self.ceiling_usd, left=max(left, 0) / PICODOLLARS
                    )
                )
            self._reserved += cost
        return Reservation(model, price, most, cost, allowed if cap is None else None, tier=tier)

    def settle(self, reservation: Reservation, usage: Usage, tier: object = None) -> None:
        """Replace a reservation by what the call used, in the tier that the answer names."""
        # A project's own setting can choose a dearer tier than the request.
        price = reservation.price and _in_tiers(reservation.price, reservation.tier, tier)
        cost = None if price is None else _cost(price, usage)
        with self._lock:
            self._reserved -= reservation.picodollars
            self._spent += cost or 0
            self.calls.append(Call(reservation.model, usage, price, cost))

    def count(self, body: dict, price: Price | None, answer: Mapping) -> None:
        """Add a call whose answer is already there."""
        reservation = self.reserve(body, price)
        self.settle(reservation, usage_of(reservation, answer))

    def release(self, reservation: Reservation) -> None:
        """Give a reservation back: the server did no work for it."""
        with self._lock:
            self._reserved -= reservation.picodollars


def _dearest(prompt: int, completion: int) -> Usage:
    """Return a usage whose whole prompt is written to the cache, the dearest way to read it."""
    return Usage(prompt, completion, cache_write=prompt, estimated=True)


def _cost(price: Price, usage: Usage) -> int:
    """Return the picodollars of a usage."""
    if usage.prompt > LONG_PROMPT:
        price = _times(price, LONG_INPUT, LONG_OUTPUT)
    dollars = cost_usd(price, usage.prompt, usage.completion, usage.cached, usage.cache_write)
    return round(dollars * PICODOLLARS)


def _in_tiers(price: Price, *tiers: object) -> Price:
    """Return the price where any of these tiers was asked for or given."""
    return price if all(one in USUAL_TIERS for one in tiers) else _times(price, FAST_FACTOR, FAST_FACTOR)


def _times(price: Price, tokens_in: float, tokens_out: float) -> Price:
    ways_in = {name: getattr(price, name) for name in ("input", "cached", "cache_write")}
    dearer = {name: dollars * tokens_in for name, dollars in ways_in.items() if dollars is not None}
    return replace(price, output=price.output * tokens_out, **dearer)


def usage_of(reservation: Reservation, answer: Mapping) -> Usage:
    """Return the tokens of an answered call: as the server reports them, or estimated from the lengths.

    Args:
        reservation: of the call.
        answer: the parsed body of the answer.

    Returns:
        The usage, marked as estimated where the answer does not hold both numbers.
    """
    reported = object_of(answer.get("usage"))
    details = object_of(reported.get("prompt_tokens_details"))
    # No prompt is empty: a server that says so has not counted.
    tokens_in = count_of(reported.get("prompt_tokens")) or None
    tokens_out, total = count_of(reported.get("completion_tokens")), count_of(reported.get("total_tokens"))
    texts = json.dumps(answer.get("choices"), ensure_ascii=False).encode("utf-8", "replace")
    not_counted = tokens_in is None and reported.get("prompt_tokens") is not None
    if not_counted or (not tokens_out and (tokens_in is None or _shows_text(answer))):
        tokens_out = None
    estimated = tokens_in is None or tokens_out is None
    if tokens_in is None:
        tokens_in = reservation.most.prompt
    if tokens_out is None and reservation.hidden and reservation.price:
        tokens_out = reservation.most.completion
    elif tokens_out is None:
        tokens_out = min(len(texts), reservation.most.completion or len(texts))
    # Some servers leave what a model thought out of its answer and put it into the sum.
    tokens_out = max(tokens_out, (total or 0) - tokens_in)
    cached = min(count_of(details.get("cached_tokens")) or 0, tokens_in)
    written = min(count_of(details.get("cache_write_tokens")) or 0, tokens_in - cached)
    return Usage(tokens_in, tokens_out, cached, written, estimated, bool(reported.get("by_text")))


def _shows_text(answer: Mapping) -> bool:
    """Say whether an answer, whole or the pieces of a stream, holds any text or call."""
    choices = [one for one in items_of(answer.get("choices")) if isinstance(one, dict)]
    said = [one.get("message", one) for one in choices]
    names = ("content", "refusal", "tool_calls", "function_call", "reasoning", "reasoning_content")
    return any(one.get(name) for one in said if isinstance(one, dict) for name in names)
