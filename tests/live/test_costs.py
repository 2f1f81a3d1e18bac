"""What calls cost is shown with its tokens, its price and where the price comes from."""

import json

import pytest

from helpers.live.costs import dollars_of, notebook_calls, recorded_calls, replayed_calls, whole_cost
from helpers.live.metering import Meter
from helpers.models import find_model, price_for
from helpers.replay import Cassette, Exchange, Interaction
from helpers.show import cost_view

OWN = Cassette("x", "gpt-4o-mini")
API = {"kind": "api", "date": "2026-11-22", "host": "api.openai.com"}
WRITTEN = {"kind": "written", "date": "2026-11-22"}
OPEN = {"kind": "open-model", "date": "2026-11-25", "model": "small"}

LUNA = find_model("gpt-6-luna").price
OPENAI = "https://api.openai.com/v1"


def body(model: str = "gpt-6-luna") -> dict:
    """Return the body of a request."""
    return {"model": model, "messages": [{"role": "user", "content": "가"}]}


def answer(prompt: int | None = 1_000_000, completion: int = 1_000_000) -> dict:
    """Return the body of an answer, without usage where `prompt` is None."""
    reported = {} if prompt is None else {"prompt_tokens": prompt, "completion_tokens": completion}
    return {"choices": [{"message": {"content": "네"}}], "usage": reported}


def test_dollars_and_won_are_the_tables_prices() -> None:
    meter = Meter()
    meter.count(body(), LUNA, answer(100_000, 200_000))
    text = cost_view(meter.calls, live=True, krw_per_usd=1400.0).text
    assert "gpt-6-luna | 1 | 100,000 | 200,000 | 0.110000 | 154.00" in text
    assert "입력 $0.1, 출력 $0.5" in text
    assert LUNA.source in text
    assert "원" not in cost_view(meter.calls, live=True).text.splitlines()[1]


def test_models_are_added_up_apart_and_together() -> None:
    meter = Meter()
    for model in ("gpt-6-luna", "gpt-4o-mini", "gpt-6-luna"):
        meter.count(body(model), find_model(model).price, answer(100, 10))
    lines = cost_view(meter.calls, live=True).text.splitlines()
    assert lines[2].startswith("gpt-6-luna | 2 | 200 | 20 |")
    assert lines[3].startswith("gpt-4o-mini | 1 | 100 | 10 |")
    assert lines[4].startswith("합계 | 3 | 300 | 30 |")


def test_what_is_not_known_is_said() -> None:
    meter = Meter()
    meter.count(body("some-new-model"), price_for("some-new-model", OPENAI), answer(10, 10))
    meter.count(body("qwen3"), None, answer(None))
    text = cost_view(meter.calls, live=True).text
    assert "가장 비싼 모델" in text
    assert "qwen3 | 1 |" in text
    assert "모름" in text
    assert "1번은 응답에 사용량이 없어" in text


def test_a_replay_says_what_it_would_have_cost_and_that_it_did_not() -> None:
    raw = json.dumps(body("gpt-4o-mini")).encode()
    miss = {"status": 404, "body": {"error": {"code": "recording_not_found", "nearest": None}}}
    calls = replayed_calls(
        [
            Exchange("chat/completions", raw, response, origin)
            for response, origin in (
                ({"status": 200, "body": answer(81, 66)}, API),
                (miss, None),
                ({"fault": "refused"}, WRITTEN),
            )
        ],
        OWN,
    )
    text = cost_view(calls, live=False).text
    assert "비용이 들지 않았습니다" in text
    # Live asks gpt-6-luna, as which nothing was recorded: 81 tokens in at $0.10 and 66 out at $0.50 a million.
    assert "gpt-6-luna에 보냈다면" in text and "gpt-6-luna | 1 | 81 | 66 | 0.000041" in text
    assert "gpt-4o" not in text
    assert "아직 셀 요청이 없습니다" in cost_view([], live=False).text


def test_a_whole_notebook_is_priced_from_its_recordings() -> None:
    origin = {"kind": "api", "date": "2026-11-22", "host": "api.openai.com"}
    request = {"method": "POST", "path": "chat/completions", "body": body("{lesson.model}")}
    responses = [{"status": 200, "body": answer(100_000, 100_000)}, {"status": 429, "body": {}}]
    cassette = Cassette(
        "x", "gpt-4o-mini", [Interaction("a", origin, request, responses)], live_calls={"a": 3}
    )
    assert whole_cost(notebook_calls(cassette, "gpt-6-luna", OPENAI)) == "요청 3번에 약 0.18달러"
    assert whole_cost(notebook_calls(cassette, "gpt-6-luna", "http://localhost:1/v1")) is None
    assert notebook_calls(OWN, "gpt-6-luna", OPENAI) == []


