"""The rules that the content of a cassette keeps, so that it can be replayed and gives nobody away."""

import re

import httpx2

from helpers.replay.matching import stored_key

KINDS = ("original-notebook", "api", "open-model", "written")
# What must be known of an open model, so that anybody can ask it again.
OPEN_MODEL = ("model", "file", "sha256", "runtime", "settings")
# The origin of a staged answer: who wrote it, on which day, and where its shape was taken from.
STAGED = re.compile(r"written \d{4}-\d\d-\d\d https://[!-~]+")
# Headers that change what the SDK does; any other could tell whose account recorded the answer.
KEPT_HEADERS = ("retry-after", "retry-after-ms", "x-should-retry")
# What there can be in place of an answer, and what the HTTP library raises for it.
FAULTS = {"refused": httpx2.ConnectError, "timeout": httpx2.ReadTimeout}


def structure_problem(content: dict) -> str | None:
    """Say which rule of cassettes a content breaks.

    Args:
        content: a cassette as its JSON file holds it.

    Returns:
        The first broken rule, in Korean, or None where all are kept.
    """
    seen = set()
    for part in ("interactions", "staged"):
        if not isinstance(content.get(part), list):
            return f"{part} 목록이 없습니다"
        for one in content[part]:
            if not isinstance(one, dict) or not isinstance(one.get("id"), str) or one["id"] in seen:
                return f"{part}에 id가 없거나 겹치는 항목이 있습니다"
            seen.add(one["id"])
            problem = _interaction_problem(one, staged=part == "staged")
            if problem:
                return f"{one['id']}: {problem}"
    first: dict[str, str] = {}
    for one in content["interactions"]:
        # Of two items with one request the second would never be reached.
        if first.setdefault(stored_key(one["request"]), one["id"]) != one["id"]:
            return f"{one['id']}: 같은 요청이 앞의 항목에 있습니다. 응답을 그 항목의 responses에 더하세요"
    calls = content.get("live_calls")
    recorded = {one["id"] for one in content["interactions"]}
    if not isinstance(calls, dict) or any(type(count) is not int for count in calls.values()):
        return "live_calls가 없거나, 녹화 항목의 id마다 정수를 적은 것이 아닙니다"
    if set(calls) - recorded:
        return f"live_calls에 녹화 항목이 아닌 id가 있습니다: {', '.join(sorted(set(calls) - recorded))}"
    return None if isinstance(content.get("model"), str) else "model이 없습니다"


def _interaction_problem(one: dict, staged: bool) -> str | None:
    origin, responses = one.get("origin"), one.get("responses")
    if not isinstance(origin, dict) or origin.get("kind") not in KINDS or "date" not in origin:
        return "출처(origin)가 없거나 알 수 없는 종류입니다"
    if staged and not STAGED.fullmatch(f"{origin['kind']} {origin['date']} {origin.get('source')}"):
        return "이름으로 꺼내는 답(staged)은 written이고, 출처에 날짜(date)와 모양을 옮긴 곳의 https 주소(source)가 있어야 합니다"
    if origin["kind"] == "open-model" and not all(origin.get(name) for name in OPEN_MODEL):
        return f"공개 모델의 출처에는 {', '.join(OPEN_MODEL)}이 있어야 합니다"
    if not isinstance(one.get("title", ""), str):
        return "제목(title)이 문자열이 아닙니다"
    # Exactly these: whatever else a request carries, such as its headers, could tell who sent it.
    if not staged and not _has_keys(one.get("request"), {"method", "path", "body"}):
        return "요청(request)은 method, path, body로만 이루어져야 합니다"
    if not isinstance(responses, list) or not responses:
        return "응답(responses)이 없습니다"
    for response in responses:
        if _has_keys(response, {"fault"}) and response["fault"] in list(FAULTS):
            continue
        if _has_keys(response, {"status", "events"}) and _is_stream(response):
            continue
        if not _has_keys(response, {"status", "body"}, {"headers"}) or type(response["status"]) is not int:
            return "응답은 status와 body(또는 스트림의 events), headers로만 이루어져야 합니다"
        headers = response.get("headers", {})
        if not isinstance(headers, dict) or set(headers) - set(KEPT_HEADERS):
            return "저장하지 않는 헤더가 들어 있습니다"
        if origin["kind"] == "written" and response["status"] == 200 and not _is_labelled(response["body"]):
            return "저자가 쓴 답에 written- id와 written-by-authors 모델이 적혀 있지 않습니다"
    return None


def _has_keys(value: object, needed: set[str], allowed: set[str] = frozenset()) -> bool:
    return isinstance(value, dict) and needed <= set(value) <= needed | allowed


def _is_stream(response: dict) -> bool:
    events = response["events"]
    whole = isinstance(events, list) and bool(events) and all(isinstance(one, dict) for one in events)
    return whole and response["status"] == 200


def _is_labelled(body: object) -> bool:
    labels = isinstance(body, dict) and (str(body.get("id"))[:8], body.get("model"))
    return labels == ("written-", "written-by-authors")
