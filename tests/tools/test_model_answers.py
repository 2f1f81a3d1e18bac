"""Asking a model of this machine: every form of an answer, how it was asked, and how long it will take."""

import json

import httpx2
import pytest

pytest.importorskip("xllamacpp")

from helpers.live import DEFAULT_CAP
from helpers.replay import read_answer, said
from tests.tools.small_bank import ORIGIN, response, tiny_model, variation
from tools import model_answers, model_runner
from tools.bank_journal import Recorded
from tools.bank_plan import lesson_line, seconds_for, time_text, tokens_of
from tools.banks import BankError, Variation
from tools.model_answers import Rates, asking, read_events
from tools.model_runner import ModelRunner


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("작은 모델")
    model, path = tiny_model(folder)
    with asking(path, model, folder / "model.log", print) as found:
        yield found


COLD = {"temperature": 0, "max_completion_tokens": 4}


def test_a_stream_is_recorded_as_its_events_and_says_the_same_as_the_whole(answers):
    streamed = answers.ask(variation("안녕", **COLD, stream=True, stream_options={"include_usage": True}))
    whole = answers.ask(variation("안녕", **COLD))
    assert set(streamed) == {"status", "events"} and len(streamed["events"]) > 2
    assert tokens_of(streamed) == tokens_of(whole) and 1 <= tokens_of(whole)[1] <= 4
    path = "chat/completions"
    assert said(read_answer(streamed, path)) == said(read_answer(whole, path))


def test_the_responses_api_is_asked_too(answers):
    body = {"model": "{lesson.model}", "input": "안녕", "max_output_tokens": 4, "temperature": 0}
    one = Variation("one", "one", "", {"method": "POST", "path": "responses", "body": body}, 1, False)
    found = answers.ask(one)
    assert found["body"]["object"] == "response" and 1 <= tokens_of(found)[1] <= 4
    assert answers.count(one) > len("안녕") and "added_system" not in answers.origin(one)


@pytest.mark.parametrize(
    ("path", "name"), [("chat/completions", "max_completion_tokens"), ("responses", "max_output_tokens")]
)
@pytest.mark.parametrize(("limit", "sent"), [({}, DEFAULT_CAP), (4, 4)], ids=["none", "its own"])
def test_an_answer_without_a_limit_gets_that_of_live_mode(answers, monkeypatch, path, name, limit, sent):
    bodies = []

    def take(method, url, body):
        bodies.append(body)
        return httpx2.Response(200, json={})

    monkeypatch.setattr(answers, "_sent", take)
    asked = {"model": "{lesson.model}", **({name: limit} if limit else {})}
    answers.ask(Variation("one", "one", "", {"method": "POST", "path": path, "body": asked}, 1, True))
    assert bodies == [{"model": "tiny", name: sent, "cache_prompt": True}] and asked.get(name, {}) == limit


def test_the_origin_says_all_that_is_needed_to_ask_again(answers):
    origin = answers.origin(variation("안녕"))
    assert set(origin) == {"kind", "date", "model", "file", "sha256", "runtime", "settings"}
    assert "threads 1" in origin["settings"] and "slots 1" in origin["settings"]
    assert answers.origin(variation("안녕", cache=True))["settings"] == origin["settings"].replace(
        "off", "on"
    )


def test_a_refusal_is_told_with_what_the_server_said(answers):
    with pytest.raises(BankError, match=r"one: .*HTTP [45]\d\d"):
        answers.ask(variation("one", messages=[{"role": "nobody"}]))


def test_a_server_that_dies_is_told_in_korean(tmp_path, monkeypatch):
    started = []

    def start(*arguments):
        started.append(ModelRunner(*arguments))
        return started[0]

    monkeypatch.setattr(model_answers, "ModelRunner", start)
    model, path = tiny_model(tmp_path)
    with asking(path, model, tmp_path / "model.log", lambda line: None) as one:
        # It would be started again.
        monkeypatch.setattr(model_runner, "SERVER", ("-c", "raise SystemExit(1)"))
        started[0]._process.kill()
        started[0]._process.wait()
        with pytest.raises(BankError, match="도중에 끝났거나"):
            one.ask(variation("안녕", **COLD))


def test_the_end_of_a_stream_is_no_event():
    assert read_events('data: {"a": 1}\n\ndata: [DONE]\n\n') == [{"a": 1}]
    with pytest.raises(ValueError):
        read_events("data: {")


class Counting:
    """Counts ten tokens in every request."""

    def count(self, one):
        return 10


def used(read, written):
    found = response("답")
    found["body"]["usage"] = {"prompt_tokens": read, "completion_tokens": written}
    return found


RATES = Rates(read=10, write=2)


@pytest.mark.parametrize(
    ("one", "seconds"),
    [
        (variation("짧은 것", max_completion_tokens=4), 1 + 2),
        (variation("긴 것", max_completion_tokens=1000), 1 + 40),
        (variation("한도가 없는 것"), 1 + 40),
    ],
    ids=lambda one: getattr(one, "id", ""),
)
def test_an_answer_is_taken_to_be_as_long_as_it_may_or_eighty_tokens(one, seconds):
    assert seconds_for([one], {}, Counting(), RATES) == seconds
    assert seconds_for([one] * 3, {}, Counting(), RATES) == 3 * seconds


def test_earlier_answers_to_the_request_say_how_long_the_next_will_be():
    one = variation("가")
    seen = {one.key: Recorded(ORIGIN, [used(20, 6), used(20, 10), response("모름")])}
    assert seconds_for([one, one], seen, Counting(), RATES) == 2 * (2 + 4)


def test_the_line_of_a_lesson_counts_requests_and_answers():
    one, two = variation("가", 2), variation("나")
    assert lesson_line("01_roles", [one, one, two], 61) == "  01_roles: 요청 2개, 답 3개, 약 2분"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "약 1분"), (60, "약 1분"), (61, "약 2분"), (3600, "약 1시간 0분"), (7300, "약 2시간 2분")],
)
def test_a_time_is_told_in_minutes(seconds, text):
    assert time_text(seconds) == text


def test_an_answer_that_does_not_tell_its_tokens_has_none():
    assert tokens_of(response("답")) is None
    assert tokens_of({"status": 200, "events": [{"choices": []}]}) is None
    assert tokens_of(json.loads(json.dumps(used(1, 2)))) == (1, 2)
