"""What replay answers when no cassette holds a request: what differs from the nearest recording, or what is wrong in it."""

import json
import re

import openai

from helpers.replay.matching import ABSENT, CHAT, MODEL_PLACEHOLDER, RESPONSES, Difference, differences
from helpers.ways import way_on

MISS_CODE = "recording_not_found"  # of the 404 that stands for a miss
SHOWN_DIFFERENCES = 3
SHOWN_CHARACTERS = 40
SHOWN_PATH_CHARACTERS = 100

TITLE = "녹화에 없는 요청입니다. (레슨 {lesson})"
NEAREST = "가장 가까운 녹화는 '{id}'입니다. 다른 곳:"
NO_RECORDINGS = "이 레슨의 카세트에는 녹화된 요청이 없습니다. " + way_on("live_now")
MORE = "  그 밖에 {count}곳"
STREAM = "  (이 요청의 스트림은 녹화되어 있지 않습니다. stream을 빼 보세요.)"
WAYS = (
    "다음 중 하나를 하세요.",
    "  1. 다른 곳을 녹화와 같게 맞추고 셀을 다시 실행합니다.",
    '  2. 새 셀에 lesson.show(lesson.recorded("{id}"))라고 적고 실행하면 그 녹화가 나옵니다. 모두 보려면 lesson.recordings()를 실행합니다.',
    "  3. " + way_on("live"),
)
OTHER_ENDPOINT = "이 코스가 녹화한 것은 client.chat.completions와 client.responses뿐입니다. 지금 부른 곳({path})은 라이브에서만 답합니다."
NOT_A_LIST = "messages는 딕셔너리의 리스트여야 하는데 지금은 {kind}입니다."
FOR_EXAMPLE = '이렇게 적습니다. messages=[{{"role": "user", "content": {text}}}]'
JSON_KINDS = {
    str: "문자열",
    dict: "딕셔너리 하나",
    list: "딕셔너리가 아닌 것이 든 리스트",
    type(None): "None",
}
WRONG_ROLE = "messages[{number}]에 role이 없거나, API가 모르는 role입니다.\nrole은 {roles} 가운데 하나입니다."
ROLES = ("developer", "system", "user", "assistant", "tool", "function")


def miss_response(cassette, model: str, request: dict) -> dict:
    """Explain, in at most 12 lines of Korean, why a request found no recording.

    Args:
        cassette: the lesson's cassette.
        model: the model that the lesson's requests name.
        request: `method`, `path` and parsed `body` of the request that was made.

    Returns:
        A 400 where no server would take the request, else a 404, with the error as OpenAI's servers send one. Its `message`
        says what is wrong, or names each field that differs from the nearest recording; `nearest` is its id, or None.
    """
    wrong = wrong_messages(request["body"])
    if wrong:
        return _error(wrong, status=400, param="messages", code="invalid_value")
    title = TITLE.format(lesson=cassette.lesson)
    if not cassette.interactions:
        return _error(title, NO_RECORDINGS)
    if request["path"] not in (CHAT, RESPONSES):
        return _error(title, OTHER_ENDPOINT.format(path=_json(request["path"])[1:-1][:SHOWN_PATH_CHARACTERS]))
    compared = [
        (one, differences(_readable(one.request, model), _readable(request, model)))
        for one in cassette.interactions
    ]
    nearest, found = min(compared, key=lambda pair: _distance(pair[1]))
    lines = [title, NEAREST.format(id=nearest.id)]
    lines += [f"  {_line(one)}" for one in found[:SHOWN_DIFFERENCES]]
    if len(found) > SHOWN_DIFFERENCES:
        lines.append(MORE.format(count=len(found) - SHOWN_DIFFERENCES))
    if isinstance(request["body"], dict) and request["body"].get("stream"):
        lines.append(STREAM)
    return _error(*lines, *(way.replace("{id}", nearest.id) for way in WAYS), nearest=nearest.id)


def _error(*lines: str, status: int = 404, param=None, code=MISS_CODE, nearest: str | None = None) -> dict:
    error = {"message": "\n".join(lines), "type": "invalid_request_error", "param": param, "code": code}
    return {"status": status, "body": {"error": error | {"nearest": nearest}}}


def miss_lines(error: openai.NotFoundError) -> list[str]:
    """Return what a miss says without the ways on, which are those of a cell."""
    return error.body["message"].partition(f"\n{WAYS[0]}")[0].split("\n")


