"""What calls cost is counted, and they stop at the ceiling."""

import threading

import pytest
from openai import OpenAI

from helpers.live.metering import CeilingError
from helpers.live.session import meter_for
from helpers.settings import Settings
from helpers.show import explain
from tests.live.sessions import OPENAI_HTTP, ask, session_at
from tests.loopback import ANSWER, KEY, Loopback, completion, usage

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


def test_an_answer_in_a_dearer_tier_is_counted_at_its_price(as_openai: Loopback) -> None:
    def fast(handler, body) -> None:
        handler.reply(200, {**completion(body, 1), "usage": usage(20, 2000), "service_tier": "priority"})

    session = session_at(OPENAI_HTTP, budget=0.05)
    as_openai.script = [fast, fast]
    with OpenAI(**session.connection) as client:
        ask(client)
        ask(client, service_tier="priority")
    assert [call.picodollars for call in session.meter.calls] == [2_004_000_000] * 2


def test_a_search_is_refused_under_a_ceiling(as_openai: Loopback) -> None:
    with OpenAI(**session_at(OPENAI_HTTP, budget=0.05).connection) as client:
        with pytest.raises(CeilingError, match="웹 검색"):
            ask(client, web_search_options={})
    assert as_openai.bodies == []


def test_a_call_past_the_ceiling_is_not_sent_not_retried_and_explained(as_openai: Loopback) -> None:
    session = session_at(OPENAI_HTTP, budget=0.0009)
    with OpenAI(**session.connection) as client:
        with pytest.raises(CeilingError) as caught:
            ask(client, max_completion_tokens=1000)
        assert as_openai.bodies == []
        assert "지출 한도" in explain(caught.value).text
        ask(client, max_completion_tokens=100)
    assert len(as_openai.bodies) == 1


def test_the_cap_shrinks_with_what_is_left_and_says_so(as_openai: Loopback) -> None:
    told: list[str] = []
    session = session_at(OPENAI_HTTP, budget=0.001, told=told)
    with OpenAI(**session.connection) as client:
        ask(client)
    cap = as_openai.bodies[0]["max_completion_tokens"]
    assert 900 < cap < 1000
    assert len(told) == 1 and str(cap) in told[0]


def test_other_paid_endpoints_are_refused_under_a_ceiling_and_lists_are_free(as_openai: Loopback) -> None:
    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection) as client:
        assert "gpt-6-luna" in [model.id for model in client.models.list()]
        with pytest.raises(CeilingError, match="chat/completions"):
            client.responses.create(model="gpt-6-luna", input="안녕")
    assert as_openai.bodies == []


def test_under_a_ceiling_only_text_is_sent(as_openai: Loopback) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.invalid/a.png"}}
    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection) as client:
        with pytest.raises(CeilingError, match="글만"):
            ask(client, messages=[{"role": "user", "content": [{"type": "text", "text": "무엇?"}, picture]}])
        assert as_openai.bodies == []
        ask(client, messages=[{"role": "user", "content": [{"type": "text", "text": "무엇?"}]}])


def test_a_budget_belongs_to_the_notebook_and_not_to_the_cell() -> None:
    settings = Settings("live", KEY, None, "gpt-6-luna", 0.07)
    meter = meter_for("a lesson of this test", settings)
    assert meter.ceiling_usd == 0.07
    assert meter_for("a lesson of this test", settings) is meter
    local = Settings("live", None, "http://localhost:11434/v1", "qwen3")
    assert meter_for("another lesson of this test", local).ceiling_usd is None


def test_eight_threads_making_400_calls_lose_and_miscount_nothing(server: Loopback) -> None:
    session = session_at(server.base_url)
    answers: list[tuple[str, str]] = []

    def work(thread: int) -> None:
        for turn in range(50):
            text = f"{thread}-{turn}"
            found = ask(client, messages=[{"role": "user", "content": text}], user=text)
            answers.append((text, found.id))

    with OpenAI(**session.connection, max_retries=0) as client:
        _in_threads(work)
    asked = {body["user"]: f"chatcmpl-{place}" for place, body in enumerate(server.bodies, 1)}
    assert dict(answers) == asked
    assert len(answers) == len(session.meter.calls) == 400
    assert sum(call.usage.prompt for call in session.meter.calls) == 400 * 10
    assert sum(call.usage.completion for call in session.meter.calls) == 400 * len(ANSWER.split())


def test_eight_threads_stop_exactly_at_the_ceiling(as_openai: Loopback) -> None:
    # Each call costs exactly what it reserves, so that the ceiling is met to the picodollar.
    reply = {"usage": usage(180, 40)}
    as_openai.script = [lambda handler, body: handler.reply(200, {**completion(body, 1), **reply})] * 400
    session = session_at(OPENAI_HTTP, budget=100 * 40e-6)
    refused = []

    def work(thread: int) -> None:
        for _ in range(20):
            try:
                ask(client, max_completion_tokens=40)
            except CeilingError:
                refused.append(1)

    with OpenAI(**session.connection, max_retries=0) as client:
        _in_threads(work)
    cost = (180 * 0.10 + 40 * 0.50) / 1e6
    assert len(as_openai.bodies) == len(session.meter.calls)
    assert len(session.meter.calls) + len(refused) == 160
    assert session.meter.spent_usd == pytest.approx(len(session.meter.calls) * cost, rel=1e-12)
    assert session.meter.ceiling_usd - 3 * 50e-6 < session.meter.spent_usd <= session.meter.ceiling_usd
    assert session.meter._reserved == 0


def _in_threads(work) -> None:
    failures: list[BaseException] = []

    def guarded(thread: int) -> None:
        try:
            work(thread)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
