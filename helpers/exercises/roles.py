"""Exercises of 01_roles: build a message list, repair one, carry a conversation on, order by authority."""

import copy

from helpers.exercises.exercise import Exercise, FunctionExercise

LESSON = "01_roles"
ROLES = ("developer", "system", "user", "assistant", "tool")

NOT_A_LIST = "메시지의 목록(list)이 아닙니다. 대괄호 안에 딕셔너리를 넣으세요."
NOT_A_DICT = "{place}번째 메시지가 딕셔너리가 아닙니다."
MISSING_KEY = "{place}번째 메시지에 {key} 키가 없습니다."
UNKNOWN_ROLE = "{place}번째 메시지의 role은 API가 모르는 역할입니다."
UNKNOWN_KEY = "{place}번째 메시지에 API가 모르는 키가 있습니다: {key}"
NO_TEXT = "{place}번째 메시지의 content가 비었거나 글(str)이 아닙니다."


def message_problem(messages: object) -> str | None:
    """Say what keeps a value from being a list of text messages that the API takes, or None where nothing does."""
    if not isinstance(messages, list):
        return NOT_A_LIST
    for place, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            return NOT_A_DICT.format(place=place)
        for key in ("role", "content"):
            if key not in message:
                return MISSING_KEY.format(place=place, key=key)
        if unknown := [key for key in message if key not in ("role", "content", "name")]:
            return UNKNOWN_KEY.format(place=place, key=unknown[0])
        if message["role"] not in ROLES:
            return UNKNOWN_ROLE.format(place=place)
        if not isinstance(message["content"], str) or not message["content"].strip():
            return NO_TEXT.format(place=place)
    return None


def _judge_build(messages: object) -> str | None:
    problem = message_problem(messages)
    if problem:
        return problem
    roles = [message["role"] for message in messages]
    if sorted(roles) == ["developer", "user"] and roles[0] == "user":
        return "두 메시지의 순서가 바뀌었습니다. 지시가 질문보다 먼저 옵니다."
    if "system" in roles:
        return "지시의 역할을 developer로 하세요. 이 코스에서는 developer를 씁니다."
    if roles != ["developer", "user"]:
        return "메시지는 developer 하나와 user 하나, 모두 둘이어야 합니다."
    if not messages[1]["content"].rstrip().endswith(("?", "\uff1f")):
        return "user 메시지가 질문이 아닙니다. 물음표로 끝나는 질문을 적으세요."
    return None


q1 = Exercise(
    LESSON,
    "q1",
    _judge_build,
    (
        "메시지는 role과 content 두 키를 가진 딕셔너리입니다.",
        "첫 메시지의 role은 developer, 둘째는 user입니다.",
        '[{"role": "developer", "content": "…"}, {"role": "user", "content": "…?"}] 모양입니다.',
    ),
    """
answer = [
    {"role": "developer", "content": "한 문장으로 답하세요."},
    {"role": "user", "content": "한국에서 가장 높은 산은 무엇인가요?"},
]
""",
)

# What the learner repairs: two roles that do not exist, and a question under a wrong key.
BROKEN = [
    {"role": "developer", "content": "존댓말로 답하세요."},
    {"role": "human", "content": "서울의 인구는 몇 명인가요?"},
    {"role": "bot", "content": "약 930만 명입니다."},
    {"role": "user", "text": "부산은요?"},
]
_GIVEN = copy.deepcopy(BROKEN)  # a learner may repair BROKEN itself


def _judge_repair(messages: object) -> str | None:
    problem = message_problem(messages)
    if problem:
        return problem
    if len(messages) != len(_GIVEN):
        return f"메시지는 {len(_GIVEN)}개 그대로여야 합니다. 지우거나 더하지 말고 고치세요."
    if [message["content"] for message in messages] != [
        one.get("content", one.get("text")) for one in _GIVEN
    ]:
        return "메시지의 본문이 바뀌었습니다. 글과 순서는 그대로 두고 역할과 키만 고치세요."
    for place, (message, role) in enumerate(
        zip(messages, ("developer", "user", "assistant", "user"), strict=True), 1
    ):
        if message["role"] != role and not (place == 1 and message["role"] == "system"):
            return f"{place}번째 메시지의 역할이 {message['role']}입니다. 누가 한 말인지 다시 생각하세요."
        if set(message) != {"role", "content"}:
            return f"{place}번째 메시지에 role과 content가 아닌 키가 남아 있습니다."
    return None