def wrong_messages(body: object) -> str | None:
    """Say what is wrong with the `messages` of a request that no server would take, the commonest first mistake."""
    if not isinstance(body, dict) or "messages" not in body:
        return None
    messages = body["messages"]
    if not isinstance(messages, list) or not messages or not all(isinstance(one, dict) for one in messages):
        kind = "빈 리스트" if messages == [] else JSON_KINDS.get(type(messages), "다른 타입")
        text = _json(messages if isinstance(messages, str) else "안녕하세요?")
        return f"{NOT_A_LIST.format(kind=kind)}\n{FOR_EXAMPLE.format(text=_cut(text, 0))}"
    wrong = [number for number, one in enumerate(messages) if one.get("role") not in ROLES]
    return WRONG_ROLE.format(number=wrong[0], roles=", ".join(ROLES[:-1])) if wrong else None


def is_replayed(request) -> bool:
    """Say whether a request went to replay, or to a staged answer, and not to a server."""
    return request.url.host.endswith(".invalid")


def is_miss(error: Exception) -> bool:
    """Say whether an exception is the course's own 404 for a request that no cassette holds."""
    # A server could send that code too, and then its own words, which are never shown.
    return isinstance(error, openai.NotFoundError) and is_replayed(error.request) and error.code == MISS_CODE


def _readable(request: dict, model: str) -> dict:
    """Flatten a request into the fields that a learner knows, with the model's real name."""
    body = request["body"]
    fields = {"method": request["method"], "path": request["path"]}
    if not isinstance(body, dict):
        return {**fields, "body": body}
    name = body.get("model")
    # To match, `stream: false` is the same as no stream; here it would be named as a difference.
    told = {key: value for key, value in body.items() if (key, value) != ("stream", False)}
    return fields | told | ({"model": model} if name == MODEL_PLACEHOLDER else {})


def _distance(found: list[Difference]) -> tuple[int, int, float]:
    """Order recordings by how many parameters differ, then by how many fields, then by how unlike the texts are."""
    parameters = {re.split(r"[.\[]", one.path)[0] for one in found}
    unlike = sum(_unlikeness(one.recorded, one.now) for one in found)
    # The same value under another name, such as max_tokens, is nearer than another value.
    gone = [one.recorded for one in found if one.now is ABSENT]
    renamed = sum(one.recorded is ABSENT and one.now in gone for one in found)
    return len(parameters), len(found), unlike - renamed


def _unlikeness(recorded: object, now: object) -> float:
    if isinstance(recorded, str) and isinstance(now, str):
        return len(set(recorded.split()) ^ set(now.split()))
    if isinstance(recorded, int | float) and isinstance(now, int | float):
        return abs(recorded - now) / (abs(recorded) + abs(now) or 1)
    return len(_json(recorded)) + len(_json(now)) if isinstance(recorded, list) else 1


def _json(value: object) -> str:
    return "없음" if value is ABSENT else json.dumps(value, ensure_ascii=False)


def _line(one: Difference) -> str:
    recorded, now = _shown(one.recorded, one.now)
    # Written as JSON, a line break in a name cannot make a line of its own.
    return f"{_json(one.path)[1:-1][:SHOWN_PATH_CHARACTERS]}: 녹화 {recorded} → 지금 {now}"


def _shown(recorded: object, now: object) -> tuple[str, str]:
    """Write both sides short, cut round the first place where they differ."""
    if isinstance(recorded, list) and isinstance(now, list):
        return f"{len(recorded)}개", f"{len(now)}개 ({_first_change(recorded, now)})"
    left, right = _json(recorded), _json(now)
    if isinstance(recorded, str) and isinstance(now, str):
        start = [*(a == b for a, b in zip(left, right, strict=False)), False].index(False)
        # Nothing is left out for the opening quotation mark alone.
        start = start - SHOWN_CHARACTERS // 2 if start > SHOWN_CHARACTERS // 2 + 1 else 0
        return _cut(left, start), _cut(right, start)
    return _cut(left, 0), _cut(right, 0)


def _first_change(recorded: list, now: list) -> str:
    same = [not differences(one, other) for one, other in zip(recorded, now, strict=False)]
    return f"{[*same, False].index(False) + 1}번째부터 다름"


def _cut(text: str, start: int) -> str:
    end = start + SHOWN_CHARACTERS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
