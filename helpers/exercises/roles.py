"""Exercises of 01_roles: build a message list, repair one, carry a conversation on, order by authority."""

import copy

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.exercises.trial import Trial
from helpers.exercises.values import composed, shown

LESSON = "01_roles"
ROLES = ("developer", "system", "user", "assistant", "tool")

NOT_A_LIST = "메시지의 리스트(list)가 아닙니다. 대괄호 안에 딕셔너리를 넣으세요. 지금 값: {value}"
NOT_A_DICT = "{place}번째 메시지가 딕셔너리가 아닙니다. 지금 값: {value}"
MISSING_KEY = "{place}번째 메시지에 {key} 키가 없습니다. 지금 있는 키: {keys}"
UNKNOWN_ROLE = "{place}번째 메시지의 role이 {role}입니다. API가 아는 역할: {known}"
UNKNOWN_KEY = "{place}번째 메시지에 API가 모르는 키가 있습니다: {key}"
NO_TEXT = "{place}번째 메시지의 content가 비었거나 문자열(str)이 아닙니다. 지금 값: {value}"


def message_problem(messages: object) -> str | None:
    """Say what keeps a value from being a list of text messages that the API takes, or None where nothing does."""
    if not isinstance(messages, list):
        return NOT_A_LIST.format(value=shown(messages))
    for place, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            return NOT_A_DICT.format(place=place, value=shown(message))
        for key in ("role", "content"):
            if key not in message:
                keys = ", ".join(map(str, message)) or "없음"
                return MISSING_KEY.format(place=place, key=key, keys=keys)
        if unknown := [key for key in message if key not in ("role", "content", "name")]:
            return UNKNOWN_KEY.format(place=place, key=unknown[0])
        # A role of another type could not even be looked up.
        if not isinstance(message["role"], str) or message["role"] not in ROLES:
            role, known = shown(message["role"]), ", ".join(ROLES)
            return UNKNOWN_ROLE.format(place=place, role=role, known=known)
        if not isinstance(message["content"], str) or not message["content"].strip():
            return NO_TEXT.format(place=place, value=shown(message["content"]))
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
        found = ", ".join(roles) or "없음"
        return f"메시지는 developer 하나와 user 하나, 모두 둘이어야 합니다. 지금: {found}"
    if not messages[1]["content"].rstrip().endswith(("?", "\uff1f")):
        return "user 메시지가 질문이 아닙니다. 물음표로 끝나는 질문을 적으세요."
    return None


q1 = Exercise(
    LESSON,
    "q1",
    _judge_build,
    (
        "메시지는 role과 content 두 키가 있는 딕셔너리입니다.",
        "첫 메시지의 role은 developer, 둘째는 user입니다.",
        '[{"role": "developer", "content": ...}, {"role": "user", "content": ...}] 모양입니다. ...마다 글을 따옴표로 적으세요.',
    ),
    """
my_messages = [
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
    for place, (message, one) in enumerate(zip(messages, _GIVEN, strict=True), 1):
        text = one.get("content", one.get("text"))
        if composed(message["content"]) != text:
            return f"{place}번째 본문이 바뀌었습니다. 글과 순서는 그대로 두세요. 처음 글: {text}"
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
repaired = [
    {"role": "developer", "content": "존댓말로 답하세요."},
    {"role": "user", "content": "서울의 인구는 몇 명인가요?"},
    {"role": "assistant", "content": "약 930만 명입니다."},
    {"role": "user", "content": "부산은요?"},
]
""",
)


def _judge_carry_on(continue_conversation: Trial) -> str | None:
    first = [*_GIVEN[:1], {"role": "user", "content": "나?"}]
    longer = [*first, {"role": "assistant", "content": "다."}, {"role": "user", "content": "라?"}]
    for history, reply, question in (
        (first[1:], "답입니다.", "그다음은?"),
        (first, "모릅니다.", "왜요?"),
        (longer, "네.", "정말입니까?"),
    ):
        given = copy.deepcopy(history)
        result = continue_conversation(given, reply, question)
        if given != history:
            return "받은 history를 바꾸었습니다. history + [...]처럼 새 리스트를 만드세요."
        problem = message_problem(result)
        if problem:
            return problem
        added = result[len(history) :]
        if result[: len(history)] != history:
            return "앞선 대화가 그대로 남아 있지 않습니다. API는 기억하지 않으므로 처음부터 모두 다시 보내야 합니다."
        if [one["role"] for one in added] != ["assistant", "user"]:
            return "뒤에 붙일 것은 모델의 답변(assistant), 그다음 새 질문(user) 둘입니다."
        if [composed(one["content"]) for one in added] != [reply, question]:
            return "받은 reply와 question이 그대로 들어가 있지 않습니다."
    return None


q3 = FunctionExercise(
    LESSON,
    "q3",
    _judge_carry_on,
    (
        "API는 앞의 대화를 기억하지 않으므로 history 전체가 다시 들어가야 합니다.",
        "history 뒤에 assistant 메시지와 user 메시지를 차례로 붙입니다.",
        "history.append(...)는 받은 리스트를 바꿉니다. history + [...]를 돌려주세요.",
    ),
    """
def continue_conversation(history, reply, question):
    return [
        *history,
        {"role": "assistant", "content": reply},
        {"role": "user", "content": question},
    ]
""",
)


# Instructions that conflict: of each list, only one can be obeyed.
_INSTRUCTIONS = ("한국어로만 답하세요.", "영어로만 답하세요.", "일본어로만 답하세요.", "독일어로만 답하세요.")


def _judge_authority(strongest: Trial) -> str | None:
    cases = (
        (["user", "developer"], 1),
        (["developer", "user", "assistant"], 0),
        (["assistant", "user"], 1),
        (["user", "assistant"], 0),
        (["user", "tool"], 0),
        (["user", "assistant", "developer", "tool"], 2),
        (["tool", "assistant", "user", "tool"], 2),
        (["developer", "user", "developer"], 2),
        (["user", "assistant", "user"], 2),
        (["user", "developer", "assistant", "assistant"], 1),
    )
    for roles, wanted in cases:
        messages = [{"role": role, "content": text} for role, text in zip(roles, _INSTRUCTIONS, strict=False)]
        result = strongest(copy.deepcopy(messages))
        if not isinstance(result, dict) or result not in messages:
            return "받은 메시지 가운데 하나를 그대로 돌려주세요."
        if result == messages[wanted]:
            continue
        if result["role"] in ("assistant", "tool"):
            return f"{result['role']} 메시지는 지시로 취급하지 않습니다. 지시가 충돌할 때 후보가 아닙니다."
        if result["role"] == messages[wanted]["role"]:
            return "역할이 같은 지시가 충돌하면 나중에 온 것이 앞섭니다."
        return f"{', '.join(roles)} 가운데 {result['role']} 메시지를 골랐지만, 더 높은 지시가 있습니다."
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_authority,
    (
        "지휘 체계의 순서는 developer, user입니다. assistant와 tool은 지시로 취급하지 않습니다.",
        "developer의 메시지가 있으면 그 가운데, 없으면 user의 메시지 가운데에서 고릅니다.",
        "같은 역할이면 나중 것이 앞서므로, 뒤에서부터 찾거나 찾은 것들의 맨 끝([-1])을 고릅니다.",
    ),
    """
def strongest(messages):
    for role in ("developer", "user"):
        candidates = [message for message in messages if message["role"] == role]
        if candidates:
            return candidates[-1]
""",
)
