import copy

import pytest

from helpers.replay.rules import structure_problem

API = {"kind": "api", "date": "2026-11-22", "model": "gpt-6-luna", "host": "api.openai.com"}
WRITTEN = {"kind": "written", "date": "2026-11-22", "source": "https://example.com/errors"}
ANSWER = {"id": "chatcmpl-1", "model": "gpt-6-luna", "choices": []}
EXAMPLE = {"id": "written-example", "model": "written-by-authors", "choices": []}


def request(content: str) -> dict:
    body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": content}]}
    return {"method": "POST", "path": "chat/completions", "body": body}


def recorded(id: str, content: str) -> dict:
    return {
        "id": id,
        "origin": dict(API),
        "request": request(content),
        "responses": [{"status": 200, "body": ANSWER}],
    }


def staged(id: str, response: dict) -> dict:
    return {"id": id, "origin": dict(WRITTEN), "responses": [response]}


@pytest.fixture
def content():
    return copy.deepcopy(
        {
            "format": 1,
            "lesson": "04_seeds",
            "model": "gpt-4o-mini",
            "live_calls": {"first": 2},
            "interactions": [recorded("first", "가"), recorded("second", "나")],
            "staged": [
                staged("no_credit", {"status": 429, "headers": {"retry-after": "1"}, "body": {"error": {}}}),
                staged("offline", {"fault": "refused"}),
                staged("slow", {"fault": "timeout"}),
                staged("example", {"status": 200, "body": EXAMPLE}),
            ],
        }
    )


def test_a_content_that_keeps_the_rules_has_no_problem(content):
    assert structure_problem(content) is None
    content["interactions"][1]["origin"] = WRITTEN
    content["interactions"][1]["responses"] = [{"status": 200, "body": EXAMPLE}]
    assert structure_problem(content) is None
    assert structure_problem({"model": "m", "live_calls": {}, "interactions": [], "staged": []}) is None


OPEN = {"model": "m", "file": "m.gguf", "sha256": "abc", "runtime": "r 1", "settings": "threads 1"}


def test_a_stream_and_an_open_model_keep_the_rules(content):
    content["interactions"][0] |= {
        "title": "다른 말",
        "origin": {"kind": "open-model", "date": "2026-11-25", **OPEN},
        "responses": [{"status": 200, "events": [{"id": "x", "choices": []}]}],
    }
    assert structure_problem(content) is None
    for name in OPEN:
        short = copy.deepcopy(content)
        del short["interactions"][0]["origin"][name]
        assert "공개 모델" in structure_problem(short), name


def response(content: dict, value: object) -> None:
    content["interactions"][0]["responses"] = [value]


def answer(content: dict, **values: object) -> None:
    content["interactions"][0]["responses"][0].update(values)


def fault(content: dict, **values: object) -> None:
    content["staged"][1]["responses"] = [values]


def example(content: dict, value: object) -> None:
    content["staged"][3]["responses"][0]["body"] = value


