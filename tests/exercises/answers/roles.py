"""Answers to the exercises of 01_roles."""

from tests.exercises.answers import Answers

ASK = {"role": "user", "content": "왜 하늘은 파란가요?"}
TELL = {"role": "developer", "content": "짧게 답하세요."}
REPAIRED = [
    {"role": "developer", "content": "존댓말로 답하세요."},
    {"role": "user", "content": "서울의 인구는 몇 명인가요?"},
    {"role": "assistant", "content": "약 930만 명입니다."},
    {"role": "user", "content": "부산은요?"},
]


def changed(place, **fields):
    return [{**one, **fields} if number == place else one for number, one in enumerate(REPAIRED)]


def carry(history, reply, question):
    return history + [{"role": "assistant", "content": reply}] + [{"role": "user", "content": question}]


def carry_copying(history, reply, question):
    messages = list(history)
    messages.append({"role": "assistant", "content": reply})
    messages.append({"role": "user", "content": question})
    return messages


def changing_history(history, reply, question):
    history.append({"role": "assistant", "content": reply})
    history.append({"role": "user", "content": question})
    return history


def by_rank(messages):
    rank = {"system": 0, "developer": 1, "user": 2, "assistant": 3, "tool": 3}
    return min(reversed(messages), key=lambda message: rank[message["role"]])


def by_search(messages):
    for role in ("system", "developer", "user", "assistant"):
        found = [message for message in messages if message["role"] == role]
        if found:
            return found[-1]


ANSWERS = {
    "q1": Answers(
        right=[[TELL, ASK], [{"role": "developer", "content": "영어로"}, {"role": "user", "content": "누구일까요?", "name": "a"}]],
        wrong=[[ASK, TELL], [TELL], [TELL, ASK, ASK], [TELL, {**ASK, "content": ""}], [TELL, {**ASK, "role": "human"}],
               [{**TELL, "role": "system"}, ASK], [TELL, {**ASK, "content": "하늘"}], [TELL, {**ASK, "content": "까만 하늘"}], [TELL, {"role": "user"}], (TELL, ASK), [TELL, {**ASK, "temperature": 1}]],
    ),
    "q2": Answers(
        right=[[dict(one) for one in REPAIRED], changed(0, role="system")],
        wrong=[REPAIRED[:3], changed(1, role="human"), changed(2, role="user"), changed(3, content="대구는요?"),
               changed(3, text="부산은요?"), [*REPAIRED, REPAIRED[0]], list(reversed(REPAIRED)), changed(0, role="assistant")],
    ),
    "q3": Answers(
        right=[carry, carry_copying],
        wrong=[
            changing_history,
            lambda history, reply, question: [{"role": "user", "content": question}],
            lambda history, reply, question: [*history, {"role": "user", "content": question}],
            lambda history, reply, question: [*history, {"role": "user", "content": reply}, {"role": "user", "content": question}],
            lambda history, reply, question: carry(history, question, reply),
            lambda history, reply, question: None,
            lambda history: history,
            lambda history, reply, question: [*history[1:], *carry([], reply, question)],
            lambda history, reply, question: carry(history[-2:], reply, question),
            lambda history, reply, question: [*carry(history, reply, question)[:-1], {"role": "user", "content": question, "text": ""}],
        ],
    ),
    "q4": Answers(
        right=[by_rank, by_search],
        wrong=[
            lambda messages: messages[0],
            lambda messages: messages[-1],
            lambda messages: min(messages, key=lambda one: ("developer", "user", "assistant", "tool").index(one["role"])),
            lambda messages: min(reversed(messages), key=lambda one: ("developer", "tool", "user", "assistant").index(one["role"])),
            lambda messages: max(reversed(messages), key=lambda one: one["role"]),
            lambda messages: "developer",
            lambda messages: ([one for one in messages if one["role"] == "developer"] or messages)[-1],
            lambda messages: [one for one in messages if one["role"] != "assistant"][-1],
            lambda messages: next(one for one in messages if one["role"] == "developer"),
            lambda messages: None,
        ],
    ),
}  # fmt: skip
