"""Exercises of 03_tokens: predict a count, count a message list, work out a price, fit a conversation into a budget."""

import copy
import math
from datetime import date

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.models import Price
from helpers.tokens import count_message_tokens, load_encoding

LESSON = "03_tokens"
SENTENCE = "수학 문제를 단계별로 풀어주세요."
CONVERSATIONS = (
    [{"role": "user", "content": "안녕하세요?"}],
    [{"role": "developer", "content": "짧게 답하세요."}, {"role": "user", "content": "토큰이 무엇인가요?"}],
    [
        {"role": "user", "content": "하나"},
        {"role": "assistant", "content": "둘"},
        {"role": "user", "content": "셋"},
    ]
    * 2,
    # A role and a text that together are fewer tokens than apart.
    [{"role": "user", "content": "name?"}],
)


def _judge_predict(count: object) -> str | None:
    if isinstance(count, bool) or not isinstance(count, int):
        return "토큰의 수는 정수(int)입니다."
    if count == len(load_encoding("o200k_base").encode_ordinary(SENTENCE)):
        return None
    if count == len(load_encoding("cl100k_base").encode_ordinary(SENTENCE)):
        return "그것은 옛 인코딩 cl100k_base로 센 수입니다. gpt-4o-mini는 o200k_base를 씁니다."
    if count == len(SENTENCE):
        return "그것은 글자의 수입니다. 글자 하나가 토큰 하나는 아닙니다."
    if count == len(SENTENCE.split()):
        return "그것은 빈칸으로 나눈 낱말의 수입니다. 낱말 하나가 토큰 여럿일 수 있습니다."
    return "그 수가 아닙니다. encoding.encode(글)의 길이를 재어 보세요."


q1 = Exercise(
    LESSON,
    "q1",
    _judge_predict,
    (
        "먼저 눈으로 어림한 다음, 인코딩으로 세어 보세요.",
        '앞에서 만든 encoding을 그대로 씁니다. 없으면 encoding = tiktoken.encoding_for_model("gpt-4o-mini")로 얻습니다.',
        "len(encoding.encode(글))이 토큰의 수입니다.",
    ),
    f"""
from helpers.tokens import load_encoding

answer = len(load_encoding("o200k_base").encode("{SENTENCE}"))
""",
)


def _judge_count(count: object) -> str | None:
    results, rights, mistakes = [], [], []
    for name in ("o200k_base", "cl100k_base"):
        encoding = load_encoding(name)
        for messages in CONVERSATIONS:
            given = copy.deepcopy(messages)
            result = count(given, encoding)
            if isinstance(result, bool) or not isinstance(result, int):
                return "함수는 토큰의 수를 정수(int)로 돌려주어야 합니다."
            if given != messages:
                return "받은 메시지를 바꾸었습니다. 세기만 하세요."
            results.append(result)
            rights.append(count_message_tokens(messages, encoding))
            mistakes.append(_wrong_counts(messages, encoding))
    if results == rights:
        return None
    for mistake in mistakes[0]:
        if results == [counts[mistake] for counts in mistakes]:
            return mistake
    size, result, right = next(
        (len(messages), result, right)
        for messages, result, right in zip(CONVERSATIONS * 2, results, rights, strict=True)
        if result != right
    )
    return f"메시지 {size}개에서 {right}개여야 하는데 {result}개가 나왔습니다."


def _wrong_counts(messages: list[dict], encoding) -> dict[str, int]:
    """Return what the usual mistakes count, by what is to be said of each."""
    right, size = count_message_tokens(messages, encoding), len(messages)
    roles = sum(len(encoding.encode_ordinary(message["role"])) for message in messages)
    return {
        "맨 끝에 모델의 차례를 알리는 3개가 빠졌습니다.": right - 3,
        "메시지마다 붙는 3개가 빠졌습니다.": right - 3 * size,
        "메시지마다 붙는 3개와 맨 끝의 3개가 빠졌습니다.": right - 3 * size - 3,
        "본문만 세었습니다. 역할과 경계도 토큰입니다.": right - 3 * size - roles - 3,
        "메시지마다 4개를 더하는 옛 규칙입니다. 3개씩 더하고 맨 끝에 3개를 한 번 더합니다.": right + size - 3,
        "역할 이름의 토큰이 빠졌습니다.": right - roles,
        "받은 encoding을 쓰지 않았습니다.": count_message_tokens(messages, load_encoding("o200k_base")),
    }


q2 = FunctionExercise(
    LESSON,
    "q2",
    _judge_count,
    (
        "메시지마다 3 + 역할의 토큰 + 본문의 토큰입니다.",
        "모두 더한 다음 3을 한 번 더합니다.",
        'sum(3 + len(encoding.encode(m["role"])) + … for m in messages) + 3 모양입니다.',
    ),
    """
def answer(messages, encoding):
    total = 3
    for message in messages:
        total += 3
        total += len(encoding.encode(message["role"]))
        total += len(encoding.encode(message["content"]))
    return total
""",
)

