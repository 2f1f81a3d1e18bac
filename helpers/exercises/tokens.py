"""Exercises of 03_tokens: predict a count, count a message list, work out a price, fit a conversation into a budget."""

import copy
from datetime import date

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.exercises.token_slips import same_cost, wrong_cost, wrong_counts
from helpers.exercises.trial import Trial
from helpers.exercises.values import digits, number_of, shown
from helpers.models import Price
from helpers.tokens import count_message_tokens, load_encoding

LESSON = "03_tokens"
# Tokens, letters, words, tokens of the older encoding and of a whole message: each another number.
SENTENCE = "오늘 저녁에는 된장찌개를 끓여 먹어요."
# The first tells every usual mistake apart: each makes another count of it.
CONVERSATIONS = (
    [
        {"role": "developer", "content": "짧게 답하세요."},
        {"role": "user", "content": "토큰이 무엇인가요?"},
        {"role": "assistant", "content": "글의 조각입니다."},
        {"role": "user", "content": "왜 씁니까?"},
    ],
    [{"role": "user", "content": "안녕하세요?"}],
    # Texts that together are fewer tokens than apart.
    [{"role": "user", "content": "안녕"}, {"role": "assistant", "content": "하세요"}] * 3,
    # A role and a text that together are fewer tokens than apart.
    [{"role": "user", "content": "name?"}],
)


def _judge_predict(count: object) -> str | None:
    if isinstance(count, bool) or not isinstance(count, int):
        return f"토큰의 수는 정수(int)입니다. 따옴표 없이 수 하나를 적으세요. 지금 값: {shown(count)}"
    encoding = load_encoding("o200k_base")
    right = len(encoding.encode_ordinary(SENTENCE))
    if count == right:
        return None
    if count == len(load_encoding("cl100k_base").encode_ordinary(SENTENCE)):
        return "그것은 옛 인코딩 cl100k_base로 센 수입니다. gpt-4o-mini는 o200k_base를 씁니다."
    if count == len(SENTENCE):
        return "그것은 글자의 수입니다. 글자 하나가 토큰 하나는 아닙니다."
    if count == len(SENTENCE.split()):
        return "그것은 공백으로 나눈 단어의 수입니다. 단어 하나가 토큰 여럿일 수 있습니다."
    if count == count_message_tokens([{"role": "user", "content": SENTENCE}], encoding):
        return "그것은 메시지로 보낼 때의 수입니다. 역할과 경계의 토큰은 빼고 문장만 세세요."
    return "그 수가 아닙니다. encoding.encode(글)의 길이를 확인해 보세요."


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

