"""Task of 02_structured_outputs: a class for data that is described in a paragraph, and every end that a call may have."""

from openai import LengthFinishReasonError
from pydantic import BaseModel

from helpers.exercises.schemas import (
    ACCEPTS,
    REFUSES,
    field_accepts,
    field_schema,
    model_problem,
    values_in,
)
from helpers.exercises.trial import RaisedError
from helpers.exercises.values import shown
from helpers.tasks.responses import response
from helpers.tasks.task import Task
from helpers.tasks.written import Condition, Written

FIELDS = ("item", "colors", "place", "state")
STATES = ("보관 중", "찾아감")
REFUSED, CUT = "거부", "잘림"


class Given(BaseModel):
    """What a call without trouble brings."""

    item: str
    colors: list[str]
    place: str | None
    state: str


GIVEN = Given(item="우산", colors=["검정", "빨강"], place=None, state=STATES[0])


def _model(written: Written) -> tuple[type[BaseModel], str | None]:
    """Return the learner's class, and what keeps it from being one with these fields; that it is not strict comes later."""
    model = written.value("LostItem")
    problem = model_problem(model, FIELDS)
    fits = isinstance(model, type) and issubclass(model, BaseModel) and _properties(model) == set(FIELDS)
    return model, None if fits else problem


def _properties(model: type[BaseModel]) -> set[str]:
    try:
        return set(model.model_json_schema().get("properties", ()))
    except Exception:  # What has no schema has no fields in it; model_problem says which it is.
        return set()


def _four_fields(written: Written) -> str | None:
    return _model(written)[1]


def _values(written: Written, right: dict[str, list], wrong: dict[str, list]) -> str | None:
    model, problem = _model(written)
    if problem:
        return problem
    for sentence, values, wanted in ((REFUSES, right, True), (ACCEPTS, wrong, False)):
        for field, value in ((field, value) for field, all_of in values.items() for value in all_of):
            if field_accepts(model, field, value) is not wanted:
                return sentence.format(field=field, value=shown(value, 80).replace("None", "null"))
    return None


def _item_and_colors(written: Written) -> str | None:
    return _values(
        written,
        {"item": ["우산", "3단 우산"], "colors": [[], ["검정"], ["검정", "빨강", "흰색"]]},
        {"item": [None, 3, ["우산"]], "colors": ["검정", [1], [None], None]},
    )


def _place_may_be_missing(written: Written) -> str | None:
    return _values(written, {"place": ["2번 출구", None]}, {"place": [3, ["2번 출구"], True]})


def _two_states(written: Written) -> str | None:
    others = ["보관", "분실", "", "보관 중 ", 1, None]
    if problem := _values(written, {"state": list(STATES)}, {"state": others}):
        return problem
    words = set(map(str, values_in(field_schema(_model(written)[0], "state"))))
    if not {"enum", "const", "pattern"} & words:
        return "값을 파이썬에서만 검사합니다. 검증기는 API로 가지 않으므로 타입에 값을 적으세요."
    return None


def _strict(written: Written) -> str | None:
    return model_problem(written.value("LostItem"), FIELDS)


def _call(written: Written, outcome: object, told: str) -> object:
    """Call `receive` with an `ask` that returns a response or raises an exception."""

    def ask() -> object:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return written.function("receive", none_counts=True)(ask, shown_as=told)


def _value_comes(written: Written) -> str | None:
    answer = response(GIVEN.model_dump_json(), parsed=GIVEN)
    result = _call(written, answer, "ask: 끝까지 온 답변")
    if isinstance(result, BaseModel) and result.model_dump() == GIVEN.model_dump():
        return None
    if result is None:
        return "None이 돌아왔습니다. return을 잊지 않았나요?"
    if isinstance(result, str):
        return "답변의 글이 아니라, 클래스의 값(message.parsed)을 돌려주세요."
    return "클래스의 값(message.parsed)을 그대로 돌려주세요."


def _refusal_is_told(written: Written) -> str | None:
    refused = response(None, refusal="그 내용은 도와드릴 수 없습니다.")
    result = _call(written, refused, "ask: 거부")
    if result == REFUSED:
        return None
    return f"거부는 message.refusal에 글로 옵니다. 그 글이 아니라 {REFUSED!r}를 돌려주세요."


class _LostConnectionError(Exception):
    """Nothing that the learner could know."""


def _only_cut_is_cut(written: Written) -> str | None:
    cut = LengthFinishReasonError(completion=response('{"item": "우', "length"))
    result = _call(written, cut, "ask: 잘린 답변의 예외")
    if result != CUT:
        return f"예외 LengthFinishReasonError를 잡아 {CUT!r}을 돌려주세요."
    try:
        _call(written, _LostConnectionError("연결이 끊겼습니다."), "ask: 다른 예외")
    except RaisedError as raised:
        if isinstance(raised.error, _LostConnectionError):
            return None
        raise
    return "다른 예외까지 잡았습니다. 잘린 답변의 예외만 이름을 적어 잡으세요."


task = Task(
    "02_structured_outputs",
    (
        Condition("LostItem은 필드 네 개의 클래스입니다", _four_fields),
        Condition("item은 문자열만, colors는 문자열의 리스트만 받습니다", _item_and_colors),
        Condition("place는 문자열이나 null을 받습니다", _place_may_be_missing),
        Condition("state는 두 값만 받고, 그 약속이 스키마에 있습니다", _two_states),
        Condition("엄격한 스키마의 규칙에 맞습니다", _strict),
        Condition("receive는 답변을 클래스의 값으로 돌려줍니다", _value_comes),
        Condition('거부이면 "거부"입니다', _refusal_is_told),
        Condition('잘린 답변이면, 그때만 "잘림"입니다', _only_cut_is_cut),
    ),
)
