import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from helpers.models import Price, find_model
from helpers.tokens import (
    MOST_BLANKS,
    TokenCountError,
    cost_usd,
    count_message_tokens,
    encoding_for,
    load_encoding,
    price_of,
    token_ids,
)

ROOT = Path(__file__).parents[1]
ORIGINAL = json.loads((ROOT / "tests" / "data" / "original_exchanges.json").read_text(encoding="utf-8"))
EXAMPLE = ORIGINAL["token_example"]
ROLES, STORY = ORIGINAL["exchanges"][0], ORIGINAL["exchanges"][2]


@pytest.fixture(scope="module")
def o200k():
    return load_encoding("o200k_base")


def test_the_recorded_exchange_counts_exactly(o200k):
    assert count_message_tokens(ROLES["request"]["messages"], o200k) == 81
    assert ROLES["response"]["usage"]["prompt_tokens"] == 81


def test_the_example_has_93_where_the_older_rule_says_94(o200k):
    messages = EXAMPLE["messages"]
    texts = sum(
        len(o200k.encode_ordinary(one["role"])) + len(o200k.encode_ordinary(one["content"]))
        for one in messages
    )
    assert count_message_tokens(messages, o200k) == 93
    assert texts + 4 * len(messages) == EXAMPLE["printed_total"] == 94


def test_the_examples_token_ids_are_the_recorded_ones(o200k):
    for message, (role_ids, content_ids) in zip(EXAMPLE["messages"], EXAMPLE["token_ids"], strict=True):
        assert o200k.encode_ordinary(message["role"]) == role_ids
        assert o200k.encode_ordinary(message["content"]) == content_ids


@pytest.mark.parametrize(("exchange", "tokens"), [(ROLES, 66), (STORY, 587)], ids=["roles", "story"])
def test_the_recorded_answers_are_one_token_short_of_the_bill(o200k, exchange, tokens):
    response = exchange["response"]
    assert len(o200k.encode_ordinary(response["choices"][0]["message"]["content"])) == tokens
    assert response["usage"]["completion_tokens"] == tokens + 1


def test_the_well_known_sentence():
    assert len(load_encoding("cl100k_base").encode_ordinary("ChatGPT is great!")) == 6
    assert len(load_encoding("o200k_base").encode_ordinary("ChatGPT is great!")) == 5


def test_the_parts_of_the_count(o200k):
    user, text, name = (len(o200k.encode_ordinary(one)) for one in ("user", "안녕하세요?", "민지"))
    assert count_message_tokens([], o200k) == 3
    assert count_message_tokens([{"role": "user", "content": ""}], o200k) == 3 + 3 + user
    assert count_message_tokens([{"role": "user", "content": None}], o200k) == 3 + 3 + user
    assert count_message_tokens([{"role": "user"}], o200k) == 3 + 3 + user
    message = {"role": "user", "content": "안녕하세요?"}
    assert count_message_tokens([message], o200k) == 3 + 3 + user + text
    assert count_message_tokens((message,) * 5, o200k) == 3 + 5 * (3 + user + text)
    assert count_message_tokens([message | {"name": "민지"}], o200k) == 3 + 3 + user + text + 1 + name
    assert count_message_tokens([message | {"name": None}], o200k) == 3 + 3 + user + text


@pytest.mark.parametrize("text", ["<|endoftext|>", "<|endofprompt|> 가", "\ud83d", "\x00\u202e", "ㅋ" * 5000])
def test_any_text_can_be_counted(o200k, text):
    content = len(o200k.encode_ordinary(text))
    assert content > 0
    assert count_message_tokens([{"role": "user", "content": text}], o200k) == 3 + 3 + 1 + content


