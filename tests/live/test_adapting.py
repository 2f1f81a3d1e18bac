"""Requests are changed as models.toml says, and in no other way."""

import pytest

from helpers.live.adapting import adapt, advice, describe, rules_for

OPENAI = "https://api.openai.com/v1"
MESSAGES = [{"role": "developer", "content": "가"}, {"role": "user", "content": "developer"}]
AS_SYSTEM = [{"role": "system", "content": "가"}, {"role": "user", "content": "developer"}]


def adapted(model: str, base_url: str = OPENAI, **parameters: object) -> dict:
    """Return the parameters of a request after it was adapted, without the model."""
    body = {"model": model, "messages": MESSAGES, **parameters}
    before = repr(body)
    changed = adapt(body, rules_for(model, base_url))
    assert repr(body) == before, "the lesson's own body was changed"
    return {name: value for name, value in changed.items() if name not in ("model", "messages")}


@pytest.mark.parametrize(
    ("model", "sent", "expected"),
    [
        ("gpt-6-luna", {"temperature": 1.2}, {"temperature": 1.2, "reasoning_effort": "none"}),
        ("gpt-6-luna", {"reasoning_effort": "high"}, {"reasoning_effort": "high"}),
        ("gpt-6-luna", {"max_tokens": 9}, {"max_completion_tokens": 9, "reasoning_effort": "none"}),
        ("gpt-6.1-terra", {"seed": 1}, {"seed": 1, "reasoning_effort": "none"}),
        ("gpt-6.1-sol", {"temperature": 0, "top_p": 0.5, "seed": 1}, {"seed": 1}),
        ("gpt-6.2-sol", {"temperature": 0, "max_tokens": 9}, {"max_completion_tokens": 9}),
        ("gpt-5.4-mini", {"temperature": 0, "max_tokens": 9}, {"temperature": 0, "max_completion_tokens": 9}),
        ("gpt-4o-mini", {"temperature": 0, "max_tokens": 9}, {"temperature": 0, "max_tokens": 9}),
        ("gpt-4o-2024-08-06", {"max_completion_tokens": 9}, {"max_completion_tokens": 9}),
        ("some-new-model", {"max_tokens": 9, "temperature": 0}, {"max_tokens": 9, "temperature": 0}),
    ],
)
def test_each_family_gets_what_it_takes(model: str, sent: dict, expected: dict) -> None:
    assert adapted(model, **sent) == expected


@pytest.mark.parametrize(
    ("port", "cap"),
    [
        (11434, "max_tokens"),
        (8080, "max_tokens"),
        (9931, "max_tokens"),
        (8000, "max_completion_tokens"),
        (1234, "max_tokens"),
    ],
    ids=["Ollama", "llama.cpp", "llama.cpp, newer", "vLLM", "LM Studio"],
)
def test_local_servers_get_their_dialect(port: int, cap: str) -> None:
    base_url = f"http://localhost:{port}/v1"
    body = {"model": "qwen3", "messages": MESSAGES, "max_completion_tokens": 50}
    assert adapt(body, rules_for("qwen3", base_url)) == {"model": "qwen3", "messages": AS_SYSTEM, cap: 50}


def test_a_known_model_comes_before_the_server() -> None:
    assert rules_for("gpt-6-luna", "http://localhost:11434/v1") == rules_for("gpt-6-luna", OPENAI)


def test_a_request_that_fits_stays_the_same_object() -> None:
    body = {"model": "gpt-4o-mini", "messages": MESSAGES}
    assert adapt(body, rules_for("gpt-4o-mini", OPENAI)) is body


def test_the_banner_names_every_rule_and_says_so_where_there_is_none() -> None:
    assert "reasoning_effort" in "".join(describe("gpt-6-luna", OPENAI))
    assert "temperature" in "".join(describe("gpt-6.1-sol", OPENAI))
    assert "Ollama" in "".join(describe("qwen3", "http://localhost:11434/v1"))
    assert "그대로 보냅니다" in "".join(describe("some-new-model", OPENAI))
    assert describe("gpt-4o-mini", OPENAI) == []


@pytest.mark.parametrize(
    ("parameter", "model", "base_url", "named"),
    [
        ("max_tokens", "gpt-6.2-sol", OPENAI, "[models.gpt-6-2-sol]"),
        ("max_completion_tokens", "qwen3", "http://localhost:8000/v1", "[servers.vllm]"),
        ("messages[0].role", "qwen3", "http://localhost:9999/v1", 'names = ["qwen3"]'),
        ("temperature", "gpt-6.2-astra", OPENAI, 'drop = ["temperature"]'),
    ],
)
def test_advice_names_the_line_that_mends_a_refusal(parameter, model, base_url, named) -> None:
    line = advice(parameter, model, base_url)
    assert named in line
    assert "LESSON_MODEL" in line


def test_there_is_no_advice_where_the_table_has_no_power() -> None:
    assert advice("messages", "gpt-6-luna", OPENAI) is None


def test_of_two_limits_the_one_that_the_model_takes_stays():
    rules = {"cap": "max_completion_tokens"}
    body = {"max_tokens": 10, "max_completion_tokens": 20}
    assert adapt(body, rules) == {"max_completion_tokens": 20}
