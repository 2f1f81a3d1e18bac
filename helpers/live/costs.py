"""Counts what calls cost: what was spent, what a replay would have cost, and what a whole notebook costs."""

import json
import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle, islice

from helpers.live.metering import PICODOLLARS, Call, Meter
from helpers.live.responses import counted
from helpers.live.session import DEFAULT_MODEL, OPENAI_BASE_URL
from helpers.models import find_model, is_openai_host, price_for
from helpers.replay import CHAT, MODEL_PLACEHOLDER, Cassette, Exchange, Interaction, read_answer, said
from helpers.tokens import count_message_tokens, encoding_for, token_ids

UNKNOWN = "모름"
ESTIMATED = "{count}번은 응답에 사용량이 없어, 토큰을 글의 바이트 수나 길이 제한으로 넉넉히 어림했습니다."
PRICED = (
    "{model}의 가격: 100만 토큰에 입력 ${price.input}, 출력 ${price.output} ({price.date}, {price.source})"
)
ASSUMED = "{model}의 가격을 몰라, 가격표에서 가장 비싼 모델의 값으로 셌습니다."
BY_TEXT = (
    "{count}번은 OpenAI가 알려 준 사용량이 없거나 모자란 녹화라, 글의 토큰을 어휘 사전으로 셌습니다. "
    "스키마와 도구의 토큰은 들어 있지 않습니다."
)
NEAREST = "{count}번은 녹화에 없는 요청이라, 가장 가까운 녹화의 길이로 셌습니다."
NOT_PRICED = "{model}: 로컬 서버이거나 가격표에 없는 모델이라 비용을 세지 않았습니다."

WHOLE = "요청 {calls}번에 약 {dollars}달러"


def recorded_calls(
    interactions: Iterable[Interaction], model: str, base_url: str, paid: bool = False
) -> list[Call]:
    """Return the calls that the recorded answers would be at today's price.

    Args:
        interactions: requests with their recorded answers.
        model: that is asked in the place of the lesson's model.
        base_url: of the server.
        paid: whether a local server counts too.
    """
    return [
        _call(one, response, model, base_url, paid)
        for one in interactions
        for response in one.responses
        if response.get("status") == 200
    ]


def notebook_calls(cassette: Cassette, model: str, base_url: str, paid: bool = False) -> list[Call]:
    """Return the calls of one live run of a whole notebook, each as long as the answer that replay gives in its place.

    Args:
        cassette: of the notebook; its `live_calls` says how often the notebook makes which request.
        model: that is asked.
        base_url: of the server.
        paid: whether a local server counts too.
    """
    calls = []
    for id, count in cassette.live_calls.items():
        recorded = recorded_calls([cassette.find(id)], model, base_url, paid)
        calls += islice(cycle(recorded), count)
    return calls


def replayed_calls(exchanges: Iterable[Exchange], cassette: Cassette) -> list[Call]:
    """Return the calls that a replay would have been live, with the model that is asked there unless another is set.

    A request that no cassette holds is as long as the nearest recording. What is no chat completion costs nothing: live, it
    is not sent.
    """
    calls = []
    for one in exchanges:
        if one.path != CHAT:
            continue
        if one.origin:
            calls += _replayed(Interaction("", one.origin, _request(one, cassette), [one.response]))
        elif near := cassette.find(one.response["body"]["error"]["nearest"]):
            calls += [replace(call, usage=replace(call.usage, nearest=True)) for call in _replayed(near)[:1]]
    return calls


def _replayed(one: Interaction) -> list[Call]:
    return recorded_calls([one], DEFAULT_MODEL, OPENAI_BASE_URL)


def _request(one: Exchange, cassette: Cassette) -> dict:
    body = json.loads(one.raw)
    own = {"model": MODEL_PLACEHOLDER} if body.get("model") == cassette.model else {}
    return {"path": one.path, "body": body | own}


def _call(one: Interaction, response: dict, model: str, base_url: str, paid: bool) -> Call:
    asked = one.request["body"].get("model")
    body = {**one.request["body"], "model": model if asked == MODEL_PLACEHOLDER else str(asked)}
    meter = Meter()
    usage = _usage(one, response, body)
    meter.count(body, price_for(body["model"], base_url, paid), {"usage": usage})
    return meter.calls[0]


def _usage(one: Interaction, response: dict, body: dict) -> dict:
    """Return the usage by which a recorded answer is counted: OpenAI's, and where it says none the tokens of the texts.

    Another server's model counts with a vocabulary of its own, which says nothing about a bill of OpenAI's.
    """
    ours = one.origin["kind"] in ("original-notebook", "written") or is_openai_host(one.origin.get("host"))
    answer = response["body"] if "body" in response else counted(response["events"])
    told = {
        name: tokens for name, tokens in ((ours and answer.get("usage")) or {}).items() if tokens is not None
    }
    if {"prompt_tokens", "completion_tokens"} <= told.keys():
        return told
    encoding = encoding_for(body["model"])
    words = said(read_answer(response, one.request["path"]))
    texts = {
        "prompt_tokens": count_message_tokens(_messages(body), encoding),
        "completion_tokens": len(token_ids(words.text or words.refusal or "", encoding)),
    }
    return texts | told | {"by_text": True}


def _messages(body: dict) -> list[dict]:
    """Return the messages of a request, one to the Responses API as those of a chat."""
    if body.get("messages"):
        return body["messages"]
    asked = body.get("input")
    messages = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked or []
    instructions = body.get("instructions")
    return ([{"role": "developer", "content": instructions}] if instructions else []) + messages


def whole_cost(calls: list[Call]) -> str | None:
    """Say in Korean what the calls of a whole notebook cost, such as "요청 4번에 약 0.00011달러".

    Args:
        calls: as `notebook_calls` returns them, at least one.

    Returns:
        Their number and US dollars of two significant digits; None where the price is not known.
    """
    dollars = dollars_of(calls)
    if dollars is None:
        return None
    places = 1 - math.floor(math.log10(dollars)) if dollars else 0
    return WHOLE.format(calls=len(calls), dollars=f"{dollars:.{max(places, 0)}f}")


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
    by_text = sum(call.usage.by_text for call in calls)
    nearest = sum(call.usage.nearest for call in calls)
    told = ((BY_TEXT, by_text), (NEAREST, nearest), (ESTIMATED, estimated))
    return found + [remark.format(count=count) for remark, count in told if count]
