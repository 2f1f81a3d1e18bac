"""The live client on real HTTP: what goes out, what comes back, what it costs, and that the key stays inside."""

import _thread
import json
import logging
import os
import subprocess
import sys
import threading
import traceback

import httpx2
import openai
import pytest
from openai import OpenAI

from helpers.cassettes import load_cassette
from helpers.errors import SettingsError
from helpers.key import HIDDEN
from helpers.lesson import CASSETTES, ROOT, Lesson
from helpers.live import LiveClient, LiveSession, meter_for
from helpers.metering import CeilingError, Meter
from helpers.settings import Settings
from helpers.trouble import TroubleBox, explain, kind_of
from tests.loopback import ANSWER, KEY, Loopback, chunks, completion, usage

OPENAI_HTTP = "http://api.openai.com/v1"
MESSAGES = [{"role": "developer", "content": "짧게 답하세요."}, {"role": "user", "content": "안녕하세요?"}]
AMBIENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_ambient_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in AMBIENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server():
    with Loopback() as one:
        yield one


@pytest.fixture
def as_openai(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """The server as the proxy through which OpenAI's host is reached, so that prices and the ceiling apply."""
    monkeypatch.setenv("HTTP_PROXY", server.address)
    return server


def session_at(base_url: str, budget: float | None = None, told=None, **settings) -> LiveSession:
    """Return a session whose meter has a ceiling where one is given."""
    settings = {"model": "gpt-6-luna", "api_key": KEY} | settings
    tell = (lambda line: None) if told is None else told.append
    return LiveSession(Settings("live", base_url=base_url, **settings), Meter(budget), tell)


def ask(client: OpenAI, **parameters):
    """Ask for a chat completion."""
    return client.chat.completions.create(**{"model": "gpt-6-luna", "messages": MESSAGES} | parameters)


# ---------------------------------------------------------------- what goes out


def test_the_request_is_adapted_and_the_wire_body_can_be_seen(server: Loopback) -> None:
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        assert ask(client, max_tokens=50, temperature=1.2).choices[0].message.content == ANSWER
    expected = {
        "model": "gpt-6-luna",
        "messages": MESSAGES,
        "temperature": 1.2,
        "max_completion_tokens": 50,
        "reasoning_effort": "none",
    }
    assert server.bodies == [expected]
    assert session.last_request == expected


def test_a_local_server_gets_its_dialect_on_the_wire(as_openai: Loopback) -> None:
    as_openai.models["qwen3"] = ((), None)
    with OpenAI(**session_at("http://localhost:11434/v1", model="qwen3").connection) as client:
        ask(client, model="qwen3", max_completion_tokens=50)
    del as_openai.models["qwen3"]
    roles = [message["role"] for message in as_openai.bodies[0]["messages"]]
    assert (roles, as_openai.bodies[0]["max_tokens"]) == (["system", "user"], 50)


def test_an_unknown_model_is_sent_unadapted(server: Loopback) -> None:
    with OpenAI(**session_at(server.base_url, model="some-new-model").connection) as client:
        with pytest.raises(openai.NotFoundError):
            ask(client, model="some-new-model", max_tokens=5)
    assert server.bodies == [{"model": "some-new-model", "messages": MESSAGES, "max_tokens": 5}]


def test_a_model_that_is_gone_is_explained_with_its_successor() -> None:
    with Loopback(models={}) as server:
        lesson = open_live(server.base_url, "gpt-4o-mini")
        with OpenAI(**lesson.connection) as client, pytest.raises(openai.NotFoundError) as caught:
            ask(client, model=lesson.model)
    assert "gpt-4o-mini의 후속 모델: gpt-6-luna" in explain(caught.value).text
    assert "gpt-6-luna" in lesson.banner().text


def test_time_outs_limits_and_redirects_are_the_sdks(server: Loopback) -> None:
    with LiveClient(session_at(server.base_url)) as ours, openai.DefaultHttpxClient() as theirs:
        assert ours.timeout == theirs.timeout
        assert ours.follow_redirects == theirs.follow_redirects
        assert ours.trust_env


# ---------------------------------------------------------------- the key


def test_the_key_reaches_the_server_and_nothing_else(server: Loopback) -> None:
    session = session_at(server.base_url)
    connection = session.connection
    with OpenAI(**connection) as client:
        raw = client.chat.completions.with_raw_response.create(model="gpt-6-luna", messages=MESSAGES)
        assert raw.parse().choices[0].message.content == ANSWER
        held = [client, connection, vars(client), vars(connection["http_client"]), vars(session)]
        held += [raw.http_response.request.headers.raw, raw.headers.multi_items(), client.auth_headers]
        assert KEY not in "".join(repr(one) + str(one) for one in held)
    assert server.requests[0]["headers"]["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(dict(os.environ))


def test_a_server_that_sends_the_key_back_is_not_repeated(server: Loopback) -> None:
    def echo(handler, body) -> None:
        answer = completion(body, 1)
        answer["choices"][0]["message"]["content"] = f"Bearer {KEY} 입니다."
        handler.reply(200, answer, {"x-echo": KEY})

    server.script = [echo]
    with OpenAI(**session_at(server.base_url).connection) as client:
        raw = client.chat.completions.with_raw_response.create(model="gpt-6-luna", messages=MESSAGES)
    assert raw.parse().choices[0].message.content == f"Bearer {HIDDEN} 입니다."
    assert "x-echo" not in raw.headers


def test_a_key_that_the_learner_gives_a_client_is_left_alone(server: Loopback) -> None:
    with OpenAI(**{**session_at(server.base_url).connection, "api_key": "wrong"}) as client:
        with pytest.raises(openai.AuthenticationError):
            ask(client)
    assert server.requests[0]["headers"]["authorization"] == "Bearer wrong"


def test_the_key_never_goes_to_another_address(server: Loopback) -> None:
    with Loopback(key=None) as other:
        with OpenAI(**session_at(server.base_url).connection) as client:
            ask(client.with_options(base_url=other.base_url))
            server.script = [
                lambda handler, body: handler.reply(
                    307, {}, {"location": f"{other.base_url}/chat/completions"}
                )
            ]
            ask(client)
        assert KEY not in json.dumps(other.requests)
        assert len(other.requests) == 2


def test_a_server_without_a_key_gets_no_header() -> None:
    with Loopback(key=None) as server:
        with OpenAI(**session_at(server.base_url, api_key=None).connection) as client:
            ask(client)
        assert "authorization" not in {name.lower() for name in server.requests[0]["headers"]}


def test_no_variable_of_the_environment_adds_a_header(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "someone")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "something")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Extra: 1\nAuthorization: Bearer other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "other")
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        ask(client)
    headers = {name.lower(): value for name, value in server.requests[0]["headers"].items()}
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not {"openai-organization", "openai-project", "x-extra"} & set(headers)