@pytest.mark.parametrize("blank", [" ", "\n", "\u3000"])
def test_blanks_that_would_stop_tiktoken_are_refused_before(o200k, blank):
    enough, too_many = blank * MOST_BLANKS, blank * (MOST_BLANKS + 1)
    assert token_ids(enough, o200k) == o200k.encode_ordinary(enough)
    for text in (too_many, f"가{too_many}나", too_many * 10):
        with pytest.raises(TokenCountError, match="공백"):
            token_ids(text, o200k)
        with pytest.raises(TokenCountError, match="공백"):
            count_message_tokens([{"role": "user", "content": text}], o200k)
    # Many runs that are short enough, in a time that grows with the text and not with its square.
    assert len(token_ids(f"가{enough}" * 5, o200k)) > 5


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ("안녕", 1),
        (None, 1),
        ({"role": "user", "content": "가"}, 1),
        (["안녕"], 1),
        ([{"content": "가"}], 1),
        ([{"role": None, "content": "가"}], 1),
        ([{"role": "user", "content": "가"}, {"role": "user", "content": 3}], 2),
        ([{"role": "user", "content": [{"type": "text", "text": "가"}]}], 1),
        ([{"role": "user", "content": "가"}] * 2 + [{"role": "user", "content": "가", "name": 1}], 3),
    ],
)
def test_what_is_no_list_of_text_messages_is_refused_by_place(o200k, messages, place):
    with pytest.raises(TokenCountError, match=f"^{place}번째 메시지"):
        count_message_tokens(messages, o200k)


def test_encodings_by_name_and_by_model():
    assert encoding_for("gpt-4o-mini").name == "o200k_base"
    assert load_encoding("o200k_base") is load_encoding("o200k_base")
    for name in ("p50k_base", "", "O200K_BASE"):
        with pytest.raises(TokenCountError, match="o200k_base, cl100k_base"):
            load_encoding(name)


@pytest.mark.parametrize("more", ["tool_calls", "function_call", "refusal", "audio"])
def test_what_the_formula_does_not_know_is_refused_and_not_left_out(o200k, more):
    asked = {"role": "user", "content": "가"}
    assert count_message_tokens([asked | {more: None}], o200k) == count_message_tokens([asked], o200k)
    with pytest.raises(TokenCountError, match=f"2번째 메시지.*{more}"):
        count_message_tokens([asked, {"role": "assistant", "content": None, more: "x"}], o200k)


def test_counting_works_before_a_lesson_is_opened_and_without_a_network():
    code = (
        "import socket, sys\n"
        "def refuse(*a, **n): raise SystemExit('network')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "import helpers.tokens\n"
        "assert 'tiktoken' not in sys.modules, 'tiktoken is loaded on first use'\n"
        "print(len(helpers.tokens.load_encoding('o200k_base').encode_ordinary('ChatGPT is great!')))\n"
    )
    environ = {name: value for name, value in os.environ.items() if name != "TIKTOKEN_CACHE_DIR"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert run.stdout.split() == ["5"]


def test_cost_by_hand():
    price = Price(input=0.15, output=0.60, date=date(2026, 5, 26), source="x", cached=0.075)
    assert cost_usd(price, 10, 20) == pytest.approx((10 * 0.15 + 20 * 0.60) / 1e6)
    assert cost_usd(price, 1_000_000, 0) == pytest.approx(0.15)
    assert cost_usd(price, 0, 1_000_000) == pytest.approx(0.60)
    assert cost_usd(price, 1_000_000, 0, cached_tokens=400_000) == pytest.approx(0.6 * 0.15 + 0.4 * 0.075)
    assert cost_usd(price, 0, 0) == 0


def test_cached_tokens_without_a_price_are_charged_in_full():
    price = Price(input=0.75, output=4.50, date=date(2026, 11, 22), source="x")
    assert cost_usd(price, 100, 10, cached_tokens=60) == cost_usd(price, 100, 10)


def test_a_cached_price_of_nothing_is_a_price():
    price = Price(input=1, output=1, date=date(2026, 11, 22), source="x", cached=0)
    assert cost_usd(price, 100, 0, cached_tokens=100) == 0


def test_the_price_of_a_model():
    assert price_of("gpt-4o-mini") == find_model("gpt-4o-mini").price
    with pytest.raises(TokenCountError, match="my-model"):
        price_of("my-model")
