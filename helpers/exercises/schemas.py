"""What the exercises on schemas ask of a learner's class: its fields, its values, and that it survives strict mode."""

import inspect
import json
import re
from typing import Annotated

import pydantic

from helpers.exercises.values import shortened, shown

NOT_A_CLASS = "클래스가 아닙니다. 클래스의 이름을 괄호와 따옴표 없이 넣으세요. 지금 값: {value}"
NOT_A_MODEL = (
    "BaseModel을 물려받은 클래스가 아닙니다. class 이름(BaseModel):처럼 괄호 안에 BaseModel을 적으세요."
)
NO_SCHEMA = (
    "스키마로 만들 수 없는 타입이 있습니다. 필드에 쓴 클래스가 위에 있고 BaseModel을 물려받았는지 보세요."
)
WRONG_FIELDS = "{owner}필드의 이름은 {wanted}입니다. 지금은 {found}입니다."
REFUSES = "{field} 필드가 받아야 할 값을 받지 않습니다: {value}"
ACCEPTS = "{field} 필드가 받지 말아야 할 값을 받습니다: {value}"
REFUSES_ALL = "필드마다 바른 값인데도 함께 넣으면 받지 않습니다: {value}"
HAS_DEFAULT = (
    "{field} 필드에 기본값이 있습니다. 엄격한 스키마에서는 모든 필드가 필수라서 기본값이 쓰이지 않습니다."
)
OUTSIDE = "엄격한 스키마에서 쓰지 않는 것이 있습니다: {word}."
BYTES = "bytes는 JSON에 없는 타입입니다. 문자열은 str로 적으세요."
ANY_KEY = (
    "이름이 정해지지 않은 키를 받는 객체(dict)가 있습니다. 키와 값을 필드로 가진 객체의 리스트로 바꾸세요."
)
EXTRA = '적지 않은 필드도 받는 설정(extra="allow")이 있습니다. 엄격한 스키마에서는 적은 필드만 받습니다.'
NO_FIELD = "필드가 없는 객체가 있습니다. 무엇이 들어 있는지 필드로 적으세요."

# Keywords and shapes that strict mode refuses or that are not in its documented subset.
OUTSIDE_STRICT = ("prefixItems", "uniqueItems", "oneOf", "allOf", "not", "patternProperties", "default")


def model_problem(model: object, fields: tuple[str, ...]) -> str | None:
    """Say what keeps a learner's class from being a strict schema of these fields, or None where nothing does."""
    if not inspect.isclass(model):
        return NOT_A_CLASS.format(value=shown(model))
    if not issubclass(model, pydantic.BaseModel) or model is pydantic.BaseModel:
        return NOT_A_MODEL
    try:
        schema = model.model_json_schema()
    except pydantic.errors.PydanticUserError:
        return NO_SCHEMA
    problem = fields_problem(schema, fields)
    if problem:
        return problem
    for name, field in model.model_fields.items():
        if not field.is_required():
            return HAS_DEFAULT.format(field=name)
    return strict_problem(schema)


def fields_problem(schema: dict, fields: tuple[str, ...], owner: str = "") -> str | None:
    """Say which names an object's schema has where it should have others; an alias is what the API would see."""
    found = schema.get("properties", {})
    if set(found) == set(fields):
        return None
    return WRONG_FIELDS.format(owner=owner, wanted=", ".join(fields), found=", ".join(found) or "없음")


def field_schema(model: type[pydantic.BaseModel], name: str) -> dict:
    """Return the schema of one field, with definitions in place of what refers to them, two levels deep."""
    schema = model.model_json_schema()
    field = _resolved(schema["properties"][name], schema)
    return {**field, "items": _resolved(field["items"], schema)} if "items" in field else field


def _resolved(part: dict, schema: dict) -> dict:
    return schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def values_in(schema: dict) -> list:
    """Return what a schema lets through by name, and every word in it: one too many is among them."""
    named: list = []

    def gather(part: dict) -> dict:
        named.extend([*part.get("enum", ()), *([part["const"]] if "const" in part else ())])
        return part

    text = json.dumps(schema)
    json.loads(text, object_hook=gather)
    return named + re.findall(r"\w+", text)


def strict_problem(schema: object, field: str = "") -> str | None:
    """Say what in a JSON Schema does not survive strict mode, or None where everything does.

    Args:
        schema: the schema, or a part of one.
        field: the name of the field that it belongs to.
    """
    if isinstance(schema, list):
        return next((problem for one in schema if (problem := strict_problem(one, field))), None)
    if not isinstance(schema, dict):
        return None
    found = [word for word in OUTSIDE_STRICT if word in schema]
    if found:
        return HAS_DEFAULT.format(field=field) if found == ["default"] else OUTSIDE.format(word=found[0])
    if schema.get("format") == "binary":
        return BYTES
    if schema.get("type") == "object" and schema.get("additionalProperties", False) is not False:
        return EXTRA if schema.get("properties") else ANY_KEY
    if schema.get("type") == "object" and not schema.get("properties"):
        return NO_FIELD
    # Under "properties" the keys are the learner's names, not keywords.
    parts = [
        (part, name if key == "properties" else field)
        for key, value in schema.items()
        for name, part in (value.items() if key in ("properties", "$defs") else [(key, value)])
    ]
    return next((problem for part, name in parts if (problem := strict_problem(part, name))), None)


def accepts(model: type[pydantic.BaseModel], data: dict) -> bool:
    """Say whether a class takes data as an answer of the model arrives: as JSON, and strict."""
    try:
        model.model_validate_json(json.dumps(data), strict=True)
    except pydantic.ValidationError:
        return False
    return True


def values_problem(model: type[pydantic.BaseModel], good: dict, right: dict, wrong: dict) -> str | None:
    """Try values one field at a time, beside values that are good for the others."""
    if not accepts(model, good):
        alone = next((name for name in good if not field_accepts(model, name, good[name])), None)
        if alone is None:
            return REFUSES_ALL.format(value=json.dumps(good, ensure_ascii=False))
        return REFUSES.format(field=alone, value=json.dumps(good[alone], ensure_ascii=False))
    for sentence, table, wanted in ((REFUSES, right, True), (ACCEPTS, wrong, False)):
        for name, values in table.items():
            for value in values:
                if accepts(model, {**good, name: value}) is not wanted:
                    told = shortened(json.dumps(value, ensure_ascii=False), 80)
                    return sentence.format(field=name, value=told)
    return None


def field_accepts(model: type[pydantic.BaseModel], name: str, value: object) -> bool:
    """Say whether one field of a class takes a value, as JSON and strict, whatever the other fields are."""
    field = model.model_fields[name]
    try:
        pydantic.TypeAdapter(Annotated[(field.annotation, "", *field.metadata)]).validate_json(
            json.dumps(value), strict=True
        )
    except pydantic.ValidationError:
        return False
    return True
