"""The schema workbench: class and schema follow the fields, and each violation of an answer is named."""

import json
import re
import unicodedata

import ipywidgets
import pytest
from pydantic import BaseModel

from helpers.playgrounds.schema import MOST, START_ANSWER, SchemaWorkbench, verdict_view
from helpers.playgrounds.schema_answer import CUT, EXTRA, MISSING, NOT_AN_OBJECT, UNREADABLE_JSON, violations
from helpers.playgrounds.schema_fields import (
    FIXED,
    INTEGER,
    KINDS,
    NUMBER,
    OPTIONAL,
    TEXT,
    TEXTS,
    TRUTH,
    Field,
    build_class,
    class_source,
    fields_problem,
    strict_schema,
)

EVERY_KIND = [
    Field("title", TEXT),
    Field("pages", INTEGER),
    Field("price", NUMBER),
    Field("sold", TRUTH),
    Field("authors", TEXTS),
    Field("place", OPTIONAL),
    Field("level", FIXED, ("낮음", 'a "b"', "C:\\d")),
]
GOOD = {
    "title": "글",
    "pages": 3,
    "price": 1.5,
    "sold": True,
    "authors": ["가"],
    "place": None,
    "level": "낮음",
}


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def found(**changes):
    return violations(EVERY_KIND, json.dumps({**GOOD, **changes}))


def test_every_kind_is_tried_here():
    assert {field.kind for field in EVERY_KIND} == set(KINDS)


def test_the_code_makes_the_same_schema_as_the_class():
    namespace = {}
    exec(class_source(EVERY_KIND), namespace)
    assert issubclass(namespace["Answer"], BaseModel)
    assert namespace["Answer"].model_json_schema() == build_class(EVERY_KIND).model_json_schema()


def test_the_schema_is_strict():
    schema = strict_schema(EVERY_KIND)
    assert schema["additionalProperties"] is False
    assert schema["required"] == [field.name for field in EVERY_KIND]
    assert schema["properties"]["level"]["enum"] == ["낮음", 'a "b"', "C:\\d"]
    assert schema["properties"]["place"]["anyOf"] == [{"type": "string"}, {"type": "null"}]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "1a",
            "a b",
            "a-b",
            "_a",
            "__config__",
            "a" * 65,
            "a\n",
            "class",
            "None",
            "copy",
            "json",
        ),
        *("model_config", "model_dump_x", "model_validate_it", "__import__('os')", "<script>", "x: int = 3"),
    ],
)
def test_a_name_that_cannot_be_a_field_is_refused(name):
    problem = fields_problem([Field(name, TEXT)])
    assert problem and re.search("[가-힣]", problem)
    assert len(problem) < 200


@pytest.mark.parametrize(
    "name",
    ["a", "이름", "참석자_2", "a값", "model_name", "a" * 64, "str", "list", "Literal", "BaseModel", "match"],
)
def test_a_name_that_can_be_a_field_makes_a_class(name):
    fields = [Field(name, TEXT), Field("other", TEXTS)]
    assert fields_problem(fields) is None
    assert violations(fields, json.dumps({name: "글", "other": []})) == []


def test_two_fields_of_one_name_and_no_field_are_refused():
    assert "a" in fields_problem([Field("a", TEXT), Field("a", INTEGER)])
    assert fields_problem([])


@pytest.mark.parametrize("values", [(), ("가",), tuple("abcdefghijklmnopqrstu"), ("가", "나" * 61)])
def test_fixed_values_have_limits(values):
    assert "level" in fields_problem([Field("level", FIXED, values)])


def test_a_right_answer_is_accepted():
    assert found() == []
    assert found(place="서울", price=2, authors=[], level='a "b"') == []


@pytest.mark.parametrize(
    ("name", "value", "place", "reason"),
    [
        ("title", 3, "title", "필요한 타입: 문자열, 받은 타입: 정수"),
        ("title", None, "title", "필요한 타입: 문자열, 받은 타입: null"),
        ("pages", "3", "pages", "필요한 타입: 정수, 받은 타입: 문자열"),
        ("pages", 1.5, "pages", "필요한 타입: 정수, 받은 타입: 수"),
        ("pages", True, "pages", "필요한 타입: 정수, 받은 타입: 참/거짓"),
        ("price", "1", "price", "필요한 타입: 수, 받은 타입: 문자열"),
        ("price", float("inf"), "price", "필요한 타입: 유한한 수"),
        ("sold", 1, "sold", "필요한 타입: 참/거짓, 받은 타입: 정수"),
        ("authors", "가", "authors", "필요한 타입: 리스트, 받은 타입: 문자열"),
        ("authors", {}, "authors", "필요한 타입: 리스트, 받은 타입: 객체"),
        ("authors", ["가", 1], "authors[1]", "필요한 타입: 문자열, 받은 타입: 정수"),
        ("place", 3, "place", "필요한 타입: 문자열 또는 null, 받은 타입: 정수"),
        ("level", "높음", "level", '받는 값: 낮음, a "b", C:\\d'),
        ("level", ["낮음"], "level", "정해진 값이 아닙니다"),
        ("memo", "더", "memo", EXTRA),
    ],
)
def test_a_violation_is_named_by_place_and_reason(name, value, place, reason):
    [(where, why, _)] = found(**{name: value})
    assert where == place
    assert reason in why


