"""How the schema workbench holds an answer against the strict schema of a learner's fields."""

import json
from collections import Counter
from collections.abc import Sequence

from pydantic import ConfigDict, ValidationError

from helpers.playgrounds.schema_fields import (
    INTEGER,
    NUMBER,
    OPTIONAL,
    TEXT,
    TRUTH,
    Field,
    build_class,
    shorten,
)

CUT = "JSON이 닫히기 전에 끊겼습니다. 잘린 답변(finish_reason: length)도 이런 모양입니다."
NOT_JSON = "JSON으로 읽을 수 없습니다. {line}번째 줄 {column}번째 글자를 보세요."
UNREADABLE_JSON = "JSON으로 읽을 수 없는 글자나 너무 긴 수, 너무 깊은 괄호가 있습니다."
MISSING = "필드가 빠졌습니다."
EXTRA = "적어 두지 않은 필드입니다."
NOT_AN_OBJECT = "최상위가 객체가 아닙니다."
NOT_A_VALUE = "정해진 값이 아닙니다. 받는 값: {values}"
OTHER_TYPE = "타입이 다릅니다. 필요한 타입: {wanted}, 받은 타입: {found}"
OTHER = "받을 수 없는 값입니다. (Pydantic의 오류 종류: {type})"
WANTED = {
    "string_type": TEXT,
    "int_type": INTEGER,
    "float_type": NUMBER,
    "finite_number": "유한한 수",
    "bool_type": TRUTH,
    "list_type": "리스트",
}
OUTERMOST = "최상위"
FOUND = {
    type(None): "null",
    bool: TRUTH,
    int: INTEGER,
    float: NUMBER,
    str: TEXT,
    list: "리스트",
    dict: "객체",
}


def violations(fields: Sequence[Field], answer: str) -> list[tuple[str, str, str]]:
    """Hold an answer against the strict schema.

    Args:
        fields: the fields, without a problem.
        answer: the text of an answer.

    Returns:
        For each violation its place, the reason in Korean and the value found there; empty where it is accepted.
    """
    # What a strict schema says beyond the class: no further fields, no "3" for 3; and JSON knows no NaN.
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    try:
        build_class(fields, config).model_validate_json(answer)
    except ValidationError as error:
        kinds = {field.name: field for field in fields}
        return [_violation(one, kinds, answer) for one in error.errors(include_url=False)]
    return []


def _violation(error: dict, fields: dict[str, Field], answer: str) -> tuple[str, str, str]:
    kind, place, value = error["type"], error["loc"], error["input"]
    field = fields.get(place[0]) if place else None
    found = shorten(json.dumps(value, ensure_ascii=False))
    if kind == "json_invalid":
        return OUTERMOST, _json_problem(answer, error["ctx"]["error"]), shorten(answer)
    if kind == "missing":
        reason, found = MISSING, ""
    elif kind == "extra_forbidden":
        reason = EXTRA
    elif kind == "model_type":
        reason = NOT_AN_OBJECT
    elif kind == "literal_error":
        reason = NOT_A_VALUE.format(values=", ".join(field.values))
    elif kind in WANTED:
        wanted = OPTIONAL if field.kind == OPTIONAL else WANTED[kind]
        reason = OTHER_TYPE.format(wanted=wanted, found=FOUND[type(value)])
    else:
        reason = OTHER.format(type=kind)
    return _path(place), reason, found


def _json_problem(answer: str, problem: str) -> str:
    """Say what is wrong with the text; Pydantic's own word for it begins with EOF where the text ends too early."""
    if problem.startswith("EOF"):
        return CUT
    try:
        json.loads(answer)
    except json.JSONDecodeError as error:
        return NOT_JSON.format(line=error.lineno, column=error.colno)
    except (ValueError, RecursionError):  # more digits or brackets than Python reads
        pass
    return UNREADABLE_JSON


def _path(place: tuple[str | int, ...]) -> str:
    parts = [f"[{one}]" if isinstance(one, int) else shorten(one) for one in place]
    return "".join(parts) or OUTERMOST


def repeated_names(answer: str) -> list[str]:
    """Return the names that stand twice in one object of an answer, which JSON readers take as they like."""
    found: dict[str, None] = {}

    def note(pairs: list[tuple[str, object]]) -> None:
        counts = Counter(name for name, _ in pairs)
        found.update(dict.fromkeys(name for name, count in counts.items() if count > 1))

    try:
        json.loads(answer, object_pairs_hook=note)
    except (ValueError, RecursionError):  # what cannot be read is told elsewhere
        return []
    return [shorten(name) for name in found]
