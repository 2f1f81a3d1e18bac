"""What the schema workbench makes of a learner's fields: a Pydantic class, as code and itself, and its JSON Schema."""

import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from openai import pydantic_function_tool
from pydantic import BaseModel, ConfigDict, create_model

CLASS_NAME = "Answer"
TEXT, INTEGER, NUMBER, TRUTH = "문자열", "정수", "수", "참/거짓"
TEXTS, FIXED, OPTIONAL = "문자열의 리스트", "정해진 값(Literal)", "문자열 또는 null"
ANNOTATIONS = {
    TEXT: ("str", str),
    INTEGER: ("int", int),
    NUMBER: ("float", float),
    TRUTH: ("bool", bool),
    TEXTS: ("list[str]", list[str]),
    OPTIONAL: ("str | None", str | None),
}
KINDS = (*ANNOTATIONS, FIXED)
MAX_NAME, MAX_VALUE, MAX_VALUES = 64, 60, 20  # characters, characters, values

NO_FIELDS = "필드가 하나도 없습니다. 필드 이름을 적으세요."
BAD_NAME = "필드 이름은 영문자나 한글로 시작하고 영문자, 한글, 숫자, 밑줄만 쓰며 {most}자까지입니다. 고칠 이름: {name}"
TAKEN_NAME = "파이썬이나 BaseModel이 이미 쓰는 이름입니다. 다른 이름을 쓰세요. 고칠 이름: {name}"
TWICE = "같은 이름의 필드가 둘 있습니다. 하나를 바꾸세요. 고칠 이름: {name}"
BAD_VALUES = (
    "정해진 값을 쉼표로 나누어 2개에서 {most}개까지, 하나에 {longest}자까지 적으세요. 고칠 필드: {name}"
)


@dataclass(frozen=True)
class Field:
    """One field of the class: its name, one of `KINDS`, and for a fixed value the values allowed."""

    name: str
    kind: str
    values: tuple[str, ...] = ()


def fields_problem(fields: Sequence[Field]) -> str | None:
    """Say in Korean why no class can be made of the fields, or return None where one can."""
    if not fields:
        return NO_FIELDS
    names: set[str] = set()
    for field in fields:
        name = shorten(field.name)
        if not re.fullmatch(rf"[A-Za-z가-힣][A-Za-z가-힣0-9_]{{0,{MAX_NAME - 1}}}", field.name):
            return BAD_NAME.format(name=name, most=MAX_NAME)
        # Pydantic keeps the names of its own methods, and every name that begins with these two.
        own = hasattr(BaseModel, field.name) or field.name.startswith(("model_validate", "model_dump"))
        if own or keyword.iskeyword(field.name):
            return TAKEN_NAME.format(name=name)
        if field.name in names:
            return TWICE.format(name=name)
        names.add(field.name)
        longest = max(map(len, field.values), default=0)
        if field.kind == FIXED and (not 2 <= len(field.values) <= MAX_VALUES or longest > MAX_VALUE):
            return BAD_VALUES.format(name=name, most=MAX_VALUES, longest=MAX_VALUE)
    return None


def class_source(fields: Sequence[Field]) -> str:
    """Return the Python of the class, as a learner would write it; the fields must have no problem."""
    lines = ["from pydantic import BaseModel", "", "", f"class {CLASS_NAME}(BaseModel):"]
    if any(field.kind == FIXED for field in fields):
        lines = ["from typing import Literal", "", *lines]
    for field in fields:
        # JSON's way of writing a text is also Python's, always with double quotes.
        values = ", ".join(json.dumps(value, ensure_ascii=False) for value in field.values)
        written = f"Literal[{values}]" if field.kind == FIXED else ANNOTATIONS[field.kind][0]
        lines.append(f"    {field.name}: {written}")
    return "\n".join(lines)


def build_class(fields: Sequence[Field], config: ConfigDict | None = None) -> type[BaseModel]:
    """Make the class itself, without running any text as Python; the fields must have no problem."""
    types = {
        field.name: (Literal[field.values] if field.kind == FIXED else ANNOTATIONS[field.kind][1], ...)
        for field in fields
    }
    return create_model(CLASS_NAME, __config__=config, **types)


def strict_schema(fields: Sequence[Field]) -> dict:
    """Return the strict JSON Schema that the SDK sends for the class."""
    return pydantic_function_tool(build_class(fields))["function"]["parameters"]


def shorten(text: str) -> str:
    """Return a text short enough for a table."""
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "…"