def test_every_violation_is_named():
    assert [one[1] for one in violations(EVERY_KIND, "{}")] == [MISSING] * len(EVERY_KIND)
    assert len(found(title=1, pages="x", extra=0)) == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"a": "가', CUT),
        ('{"a":', CUT),
        ("[1, 2", CUT),
        ('{"a": "\\u12', CUT),
        ('{"a": tr', CUT),
        ('{"a": "가" "b": 1}', "1번째 줄 11번째 글자"),
        ('{"a": "그는 "안녕"이라고 했다"}', "1번째 줄 12번째 글자"),
        ('{"a": "가"]', "1번째 줄 10번째 글자"),
        ('{"a": "가"} 입니다', "1번째 줄 12번째 글자"),
        ("{\n'a': 1}", "2번째 줄 1번째 글자"),
        ("```json", "1번째 줄 1번째 글자"),
        ("[" * 50_000, UNREADABLE_JSON),
        ('{"a": ' + "9" * 5000 + "}", UNREADABLE_JSON),
        ('{"a": "\\ud800"}', UNREADABLE_JSON),
        ("[]", NOT_AN_OBJECT),
        ("null", NOT_AN_OBJECT),
    ],
)
def test_what_is_no_json_object_is_named_too(answer, reason):
    [(_, why, shown)] = violations([Field("a", TEXT)], answer)
    assert reason in why
    assert len(shown) <= 61


def test_nothing_of_the_library_s_wording_is_shown():
    answers = ["{}", '{"a": 1}', "[]", "{", "x", '{"a": "b", "c": 1}']
    shown = " ".join(verdict_view([Field("a", TEXT)], answer).text for answer in answers)
    assert not re.search(r"Input|should|valid|required|permitted|Expecting|EOF", shown)


def test_a_long_answer_shows_its_first_violations():
    answer = json.dumps({"a": [1] * 25_000})
    view = verdict_view([Field("a", TEXTS)], answer)
    assert "25,000" in view.text
    assert len(view.html) < 10_000


def test_hostile_text_is_shown_and_does_not_act():
    lab = SchemaWorkbench()
    evil = '<img src=x onerror="alert(1)">'
    lab.answer.value = json.dumps({evil: evil})
    assert "<img" not in lab.verdict.value and "&lt;img" in lab.verdict.value
    lab.rows.children[0].name.value = evil
    assert "<img" not in lab.class_part.value and "&lt;img" in lab.class_part.value
    row = lab.rows.children[1]
    row.kind.value, row.values.value = FIXED, f"{evil}, </pre>\u202e"
    lab.rows.children[0].name.value = "name"
    assert "&lt;img" in lab.class_part.value and "&lt;img" in lab.schema_part.value
    assert "<img" not in lab.class_part.value + lab.schema_part.value + lab.verdict.value
    assert "\u202e" not in lab.class_part.value


def test_it_starts_with_a_violation_that_a_change_of_type_removes():
    lab = SchemaWorkbench()
    assert lab.answer.value == START_ANSWER
    assert "participants" in lab.verdict.value and "받아들이지 않습니다" in lab.verdict.value
    lab.rows.children[2].kind.value = TEXT
    assert "받아들입니다" in lab.verdict.value
    assert "participants: str" in lab.class_part.value
    assert "array" not in lab.schema_part.value


def test_a_mended_answer_is_accepted():
    lab = SchemaWorkbench()
    lab.answer.value = START_ANSWER.replace('"앨리스와 밥"', '["앨리스", "밥"]')
    assert "받아들입니다" in lab.verdict.value
    lab.answer.value = "  "
    assert "아직 답변이 없습니다" in lab.verdict.value


