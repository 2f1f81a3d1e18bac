"""Task of 01_roles: the messages of a first request, and those of the next one."""

import copy

from helpers.exercises.roles import message_problem
from helpers.exercises.values import composed, shown
from helpers.tasks.responses import response
from helpers.tasks.task import Task
from helpers.tasks.written import Condition, Written

RULE = "도서관 이용에 관한 질문에만 답하세요."
QUESTION = "책은 며칠 동안 빌릴 수 있나요?"
SENT = [{"role": "developer", "content": RULE}, {"role": "user", "content": QUESTION}]
# With and without an instruction, and a conversation that is under way.
TALKS = (
    SENT,
    SENT[1:],
    [
        *SENT,
        {"role": "assistant", "content": "14일입니다."},
        {"role": "user", "content": "더 빌릴 수 있나요?"},
    ],
)
ANSWER, NEXT = "한 번, 7일 동안 더 빌릴 수 있습니다.", "연체하면 어떻게 되나요?"


def _two_messages(written: Written) -> str | None:
    first = written.value("first")
    if problem := message_problem(first):
        return problem
    return None if len(first) == len(SENT) else f"메시지는 둘이어야 합니다. 지금은 {len(first)}개입니다."


def _place_of(first: object, text: str, roles: tuple[str, ...]) -> int | str:
    """Return where a text stands in the messages, or what is wrong with it."""
    if problem := message_problem(first):
        return problem
    places = [
        place for place, one in enumerate(first) if composed(one["content"]).strip(" .") == text.strip(" .")
    ]
    if not places:
        inside = [one["role"] for one in first if text in composed(one["content"])]
        told = f" {inside[0]} 메시지에 다른 글과 함께 들어 있습니다." if inside else ""
        return f"이 글만 든 메시지가 없습니다: {text}{told}"
    role = first[places[0]]["role"]
    if role not in roles:
        return f"이 글의 역할이 {role}입니다. 누구의 말인지 다시 생각하세요: {text}"
    return places[0]


def _rule_first(written: Written) -> str | None:
    place = _place_of(written.value("first"), RULE, ("developer", "system"))
    if isinstance(place, str):
        return place
    return None if place == 0 else "규칙이 맨 앞에 있지 않습니다."


def _question_last(written: Written) -> str | None:
    first = written.value("first")
    place = _place_of(first, QUESTION, ("user",))
    if isinstance(place, str):
        return place
    return None if place == len(first) - 1 else "질문이 맨 끝에 있지 않습니다. 모델은 마지막 질문에 답합니다."


def _next_of(written: Written, talk: list[dict]) -> tuple[object, list[dict]]:
    """Return what `follow_up` made of a conversation, and the conversation as it left it."""
    given = copy.deepcopy(talk)
    told = f"메시지 {len(talk)}개, completion, {NEXT!r}"
    return written.function("follow_up")(given, response(ANSWER), NEXT, shown_as=told), given


def _all_kept(written: Written) -> str | None:
    for talk in TALKS:
        result, _ = _next_of(written, talk)
        if problem := message_problem(result):
            return problem
        if result[: len(talk)] != talk:
            return "앞의 대화가 처음부터 그대로 남아 있지 않습니다. API는 아무것도 기억하지 않습니다."
        if len(result) == len(talk):
            return "새로 붙은 메시지가 없습니다."
    return None


def _two_added(written: Written) -> str | None:
    for talk in TALKS:
        result, _ = _next_of(written, talk)
        if not isinstance(result, list):
            return message_problem(result)
        added = result[-2:]
        if problem := message_problem(added):
            return problem
        if [one["role"] for one in added] != ["assistant", "user"]:
            return "끝의 두 메시지는 모델의 답변(assistant)과 새 질문(user)이어야 합니다."
        if composed(added[0]["content"]) != ANSWER:
            return f"assistant의 글이 응답에 담긴 답변이 아닙니다: {shown(added[0]['content'])}"
        if composed(added[1]["content"]) != NEXT:
            return "user의 글이 받은 question이 아닙니다."
        if len(result) > len(talk) + 2:
            return f"메시지 {len(talk)}개에 둘만 붙이면 되는데 모두 {len(result)}개가 되었습니다."
    return None


def _given_unchanged(written: Written) -> str | None:
    for talk in TALKS:
        result, given = _next_of(written, talk)
        if given != talk:
            return "받은 messages를 바꾸었습니다. 새 리스트를 만들어 돌려주세요."
        if not isinstance(result, list) or len(result) <= len(talk):
            return "아직 이어진 리스트를 돌려주지 않아서 볼 수 없습니다."
    return None


def _cut_is_none(written: Written) -> str | None:
    follow_up = written.function("follow_up", none_counts=True)
    for reason, cut in (("length", True), ("stop", False)):
        told = f"messages, finish_reason이 {reason!r}인 completion, question"
        result = follow_up(copy.deepcopy(SENT), response(ANSWER, reason), NEXT, shown_as=told)
        if cut and result is not None:
            return "잘린 답변인데 None이 돌아오지 않았습니다. 잘렸는지는 글이 아니라 종료 이유로 압니다."
        if not cut and result is None:
            return "끝까지 온 답변인데도 None이 돌아왔습니다."
    return None


task = Task(
    "01_roles",
    (
        Condition("first는 메시지 두 개의 리스트입니다", _two_messages),
        Condition("규칙은 개발자의 말로, 맨 앞에 있습니다", _rule_first),
        Condition("질문은 사용자의 말로, 맨 끝에 있습니다", _question_last),
        Condition("follow_up은 앞의 대화를 모두 다시 보냅니다", _all_kept),
        Condition("그 뒤에 받은 답변과 새 질문이 차례로 붙습니다", _two_added),
        Condition("받은 리스트는 바뀌지 않습니다", _given_unchanged),
        Condition("잘린 답변이면 None입니다", _cut_is_none),
    ),
)
