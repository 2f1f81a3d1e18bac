"""The ceiling against whatever a request or an answer says: never less than it can have cost, never an error of ours."""

import json

import openai
import pytest
from openai import OpenAI

from helpers.errors import RequestError
from helpers.live import ceiling_for
from helpers.live.bounds import answers_of, prompt_bound
from helpers.live.metering import CeilingError, Meter, usage_of
from helpers.models import find_model, is_local, price_for
from helpers.settings import Settings
from tests.live.scripts import altered
from tests.live.sessions import MESSAGES, OPENAI_HTTP, ask, session_at
from tests.loopback import KEY, Loopback, chunks, completion

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")
LUNA = find_model("gpt-6-luna").price
BODY = {"model": "gpt-6-luna", "messages": MESSAGES, "max_completion_tokens": 100}


def most(**more: object) -> int:
    """Return the completion tokens that are reserved for a request."""
    return Meter(100.0).reserve({**BODY, **more}, LUNA).most.completion


@pytest.mark.parametrize(
    ("n", "answers"),
    [
        (None, 1),
        (3, 3),
        (3.0, 3),
        ("3", 3),
        (" 3 ", 3),
        ("1e1", 10),
        (2.5, 3),
        (True, 1),
        (0, 1),
        (-5, 1),
        ("three", 128),
        ([3], 128),
        ({}, 128),
        ("", 128),
        (float("inf"), 128),
        (float("nan"), 128),
        (10**400, 128),
        (10**30, 10**8),
    ],
)
def test_a_number_of_answers_counts_in_whatever_form_it_comes(n, answers) -> None:
    assert answers_of(n) == answers
    if answers < 1000:
        assert most(n=n) == 100 * answers


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("cap", ["100", [], -1, 0, 1.5, True, {"a": 1}, float("nan")])
def test_a_limit_that_cannot_be_read_is_replaced_by_ours(as_openai: Loopback, name, cap) -> None:
    as_openai.script = [altered()]
    with OpenAI(**session_at(OPENAI_HTTP, budget=0.05).connection) as client:
        ask(client, **{name: cap} if cap == cap else {name: None})
    (sent,) = as_openai.bodies
    limits = {name: sent[name] for name in ("max_tokens", "max_completion_tokens") if name in sent}
    assert limits == {"max_completion_tokens": 2000}


def test_a_limit_of_a_whole_float_or_of_absurd_size_is_counted_as_it_is() -> None:
    assert most(max_completion_tokens=7.0) == 7
    for cap in (10**9, 10**400):
        with pytest.raises(CeilingError):
            Meter(0.05).reserve({**BODY, "max_completion_tokens": cap}, LUNA)


MORE_THAN_TEXT = {
    "sound out": {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}},
    "sound, as a word": {"modalities": "audio"},
    "a voice": {"audio": {"voice": "alloy", "format": "wav"}},
    "an earlier sound": {"messages": [{"role": "assistant", "audio": {"id": "audio_1"}}]},
    "a search model": {"model": "gpt-4o-search-preview"},
    "another search model": {"model": "gpt-5-search-api-2025-10-14"},
    "a model that does research": {"model": "o3-deep-research-2025-06-26"},
    "a model that searches by itself": {"model": "perplexity/sonar-pro"},
    "a model with tools in it": {"model": "groq/compound-mini"},
    "a model that goes online": {"model": "openai/gpt-6-luna:online"},
    "a search tool": {"tools": [{"type": "web_search"}]},
    "a tool beside a function": {
        "tools": [{"type": "function", "function": {}}, {"type": "code_interpreter"}]
    },
    "a tool without a type": {"tools": [{}]},
    "tools as one": {"tools": {"type": "file_search"}},
    "search options": {"web_search_options": {}},
    "another server's search": {"search_parameters": {"mode": "on"}},
    "another server's plugins": {"plugins": [{"id": "web"}]},
    "a picture": {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
    "a picture, alone": {"messages": [{"role": "user", "content": {"type": "image_url", "image_url": {}}}]},
    "a file": {"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]},
}


@pytest.mark.parametrize("what", MORE_THAN_TEXT)
def test_what_is_more_than_text_is_not_sent_under_a_ceiling(what) -> None:
    with pytest.raises(CeilingError, match="글만"):
        Meter(100.0).reserve({**BODY, **MORE_THAN_TEXT[what]}, LUNA)
    assert Meter(None).reserve({**BODY, **MORE_THAN_TEXT[what]}, LUNA)


@pytest.mark.parametrize(
    "more",
    [
        {"tools": [{"type": "function", "function": {"name": "f"}}, {"type": "custom"}]},
        {"tools": []},
        {"model": "nousresearch/hermes-4-70b"},
        {"modalities": ["text"]},
        {"audio": None},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "?"}]}]},
    ],
)
def test_text_and_functions_are_sent(more) -> None:
    assert Meter(0.05).reserve({**BODY, **more}, LUNA).picodollars > 0


