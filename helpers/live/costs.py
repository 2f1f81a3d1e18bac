"""Counts what calls cost: what was spent, what a replay would have cost, and what a whole notebook will cost."""

import json
from collections.abc import Iterable

from helpers.live.metering import PICODOLLARS, Call, Meter
from helpers.models import find_model, price_for
from helpers.replay import MODEL_PLACEHOLDER, Cassette, Interaction

UNKNOWN = "모름"
ESTIMATED = "{count}번은 응답에 사용량이 없어, 토큰을 글의 바이트 수나 길이 제한으로 넉넉히 어림했습니다."
PRICED = (
    "{model}의 가격: 100만 토큰에 입력 ${price.input}, 출력 ${price.output} ({price.date}, {price.source})"
)
ASSUMED = "{model}의 가격을 몰라, 가격표에서 가장 비싼 모델의 값으로 셌습니다."
NOT_PRICED = "{model}: 로컬 서버이거나 가격표에 없는 모델이라 비용을 세지 않았습니다."

WHOLE = "이 노트북을 모두 실행하면 요청 {calls}번에 약 ${dollars:.6f}입니다. (녹화된 사용량의 평균으로 어림{note})"
WHOLE_NOTE = ", 사용량이 없는 답변 {count}개는 글의 길이로 넉넉히 셈"
WHOLE_UNKNOWN = "이 노트북을 모두 실행하는 비용은 모릅니다. 이 서버의 가격이 가격표에 없습니다."
WHOLE_NONE = "이 노트북에는 녹화된 요청이 없어 비용을 미리 셀 수 없습니다."


def recorded_calls(interactions: Iterable[Interaction], model: str, base_url: str) -> list[Call]:
    """Return the calls that the recorded answers would be at today's price.

    Args:
        interactions: requests with their recorded answers.
        model: that is asked in the place of the lesson's model.
        base_url: of the server.
    """
    meter = Meter()
    for one in interactions:
        asked = one.request["body"].get("model")
        asked = model if asked == MODEL_PLACEHOLDER else str(asked)
        for response in one.responses:
            if response.get("status") == 200:
                meter.count(
                    {**one.request["body"], "model": asked}, price_for(asked, base_url), response["body"]
                )
    return meter.calls


def notebook_cost(cassette: Cassette, model: str, base_url: str) -> str:
    """Say in one Korean line what running a whole notebook costs.

    Args:
        cassette: its requests, with the recorded usage.
        model: that will be asked.
        base_url: of the server.

    Returns:
        The mean cost of a recorded answer, an upper bound where it holds no usage, times the calls of a live run.
    """
    calls = recorded_calls(cassette.interactions, model, base_url)
    if not calls:
        return WHOLE_NONE
    spent = dollars_of(calls)
    if spent is None:
        return WHOLE_UNKNOWN
    estimated = sum(call.usage.estimated for call in calls)
    note = WHOLE_NOTE.format(count=estimated) if estimated else ""
    dollars = spent / len(calls) * cassette.live_calls
    return WHOLE.format(calls=cassette.live_calls, dollars=dollars, note=note)


def replayed_calls(exchanges: list[tuple[bytes, dict]]) -> list[Call]:
    """Return the calls of a replay, at the prices of the models that they name.

    Args:
        exchanges: the raw body of each request and its response as cassettes hold it; misses and faults cost nothing.
    """
    meter = Meter()
    for raw, response in exchanges:
        if response.get("status") == 200:
            body = json.loads(raw)
            meter.count(body, find_model(body["model"]).price, response["body"])
    return meter.calls


def dollars_of(calls: list[Call]) -> float | None:
    """Return what calls cost in US dollars, those without a price left out; None where none has one."""
    priced = [call.picodollars for call in calls if call.picodollars is not None]
    return sum(priced) / PICODOLLARS if priced else None


def figures(calls: list[Call], krw_per_usd: float | None = None) -> list[str]:
    """Return the cells of a table for some calls: how many, tokens in, tokens out, dollars, and won where asked for."""
    tokens_in, tokens_out = sum(c.usage.prompt for c in calls), sum(c.usage.completion for c in calls)
    dollars = dollars_of(calls)
    money = ["{:.6f}".format] + ([lambda spent: f"{spent * krw_per_usd:.2f}"] if krw_per_usd else [])
    costs = [UNKNOWN if dollars is None else show(dollars) for show in money]
    return [str(len(calls)), f"{tokens_in:,}", f"{tokens_out:,}", *costs]


def remarks(calls: list[Call]) -> list[str]:
    """Say at what price the calls of each model are counted, and how many had to be estimated."""
    found = []
    for model, price in {call.model: call.price for call in calls}.items():
        known = NOT_PRICED if price is None else PRICED if find_model(model).price else ASSUMED
        found.append(known.format(model=model, price=price))
    estimated = sum(call.usage.estimated for call in calls)
    return found + ([ESTIMATED.format(count=estimated)] if estimated else [])
