"""Exercises of 02_structured_outputs: design schemas, repair one that strict mode refuses, handle every outcome."""

from openai.types.chat import ChatCompletion

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.exercises.schemas import accepts, model_problem, values_problem

LESSON = "02_structured_outputs"


def _judge_book(model: object) -> str | None:
    return model_problem(model, ("title", "pages", "authors")) or values_problem(
        model,
        {"title": "소년이 온다", "pages": 216, "authors": ["한강"]},
        {"authors": [[], ["가", "나"]]},
        {"title": [3, None], "pages": ["216쪽", 1.5, None], "authors": ["한강", [1], [None], None]},
    )


q1 = Exercise(
    LESSON,
    "q1",
    _judge_book,
    (
        "클래스는 BaseModel을 물려받고, 필드마다 이름: 자료형을 적습니다.",
        "글은 str, 정수는 int, 글의 목록은 list[str]입니다.",
    ),
    """
from pydantic import BaseModel


class Book(BaseModel):
    title: str
    pages: int
    authors: list[str]


answer = Book
""",
)


def _judge_ticket(model: object) -> str | None:
    return model_problem(model, ("summary", "priority", "assignee")) or values_problem(
        model,
        {"summary": "로그인이 안 됩니다", "priority": "high", "assignee": "민지"},
        {"priority": ["low", "normal"], "assignee": [None]},
        {
            "summary": [None, 3],
            "priority": ["urgent", "HIGH", "medium", "slow", 1, None],
            "assignee": [3, ["민지"]],
        },
    )


q2 = Exercise(
    LESSON,
    "q2",
    _judge_ticket,
    (
        "정해진 값만 받는 자료형은 typing의 Literal입니다.",
        "없을 수도 있는 글은 str | None입니다. 기본값은 적지 않습니다.",
        'priority: Literal["low", "normal", "high"]',
    ),
    """
from typing import Literal

from pydantic import BaseModel


class Ticket(BaseModel):
    summary: str
    priority: Literal["low", "normal", "high"]
    assignee: str | None


answer = Ticket
""",
)


def _judge_scores(model: object) -> str | None:
    problem = model_problem(model, ("scores",))
    if problem:
        return problem
    good = {"scores": [{"subject": "국어", "points": 90}, {"subject": "수학", "points": 85}]}
    problem = values_problem(
        model, good, {"scores": [[]]}, {"scores": [{"국어": 90}, ["국어"], "국어", [None], [1], None]}
    )
    if problem:
        return problem
    whole = {"subject": "국어", "points": 90}
    broken = [{"subject": "국어"}, {"points": 90}]
    broken += [{**whole, "points": points} for points in ("구십", 90.5, None)]
    broken += [{**whole, "subject": subject} for subject in (3, None)]
    for item in broken:
        if accepts(model, {"scores": [item]}):
            return "과목마다 subject(글)와 points(정수)가 둘 다 있어야 합니다."
    return None


q3 = Exercise(
    LESSON,
    "q3",
    _judge_scores,
    (
        "dict[str, int]는 어떤 키든 받으므로 엄격한 스키마의 규칙에 맞지 않습니다.",
        "과목 하나를 나타내는 클래스를 만들고, 그 목록을 필드로 두세요.",
        "Score 클래스에 subject: str과 points: int를 두 줄로 적고, 다른 클래스에 scores: list[Score]를 적어 그 클래스를 넣으세요.",
    ),
    """
from pydantic import BaseModel


class Score(BaseModel):
    subject: str
    points: int


class Report(BaseModel):
    scores: list[Score]


answer = Report
""",
)

SHAPED = '{"name": "과학 박람회", "date": "금요일", "participants": ["앨리스", "밥"]}'


def completion_with(
    content: str | None, refusal: str | None = None, finish_reason: str = "stop"
) -> ChatCompletion:
    """Make a response of the course's own, in the shape of the API's, to try a function on."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choices = [{"index": 0, "finish_reason": finish_reason, "message": message}]
    return ChatCompletion.construct(id="written-practice", model="written-by-authors", choices=choices)


def _judge_outcome(outcome: object) -> str | None:
    cases = (
        (completion_with(SHAPED), "data", "끝까지 온 답변은 'data'입니다."),
        (
            completion_with(None, refusal="도와드릴 수 없습니다."),
            "refused",
            "거부는 finish_reason이 아니라 message.refusal에 있습니다.",
        ),
        (
            completion_with(SHAPED[:30], finish_reason="length"),
            "cut",
            "finish_reason이 length이면 잘린 답변입니다.",
        ),
        (
            completion_with("", finish_reason="content_filter"),
            "filtered",
            "finish_reason이 content_filter이면 필터에 걸린 답변입니다.",
        ),
        (
            completion_with(None, finish_reason="content_filter"),
            "filtered",
            "content가 None이어도 거부가 아닐 수 있습니다. finish_reason을 보세요.",
        ),
        (
            completion_with("", finish_reason="length"),
            "cut",
            "content가 비어 있어도 finish_reason이 length이면 잘린 답변입니다.",
        ),
        (completion_with(""), "data", "finish_reason이 stop이면, 비어 있어도 끝까지 온 답변입니다."),
        (
            completion_with("{}", finish_reason="length"),
            "cut",
            "JSON으로 읽히더라도 finish_reason이 length이면 잘린 답변입니다.",
        ),
    )
    for completion, wanted, mistake in cases:
        result = outcome(completion)
        if result not in ("data", "refused", "cut", "filtered"):
            return "'data', 'refused', 'cut', 'filtered' 가운데 하나를 돌려주세요."
        if result != wanted:
            return mistake
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_outcome,
    (
        "completion.choices[0]에 finish_reason과 message가 있습니다.",
        "message.refusal이 None이 아니면 거부입니다.",
        "finish_reason이 length이면 'cut', content_filter이면 'filtered'입니다.",
    ),
    """
def answer(completion):
    choice = completion.choices[0]
    if choice.message.refusal is not None:
        return "refused"
    if choice.finish_reason == "length":
        return "cut"
    if choice.finish_reason == "content_filter":
        return "filtered"
    return "data"
""",
)
