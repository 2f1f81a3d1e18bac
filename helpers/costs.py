"""Says what calls cost: what was spent, what a replay would have cost, and what a whole notebook will cost."""

import json

from helpers.cassettes import Cassette
from helpers.metering import PICODOLLARS, Call, Meter
from helpers.models import Price, find_model
from helpers.views import View, notice, stack, table

HEADERS = ("모델", "호출", "입력 토큰", "출력 토큰", "비용(달러)")
WON = "비용(원)"
TOTAL = "합계"
UNKNOWN = "모름"
LIVE_TITLE = "이 노트북이 라이브로 쓴 것"
REPLAY_TITLE = "재생이라 비용이 들지 않았습니다. 같은 호출이 라이브였다면:"
NO_CALLS = "아직 요청이 없습니다."
ESTIMATED = "{count}번은 응답에 사용량이 없어, 토큰을 글의 바이트 수로 넉넉히 어림했습니다."
PRICED = (
    "{model}의 가격: 100만 토큰에 입력 ${price.input}, 출력 ${price.output} ({price.date}, {price.source})"
)
ASSUMED = "{model}의 가격을 몰라, 가격표에서 가장 비싼 모델의 값으로 셌습니다."
NOT_PRICED = "{model}: 로컬 서버이거나 가격표에 없는 모델이라 비용을 세지 않았습니다."

WHOLE = "이 노트북을 모두 실행하면 요청 {calls}번에 약 ${dollars:.6f}입니다. (녹화된 사용량의 평균으로 어림{note})"
WHOLE_NOTE = ", 사용량이 없는 답변 {count}개는 글의 길이로 넉넉히 셈"
WHOLE_UNKNOWN = "이 노트북을 모두 실행하는 비용은 모릅니다. 이 서버의 가격이 가격표에 없습니다."
WHOLE_NONE = "이 노트북에는 녹화된 요청이 없어 비용을 미리 셀 수 없습니다."


def notebook_cost(cassette: Cassette, model: str, price: Price | None) -> str:
    """Say in one Korean line what running a whole notebook costs.

    Args:
        cassette: its requests, with the recorded usage.
        model: that will be asked.
        price: of that model; None where it is not known.

    Returns:
        The mean cost of a recorded answer, an upper bound where it holds no usage, times the calls of a live run.
    """
    meter = Meter()
    for one in cassette.interactions:
        for response in one.responses:
            if response.get("status") == 200:
                meter.count({**one.request["body"], "model": model}, price, response["body"])
    if not meter.calls:
        return WHOLE_NONE
    if price is None:
        return WHOLE_UNKNOWN
    estimated = sum(call.usage.estimated for call in meter.calls)
    note = WHOLE_NOTE.format(count=estimated) if estimated else ""
    dollars = meter.spent_usd / len(meter.calls) * cassette.live_calls
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


def cost_view(calls: list[Call], live: bool, krw_per_usd: float | None = None) -> View:
    """Show calls, tokens and dollars for each model.

    Args:
        calls: from a meter.
        live: whether the calls were really made.
        krw_per_usd: won for a dollar; None leaves the column of won out.

    Returns:
        A table with its title, and remarks on prices and estimates under it.
    """
    title = LIVE_TITLE if live else REPLAY_TITLE
    if not calls:
        return notice(title, [NO_CALLS])
    headers = [*HEADERS, WON] if krw_per_usd else HEADERS
    by_model: dict[str, list[Call]] = {}
    for call in calls:
        by_model.setdefault(call.model, []).append(call)
    rows = [_row(model, some, krw_per_usd) for model, some in by_model.items()]
    if len(rows) > 1:
        rows.append(_row(TOTAL, calls, krw_per_usd))
    remarks = []
    for model, some in by_model.items():
        price = some[-1].price
        if price is None:
            remarks.append(NOT_PRICED.format(model=model))
        else:
            remarks.append((PRICED if find_model(model).price else ASSUMED).format(model=model, price=price))
    estimated = sum(call.usage.estimated for call in calls)
    remarks += [ESTIMATED.format(count=estimated)] if estimated else []
    return stack(table(headers, rows, title), notice(remarks[0], remarks[1:]))


def _row(name: str, calls: list[Call], krw_per_usd: float | None) -> list[str]:
    dollars = sum(call.picodollars or 0 for call in calls) / PICODOLLARS
    known = any(call.picodollars is not None for call in calls)
    money = [f"{dollars:.6f}" if known else UNKNOWN]
    if krw_per_usd:
        money.append(f"{dollars * krw_per_usd:.2f}" if known else UNKNOWN)
    tokens_in, tokens_out = sum(c.usage.prompt for c in calls), sum(c.usage.completion for c in calls)
    return [name, str(len(calls)), f"{tokens_in:,}", f"{tokens_out:,}", *money]
