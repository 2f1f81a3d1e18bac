"""What the live client changes in a request so that the model takes it; `models.toml` holds the rules."""

from helpers.models import LocalModel, Model, Server, find_local, find_model, find_server
from helpers.ways import way_on

CAPS = ("max_completion_tokens", "max_tokens")

ADD_EFFORT = 'reasoning_effort="none"을 더합니다. 정하지 않으면 이 모델은 추론하고 temperature를 거절합니다.'
DROP = "{names}: 이 모델이 받지 않으므로 뺍니다."
RENAME_CAP = "{other}의 이름을 {cap}로 바꿔 보냅니다."
RENAME_ROLE = "developer 역할을 system으로 바꿔 보냅니다."
ADAPTED = "요청을 이 모델에 맞춥니다: {change}"
UNKNOWN = "helpers/models.toml에 없는 모델({model})입니다. 길이 제한 말고는 요청을 그대로 보냅니다."
UNKNOWN_ON = "helpers/models.toml에 없는 모델({model})이라 서버({server})의 규칙에 맞춥니다."

# Which rule mends the refusal of which parameter.
ADVICE = ("맞추는 곳: helpers/models.toml의 [{row}], adapt에 {rule}. ") + way_on("another_model")
RULES = {
    "max_tokens": 'cap = "max_completion_tokens"',
    "max_completion_tokens": 'cap = "max_tokens"',
    "reasoning_effort": "effort_none = true 또는 false",
    "temperature": 'effort_none = true 또는 drop = ["temperature"]',
    "top_p": 'effort_none = true 또는 drop = ["top_p"]',
    "logprobs": 'effort_none = true 또는 drop = ["logprobs", "top_logprobs"]',
    "top_logprobs": 'effort_none = true 또는 drop = ["top_logprobs"]',
    "seed": 'drop = ["seed"]',
    "tools": "effort_none = true",
    "role": 'instructions = "system"',
}


def _entry(model: str, base_url: str) -> Model | LocalModel | Server | None:
    """Return what the table says of a model, hosted or local, or for a name that it does not know of the server."""
    known = find_model(model)
    return known if known.known else find_local(model) or find_server(base_url)


def rules_for(model: str, base_url: str) -> dict:
    """Return the rules for a model: by its name, or for a name that the table does not know by the server."""
    entry = _entry(model, base_url)
    return entry.adapt if entry else {}


def may_reason(body: dict, model: str, base_url: str) -> bool:
    """Say whether the answer to an adapted request may have taken tokens that it does not show."""
    effort = body.get("reasoning_effort")
    if effort is not None:
        return effort != "none"
    entry = _entry(model, base_url)
    return entry is None or bool(entry.adapt.get("effort_none") or entry.adapt.get("drop"))


def adapt(body: dict, rules: dict) -> dict:
    """Return the body as the model takes it; the given one stays as it is.

    Args:
        body: of a request to chat/completions.
        rules: from `rules_for`.

    Returns:
        The body itself where nothing needs changing, else a changed copy.
    """
    changed = {name: value for name, value in body.items() if name not in rules.get("drop", ())}
    cap = rules.get("cap")
    for other in CAPS if cap else ():
        if other != cap and changed.get(other) is not None:
            limit = changed.pop(other)
            changed[cap] = limit if changed.get(cap) is None else changed[cap]
    if rules.get("effort_none") and changed.get("reasoning_effort") is None:
        changed["reasoning_effort"] = "none"
    if rules.get("instructions") == "system" and isinstance(changed.get("messages"), list):
        changed["messages"] = [_renamed(message) for message in changed["messages"]]
    return body if changed == body else changed


def _renamed(message: object) -> object:
    if isinstance(message, dict) and message.get("role") == "developer":
        return {**message, "role": "system"}
    return message


def describe(model: str, base_url: str) -> list[str]:
    """Say in Korean, one line each, what is changed in requests to a model."""
    entry, rules = _entry(model, base_url), rules_for(model, base_url)
    lines, changes = [], []
    if entry is None:
        lines.append(UNKNOWN.format(model=model))
    elif isinstance(entry, Server):
        lines.append(UNKNOWN_ON.format(model=model, server=entry.title))
    if rules.get("effort_none"):
        changes.append(ADD_EFFORT)
    if rules.get("drop"):
        changes.append(DROP.format(names=", ".join(rules["drop"])))
    if rules.get("cap"):
        other = next(one for one in CAPS if one != rules["cap"])
        changes.append(RENAME_CAP.format(other=other, cap=rules["cap"]))
    if rules.get("instructions") == "system":
        changes.append(RENAME_ROLE)
    return lines + [ADAPTED.format(change=one) for one in changes]


def advice(parameter: str, model: str, base_url: str) -> str | None:
    """Say which line of `models.toml` makes requests fit where a server refused a parameter.

    Args:
        parameter: the `param` of the server's error, such as "max_tokens" or "messages[0].role".
        model: as the request named it.
        base_url: of the server.

    Returns:
        One line of Korean, or None where the table has no rule for that parameter.
    """
    rule = RULES.get(parameter.rpartition(".")[2])
    if rule is None:
        return None
    entry = _entry(model, base_url)
    if entry is None:
        return ADVICE.format(row="models.이름", rule=f'names = ["{model}"]와 {rule}')
    return ADVICE.format(row=entry.row, rule=rule)