def test_a_notebook_is_as_long_as_the_answers_that_replay_gives_in_turn() -> None:
    request = {"method": "POST", "path": "chat/completions", "body": body("{lesson.model}")}
    responses = [{"status": 200, "body": answer(10, tokens)} for tokens in (1, 2, 3)]
    cassette = Cassette("x", "m", [Interaction("a", API, request, responses)], live_calls={"a": 4})
    found = notebook_calls(cassette, "gpt-6-luna", OPENAI)
    assert [call.usage.completion for call in found] == [1, 2, 3, 1]


@pytest.mark.parametrize(
    ("tokens", "told"),
    [(212, "0.00011"), (207, "0.00010"), (2_468_000, "1.2"), (24_680_000, "12")],
)
def test_a_price_is_told_with_two_digits(tokens: int, told: str) -> None:
    meter = Meter()
    meter.count(body(), LUNA, answer(1, tokens))
    assert whole_cost(meter.calls) == f"요청 1번에 약 {told}달러"


def test_what_the_original_does_not_say_is_counted_with_the_vocabulary_and_never_by_bytes() -> None:
    asked = {"model": "{lesson.model}", "messages": [{"role": "user", "content": "안녕하세요"}]}
    request = {"method": "POST", "path": "chat/completions", "body": asked}
    for reported, expected in ((None, (9, 2)), ({"completion_tokens": 588, "prompt_tokens": None}, (9, 588))):
        choices = [{"message": {"role": "assistant", "content": "안녕하세요"}}]
        response = {"status": 200, "body": {"choices": choices, "usage": reported}}
        one = Interaction("a", {"kind": "original-notebook", "date": "2025-02-01"}, request, [response])
        (call,) = recorded_calls([one], "gpt-6-luna", OPENAI)
        assert (call.usage.prompt, call.usage.completion) == expected
        assert call.usage.by_text and not call.usage.estimated


def test_a_miss_is_as_long_as_the_nearest_recording_and_another_path_is_not_sent() -> None:
    request = {"method": "POST", "path": "chat/completions", "body": body("{lesson.model}")}
    near = Interaction("near", API, request, [{"status": 200, "body": answer(81, 66)}])
    miss = {"status": 404, "body": {"error": {"code": "recording_not_found", "nearest": "near"}}}
    raw = json.dumps(body("m")).encode()
    exchanges = [
        Exchange("chat/completions", raw, miss),
        Exchange("responses", raw, {"status": 200, "body": answer()}, API),
    ]
    calls = replayed_calls(exchanges, Cassette("x", "m", [near]))
    assert [(call.model, call.usage.prompt, call.usage.completion) for call in calls] == [
        ("gpt-6-luna", 81, 66)
    ]
    assert "1번은 녹화에 없는 요청이라" in cost_view(calls, live=False).text


def test_a_request_that_names_another_model_is_priced_as_that_one() -> None:
    raw = json.dumps(body("gpt-4o")).encode()
    response = {"status": 200, "body": answer(100_000, 1_000_000)}
    calls = replayed_calls([Exchange("chat/completions", raw, response, API)], OWN)
    assert [call.model for call in calls] == ["gpt-4o"] and dollars_of(calls) == 10.25


def test_the_texts_of_another_model_s_answer_are_counted_and_never_its_usage() -> None:
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "안녕하세요"}]}
    said = {**answer(9_999, 9_999), "choices": [{"message": {"role": "assistant", "content": "안녕하세요"}}]}
    raw = json.dumps(asked).encode()
    stream = [{"choices": [{"delta": {"content": "안녕"}}]}, {"choices": [{"delta": {"content": "하세요"}}]}]
    compatible = {**API, "host": "localhost:11434"}
    for origin, response in (
        (OPEN, {"status": 200, "body": said}),
        (compatible, {"status": 200, "body": said}),
        (OPEN, {"status": 200, "events": stream}),
    ):
        calls = replayed_calls([Exchange("chat/completions", raw, response, origin)], OWN)
        # 3 + (3 + 1 + 2 tokens of the text) in, the 2 tokens of the text out, all of o200k_base.
        assert [(one.usage.prompt, one.usage.completion) for one in calls] == [(9, 2)]
        assert "1번은 OpenAI가 알려 준 사용량이 없거나 모자란 녹화라" in cost_view(calls, live=False).text
    ours = replayed_calls([Exchange("chat/completions", raw, {"status": 200, "body": said}, API)], OWN)
    assert ours[0].usage.prompt == 9_999 and "어휘 사전" not in cost_view(ours, live=False).text
    body = {"output": [{"type": "message", "content": [{"type": "output_text", "text": "안녕하세요"}]}]}
    asked = {"model": "gpt-4o-mini", "input": "안녕하세요", "instructions": "안녕하세요"}
    request = {"method": "POST", "path": "responses", "body": asked}
    one = Interaction("a", OPEN, request, [{"status": 200, "body": body}])
    calls = recorded_calls([one], "gpt-6-luna", OPENAI)
    assert [(one.usage.prompt, one.usage.completion) for one in calls] == [(15, 2)]
