"""Counts tokens, and says what they cost."""

import re
from functools import cache
from typing import TYPE_CHECKING

from helpers.errors import TokenCountError
from helpers.models import Price, find_model
from helpers.vocabulary import FILES, use_bundled

if TYPE_CHECKING:
    from tiktoken import Encoding

# The cookbook of OpenAI: every message costs 3 tokens round its role and content, a name one more than its text,
# and 3 more open the answer. https://github.com/openai/openai-cookbook (How to count tokens with tiktoken)
PER_MESSAGE, PER_NAME, PER_ANSWER = 3, 1, 3

MOST_BLANKS = 100_000  # in a row; half a million overflow the stack of tiktoken, whose panic is no Exception
TOO_MANY_BLANKS = "공백이나 줄바꿈이 {most:,}자 넘게 이어진 글은 토크나이저가 세지 못합니다. 공백을 줄이세요."
UNKNOWN_ENCODING = "이 코스에 없는 어휘 사전입니다: {name}. 쓸 수 있는 이름: {known}"
NOT_A_MESSAGE = "{place}번째 메시지를 셀 수 없습니다: {problem}."
UNCOUNTED = ("tool_calls", "function_call", "refusal", "audio")  # no published formula has them
NO_PRICE = "모델 {model}의 가격은 helpers/models.toml에 없습니다."


@cache
def load_encoding(name: str) -> "Encoding":
    """Load an encoding from the vocabulary that the course brings along; the first load takes half a second.

    Args:
        name: "o200k_base" (gpt-4o and newer) or "cl100k_base" (gpt-4, gpt-3.5-turbo).

    Returns:
        The tiktoken `Encoding`.

    Raises:
        TokenCountError: the course does not bring that encoding along.
        VocabularyError: its file is missing or damaged.
    """
    import tiktoken

    if name not in FILES:
        raise TokenCountError(UNKNOWN_ENCODING.format(name=name, known=", ".join(FILES)))
    use_bundled()
    return tiktoken.get_encoding(name)


def encoding_for(model: str) -> "Encoding":
    """Return the encoding of a model; `find_model(model).encoding_basis` says whether it is known or assumed."""
    return load_encoding(find_model(model).encoding)


def token_ids(text: str, encoding: "Encoding") -> list[int]:
    """Return a text's tokens, none of them a special one; TokenCountError where its blanks would stop tiktoken."""
    if max(map(len, re.findall(r"\s+", text)), default=0) > MOST_BLANKS:
        raise TokenCountError(TOO_MANY_BLANKS.format(most=MOST_BLANKS))
    return encoding.encode_ordinary(text)


def count_message_tokens(messages: list[dict], encoding: "Encoding") -> int:
    """Count the prompt tokens of a list of messages: 3 + sum of (3 + role + content, + 1 + name where there is one).

    Exact on the recorded exchange of 01_roles (81); OpenAI calls the formula an estimate, so a bill rests on `usage`.
    Schemas, tools, pictures and reasoning are not in it; a message that holds calls or a refusal is refused.

    Args:
        messages: dictionaries with `role`, `content` (text, or None) and perhaps `name`.
        encoding: the encoding of the model.

    Returns:
        The number of tokens.

    Raises:
        TokenCountError: a message is not of that form, or of a text that `token_ids` refuses.
    """
    if not isinstance(messages, list | tuple):
        raise TokenCountError(NOT_A_MESSAGE.format(place=1, problem="메시지 리스트(list)가 아닙니다"))
    return PER_ANSWER + sum(_count_message(one, place, encoding) for place, one in enumerate(messages, 1))


def _count_message(message: dict, place: int, encoding: "Encoding") -> int:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise TokenCountError(NOT_A_MESSAGE.format(place=place, problem="role이 있는 딕셔너리가 아닙니다"))
    content, name = message.get("content"), message.get("name")
    if more := [one for one in UNCOUNTED if message.get(one)]:
        problem = f"{', '.join(more)}에 드는 토큰은 이 식에 없습니다"
        raise TokenCountError(NOT_A_MESSAGE.format(place=place, problem=problem))
    if not isinstance(content, str | None) or not isinstance(name, str | None):
        problem = "content와 name은 문자열(str)이어야 합니다"
        raise TokenCountError(NOT_A_MESSAGE.format(place=place, problem=problem))
    tokens = sum(len(token_ids(text, encoding)) for text in (message["role"], content or "", name or ""))
    return PER_MESSAGE + tokens + (PER_NAME if name else 0)


def price_of(model: str) -> Price:
    """Return the price of a model, with its day and source.

    Raises:
        TokenCountError: `models.toml` has no price for it.
    """
    price = find_model(model).price
    if price is None:
        raise TokenCountError(NO_PRICE.format(model=model))
    return price


def cost_usd(
    price: Price,
    prompt_tokens: int,
    completion_tokens: int,
    cached_tokens: int = 0,
    cache_write_tokens: int = 0,
) -> float:
    """Return what a call costs: each kind of token times its price per million.

    Args:
        price: from `price_of`.
        prompt_tokens: tokens in, the cached ones included.
        completion_tokens: tokens out, hidden reasoning included.
        cached_tokens: how many of the tokens in were cached; charged in full where no price for them is known.
        cache_write_tokens: how many of the tokens in were written to the cache; charged as others likewise.

    Returns:
        US dollars.
    """
    cached_price = price.input if price.cached is None else price.cached
    write_price = price.input if price.cache_write is None else price.cache_write
    fresh = prompt_tokens - cached_tokens - cache_write_tokens
    tokens_in = fresh * price.input + cached_tokens * cached_price + cache_write_tokens * write_price
    return (tokens_in + completion_tokens * price.output) / 1_000_000