q2 = Exercise(
    LESSON,
    "q2",
    _judge_repair,
    (
        "API가 아는 역할의 이름에는 human과 bot이 없습니다.",
        "모델이 한 말로 넣는 메시지의 역할은 assistant입니다.",
        "마지막 메시지의 키 text는 content여야 합니다.",
    ),
    """
answer = [
    {"role": "developer", "content": "존댓말로 답하세요."},
    {"role": "user", "content": "서울의 인구는 몇 명인가요?"},
    {"role": "assistant", "content": "약 930만 명입니다."},
    {"role": "user", "content": "부산은요?"},
]
""",
)


def _judge_carry_on(continue_conversation: object) -> str | None:
    first = [*_GIVEN[:1], {"role": "user", "content": "나?"}]
    longer = [*first, {"role": "assistant", "content": "다."}, {"role": "user", "content": "라?"}]
    for history in (first[1:], first, longer):
        given = copy.deepcopy(history)
        result = continue_conversation(given, "답입니다.", "그다음은?")
        if result is None:
            return "함수가 아무것도 돌려주지 않았습니다. return으로 새 목록을 돌려주세요. list.append는 None을 돌려줍니다."
        if given != history:
            return "받은 history를 바꾸었습니다. history + [...]처럼 새 목록을 만드세요."
        problem = message_problem(result)
        if problem:
            return problem
        added = result[len(history) :]
        if result[: len(history)] != history:
            return "앞선 대화가 그대로 남아 있지 않습니다. API는 기억하지 않으므로 처음부터 모두 다시 보내야 합니다."
        if [one["role"] for one in added] != ["assistant", "user"]:
            return "뒤에 붙일 것은 모델의 답변(assistant), 그다음 새 질문(user) 둘입니다."
        if [one["content"] for one in added] != ["답입니다.", "그다음은?"]:
            return "받은 reply와 question이 그대로 들어가 있지 않습니다."
    return None


q3 = FunctionExercise(
    LESSON,
    "q3",
    _judge_carry_on,
    (
        "API는 앞의 대화를 기억하지 않으므로 history 전체가 다시 들어가야 합니다.",
        "history 뒤에 assistant 메시지와 user 메시지를 차례로 붙입니다.",
        "history.append(...)는 받은 목록을 바꿉니다. history + [...]를 돌려주세요.",
    ),
    """
def answer(history, reply, question):
    return [
        *history,
        {"role": "assistant", "content": reply},
        {"role": "user", "content": question},
    ]
""",
)


def _judge_authority(strongest: object) -> str | None:
    cases = (
        (["user", "developer"], 1),
        (["developer", "user", "assistant"], 0),
        (["assistant", "user"], 1),
        (["user", "assistant"], 0),
        (["assistant", "assistant"], 1),
        (["user", "assistant", "developer"], 2),
        (["developer", "user", "developer"], 2),
        (["user", "assistant", "user"], 2),
    )
    for roles, wanted in cases:
        messages = [{"role": role, "content": f"지시 {place}"} for place, role in enumerate(roles, 1)]
        result = strongest(copy.deepcopy(messages))
        if result == messages[wanted]:
            continue
        if not isinstance(result, dict) or result not in messages:
            return "받은 메시지 가운데 하나를 그대로 돌려주세요."
        if result["role"] == messages[wanted]["role"]:
            return "역할이 같은 메시지가 둘이면 나중에 온 것이 이깁니다."
        return f"{', '.join(roles)} 가운데 {result['role']} 메시지를 골랐지만, 더 높은 지시가 있습니다."
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_authority,
    (
        "지시 계층은 developer, user 순서이고 assistant에는 권위가 없습니다.",
        "역할의 순서를 목록으로 두고 index로 비교할 수 있습니다.",
        "같은 역할이면 나중 것이 이기므로, 뒤에서부터 찾거나 <=로 비교합니다.",
    ),
    """
def answer(messages):
    order = ["developer", "user", "assistant"]
    strongest = messages[0]
    for message in messages:
        if order.index(message["role"]) <= order.index(strongest["role"]):
            strongest = message
    return strongest
""",
)
