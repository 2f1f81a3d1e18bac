"""Counts what calls cost: what was spent, what a replay would have cost, and what a whole notebook will cost."""

import json
from collections.abc import Iterable

from helpers.live.metering import PICODOLLARS, Call, Meter
from helpers.live.responses import counted
from helpers.models import find_model, is_openai_host, price_for
from helpers.replay import MODEL_PLACEHOLDER, Cassette, Exchange, Interaction, read_answer, said
from helpers.tokens import count_message_tokens, load_encoding, token_ids

UNKNOWN = "모름"
ESTIMATED = "{count}번은 응답에 사용량이 없어, 토큰을 글의 바이트 수나 길이 제한으로 넉넉히 어림했습니다."
PRICED = (
    "{model}의 가격: 100만 토큰에 입력 ${price.input}, 출력 ${price.output} ({price.date}, {price.source})"
)
ASSUMED = "{model}의 가격을 몰라, 가격표에서 가장 비싼 모델의 값으로 셌습니다."
BY_TEXT = (
    "{count}번은 OpenAI가 아닌 모델이 답한 녹화라, 그 응답의 사용량 대신 글을 o200k_base로 센 수입니다. "
    "스키마와 도구의 토큰은 들어 있지 않습니다."
)
NOT_PRICED = "{model}: 로컬 서버이거나 가격표에 없는 모델이라 비용을 세지 않았습니다."

# With which the texts of an answer are counted that another model than OpenAI's gave.
ENCODING = "o200k_base"

WHOLE = (
    "이 노트북을 모두 실행하면 요청 {calls}번에 약 ${dollars:.6f}입니다. (녹화된 답변의 길이로 어림{note})"
)
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
                body = {**one.request["body"], "model": asked}
                answer = _counted(body, response, one.request["path"], one.origin)
                meter.count(body, price_for(asked, base_url), answer)
    return meter.calls


def _counted(body: dict, response: dict, path: str, origin: dict) -> dict:
    """Return an answer with the usage by which it is counted.

    An open model counts with a vocabulary of its own, which says nothing about a bill of OpenAI's: its texts are counted
    with o200k_base, and so is a recorded answer of another server's.
    """
    if origin["kind"] in ("original-notebook", "written") or is_openai_host(origin.get("host")):
        return response["body"] if "body" in response else counted(response["events"])
    encoding = load_encoding(ENCODING)
    words = said(read_answer(response, path))
    messages = body.get("messages") or _messages(body)
    usage = {
        "prompt_tokens": count_message_tokens(messages, encoding),
        "completion_tokens": len(token_ids(words.text or words.refusal or "", encoding)),
    }
    return {"usage": usage | {"by_text": True}}


def _messages(body: dict) -> list[dict]:
    """Return the messages of a request to the Responses API as those of a chat."""
    asked = body.get("input")
    messages = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked or []
    instructions = body.get("instructions")
    return ([{"role": "developer", "content": instructions}] if instructions else []) + messages


def notebook_cost(cassette: Cassette, model: str, base_url: str) -> str:
    """Say in one Korean line what running a whole notebook costs.

    Args:
        cassette: its requests, with the recorded usage.
        model: that will be asked.
        base_url: of the server.

    Returns:
        For each call of a live run the mean cost of the recorded answers that are about as long, an upper bound where
        they hold no usage.
    """
    dollars, estimated = 0.0, 0
    for id, count in cassette.live_calls.items():
        calls = recorded_calls([cassette.find(id)], model, base_url)
        spent = dollars_of(calls)
        if spent is None:
            return WHOLE_UNKNOWN
        dollars += spent / len(calls) * count
        estimated += sum(call.usage.estimated for call in calls)
    if not cassette.live_calls:
        return WHOLE_NONE
    note = WHOLE_NOTE.format(count=estimated) if estimated else ""
    return WHOLE.format(calls=sum(cassette.live_calls.values()), dollars=dollars, note=note)


def replayed_calls(exchanges: list[Exchange]) -> list[Call]:
    """Return the calls of a replay, at the prices of the models that they name; misses and faults cost nothing."""
    meter = Meter()
    for one in exchanges:
        if one.origin and one.response.get("status") == 200:
            body = json.loads(one.raw)
            answer = _counted(body, one.response, one.path, one.origin)
            meter.count(body, find_model(body["model"]).price, answer)
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
    by_text = sum(call.usage.by_text for call in calls)
    found += [BY_TEXT.format(count=by_text)] if by_text else []
    return found + ([ESTIMATED.format(count=estimated)] if estimated else [])