def test_no_log_holds_the_key(server: Loopback, caplog: pytest.LogCaptureFixture, monkeypatch) -> None:
    session = session_at(server.base_url)
    for name in ("openai", "openai._base_client", "httpx2", "httpcore2"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("openai._base_client"), "filters", [])
    with caplog.at_level(logging.DEBUG), OpenAI(**session.connection) as client:
        ask(client)
        server.script = [lambda handler, body: handler.reply(401, {"error": {"message": f"bad {KEY}"}})]
        with pytest.raises(openai.AuthenticationError):
            ask(client)
    assert "httpcore2" in {record.name.partition(".")[0] for record in caplog.records}
    assert KEY not in caplog.text
    assert KEY[-4:] not in caplog.text


# ---------------------------------------------------------------- what comes back


def test_an_answer_shows_that_it_came_live(server: Loopback) -> None:
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        shown = lesson.show(ask(client)).text
    assert "출처: 라이브" in shown
    assert f"gpt-6-luna · 127.0.0.1:{server.server_port}" in shown


def test_an_answer_in_parts_reaches_the_lesson(server: Loopback) -> None:
    def in_parts(handler, body) -> None:
        answer = completion(body, 1)
        answer["choices"][0]["message"]["content"] = [{"type": "text", "text": ANSWER}]
        handler.reply(200, answer)

    server.script = [in_parts]
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        answer = ask(client)
    assert answer.choices[0].message.content == [{"type": "text", "text": ANSWER}]
    assert "출처: 라이브" in lesson.show(answer).text