token_count = len(load_encoding("o200k_base").encode("{SENTENCE}"))
""",
)


def _judge_count(count: Trial) -> str | None:
    for name in ("o200k_base", "cl100k_base"):
        encoding = load_encoding(name)
        for messages in CONVERSATIONS:
            given = copy.deepcopy(messages)
            result = count(given, encoding)
            if isinstance(result, bool) or not isinstance(result, int):
                return "함수는 토큰의 수를 정수(int)로 돌려주어야 합니다."
            if given != messages:
                return "받은 메시지를 바꾸었습니다. 세기만 하세요."
            right = count_message_tokens(messages, encoding)
            if result != right:
                told = f"메시지 {len(messages)}개에서 {right}개여야 하는데 {result}개가 나왔습니다."
                # Of another conversation, what is wrong in another way could come to the same number.
                slips = wrong_counts(messages, encoding) if messages is CONVERSATIONS[0] else {}
                return f"{told} {slips.get(result, '')}".rstrip()
    return None


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
def count_tokens(messages, encoding):
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
# First one so dear that // and round leave something, each another number; then ordinary ones.
CALLS = ((1_500_000, 337_500), (81, 67), (10, 20), (1_000_000, 0), (0, 1_000_000), (123_457, 7))


def _judge_cost(cost: Trial) -> str | None:
    def dollars(prompt: int, completion: int, price: Price) -> float | None:
        told = f"{prompt}, {completion}, Price(input={price.input}, output={price.output}, …)"
        return number_of(cost(prompt, completion, price, shown_as=told))

    first, second = (dollars(*CALLS[0], price) for price in PRICES)
    if first == second and first is not None:
        return f"가격을 바꾸어도 같은 {digits(first)}달러가 나옵니다. 받은 price를 쓰세요."
    for price in PRICES:
        for prompt, completion in CALLS:
            result = dollars(prompt, completion, price)
            if result is None:
                return "함수는 달러를 수로 돌려주어야 합니다."
            right = (prompt * price.input + completion * price.output) / 1_000_000
            if not same_cost(result, right):
                told = f"{digits(right)}달러여야 하는데 {digits(result)}달러가 나왔습니다."
                return f"{told} {wrong_cost(result, right, prompt, completion, price)}"
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
def call_cost(prompt_tokens, completion_tokens, price):
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


def _judge_fit(fit: Trial) -> str | None:
    encoding = load_encoding("o200k_base")
    whole = count_message_tokens(_GIVEN, encoding)
    # Of 75 the oldest does not fit, the one behind it would: leaving a hole is no answer.
    for budget in (10_000, whole, whole - 1, 75, 60, count_message_tokens([_GIVEN[0], _GIVEN[-1]], encoding)):
        problem = _fit_problem(fit, _GIVEN, "LONG", budget, encoding)
        if problem:
            return problem
    return _fit_problem(fit, [*_GIVEN[:1], *_GIVEN[3:]], "LONG[:1] + LONG[3:]", 10_000, encoding)


def _fit_problem(fit: Trial, messages: list[dict], told: str, budget: int, encoding) -> str | None:
    given = copy.deepcopy(messages)
    result = fit(given, budget, encoding, shown_as=f"{told}, {budget}, encoding")
    if given != messages:
        return "받은 리스트를 바꾸었습니다. 새 리스트를 만들어 돌려주세요."
    if not isinstance(result, list):
        return "받은 메시지 가운데 남길 것을 리스트(list)로 돌려주세요."
    if any(message not in messages for message in result):
        return "받은 messages에 없는 것이 들어 있습니다. 받은 메시지를 그대로 남기거나 빼기만 하세요."
    if result[:1] != messages[:1]:
        return "developer 메시지가 사라졌습니다. 지시는 언제나 남겨야 합니다."
    if result[-1:] != messages[-1:]:
        return "마지막 질문이 사라졌습니다. 지금 답을 기다리는 질문은 언제나 남겨야 합니다."
    start = len(messages) - len(result) + 1
    if result[1:] != messages[start:]:
        return "developer 다음의 가장 오래된 메시지부터 차례로 빼세요. 중간을 빼면 대화가 끊깁니다."
    size = count_message_tokens(result, encoding)
    if size > budget:
        return f"예산은 {budget}개인데 {size}개입니다. count_message_tokens로 세며 넘지 않을 때까지 빼세요."
    more = [messages[0], *messages[start - 1 :]]
    if start > 1 and count_message_tokens(more, encoding) <= budget:
        return f"예산 {budget}개에 더 남길 수 있는 메시지를 뺐습니다."
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_fit,
    (
        "developer 메시지와 마지막 질문은 남기고, 그 사이에서 가장 오래된 것부터 뺍니다.",
        "while로 count_message_tokens(…) > budget인 동안 빼 나갑니다.",
        "원래 리스트를 바꾸지 않도록 first, rest = messages[0], messages[1:]로 나누어 시작하세요.",
    ),
    """
from helpers.tokens import count_message_tokens


def fit(messages, budget, encoding):
    first, rest = messages[0], messages[1:]
    while len(rest) > 1 and count_message_tokens([first, *rest], encoding) > budget:
        rest = rest[1:]
    return [first, *rest]
""",
)
