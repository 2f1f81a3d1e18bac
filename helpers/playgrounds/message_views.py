"""What the message builder shows of a list of messages: the Python and the JSON that make it, and its tokens."""

import json

from helpers.models import find_model
from helpers.show import View, code, notice
from helpers.tokens import TokenCountError, count_message_tokens, load_encoding

# A longer text is cut where it is shown, never where it is sent or counted.
MOST_SHOWN = 1000

PYTHON, JSON = "파이썬", "요청의 JSON"
CUT = "…(뒤의 {count:,}자는 줄여 보여 줍니다. 보낼 때에는 모두 보냅니다.)"
TOKENS = "입력 토큰: {count:,}개 ({encoding})"
BASIS = {
    "tiktoken": "메시지와 역할, 경계를 더한 값입니다. 요금의 기준은 응답의 usage입니다.",
    "assumed": "{model}의 어휘 사전은 확인되지 않아 가정했습니다. 요금의 기준은 응답의 usage입니다.",
}
NOT_COUNTED = "입력 토큰을 세지 못했습니다."


def sources(model: str, messages: list[dict]) -> list[View]:
    """Show a list of messages as Python and as JSON; long texts are cut, with a remark that says so."""
    shown = [{**message, "content": _cut(message["content"])} for message in messages]
    return [code(PYTHON, python_source(shown)), code(JSON, json_source(model, shown))]


def python_source(messages: list[dict]) -> str:
    """Write a list of messages as the Python that makes it."""
    lines = [f"    {json.dumps(message, ensure_ascii=False)}," for message in messages]
    return "\n".join(["messages = [", *lines, "]"])


def json_source(model: str, messages: list[dict]) -> str:
    """Write the body of the request that sends a list of messages."""
    return json.dumps({"model": model, "messages": messages}, ensure_ascii=False, indent=2)


def _cut(text: str) -> str:
    rest = len(text) - MOST_SHOWN
    return text if rest <= 0 else text[:MOST_SHOWN] + CUT.format(count=rest)


def token_note(model: str, messages: list[dict]) -> View:
    """Show how many tokens a list of messages takes, and on what the figure rests."""
    known = find_model(model)
    try:
        count = count_message_tokens(messages, load_encoding(known.encoding))
    except TokenCountError as error:
        return notice(NOT_COUNTED, [error])
    title = TOKENS.format(count=count, encoding=known.encoding)
    return notice(title, [BASIS[known.encoding_basis].format(model=model)])
