import json
import unicodedata

import pytest

from helpers.replay.matching import ABSENT, MODEL_PLACEHOLDER, Difference, differences, match_key, read_body

MODEL = "gpt-4o-mini"
GA_NFC, GA_NFD = "한글 가나다", unicodedata.normalize("NFD", "한글 가나다")


def key(raw: str, model: str = MODEL, method: str = "POST", path: str = "chat/completions") -> str:
    return match_key(method, path, read_body(raw, model))


def same(left: str, right: str) -> bool:
    return key(left) == key(right) and key(left.encode()) == key(right.encode())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ('{"a": 1, "b": {"c": 2, "d": 3}}', '{"b":{"d":3,"c":2},"a":1}'),
        (f'{{"a": "{GA_NFC}"}}', f'{{"a": "{GA_NFD}"}}'),
        (f'{{"{GA_NFC}": 1, "b": 2}}', f'{{"b": 2, "{GA_NFD}": 1}}'),
        ('{"a": "\\ud55c"}', '{"a": "한"}'),
        ('{"a": 1}', '{"a": 1.0}'),
        ('{"a": [1, -0.0, 1e2]}', '{"a": [1.0, 0, 100]}'),
        ('{"a": 0.7}', '{"a": 7e-1}'),
        ('{"a": 1, "stream": false}', '{"a": 1}'),
        # A line break escaped as \n, followed by decomposed text: the letter n is no part of it.
        (f'{{"a": "x\\n{GA_NFC}"}}', f'{{"a": "x\\n{GA_NFD}"}}'),
        ('{"a": "\\n\u0301e\u0301"}', '{"a": "\\n\u0301é"}'),
        # Decomposed, 가 would be sorted before ㅎ.
        ('{"ㅎ": 1, "가": 2}', unicodedata.normalize("NFD", '{"가": 2, "ㅎ": 1}')),
        ("", "null"),
    ],
)
def test_these_are_the_same_request(left, right):
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ('{"a": 1}', '{"a": true}'),
        ('{"a": 0}', '{"a": false}'),
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": null}', "{}"),
        ('{"a": [1, 2]}', '{"a": [2, 1]}'),
        ('{"a": 9007199254740993}', '{"a": 9007199254740992}'),
        ('{"a": "ㅋㅋ"}', '{"a": "ᄏᄏ"}'),
        ('{"a": "㎏"}', '{"a": "kg"}'),
        ('{"a": "①"}', '{"a": "1"}'),
        (f'{{"a": "㎏", "b": "{GA_NFD}"}}', f'{{"a": "kg", "b": "{GA_NFD}"}}'),
        ('{"a": "Ａ"}', '{"a": "A"}'),
        ('{"a": "x"}', '{"a": "x "}'),
        ('{"a": "x"}', '{"a": "X"}'),
        ('{"a": "\\n\u0301"}', '{"a": "\\\\ń"}'),
        ('{"stream": true}', "{}"),
        ('{"stream": null}', "{}"),
        ('{"stream": 0}', "{}"),
        ('{"a": {"stream": false}}', '{"a": {}}'),
        ('["{lesson.model}"]', f'["{MODEL}"]'),
        ("{}", "null"),
    ],
)
def test_these_are_different_requests(left, right):
    assert not same(left, right)


def test_method_and_path_belong_to_the_request():
    base = key("{}")
    assert base != key("{}", method="GET")
    assert base != key("{}", path="chat/completions?x=1")
    assert base != key("{}", path="responses")


def test_only_the_lessons_own_model_is_a_placeholder():
    ours, placeholder = f'{{"model": "{MODEL}"}}', f'{{"model": "{MODEL_PLACEHOLDER}"}}'
    assert read_body(ours, MODEL) == {"model": MODEL_PLACEHOLDER}
    assert read_body('{"model": "gpt-6-luna"}', MODEL) == {"model": "gpt-6-luna"}
    assert read_body('{"a": {"model": "gpt-4o-mini"}}', MODEL) == {"a": {"model": MODEL}}
    # The lesson goes on when its model changes, and nobody can ask for the placeholder itself.
    assert key(ours) == key('{"model": "gpt-6-luna"}', model="gpt-6-luna")
    assert key(placeholder) != key(ours)
    assert key('{"model": "gpt-4o-mini-2024-07-18"}') != key(ours)


def test_the_stored_form_keeps_the_text_as_it_was_typed():
    raw = json.dumps({"messages": [{"role": "user", "content": GA_NFD}]}, ensure_ascii=False)
    assert read_body(raw, MODEL)["messages"][0]["content"] == GA_NFD


@pytest.mark.parametrize("raw", [b"{cut", b"\xff\xfe", b'{"a": }', "x"])
def test_what_is_not_json_is_a_value_error(raw):
    with pytest.raises(ValueError):
        read_body(raw, MODEL)


def test_half_a_surrogate_pair_can_be_compared():
    assert key('{"a": "\\ud83d"}') == key('{"a": "\\ud83d"}') != key('{"a": "\\ude00"}')


RECORDED = {
    "model": "m",
    "messages": [{"role": "user", "content": "가"}, {"role": "user", "content": "나"}],
    "temperature": 1.2,
    "flag": True,
    "format": {"schema": {"type": "object"}},
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"temperature": 0.7}, Difference("temperature", 1.2, 0.7)),
        ({"temperature": None}, Difference("temperature", 1.2, None)),
        ({"flag": 1}, Difference("flag", True, 1)),
        ({"seed": 1}, Difference("seed", ABSENT, 1)),
        ({"format": {"schema": {"type": "array"}}}, Difference("format.schema.type", "object", "array")),
        ({"format": {"schema": {}}}, Difference("format.schema.type", "object", ABSENT)),
        ({"format": "text"}, Difference("format", {"schema": {"type": "object"}}, "text")),
        (
            {"messages": [RECORDED["messages"][0], {"role": "user", "content": "다"}]},
            Difference("messages[1].content", "나", "다"),
        ),
        ({"messages": []}, Difference("messages", RECORDED["messages"], [])),
    ],
)
def test_a_change_is_one_difference_at_its_place(change, expected):
    assert differences(RECORDED, RECORDED | change) == [expected]


def test_a_missing_parameter_is_a_difference():
    now = {name: value for name, value in RECORDED.items() if name != "temperature"}
    assert differences(RECORDED, now) == [Difference("temperature", 1.2, ABSENT)]


def test_what_matches_does_not_differ():
    assert differences(RECORDED, dict(RECORDED)) == []
    assert differences({GA_NFC: [GA_NFC, 1]}, {GA_NFD: [GA_NFD, 1.0]}) == []


def test_differences_come_in_the_order_of_the_recording():
    now = RECORDED | {"seed": 1, "model": "n", "temperature": 0}
    assert [one.path for one in differences(RECORDED, now)] == ["model", "temperature", "seed"]
