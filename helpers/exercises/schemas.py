"""What the exercises on schemas ask of a learner's class: its fields, its values, and that it survives strict mode."""

import inspect
import json

import pydantic

NOT_A_MODEL = "BaseModel을 물려받은 클래스가 아닙니다. 클래스의 이름을 괄호 없이 넣으세요."
WRONG_FIELDS = "필드의 이름은 {wanted}입니다. 지금은 {found}입니다."
REFUSES = "{field} 필드가 받아야 할 값을 받지 않습니다: {value}"
ACCEPTS = "{field} 필드가 받지 말아야 할 값을 받습니다: {value}"
HAS_DEFAULT = (
    "{field} 필드에 기본값이 있습니다. 엄격한 스키마에서는 모든 필드가 필수라서 기본값이 쓰이지 않습니다."
)
OUTSIDE = "엄격한 스키마에서 쓰지 않는 것이 있습니다: {word}."
BYTES = "bytes는 JSON에 없는 자료형입니다. 글은 str로 적으세요."
ANY_KEY = (
    "이름이 정해지지 않은 키를 받는 객체(dict)가 있습니다. 키와 값을 필드로 가진 객체의 목록으로 바꾸세요."
)
NO_FIELD = "필드가 없는 객체가 있습니다. 무엇이 들어 있는지 필드로 적으세요."

# Keywords and shapes that strict mode refuses or that are not in its documented subset.
OUTSIDE_STRICT = ("prefixItems", "uniqueItems", "oneOf", "allOf", "not", "patternProperties", "default")


def model_problem(model: object, fields: tuple[str, ...]) -> str | None:
    """Say what keeps a learner's class from being a strict schema of these fields, or None where nothing does."""
    if not inspect.isclass(model) or not issubclass(model, pydantic.BaseModel):
        return NOT_A_MODEL
    if set(model.model_fields) != set(fields):
        return WRONG_FIELDS.format(wanted=", ".join(fields), found=", ".join(model.model_fields) or "없음")
    for name, field in model.model_fields.items():
        if not field.is_required():
            return HAS_DEFAULT.format(field=name)
    return strict_problem(model.model_json_schema())


def strict_problem(schema: object) -> str | None:
    """Say what in a JSON Schema does not survive strict mode, or None where everything does."""
    if isinstance(schema, list):
        return next((problem for one in schema if (problem := strict_problem(one))), None)
    if not isinstance(schema, dict):
        return None
    found = [word for word in OUTSIDE_STRICT if word in schema]
    if found:
        return OUTSIDE.format(word=found[0])
    if schema.get("format") == "binary":
        return BYTES
    if schema.get("type") == "object" and schema.get("additionalProperties", False) is not False:
        return ANY_KEY
    if schema.get("type") == "object" and not schema.get("properties"):
        return NO_FIELD
    # Under "properties" the keys are the learner's names, not keywords.
    parts = [
        part
        for key, value in schema.items()
        for part in (value.values() if key in ("properties", "$defs") else [value])
    ]
    return strict_problem(parts)


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
        alone = next((name for name in good if not _field_accepts(model, name, good[name])), next(iter(good)))
        return REFUSES.format(field=alone, value=json.dumps(good[alone], ensure_ascii=False))
    for sentence, table, wanted in ((REFUSES, right, True), (ACCEPTS, wrong, False)):
        for name, values in table.items():
            for value in values:
                if accepts(model, {**good, name: value}) is not wanted:
                    return sentence.format(field=name, value=json.dumps(value, ensure_ascii=False))
    return None


def _field_accepts(model: type[pydantic.BaseModel], name: str, value: object) -> bool:
    annotation = model.model_fields[name].annotation
    try:
        pydantic.TypeAdapter(annotation).validate_json(json.dumps(value), strict=True)
    except pydantic.ValidationError:
        return False
    return True
