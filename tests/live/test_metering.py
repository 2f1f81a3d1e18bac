"""Calls are counted exactly, and none is let through that could pass the ceiling."""

import threading
from datetime import date

import pytest

from helpers.live.bounds import cap_of, prompt_bound
from helpers.live.metering import DEFAULT_CAP, CeilingError, Meter, Usage, usage_of
from helpers.models import Price, known_models, price_for
from helpers.tokens import cost_usd, load_encoding

PRICE = Price(0.10, 0.50, date(2026, 11, 22), "test", cached=0.01)
BODY = {"model": "m", "messages": [{"role": "user", "content": "가나다"}]}


def answer(prompt: object = 10, completion: object = 5, **details: object) -> dict:
    """Return the body of an answer that reports its usage."""
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "prompt_tokens_details": details}
    return {"choices": [{"message": {"content": "네"}}], "usage": usage}


def test_reported_usage_is_counted_with_its_cached_part() -> None:
    meter = Meter()
    meter.count(BODY, PRICE, answer(1000, 100, cached_tokens=600))
    assert meter.calls[0].usage == Usage(1000, 100, 600)
    assert meter.spent_usd == pytest.approx((400 * 0.10 + 600 * 0.01 + 100 * 0.50) / 1e6, rel=1e-12)
    assert not meter.calls[0].usage.estimated


@pytest.mark.parametrize(
    "reported",
    [
        None,
        {},
        "7",
        {"prompt_tokens": 10},
        {"prompt_tokens": 10, "completion_tokens": "5"},
        {"prompt_tokens": -1, "completion_tokens": True},
    ],
)
def test_missing_or_broken_usage_is_estimated_and_marked(reported: object) -> None:
    meter = Meter()
    meter.count(BODY, PRICE, {"choices": [{"message": {"content": "네" * 50}}], "usage": reported})
    usage = meter.calls[0].usage
    assert usage.estimated
    assert usage.completion >= 50
    assert meter.spent_usd > 0


def test_an_estimate_has_no_more_tokens_out_than_the_request_allowed() -> None:
    meter = Meter()
    meter.count(
        {**BODY, "max_completion_tokens": 3}, PRICE, {"choices": [{"message": {"content": "네" * 50}}]}
    )
    assert meter.calls[0].usage.completion == 3


@pytest.mark.parametrize(
    "text", ["안녕하세요, 반갑습니다!", "a b c d e f 1 2 3", "😀🇰🇷👨‍👩‍👧", '\n\n\t  \\"', "ㅋ" * 300]
)
def test_the_bound_is_never_below_the_tokens(text: str) -> None:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}
    assert prompt_bound(body) >= len(load_encoding("o200k_base").encode_ordinary(text)) + 7


def test_a_long_prompt_and_fast_mode_cost_more() -> None:
    short, long, fast = Meter(), Meter(), Meter()
    short.count(BODY, PRICE, answer(272_000, 100))
    long.count(BODY, PRICE, answer(272_001, 100))
    fast.count({**BODY, "service_tier": "priority"}, PRICE, answer(272_000, 100))
    assert long.spent_usd == pytest.approx((272_001 * 0.20 + 100 * 0.75) / 1e6, rel=1e-12)
    assert fast.spent_usd == pytest.approx(2 * short.spent_usd, rel=1e-12)


@pytest.mark.parametrize("ceiling", [None, 1.0])
@pytest.mark.parametrize(
    ("asked", "given"), [("priority", None), (None, "priority"), ("priority", "priority")]
)
def test_a_dearer_tier_is_counted_once_whoever_chose_it(ceiling, asked, given) -> None:
    usual, dear = Meter(ceiling), Meter(ceiling)
    usual.settle(usual.reserve(BODY, PRICE), Usage(1000, 100))
    dear.settle(dear.reserve({**BODY, "service_tier": asked}, PRICE), Usage(1000, 100), given)
    assert dear.spent_usd == pytest.approx(2 * usual.spent_usd, rel=1e-12)


def test_a_request_without_a_cap_gets_2000_or_what_is_left() -> None:
    assert Meter(0.05).reserve(BODY, PRICE).cap == DEFAULT_CAP == 2000
    four = {**BODY, "n": 4}
    left = 2 * (prompt_bound(four) * 0.10 + 100 * 0.50) / 1e6  # of the dearest tier
    assert Meter(left).reserve(four, PRICE).cap == 25
    assert 100 <= Meter(left).reserve(BODY, PRICE).cap <= 102
    with pytest.raises(CeilingError):
        Meter(left).reserve({**BODY, "n": 10}, PRICE)


def test_a_request_with_a_cap_keeps_it_or_is_refused() -> None:
    body = {**BODY, "max_completion_tokens": 5000}
    assert Meter(0.05).reserve(body, PRICE).cap is None
    with pytest.raises(CeilingError, match="max_completion_tokens"):
        Meter(0.002).reserve(body, PRICE)
    assert Meter(0.0055).reserve({**BODY, "max_tokens": 5000}, PRICE).picodollars > 0
    assert cap_of({"max_tokens": None, "max_completion_tokens": "7"}) is None


def test_a_ceiling_of_nothing_refuses_everything_and_no_ceiling_nothing() -> None:
    with pytest.raises(CeilingError):
        Meter(0.0).reserve(BODY, PRICE)
    assert Meter(None).reserve({**BODY, "max_tokens": 10**9}, PRICE).cap is None
    assert Meter(0.0).reserve(BODY, None).picodollars == 0


def test_settling_and_releasing_give_the_rest_back() -> None:
    meter = Meter(0.003)
    first = meter.reserve(BODY, PRICE)
    with pytest.raises(CeilingError):
        meter.reserve({**BODY, "max_completion_tokens": 2000}, PRICE)
    meter.settle(first, usage_of(first, answer()))
    second = meter.reserve({**BODY, "max_completion_tokens": 2000}, PRICE)
    meter.release(second)
    assert meter.reserve({**BODY, "max_completion_tokens": 2000}, PRICE)
    assert len(meter.calls) == 1


def test_eight_threads_count_exactly_and_never_pass_the_ceiling() -> None:
    body = {**BODY, "max_completion_tokens": 100, "service_tier": "default"}
    most = cost_usd(PRICE, prompt_bound(body), 100)
    meter = Meter(most * 1000.5)
    refused = []

    def work() -> None:
        for _ in range(250):
            try:
                reservation = meter.reserve(body, PRICE)
            except CeilingError:
                refused.append(1)
                continue
            meter.settle(reservation, reservation.most)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(meter.calls), len(refused)) == (1000, 1000)
    assert meter.spent_usd == pytest.approx(1000 * most, rel=1e-12)
    assert meter.spent_usd <= meter.ceiling_usd


def test_an_unknown_model_counts_as_the_dearest_except_on_a_local_server() -> None:
    dearest = max(model.price.output for model in known_models() if model.price)
    assert price_for("some-new-model", "https://api.openai.com/v1").output == dearest
    assert price_for("gpt-6-luna", "https://eu.api.openai.com/v1").output == 0.50
    for base_url in (
        "http://localhost:11434/v1",
        "http://127.0.0.1:1/v1",
        "http://192.168.0.7:8000/v1",
        "http://lab.local/v1",
    ):
        assert price_for("gpt-6-luna", base_url) is None