# Prices that tell every mix-up apart; they belong to no model.
PRICES = (Price(2.0, 8.0, date(2026, 11, 22), "연습용"), Price(0.25, 4.0, date(2026, 11, 22), "연습용"))


def _judge_cost(cost: object) -> str | None:
    for price in PRICES:
        for prompt, completion in ((81, 67), (10, 20), (1_000_000, 0), (0, 1_000_000)):
            result = cost(prompt, completion, price)
            if isinstance(result, bool) or not isinstance(result, int | float):
                return "함수는 달러를 수로 돌려주어야 합니다."
            right = (prompt * price.input + completion * price.output) / 1_000_000
            if math.isclose(result, right, rel_tol=1e-9, abs_tol=1e-15):
                continue
            if math.isclose(result, right * 1_000_000, rel_tol=1e-9):
                return "가격은 백만 토큰에 몇 달러입니다. 1,000,000으로 나누어야 합니다."
            if math.isclose(result, right * 1000, rel_tol=1e-9):
                return "천 토큰이 아니라 백만 토큰의 가격입니다."
            if math.isclose(
                result, (prompt * price.output + completion * price.input) / 1_000_000, abs_tol=1e-15
            ):
                return "입력과 출력의 가격이 바뀌었습니다."
            if math.isclose(result, (prompt + completion) * price.input / 1_000_000, abs_tol=1e-15):
                return "출력 토큰에도 입력 가격을 매겼습니다. 출력 가격은 따로 있습니다."
            return f"입력 {prompt}개, 출력 {completion}개의 값이 다릅니다. 두 가격을 따로 곱해 더하세요."
    return None


q3 = FunctionExercise(
    LESSON,
    "q3",
    _judge_cost,
    (
        "입력 토큰과 출력 토큰은 가격이 다릅니다.",
        "price.input과 price.output은 백만 토큰에 몇 달러인지입니다.",
        "두 곱을 더해 1_000_000으로 나눕니다.",
    ),
    """
def answer(prompt_tokens, completion_tokens, price):
    return (prompt_tokens * price.input + completion_tokens * price.output) / 1_000_000
""",
)

LONG = [
    {"role": "developer", "content": "여행 안내원처럼 답하세요."},
    {"role": "user", "content": "제주도에서 꼭 가 볼 곳을 알려 주세요."},
    {"role": "assistant", "content": "한라산과 성산 일출봉, 그리고 만장굴을 권합니다."},
    {"role": "user", "content": "비가 오면요?"},
    {"role": "assistant", "content": "아쿠아리움이나 미술관이 좋습니다."},
    {"role": "user", "content": "아이와 함께라면 어디가 좋을까요?"},
]
_GIVEN = copy.deepcopy(LONG)  # a learner may change LONG itself


def _judge_fit(fit: object) -> str | None:
    encoding = load_encoding("o200k_base")
    least = count_message_tokens([_GIVEN[0], _GIVEN[-1]], encoding)
    for budget in (
        10_000,
        count_message_tokens(_GIVEN, encoding),
        count_message_tokens(_GIVEN, encoding) - 1,
        75,  # the oldest does not fit, the one behind it would: leaving a hole is no answer
        60,
        least,
    ):
        given = copy.deepcopy(_GIVEN)
        result = fit(given, budget, encoding)
        if given != _GIVEN:
            return "받은 목록을 바꾸었습니다. 새 목록을 만들어 돌려주세요."
        if not isinstance(result, list) or any(message not in _GIVEN for message in result):
            return "받은 메시지 가운데 남길 것을 목록(list)으로 돌려주세요."
        if result[:1] != _GIVEN[:1]:
            return "developer 메시지가 사라졌습니다. 지시는 언제나 남겨야 합니다."
        if result[-1:] != _GIVEN[-1:]:
            return "마지막 질문이 사라졌습니다."
        kept = _GIVEN[len(_GIVEN) - len(result) + 1 :]
        if result[1:] != kept:
            return "developer 다음의 가장 오래된 메시지부터 차례로 빼세요. 중간을 빼면 대화가 끊깁니다."
        if count_message_tokens(result, encoding) > budget:
            return f"예산 {budget}개를 넘습니다."
        more = [_GIVEN[0], *_GIVEN[len(_GIVEN) - len(kept) - 1 :]]
        if len(result) < len(_GIVEN) and count_message_tokens(more, encoding) <= budget:
            return f"예산 {budget}개에 더 남길 수 있는 메시지를 뺐습니다."
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_fit,
    (
        "developer 메시지와 마지막 질문은 남기고, 그 사이에서 가장 오래된 것부터 뺍니다.",
        "while로 count_message_tokens(…) > budget인 동안 빼 나갑니다.",
        "원래 목록을 바꾸지 않도록 first, rest = messages[0], messages[1:]로 나누어 시작하세요.",
    ),
    """
from helpers.tokens import count_message_tokens


def answer(messages, budget, encoding):
    first, rest = messages[0], messages[1:]
    while len(rest) > 1 and count_message_tokens([first, *rest], encoding) > budget:
        rest = rest[1:]
    return [first, *rest]
""",
)