def test_answers_that_are_written_and_not_given_count() -> None:
    assert most(best_of=20) == most(n=20)


@pytest.mark.parametrize("name", ["models", "fallbacks"])
def test_another_model_that_may_answer_counts_as_the_dearest(as_openai: Loopback, name) -> None:
    session = session_at(OPENAI_HTTP, budget=0.5)
    as_openai.script = [lambda handler, body: handler.reply(200, completion(body, 1))]
    with OpenAI(**session.connection, max_retries=0) as client:
        ask(client, extra_body={name: ["gpt-6-astra"]})
    assert session.meter.calls[0].price == price_for("", OPENAI_HTTP, True) != LUNA


def test_a_stream_in_place_of_an_answer_costs_the_most(as_openai: Loopback) -> None:
    session = session_at(OPENAI_HTTP, budget=0.05)
    as_openai.script = [lambda handler, body: handler.stream(chunks(completion(body, 1), False))]
    with OpenAI(**session.connection, max_retries=0) as client:
        with pytest.raises(openai.APIResponseValidationError):
            ask(client)
    assert session.meter.calls[0].usage.completion == 2000


def test_a_prediction_is_reserved_as_if_all_of_it_were_rejected() -> None:
    predicted = {"type": "content", "content": "가" * 1000}
    assert most(prediction=predicted, n=2) == 2 * (100 + prompt_bound(predicted))
    assert prompt_bound(predicted) >= 3000


@pytest.mark.parametrize("asked", [None, "auto", "priority", "fast", "something new"])
@pytest.mark.parametrize("given", [None, "priority", "fast", "something new", ["priority"]])
def test_a_tier_that_only_the_answer_names_does_not_pass_the_ceiling(asked, given) -> None:
    meter = Meter(100.0)
    reservation = meter.reserve({**BODY, "service_tier": asked}, LUNA, 200)
    meter.settle(reservation, reservation.most, given)
    assert meter.calls[0].picodollars <= reservation.picodollars
    usual = Meter(100.0).reserve({**BODY, "service_tier": "default"}, LUNA, 200)
    assert reservation.picodollars == 2 * usual.picodollars


ABSURD = [
    {"prompt_tokens": 10**400, "completion_tokens": 1},
    {"prompt_tokens": 5, "completion_tokens": 10**400},
    {"prompt_tokens": 5, "completion_tokens": 10**9},
    {"prompt_tokens": 1e308, "completion_tokens": 1e308},
    {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    {"prompt_tokens": 5, "completion_tokens": 0},
    {"prompt_tokens": 0, "completion_tokens": 1},
    {"prompt_tokens": None, "completion_tokens": []},
    {"prompt_tokens": float("nan"), "completion_tokens": float("inf")},
    {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10**400},
    {"prompt_tokens": 5, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 10**400}},
]


@pytest.mark.parametrize("usage", ABSURD, ids=lambda one: str(one)[:60])
def test_a_usage_that_says_nothing_costs_what_it_can_have_cost(as_openai: Loopback, usage) -> None:
    session = session_at(OPENAI_HTTP, budget=0.05)
    text = json.dumps({**completion({"messages": [], "model": "gpt-6-luna"}, 1), "usage": usage})

    def answer(handler, body) -> None:
        handler.start(len(text))
        handler.wfile.write(text.encode())

    as_openai.script = [answer]
    with OpenAI(**session.connection, max_retries=0) as client:
        assert ask(client).choices
    (call,) = session.meter.calls
    believed = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")] == [5, 5]
    assert call.usage.estimated is not believed
    assert session.meter._reserved == 0 and 0 < call.picodollars
    assert call.usage.prompt >= 5 and call.usage.completion >= 5


