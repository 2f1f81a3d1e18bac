"""Answers to the exercises of 03_tokens."""

from helpers.exercises.tokens import LONG, SENTENCE
from helpers.tokens import count_message_tokens, load_encoding
from tests.exercises.answers import Answers

RIGHT = len(load_encoding("o200k_base").encode(SENTENCE))


def text_tokens(messages, encoding):
    return sum(len(encoding.encode(message["content"])) for message in messages)


def role_tokens(messages, encoding):
    return sum(len(encoding.encode(message["role"])) for message in messages)


def fit_by_index(messages, budget, encoding):
    for start in range(1, len(messages)):
        kept = [messages[0], *messages[start:]]
        if count_message_tokens(kept, encoding) <= budget:
            return kept
    return [messages[0], messages[-1]]


def fit_recursive(messages, budget, encoding):
    if len(messages) <= 2 or count_message_tokens(messages, encoding) <= budget:
        return list(messages)
    return fit_recursive([messages[0], *messages[2:]], budget, encoding)


def fit_changing(messages, budget, encoding):
    while count_message_tokens(messages, encoding) > budget:
        del messages[1]
    return messages


def fit_without_developer(messages, budget, encoding):
    while count_message_tokens(messages, encoding) > budget:
        messages = messages[1:]
    return messages


def fit_from_the_end(messages, budget, encoding):
    while count_message_tokens(messages, encoding) > budget:
        messages = messages[:-1]
    return messages


def fit_with_holes(messages, budget, encoding):
    kept = [messages[-1]]
    for message in reversed(messages[1:-1]):
        if count_message_tokens([messages[0], message, *kept], encoding) <= budget:
            kept.insert(0, message)
    return [messages[0], *kept]


def role_and_text_at_once(messages, encoding):
    return 3 + sum(3 + len(encoding.encode(one["role"] + one["content"])) for one in messages)


def after_the_first(messages, encoding):
    for message in messages:
        return 3 + 3 + len(encoding.encode(message["role"])) + len(encoding.encode(message["content"]))


def fit_the_middle(messages, budget, encoding):
    kept = list(messages)
    while len(kept) > 2 and count_message_tokens(kept, encoding) > budget:
        del kept[-2]
    return kept


ANSWERS = {
    "q1": Answers(right=[RIGHT, 15], wrong=[26, len(SENTENCE), 5, 22, RIGHT + 1, RIGHT - 1, float(RIGHT), str(RIGHT)]),
    "q2": Answers(
        right=[
            count_message_tokens,
            lambda messages, encoding: text_tokens(messages, encoding) + 4 * len(messages) + 3,
            lambda messages, encoding: 3 + sum(3 + 1 + len(encoding.encode(one["content"])) for one in messages),
        ],
        wrong=[
            lambda messages, encoding: text_tokens(messages, encoding),
            lambda messages, encoding: text_tokens(messages, encoding) + role_tokens(messages, encoding),
            lambda messages, encoding: text_tokens(messages, encoding) + role_tokens(messages, encoding) + 4 * len(messages),
            lambda messages, encoding: text_tokens(messages, encoding) + role_tokens(messages, encoding) + 3 * len(messages),
            lambda messages, encoding: text_tokens(messages, encoding) + 3 * len(messages) + 3,
            lambda messages, encoding: 81,
            lambda messages, encoding: count_message_tokens(messages, load_encoding("o200k_base")),
            role_and_text_at_once, after_the_first,
            lambda messages, encoding: None,
            lambda messages, encoding: float(count_message_tokens(messages, encoding)),
        ],
    ),
    "q3": Answers(
        right=[
            lambda prompt, completion, price: prompt / 1e6 * price.input + completion / 1e6 * price.output,
            lambda prompt, completion, price: sum([prompt * price.input, completion * price.output]) * 1e-6,
        ],
        wrong=[
            lambda prompt, completion, price: prompt * price.input + completion * price.output,
            lambda prompt, completion, price: (prompt * price.input + completion * price.output) / 1000,
            lambda prompt, completion, price: (prompt + completion) * price.input / 1_000_000,
            lambda prompt, completion, price: (prompt * price.output + completion * price.input) / 1_000_000,
            lambda prompt, completion, price: prompt * price.input / 1_000_000,
            lambda prompt, completion, price: "0.1",
            lambda prompt, completion, price: None,
        ],
    ),
    "q4": Answers(
        right=[fit_by_index, fit_recursive],
        wrong=[
            fit_changing, fit_without_developer, fit_from_the_end, fit_the_middle, fit_with_holes,
            lambda messages, budget, encoding: list(messages),
            lambda messages, budget, encoding: [messages[0], messages[-1]],
            lambda messages, budget, encoding: [messages[-1]],
            lambda messages, budget, encoding: [*LONG[:1], {"role": "user", "content": "요약"}, *LONG[-1:]],
            lambda messages, budget, encoding: None,
        ],
    ),
}  # fmt: skip