def test_fields_are_added_and_left_out():
    lab = SchemaWorkbench()
    lab.more.click()
    assert len(lab.fields) == 3, "a field without a name is not used"
    lab.rows.children[3].name.value = "place"
    lab.rows.children[3].kind.value = OPTIONAL
    assert "place: str | None" in lab.class_part.value
    assert MISSING in lab.verdict.value
    lab.rows.children[3].name.value = ""
    assert "place" not in lab.class_part.value
    for _ in range(8):
        lab.more.click()
    assert lab.more.disabled and len(lab.rows.children) == 12 and MOST in lab.most.value
    lab.more.click()  # a click that was queued
    assert len(lab.rows.children) == 12
    lab.rows.children[0].remove.click()
    assert not lab.more.disabled and lab.most.value == ""


def test_a_field_is_removed_and_the_others_are_numbered_anew():
    lab = SchemaWorkbench()
    row = lab.rows.children[1]
    row.remove.click()
    row.remove.click()  # a click that was queued
    assert [field.name for field in lab.fields] == ["name", "participants"]
    names = [
        [row.name.description, row.kind.description, row.remove.description] for row in lab.rows.children
    ]
    assert names == [[f"필드 {n} 이름", f"필드 {n} 타입", f"필드 {n} 빼기"] for n in (1, 2)]
    assert "date" not in lab.class_part.value and EXTRA in lab.verdict.value
    for row in lab.rows.children:
        row.remove.click()
    assert lab.fields == [] and "필드가 하나도 없습니다" in lab.class_part.value
    lab.more.click()
    assert lab.rows.children[0].name.description == "필드 1 이름"


def test_a_korean_name_typed_decomposed_is_the_composed_one():
    lab = SchemaWorkbench()
    lab.rows.children[0].name.value = unicodedata.normalize("NFD", "이름")
    assert lab.fields[0].name == "이름" and "이름: str" in lab.class_part.value


def test_a_name_that_stands_twice_is_told_beside_the_verdict():
    fields = [Field("a", TEXT), Field("b", TEXTS)]
    for answer, names, verdict in (
        ('{"a": "가", "a": "나", "b": []}', "a", "받아들입니다"),
        ('{"a": 1, "a": 2, "b": []}', "a", "받아들이지 않습니다"),
        ('{"a": {"x": 1, "x": 2}, "b": [], "b": []}', "x, b", "받아들이지 않습니다"),
    ):
        text = verdict_view(fields, answer).text
        assert f"두 번 있습니다: {names}" in text and verdict in text
    for answer in (
        '{"a": "a", "b": ["a", "a"]}',
        '{"a": {"x": 1}, "b": {"x": 1}}',
        '{"a": 1, "a"',
        "[" * 50_000,
    ):
        assert "두 번" not in verdict_view(fields, answer).text


def test_fixed_values_have_a_box_only_where_they_are_needed():
    lab = SchemaWorkbench()
    row = lab.rows.children[0]
    assert row.values.layout.display == "none"
    row.kind.value = FIXED
    assert row.values.layout.display is None
    assert "쉼표" in lab.class_part.value and lab.schema_part.value == ""
    row.values.value = "가, 나, 가,"
    assert row.field.values == ("가", "나")
    assert "Literal[" in lab.class_part.value
    row.kind.value = TEXT
    assert row.values.layout.display == "none"


def test_what_is_typed_is_never_written_back():
    lab = SchemaWorkbench()
    for syllable in ("ㅎ", "하", "한", "한 "):
        lab.rows.children[0].name.value = syllable
        assert lab.rows.children[0].name.value == syllable
        lab.answer.value = syllable
        assert lab.answer.value == syllable
    lab.rows.children[0].name.value = "ㅎ"
    assert "영문자" in lab.class_part.value
    assert "먼저 필드를 고치세요" in lab.verdict.value


def test_every_widget_that_is_used_has_a_name():
    lab = SchemaWorkbench()
    used = [one for one in walk(lab) if isinstance(one, ipywidgets.DOMWidget) and hasattr(one, "description")]
    names = [one.description for one in used if not isinstance(one, ipywidgets.HTML)]
    assert len(names) == 14 and all(names) and len(set(names)) == len(names)


def test_the_preview_is_what_the_start_shows_and_stays_the_same():
    lab = SchemaWorkbench()
    bundle = lab._repr_mimebundle_()
    for part in (lab.class_part, lab.schema_part, lab.verdict):
        assert part.value in bundle["text/html"]
    lab.answer.value = "{}"
    again = lab._repr_mimebundle_()
    for kind in ("text/html", "text/plain"):
        assert again[kind] == bundle[kind] == SchemaWorkbench()._repr_mimebundle_()[kind]
