"""Exercises of 02_structured_outputs: design schemas, repair one that strict mode refuses, handle every outcome."""

import json

from openai.types.chat import ChatCompletion, ParsedChatCompletion
from pydantic import BaseModel

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.exercises.schemas import (
    accepts,
    field_schema,
    fields_problem,
    model_problem,
    values_in,
    values_problem,
)
from helpers.exercises.trial import Trial

LESSON = "02_structured_outputs"


# A sentence longer than any limit that the exercise does not speak of.
LONG_TEXT = "글자가 많아도 글은 글입니다. " * 50


def _judge_book(model: object) -> str | None:
    return model_problem(model, ("title", "pages", "authors")) or values_problem(
        model,
        {"title": "소년이 온다", "pages": 216, "authors": ["한강"]},
        {"title": [LONG_TEXT, "1984"], "pages": [1, 3000], "authors": [[], ["가", LONG_TEXT], ["저자"] * 30]},
        {"title": [3, None], "pages": ["216쪽", 1.5, True, None], "authors": ["한강", [1], [None], None]},
    )


q1 = Exercise(
    LESSON,
    "q1",
    _judge_book,
    (
        "클래스는 BaseModel을 물려받고, 필드마다 이름: 타입을 적습니다.",
        "문자열은 str, 정수는 int, 문자열의 리스트는 list[str]입니다.",
    ),
    """
from pydantic import BaseModel


class Book(BaseModel):
    title: str
    pages: int
    authors: list[str]


book_class = Book
""",
)


PRIORITIES = ("low", "normal", "high")


def _judge_ticket(model: object) -> str | None:
    problem = model_problem(model, ("summary", "priority", "assignee"))
    if problem:
        return problem
    sent = field_schema(model, "priority")
    values = values_in(sent)
    others = [value for value in values if value not in PRIORITIES]
    problem = values_problem(
        model,
        {"summary": "로그인이 안 됩니다", "priority": "high", "assignee": "민지"},
        {
            "summary": [LONG_TEXT, "화면"],
            "priority": ["low", "normal"],
            "assignee": [None, "Alex", LONG_TEXT],
        },
        {
            "summary": [None, 3],
            "priority": ["urgent", "HIGH", "medium", "slow", "highest", "", 1, None, *others],
            "assignee": [3, ["민지"]],
        },
    )
    if problem:
        return problem
    if not {"enum", "const", "pattern"} & set(map(str, values)):
        return (
            "priority 필드의 값을 파이썬에서만 검사합니다. 검증기는 API로 가지 않으므로 타입에 값을 적으세요."
        )
    return None


q2 = Exercise(
    LESSON,
    "q2",
    _judge_ticket,
    (
        "정해진 값만 받는 타입은 typing의 Literal입니다.",
        "없을 수도 있는 문자열은 str | None입니다. 기본값은 적지 않습니다.",
        'priority: Literal["low", "normal", "high"]',
    ),
    """
from typing import Literal

from pydantic import BaseModel


class Ticket(BaseModel):
    summary: str
    priority: Literal["low", "normal", "high"]
    assignee: str | None


report_class = Ticket
""",
)


def _judge_scores(model: object) -> str | None:
    whole = {"subject": "국어", "points": 90}
    if set(getattr(model, "model_fields", ())) == set(whole) and accepts(model, whole):
        return "과목 하나의 클래스를 넣었습니다. 그 리스트를 scores 필드로 둔 클래스를 넣으세요."
    problem = model_problem(model, ("scores",))
    if problem:
        return problem
    item = field_schema(model, "scores").get("items", {})
    if item.get("properties") and (
        problem := fields_problem(item, ("subject", "points"), "리스트의 항목마다 ")
    ):
        return problem
    others = [{"subject": subject, "points": 57} for subject in ("물리", "music", LONG_TEXT)]
    problem = values_problem(
        model,
        {"scores": [whole, {"subject": "수학", "points": 85}]},
        {"scores": [[], others, [{**whole, "points": 0}, {**whole, "points": 100}], [whole] * 50]},
        {"scores": [{"국어": 90}, ["국어"], "국어", [None], [1], None]},
    )
    if problem:
        return problem
    broken = [{"subject": "국어"}, {"points": 90}]
    broken += [{**whole, "points": points} for points in ("구십", 90.5, True, None)]
    broken += [{**whole, "subject": subject} for subject in (3, None)]
    for one in broken:
        if accepts(model, {"scores": [one]}):
            told = json.dumps(one, ensure_ascii=False)
            return (
                f"과목마다 subject(문자열)와 points(정수)가 둘 다 있어야 하는데, 이 항목을 받습니다: {told}"
            )
    return None