HEADERS = {"authorization": "x"}
BROKEN = {
    "no count of live calls": (lambda content: content.pop("live_calls"), "live_calls"),
    "a count that is text": (lambda content: content.update(live_calls="3"), "live_calls"),
    "one count for all": (lambda content: content.update(live_calls=3), "live_calls"),
    "a count that is no number": (lambda content: content.update(live_calls={"first": "3"}), "live_calls"),
    "calls as long as what is not there": (
        lambda content: content.update(live_calls={"first": 1, "gone": 2}),
        "gone",
    ),
    "a title that is no text": (lambda content: content["interactions"][0].update(title=1), "title"),
    "an open model without its file": (
        lambda content: content["interactions"][0].update(
            origin={"kind": "open-model", "date": "2026-11-25", "model": "m", "sha256": "a", "runtime": "r"}
        ),
        "sha256",
    ),
    "a stream without events": (lambda content: response(content, {"status": 200, "events": []}), "응답"),
    "a stream of texts": (lambda content: response(content, {"status": 200, "events": ["x"]}), "응답"),
    "a stream that failed": (lambda content: response(content, {"status": 500, "events": [{}]}), "응답"),
    "a stream and a body": (
        lambda content: response(content, {"status": 200, "events": [{}], "body": ANSWER}),
        "응답",
    ),
    "no list of interactions": (lambda content: content.pop("interactions"), "interactions"),
    "interactions by name": (lambda content: content.update(interactions={}), "interactions"),
    "no staged list": (lambda content: content.pop("staged"), "staged"),
    "an interaction that is text": (lambda content: content["interactions"].append("x"), "id"),
    "no id": (lambda content: content["interactions"][0].pop("id"), "id"),
    "an id that is a number": (lambda content: content["interactions"][0].update(id=1), "id"),
    "an id twice": (lambda content: content["staged"][0].update(id="first"), "id"),
    "no model": (lambda content: content.pop("model"), "model"),
    "a model that is no text": (lambda content: content.update(model=None), "model"),
    "no origin": (lambda content: content["interactions"][0].pop("origin"), "first: 출처"),
    "an origin that is text": (lambda content: content["interactions"][0].update(origin="api"), "출처"),
    "an unknown kind": (lambda content: content["interactions"][0]["origin"].update(kind="model"), "출처"),
    "no date": (lambda content: content["interactions"][0]["origin"].pop("date"), "출처"),
    "a staged error that nobody can look up": (
        lambda content: content["staged"][0]["origin"].pop("source"),
        "no_credit: 이름으로",
    ),
    "a source that is no address": (
        lambda content: content["staged"][0]["origin"].update(source="the error guide"),
        "source",
    ),
    "a source that anybody on the way can alter": (
        lambda content: content["staged"][0]["origin"].update(source="http://example.com"),
        "source",
    ),
    "a staged error of no day": (
        lambda content: content["staged"][1]["origin"].update(date="last week"),
        "offline: 이름으로",
    ),
    "a staged error of a day that is a number": (
        lambda content: content["staged"][1]["origin"].update(date=20261122),
        "offline: 이름으로",
    ),
    "a staged answer said to be real": (lambda content: content["staged"][0].update(origin=API), "written"),
    "no request": (lambda content: content["interactions"][0].pop("request"), "request"),
    "a request that is a list": (
        lambda content: content["interactions"][0].update(request=["method", "path", "body"]),
        "request",
    ),
    "a request without its path": (
        lambda content: content["interactions"][0]["request"].pop("path"),
        "request",
    ),
    "a request with its headers": (
        lambda content: content["interactions"][0]["request"].update(headers=HEADERS),
        "request",
    ),
    "one request twice": (
        lambda content: content["interactions"][1].update(request=request("가")),
        "second: 같은 요청",
    ),
    "one request twice, typed otherwise": (
        lambda content: content["interactions"][1].update(request=request("\u1100\u1161")),
        "second: 같은 요청",
    ),
    "no responses": (lambda content: content["interactions"][0].update(responses=[]), "responses"),
    "responses by name": (lambda content: content["interactions"][0].update(responses={}), "responses"),
    "a response that is text": (lambda content: response(content, "x"), "응답"),
    "a response that is nothing": (lambda content: response(content, None), "응답"),
    "a response without a body": (lambda content: response(content, {"status": 200}), "응답"),
    "a status that is text": (lambda content: answer(content, status="200"), "응답"),
    "a status that is true": (lambda content: answer(content, status=True), "응답"),
    "something beside the body": (lambda content: answer(content, cookies="x"), "응답"),
    "an unknown fault": (lambda content: fault(content, fault="other"), "응답"),
    "a fault that is a list": (lambda content: fault(content, fault=[]), "응답"),
    "a header beside a fault": (lambda content: fault(content, fault="refused", headers=HEADERS), "응답"),
    "a header that is not kept": (lambda content: answer(content, headers={"x-request-id": "x"}), "헤더"),
    "a secret beside one that is": (
        lambda content: answer(content, headers={"retry-after": "1", "set-cookie": "x"}),
        "헤더",
    ),
    "headers that are a list": (lambda content: answer(content, headers=["retry-after"]), "헤더"),
    "a written answer without its id": (
        lambda content: example(content, EXAMPLE | {"id": "chatcmpl-1"}),
        "written",
    ),
    "a written answer in a model's name": (
        lambda content: example(content, EXAMPLE | {"model": "m"}),
        "written",
    ),
    "a written answer that is text": (lambda content: example(content, "x"), "written"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_named(content, case):
    break_it, said = BROKEN[case]
    break_it(content)
    assert said in (structure_problem(content) or "no problem")
