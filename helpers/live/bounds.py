"""What bounds a request's cost before it is sent: its bytes, its limits, and whether it is text alone."""

import json
import math
import re

from helpers.live.adapting import CAPS

# The most answers that the API gives to one request: what a number of answers that cannot be read may mean.
MOST_ANSWERS = 128
# No request and no answer has more tokens than this; a server that says so has not counted.
MOST_TOKENS = 10**8
# In the name of a model or a parameter: what costs something each time; a maker's name may have "research" in it.
_WITH_A_FEE = re.compile(r"(?<!re)search|deep-research|plugin|:online|\bsonar\b|\bcompound\b", re.IGNORECASE)


def is_more_than_text(body: dict) -> bool:
    """Say whether a request holds or asks for more than text, or uses what has a fee: its bytes do not bound the cost."""
    if _WITH_A_FEE.search(str(body.get("model"))) or any(
        _WITH_A_FEE.search(name) for name in body if body[name]
    ):
        return True
    if any(body.get(name) is not None for name in ("web_search_options", "audio")):
        return True
    if any(one != "text" for one in items_of(body.get("modalities"))):
        return True
    tools = items_of(body.get("tools"))
    if any(not isinstance(one, dict) or one.get("type") not in ("function", "custom") for one in tools):
        return True
    messages = [one for one in items_of(body.get("messages")) if isinstance(one, dict)]
    parts = [part for one in messages for part in items_of(one.get("content")) if not isinstance(part, str)]
    return any(one.get("audio") for one in messages) or any(
        not isinstance(part, dict) or part.get("type") not in ("text", "refusal") for part in parts
    )


def items_of(value: object) -> list:
    """Return a parsed value as a list: one that is none is its only item, null has none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def prompt_bound(body: object) -> int:
    """Return a number that the tokens of a request's texts and schemas cannot exceed: its bytes."""
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def cap_of(body: dict) -> int | None:
    """Return the length limit that a request sets, or None."""
    return max(min(_whole(body.get(name)) or 0, MOST_TOKENS) for name in CAPS) or None


def answers_of(n: object) -> int:
    """Return how many answers a request may be given, in whatever form it says so."""
    try:
        return min(max(1, math.ceil(float(n))), MOST_TOKENS) if n is not None else 1
    except (TypeError, ValueError, OverflowError):
        return MOST_ANSWERS


def object_of(value: object) -> dict:
    """Return a parsed value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def count_of(value: object) -> int | None:
    """Return a number of tokens that a server may have counted; None for anything else, a fraction's type too."""
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None


def _whole(value: object) -> int | None:
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    return number if type(number) is int and number >= 0 else None
