"""The server of the tests refuses what the API would refuse, so that a lesson that runs against it has been checked."""

import pytest

from tests.loopback import RefusedError, check

MESSAGES = [{"role": "user", "content": "안녕"}]
GOOD = {"model": "gpt-6-luna", "messages": MESSAGES, "reasoning_effort": "none", "max_completion_tokens": 9}


def schema(**changes: object) -> dict:
    whole = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "A", "strict": True, "schema": whole | changes}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"temperature": 1.2, "seed": 123},
        {"stream": True},
        {"model": "gpt-4o-mini", "reasoning_effort": None},
        {"response_format": schema()},
    ],
)
def test_a_request_that_the_api_takes_passes(changes):
    check(GOOD | changes)


@pytest.mark.parametrize(
    ("changes", "status", "param"),
    [
        ({"top_k": 4}, 400, "top_k"),
        ({"max_tokens": 9}, 400, "max_tokens"),
        ({"temperature": "1.2"}, 400, "temperature"),
        ({"temperature": 2.5}, 400, "temperature"),
        ({"seed": 1.5}, 400, "seed"),
        ({"seed": True}, 400, "seed"),
        ({"reasoning_effort": "minimal"}, 400, "reasoning_effort"),
        ({"reasoning_effort": None, "temperature": 1.2}, 400, "temperature"),
        ({"model": "gpt-6.1-sol"}, 400, "reasoning_effort"),
        ({"model": "gpt-4o-mini"}, 400, "reasoning_effort"),
        ({"model": "gpt-9"}, 404, None),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "human", "content": "안녕"}]}, 400, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 3}]}, 400, "messages[0].content"),
        ({"messages": [{"role": "user", "text": "안녕"}]}, 400, "messages[0]"),
        ({"response_format": schema(type="array")}, 400, "response_format"),
        ({"response_format": schema(required=[])}, 400, "response_format"),
        ({"response_format": schema(additionalProperties=True)}, 400, "response_format"),
    ],
)
def test_a_request_that_the_api_refuses_is_refused_by_the_same_name(changes, status, param):
    with pytest.raises(RefusedError) as caught:
        check(GOOD | changes)
    assert (caught.value.status, caught.value.error["param"]) == (status, param)