def test_what_a_model_thought_counts_where_only_the_sum_says_it() -> None:
    reservation = Meter(1.0).reserve(BODY, LUNA)
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 515}
    assert usage_of(reservation, {"usage": usage}).completion == 505


CUT = {
    "JSON": ("application/json", 80),
    "as text": ("text/plain", 80),
    "as bytes": ("application/octet-stream", 80),
    "nothing": ("text/plain", 0),
    "JSON, nothing": ("application/json", 0),
}


@pytest.mark.parametrize("what", CUT)
def test_an_answer_that_was_cut_off_costs_the_most(as_openai: Loopback, what) -> None:
    kind, size = CUT[what]

    def cut(handler, body) -> None:
        content = json.dumps(completion(body, 1)).encode()[:size]
        handler.start(len(content), kind)
        handler.wfile.write(content)

    as_openai.script = [cut]
    session = session_at(OPENAI_HTTP, budget=0.05)
    with OpenAI(**session.connection, max_retries=0) as client:
        with pytest.raises(openai.APIResponseValidationError):
            ask(client)
    (call,) = session.meter.calls
    assert call.usage.completion == 2000


@pytest.mark.parametrize(
    "name",
    ["gpt-6-luna-2026-09-22", "gpt-6-luna-20260922", "gpt-5.4-mini-2026-03-17", "gpt-6.1-terra-0930"],
)
def test_a_dated_name_has_the_price_and_the_rules_of_its_model(name) -> None:
    plain = find_model(name.partition("-20")[0].removesuffix("-0930"))
    found = find_model(name)
    assert found.known and found == plain and found.price is not None
    assert price_for(name, "https://api.openai.com/v1") == plain.price


@pytest.mark.parametrize("name", ["gpt-6-luna-pro", "gpt-6-luna-2026", "ft:gpt-6-luna:org", "gpt-6"])
def test_another_name_is_another_model(name) -> None:
    assert not find_model(name).known or name == "gpt-6-luna-2026"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("litellm", True),
        ("gpu-1", True),
        ("lab.local", True),
        ("127.0.0.1", True),
        ("192.168.0.7", True),
        ("[::1]", True),
        ("[fd00::1]", True),
        ("[::ffff:127.0.0.1]", True),
        ("[::ffff:8.8.8.8]", False),
        ("8.8.8.8", False),
        ("134744072", False),
        ("0x8080808", False),
        ("0x", False),
        ("8.8.2056", False),
        ("0x8.8.8.8", False),
        ("010.8.8.8", False),
        ("xn--80ak6aa92e", False),
        ("api.openai.com", False),
        ("localhost.example.com", False),
        ("local.", True),
        ("ｌocalhost", False),
        ("api%2eopenai%2ecom", False),
        ("evil.com\\.local", False),
    ],
)
def test_a_host_is_local_only_where_it_cannot_be_anything_else(host, local) -> None:
    assert is_local(f"http://{host}/v1") is local


@pytest.mark.parametrize(
    "base_url", ["http://localhost:4000/v1", "http://litellm:4000/v1", "http://10.0.0.5/v1"]
)
def test_a_ceiling_set_by_hand_holds_on_a_private_address(base_url) -> None:
    assert ceiling_for(Settings("live", KEY, base_url, "m")) is None
    assert ceiling_for(Settings("live", KEY, base_url, "m", 0.01)) == 0.01


def test_a_ceiling_set_by_hand_stops_calls_to_a_server_of_this_network(server: Loopback) -> None:
    session = session_at(server.base_url, budget=0.0001)
    with OpenAI(**session.connection) as client:
        with pytest.raises(CeilingError):
            ask(client, max_completion_tokens=1000)
        ask(client, max_completion_tokens=50)
        with pytest.raises(CeilingError, match="responses"):
            client.responses.create(model="gpt-6-luna", input="?")
        with pytest.raises(CeilingError):
            client.delete("/files/x", cast_to=object)
    assert len(server.bodies) == 1 and session.meter.spent_usd > 0


@pytest.mark.parametrize("content", [b"[1]", b"null", b'"x"', b"{", b""])
def test_a_body_that_is_no_object_is_not_sent(as_openai: Loopback, content) -> None:
    with OpenAI(**session_at(OPENAI_HTTP, budget=0.05).connection) as client:
        with pytest.raises(RequestError, match="딕셔너리"):
            client.post("/chat/completions", cast_to=object, content=content)
    assert as_openai.bodies == []
