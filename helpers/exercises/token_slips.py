"""Names the usual slips in counting tokens and in working out a cost."""

import math

from helpers.models import Price
from helpers.tokens import count_message_tokens, load_encoding


def wrong_counts(messages: list[dict], encoding) -> dict[int, str]:
    """Return what is to be said of the usual slips, by what they count."""
    right, size = count_message_tokens(messages, encoding), len(messages)
    roles = sum(len(encoding.encode_ordinary(message["role"])) for message in messages)
    letters = sum(len(message["role"] + message["content"]) for message in messages)
    return {
        right - 3: "맨 끝에 모델의 차례를 알리는 3개가 빠졌습니다.",
        right - 3 * size: "메시지마다 붙는 3개가 빠졌습니다.",
        right - 3 * size - 3: "메시지마다 붙는 3개와 맨 끝의 3개가 빠졌습니다.",
        right - 3 * size - roles - 3: "본문만 세었습니다. 역할과 경계도 토큰입니다.",
        right - roles: "역할 이름의 토큰이 빠졌습니다.",
        right + size - 3: "메시지마다 4개를 더하는 옛 규칙입니다. 3개씩 더하고 맨 끝에 3개를 더합니다.",
        right + 3 * size - 3: "맨 끝의 3개를 메시지마다 더했습니다. 한 번만 더하세요.",
        letters + 3 * size + 3: "토큰이 아니라 글자를 세었습니다. encoding.encode(글)의 길이를 더하세요.",
        count_message_tokens(messages[:1], encoding): "첫 메시지만 세었습니다. return을 for 밖으로 빼세요.",
        count_message_tokens(messages, load_encoding("o200k_base")): "받은 encoding을 쓰지 않았습니다.",
    }


def same_cost(one: float, other: float) -> bool:
    """Say whether two costs are the same but for how floats are added up."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-15)


def wrong_cost(result: float, right: float, prompt: int, completion: int, price: Price) -> str:
    """Return what is to be said of a wrong cost."""
    tens = round(math.log10(result / right)) if 0 < result < math.inf else 0
    # More would be multiplied.
    if tens and tens <= 6 and same_cost(result, right * 10.0**tens):
        divided = "나누지 않았습니다" if tens == 6 else f"{10.0 ** (6 - tens):,.10g}으로 나누었습니다"
        return f"{divided}. 가격은 백만 토큰에 몇 달러이므로 1_000_000으로 나누어야 합니다."
    if any(same_cost(result, round(right, places)) for places in range(12)):
        return "거의 맞지만 반올림했습니다. 적은 돈도 남도록 그대로 돌려주세요."
    if result == math.floor(right):
        return "소수점 아래가 없어졌습니다. //나 int가 아니라 /로 나누세요."
    into, out, million = prompt * price.input, completion * price.output, 1_000_000
    mistakes = (
        (prompt * price.output + completion * price.input, "입력과 출력의 가격이 바뀌었습니다."),
        ((prompt + completion) * price.input, "출력 토큰에도 입력 가격을 매겼습니다. 출력 가격은 따로 있습니다."),
        ((prompt + completion) * price.output, "입력 토큰에도 출력 가격을 매겼습니다. 입력 가격은 따로 있습니다."),
        ((prompt + completion) * (price.input + price.output), "두 가격을 더해서 곱했습니다. 저마다 곱한 다음 더하세요."),
        (into, "출력 토큰의 값이 빠졌습니다."),
        (out, "입력 토큰의 값이 빠졌습니다."),
        (into * million + out, "출력 쪽만 나누었습니다. 더하기를 괄호로 묶은 다음 나누세요."),
        (into + out * million, "입력 쪽만 나누었습니다. 더하기를 괄호로 묶은 다음 나누세요."),
    )  # fmt: skip
    found = [mistake for value, mistake in mistakes if same_cost(result, value / million)]
    return found[0] if len(found) == 1 else "저마다의 가격을 곱해 더하고, 1_000_000으로 나누세요."
