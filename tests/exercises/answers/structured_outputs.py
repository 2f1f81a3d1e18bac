"""Answers to the exercises of 02_structured_outputs."""

from enum import Enum
from typing import Annotated, Any, Literal, Optional

from pydantic import BaseModel, Field, create_model

from tests.exercises.answers import Answers


def model(**fields):
    return create_model(
        "Model", **{name: kind if isinstance(kind, tuple) else (kind, ...) for name, kind in fields.items()}
    )


class Priority(Enum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Score(BaseModel):
    subject: str
    points: int


class LoosePoints(BaseModel):
    subject: str
    points: int | str


class FractionalPoints(BaseModel):
    subject: str
    points: float


class OptionalPoints(BaseModel):
    subject: str
    points: int | None


class Described(BaseModel):
    subject: Annotated[str, Field(description="과목의 이름")]
    points: Annotated[int, Field(ge=0, le=100)]


class Open(BaseModel, extra="allow"):
    title: str
    pages: int
    authors: list[str]


LEVEL = Literal["low", "normal", "high"]
LOOSE_LEVEL = Annotated[str, Field(pattern="low|normal|high")]


def by_reason(completion):
    choice = completion.choices[0]
    if choice.message.refusal:
        return "refused"
    return {"length": "cut", "content_filter": "filtered"}.get(choice.finish_reason, "data")


def by_match(completion):
    match completion.choices[0]:
        case choice if choice.message.refusal:
            return "refused"
        case choice if choice.finish_reason in ("length", "content_filter"):
            return "cut" if choice.finish_reason == "length" else "filtered"
    return "data"


def by_json(completion):
    import json

    message = completion.choices[0].message
    if message.refusal:
        return "refused"
    try:
        json.loads(message.content)
    except ValueError:
        return "cut"
    return "data"


ANSWERS = {
    "q1": Answers(
        right=[model(title=str, pages=int, authors=list[str]), model(authors=list[str], title=str, pages=Annotated[int, Field(ge=1)])],
        wrong=[
            model(title=str, pages=int), model(title=str, pages=str, authors=list[str]), model(title=str, pages=int, authors=str),
            model(title=str, pages=float, authors=list[str]), model(title=str, pages=int, authors=list),
            model(title=Any, pages=int, authors=list[str]), model(title=str, pages=(int, 0), authors=list[str]),
            model(title=str, pages=int | None, authors=list[str]), {"title": str}, Open,
            model(title=str, pages=int, authors=set[str]), model(title=str, pages=int, authors=list[str | None]),
            model(title=bytes, pages=int, authors=list[str]),
        ],
    ),
    "q2": Answers(
        right=[model(summary=str, priority=LEVEL, assignee=Optional[str]), model(summary=str, priority=Priority, assignee=None | str)],
        wrong=[
            model(summary=str, priority=str, assignee=str | None), model(summary=str, priority=LEVEL, assignee=str),
            model(summary=str, priority=Literal["low", "high"], assignee=str | None),
            model(summary=str, priority=LEVEL, assignee=(str | None, None)),
            model(summary=str, priority=LEVEL | None, assignee=str | None), model(summary=str, priority=LEVEL, owner=str | None),
            model(summary=str, priority=LEVEL, assignee=str | int | None), model(summary=str | int, priority=LEVEL, assignee=str | None),
            model(summary=str, priority=Literal["low", "normal", "medium", "high"], assignee=str | None),
            model(summary=str, priority=LEVEL, assignee=str | list[str] | None), model(summary=str, priority=LOOSE_LEVEL, assignee=str | None),
        ],
    ),
    "q3": Answers(
        right=[model(scores=list[Score]), model(scores=list[Described])],
        wrong=[
            model(scores=dict[str, int]), model(scores=dict), model(scores=list[dict]), model(scores=list[list]),
            model(scores=list[LoosePoints]), model(scores=list[OptionalPoints]), model(scores=Score), model(scores=list[Any]),
            model(scores=list[FractionalPoints]), model(scores=(list[Score], [])), model(points=list[Score]),
            model(scores=list[Score] | str), model(scores=list[Score | None]), model(scores=list[Score | int]),
        ],
    ),
    "q4": Answers(
        right=[by_reason, by_match],
        wrong=[
            by_json,
            lambda completion: "filtered" if completion.choices[0].message.content == "" else by_reason(completion),
            lambda completion: "refused" if completion.choices[0].message.content is None else by_reason(completion),
            lambda completion: "refused" if completion.choices[0].message.refusal is not None else by_reason(completion),
            lambda completion: "data",
            lambda completion: {"length": "cut", "content_filter": "filtered"}.get(completion.choices[0].finish_reason, "data"),
            lambda completion: "refused" if completion.choices[0].message.refusal else "data",
            lambda completion: completion.choices[0].finish_reason,
            lambda completion: "cut" if completion.choices[0].finish_reason != "stop" else "data",
            lambda completion: None,
        ],
    ),
}  # fmt: skip
