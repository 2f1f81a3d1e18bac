"""When two requests count as the same, and in which fields they differ where they do not."""

import json
import unicodedata
from dataclasses import dataclass

# The paths of the requests that cassettes hold, relative to the base URL.
CHAT, RESPONSES = "chat/completions", "responses"
# What a stored request says in place of the model's name where the lesson's own model was asked.
MODEL_PLACEHOLDER = "{lesson.model}"
# A field that one of two requests does not have.
ABSENT = object()


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value


def _normalised(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_normalised(one) for one in value]
    if isinstance(value, dict):
        return {_normalised(key): _normalised(one) for key, one in value.items()}
    return value


def read_body(raw: bytes | str, model: str) -> object:
    """Parse a request body into the form in which requests are compared and stored.

    Numbers are taken by value (1.0 is 1), `stream: false` is left out, and the lesson's own model becomes a placeholder.

    Args:
        raw: the JSON text of the body; nothing at all counts as null.
        model: the name of the lesson's model.

    Returns:
        The parsed body.

    Raises:
        ValueError: the text is not JSON.
    """
    body = json.loads(raw or "null", parse_float=_number)
    if isinstance(body, dict):
        if body.get("stream") is False:
            del body["stream"]
        if body.get("model") == model:
            body["model"] = MODEL_PLACEHOLDER
        elif body.get("model") == MODEL_PLACEHOLDER:
            body["model"] = f"literal {MODEL_PLACEHOLDER}"
    return body


def parse_json(content: bytes) -> object:
    """Return the content as parsed JSON, or None where it is a page, cut off, or anything else."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def match_key(method: str, path: str, body: object) -> str:
    """Return the text by which two requests count as the same: keys sorted, strings compared after NFC."""
    key = json.dumps([method, path, body], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if unicodedata.is_normalized("NFC", key):
        return key
    # Only the parsed strings may be normalised: in JSON text a combining mark would join the letter of an escape.
    return json.dumps(
        _normalised([method, path, body]), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def stored_key(request: dict) -> str:
    """Return the match key of a request as a cassette holds it: `method`, `path` and `body`."""
    body = read_body(json.dumps(request["body"]), MODEL_PLACEHOLDER)
    return match_key(request["method"], request["path"], body)


@dataclass(frozen=True)
class Difference:
    """One field in which a request differs from a recording; `ABSENT` where a side does not have it."""

    path: str
    recorded: object
    now: object


def differences(recorded: object, now: object) -> list[Difference]:
    """List the fields in which two request bodies differ.

    Args:
        recorded: the body, or a part of it, in the cassette.
        now: the same part of the request that was made.

    Returns:
        One difference a field, such as `messages[2].content`, with both sides in NFC, in the order of the recording;
        a list of another length is one difference.
    """
    return _differences(_normalised(recorded), _normalised(now), "")


def _differences(recorded: object, now: object, path: str) -> list[Difference]:
    if isinstance(recorded, dict) and isinstance(now, dict):
        keys = [*recorded, *(key for key in now if key not in recorded)]
        found = []
        for key in keys:
            inner = f"{path}.{key}" if path else key
            found += _differences(recorded.get(key, ABSENT), now.get(key, ABSENT), inner)
        return found
    if isinstance(recorded, list) and isinstance(now, list):
        if len(recorded) != len(now):
            return [Difference(path, recorded, now)]
        pairs = enumerate(zip(recorded, now, strict=True))
        return [one for i, (left, right) in pairs for one in _differences(left, right, f"{path}[{i}]")]
    # In Python True == 1, in JSON true is not 1.
    same = isinstance(recorded, bool) == isinstance(now, bool) and recorded == now
    return [] if same else [Difference(path, recorded, now)]