def test_running_the_first_cell_again_keeps_the_origin_of_earlier_answers(server: Loopback) -> None:
    with OpenAI(**open_live(server.base_url).connection) as client:
        answer = ask(client)
    assert "출처: 라이브" in open_live(server.base_url).show(answer).text


def test_recorded_and_staged_answers_are_the_same_in_live(server: Loopback) -> None:
    live, replay = open_live(server.base_url), open_replay()
    for one in load_cassette(CASSETTES / "01_roles.json").interactions:
        assert live.recorded(one.id).to_dict() == replay.recorded(one.id).to_dict()
        assert live.origin(live.recorded(one.id)) == one.origin
    seeds = Lesson(
        load_cassette(CASSETTES / "04_seeds.json"),
        Settings("live", KEY, server.base_url, "m"),
        TroubleBox(str),
    )
    for staged in load_cassette(CASSETTES / "04_seeds.json").staged:
        with OpenAI(**seeds.staged(staged.id), max_retries=0) as client:
            with pytest.raises(openai.APIError):
                ask(client)
    assert server.bodies == []
    assert seeds.cost().text.endswith("아직 요청이 없습니다.")


def test_each_answer_is_reported_with_the_body_as_the_lesson_sent_it(server: Loopback) -> None:
    seen = []
    settings = Settings("live", KEY, server.base_url, "gpt-6-luna")
    session = LiveSession(settings, Meter(), on_answer=lambda *answer: seen.append(answer))
    with OpenAI(**session.connection, max_retries=0) as client:
        ask(client, temperature=1)
        with pytest.raises(openai.BadRequestError):
            ask(client, temperature=7)
        client.models.list()
    assert [(body["temperature"], status) for body, status, answer in seen] == [(1, 200), (7, 400)]
    assert "reasoning_effort" not in seen[0][0]
    assert seen[0][2]["choices"][0]["message"]["content"] == ANSWER


def test_a_retry_is_announced_before_it_is_waited_for(server: Loopback) -> None:
    told = []

    def later(handler, body) -> None:
        told.append("answered 429")
        handler.reply(429, {"error": {"message": "slow"}}, {"retry-after-ms": "30"})

    server.script = [later]
    with OpenAI(**session_at(server.base_url, told=told).connection) as client:
        ask(client)
    assert told == ["answered 429", "0.0초 뒤에 다시 시도합니다. (1/2)"]
    assert len(server.bodies) == 2


def test_a_stream_passes_piece_by_piece_and_is_never_read_ahead(server: Loopback) -> None:
    first_was_read = threading.Event()
    waited = []

    def slowly(handler, body) -> None:
        events = chunks(completion(body, 1), with_usage=True)
        handler.start(sum(len(json.dumps(one).encode()) + 8 for one in events), "text/event-stream")
        for place, event in enumerate(events):
            if place == 1:
                waited.append(first_was_read.wait(20))
            handler.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")

    server.script = [slowly]
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        text = ""
        for chunk in ask(client, stream=True):
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
            first_was_read.set()
    assert waited == [True]
    assert text.strip() == ANSWER
    assert not session.meter.calls[0].usage.estimated
    assert session.meter.calls[0].usage.prompt == 20


def test_streams_without_usage_and_streams_left_early_are_estimated(as_openai: Loopback) -> None:
    def endless(handler, body) -> None:
        handler.start(10_000, "text/event-stream")
        handler.wfile.write(b"data: " + json.dumps(chunks(completion(body, 1), False)[0]).encode() + b"\n\n")
        handler.connection.recv(1)
        handler.close_connection = True

    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection) as client:
        pieces = [chunk.choices[0].delta.content or "" for chunk in ask(client, stream=True)]
        assert "".join(pieces).strip() == ANSWER
        as_openai.script = [endless]
        with ask(client, stream=True) as stream:
            next(iter(stream))
        chat = client.chat.completions
        with chat.with_streaming_response.create(model="gpt-6-luna", messages=MESSAGES) as raw:
            raw.read()
    whole, early, plain = (call.usage for call in session.meter.calls)
    assert whole.estimated
    assert len(ANSWER.split()) <= whole.completion < 2000
    assert early.estimated
    assert early.completion == 2000
    assert not plain.estimated
    assert session.meter._reserved == 0