q3 = Exercise(
    LESSON,
    "q3",
    _judge_scores,
    (
        "dict[str, int]는 어떤 키든 받으므로 엄격한 스키마의 규칙에 맞지 않습니다.",
        "과목 하나를 나타내는 클래스를 만들고, 그 리스트를 필드로 두세요.",
        "Score 클래스에 subject: str과 points: int를 두 줄로 적고, 다른 클래스에 scores: list[Score]를 적어 그 클래스를 넣으세요.",
    ),
    """
from pydantic import BaseModel


class Score(BaseModel):
    subject: str
    points: int


class Report(BaseModel):
    scores: list[Score]


scores_class = Report
""",
)

SHAPED = '{"name": "과학 박람회", "date": "금요일", "participants": ["앨리스", "밥"]}'


class Event(BaseModel):
    """What the answers of exercise 4 were asked for."""

    name: str
    date: str
    participants: list[str]


def completion_with(
    content: str | None, refusal: str | None = None, finish_reason: str = "stop"
) -> ChatCompletion:
    """Make a response of the course's own, in the shape that `parse` gives, to try a function on."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    if finish_reason in ("length", "content_filter"):
        # parse() raises for these, and the error holds the response as it came.
        kind = ChatCompletion
    else:
        kind = ParsedChatCompletion[Event]
        message["parsed"] = Event.model_validate_json(content) if content and not refusal else None
    choices = [{"index": 0, "finish_reason": finish_reason, "message": message}]
    return kind.construct(id="written-practice", model="written-by-authors", choices=choices)


OUTCOMES = ("data", "refused", "cut", "filtered")


def _judge_outcome(outcome: Trial) -> str | None:
    # Content, refusal, finish_reason, what is to come back, and what to say where it does not.
    cases = (
        (SHAPED, None, "stop", "data", "끝까지 온 답변은 'data'입니다. refusal이 None이면 거부가 아닙니다."),
        (
            None, "도와드릴 수 없습니다.", "stop", "refused",
            "거부는 finish_reason이 아니라 message.refusal에 글로 옵니다.",
        ),
        (SHAPED[:30], None, "length", "cut", "finish_reason이 length이면 잘린 답변입니다."),
        ("", None, "content_filter", "filtered", "finish_reason이 content_filter이면 필터에 걸린 답변입니다."),
        (None, None, "content_filter", "filtered", "content가 None이어도 거부가 아닐 수 있습니다. finish_reason을 보세요."),
        ("", None, "length", "cut", "content가 비어 있어도 finish_reason이 length이면 잘린 답변입니다."),
        ("", None, "stop", "data", "finish_reason이 stop이면, 비어 있어도 끝까지 온 답변입니다."),
        ("{}", None, "length", "cut", "JSON으로 읽히더라도 finish_reason이 length이면 잘린 답변입니다."),
        (SHAPED, "", "stop", "data", "refusal이 빈 문자열이면 거부가 아닙니다. 글이 있을 때만 거부입니다."),
        (None, None, "tool_calls", "data", "finish_reason은 stop이 아닐 수도 있습니다. 그 밖의 경우는 모두 'data'입니다."),
        (None, None, "function_call", "data", "finish_reason은 stop이 아닐 수도 있습니다. 그 밖의 경우는 모두 'data'입니다."),
    )  # fmt: skip
    for content, refusal, reason, wanted, mistake in cases:
        told = f"completion_with({content!r}, {refusal!r}, {reason!r})"
        result = outcome(completion_with(content, refusal, reason), shown_as=told)
        if not isinstance(result, str) or result not in OUTCOMES:
            return "'data', 'refused', 'cut', 'filtered' 가운데 하나를 문자열로 돌려주세요."
        if result != wanted:
            return mistake
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_outcome,
    (
        "completion.choices[0]에 finish_reason과 message가 있습니다.",
        "message.refusal에 글이 있으면 거부입니다. None과 빈 문자열은 if에서 거짓으로 칩니다.",
        "finish_reason이 length이면 'cut', content_filter이면 'filtered', 나머지는 모두 'data'입니다.",
    ),
    """
def outcome(completion):
    choice = completion.choices[0]
    if choice.message.refusal:
        return "refused"
    if choice.finish_reason == "length":
        return "cut"
    if choice.finish_reason == "content_filter":
        return "filtered"
    return "data"
""",
)