@pytest.mark.parametrize(
    ("model", "parameters", "counted"),
    [
        ("gpt-6.1-sol", {}, 2000),  # reasons unasked
        ("gpt-6-luna", {"reasoning_effort": "high"}, 2000),
        ("gpt-6-luna", {}, None),  # is asked not to reason
        ("gpt-4o-mini", {}, None),  # cannot
    ],
)
def test_a_stream_without_usage_counts_what_it_may_have_thought(
    as_openai, model, parameters, counted
) -> None:
    session = session_at(OPENAI_HTTP, budget=0.5, model=model)
    with OpenAI(**session.connection) as client:
        list(ask(client, model=model, stream=True, max_completion_tokens=2000, **parameters))
    usage = session.meter.calls[0].usage
    assert usage.estimated and (usage.completion == counted if counted else usage.completion < 500)


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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:1080"),
        ("HTTPS_PROXY", "http://:80:80"),
        ("SSL_CERT_FILE", "/no/such.pem"),
    ],
)
def test_a_proxy_or_certificate_that_cannot_be_used_is_explained(monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        _ = session_at(OPENAI_HTTP).connection


def test_no_frame_behind_an_error_holds_the_key(server: Loopback) -> None:
    def hang_up(handler, body) -> None:
        handler.connection.close()
        handler.close_connection = True

    server.script = [hang_up]
    with OpenAI(**session_at(server.base_url).connection, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            ask(client)
    errors, requests = [caught.value], []
    for error in errors:
        errors += [one for one in (error.__cause__, error.__context__) if one and one not in errors]
        for frame, _ in traceback.walk_tb(error.__traceback__):
            requests += [one for one in frame.f_locals.values() if isinstance(one, httpx2.Request)]
    assert len(errors) > 1 and requests
    assert not [one for one in requests if KEY in str(one.headers.raw)]


def test_an_interrupted_call_leaves_the_client_usable(server: Loopback) -> None:
    done = threading.Event()

    def interrupt(handler, body) -> None:
        handler.start(100)
        handler.wfile.flush()
        _thread.interrupt_main()
        handler.wfile.write(b"{")
        done.wait(20)
        handler.close_connection = True

    server.script = [interrupt]
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            ask(client)
        done.set()
        # A verbose traceback prints variables: the frames whose variables hold the header are not in it.
        trace, modules = caught.value.__traceback__, []
        while trace:
            modules.append(trace.tb_frame.f_globals["__name__"].partition(".")[0])
            trace = trace.tb_next
        assert modules[-1] == "helpers"
        assert "httpcore2" not in modules
        assert ask(client).choices[0].message.content == ANSWER
    assert [call.usage.estimated for call in session.meter.calls] == [True, False]


# ---------------------------------------------------------------- what it costs


def test_a_call_past_the_ceiling_is_not_sent_not_retried_and_explained(as_openai: Loopback) -> None:
    session = session_at(OPENAI_HTTP, budget=0.0005)
    with OpenAI(**session.connection) as client:
        with pytest.raises(CeilingError) as caught:
            ask(client, max_completion_tokens=1000)
        assert as_openai.bodies == []
        assert "지출 한도" in explain(caught.value).text
        ask(client, max_completion_tokens=100)
    assert len(as_openai.bodies) == 1


def test_the_cap_shrinks_with_what_is_left_and_says_so(as_openai: Loopback) -> None:
    told: list[str] = []
    session = session_at(OPENAI_HTTP, budget=0.0005, told=told)
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


def test_a_page_in_place_of_a_stream_that_breaks_off_leaves_no_money_set_aside(as_openai: Loopback) -> None:
    def cut(handler, body) -> None:
        handler.start(1000, "text/html")
        handler.wfile.write(b"<html>")
        handler.close_connection = True

    as_openai.script = [cut]
    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError):
            ask(client, stream=True)
    assert session.meter._reserved == 0 and len(session.meter.calls) == 1


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
    assert session.meter.ceiling_usd - 2 * 50e-6 < session.meter.spent_usd <= session.meter.ceiling_usd
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


# ---------------------------------------------------------------- proxies


def test_a_proxy_of_the_environment_is_used(as_openai: Loopback) -> None:
    with OpenAI(**session_at(OPENAI_HTTP).connection) as client:
        ask(client)
    assert as_openai.requests[0]["target"] == "http://api.openai.com/v1/chat/completions"


def test_a_proxy_that_wants_a_password_is_explained_and_costs_nothing(server: Loopback, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.address)
    server.script = [lambda handler, body: handler.reply(407, {})] * 2
    session = session_at("https://api.openai.com/v1", budget=0.05)
    with OpenAI(**session.connection, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError) as caught:
            ask(client)
    assert isinstance(caught.value.__cause__, httpx2.ProxyError)
    assert kind_of(caught.value) == "connection"
    assert "프록시" in explain(caught.value).text
    assert (session.meter.calls, session.meter._reserved) == ([], 0)


# ---------------------------------------------------------------- the lesson


def open_live(base_url: str | None = None, model: str | None = "gpt-6-luna", **settings) -> Lesson:
    """Return 01_roles live."""
    return Lesson(
        load_cassette(CASSETTES / "01_roles.json"),
        Settings("live", KEY, base_url, model, **settings),
        TroubleBox(str),
    )


def open_replay() -> Lesson:
    """Return 01_roles in replay."""
    return Lesson(load_cassette(CASSETTES / "01_roles.json"), Settings("replay"), TroubleBox(str))


def test_the_banner_says_what_live_means() -> None:
    text = open_live(None, None, budget_usd=0.005, notices=("알림 한 줄",)).banner().text
    for part in (
        "라이브 모드 · 01_roles · 모델 gpt-6-luna · api.openai.com",
        "$0.005",
        "2,000",
        "reasoning_effort",
        "요청 3번에 약 $0.000125",
        "알림 한 줄",
    ):
        assert part in text
    assert KEY not in text


def test_the_banner_warns_of_a_shutdown_and_names_the_successor() -> None:
    text = open_live(None, "gpt-4o-mini").banner().text
    assert "2027-01-14" in text
    assert "gpt-6-luna" in text
    assert "가장 비싼 모델" in open_live(None, "gpt-4.1").banner().text


def test_the_banner_of_a_local_server_promises_no_price() -> None:
    text = open_live("http://localhost:11434/v1", "qwen3").banner().text
    assert "로컬 서버이므로 지출 한도를 두지 않습니다" in text
    assert "Ollama" in text
    assert "$" not in text


def test_a_server_that_is_not_openais_needs_the_name_of_a_model() -> None:
    with pytest.raises(SettingsError, match="LESSON_MODEL"):
        open_live("http://localhost:11434/v1", None)


def test_cost_and_last_request_are_there_in_both_modes(server: Loopback) -> None:
    live, replay = open_live(server.base_url), open_replay()
    assert (live.last_request(), replay.last_request()) == (None, None)
    with OpenAI(**live.connection) as client:
        ask(client)
    assert live.last_request()["reasoning_effort"] == "none"
    assert "gpt-6-luna | " in live.cost().text
    one = load_cassette(CASSETTES / "01_roles.json").interactions[0]
    body = {**one.request["body"], "model": replay.model}
    with OpenAI(**replay.connection) as client:
        client.chat.completions.create(**body)
    assert replay.last_request() == body
    assert f"{replay.model} | 1 |" in replay.cost().text


def test_a_traceback_of_a_lesson_hides_the_key(server: Loopback) -> None:
    trouble = TroubleBox(str)
    Lesson(load_cassette(CASSETTES / "01_roles.json"), Settings("live", KEY, server.base_url, "m"), trouble)
    assert KEY not in trouble.hide(f"OpenAI(api_key='{KEY}')")


def test_replay_imports_nothing_of_live() -> None:
    code = (
        "import sys; from helpers import open_lesson; from openai import OpenAI;"
        "OpenAI(**open_lesson('01_roles').connection).close();"
        "print([name for name in ('helpers.live', 'helpers.metering', 'helpers.key') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert found.stdout.strip() == "[]"
