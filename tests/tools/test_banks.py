"""Banks: how their description is read, and what is refused before anything is asked."""

import pytest

from helpers.course import ROOT, cassette_path, lessons
from helpers.replay import load_cassette
from tools.bank_cassette import with_banks
from tools.bank_journal import kept_answers, missing
from tools.banks import BankError, bank_path, read_banks

SCHEMA = '{"title": "Event", "type": "object", "properties": {"name": {"type": "string"}}}'
ASKS = 'request.messages = [{ role = "user", content = "{value}는 {이대로}" }]'
BANKS = sorted((ROOT / "notebooks" / "banks").glob("*.toml"))


def bank(*lines, id="one", head=""):
    return f'{head}\n[[bank]]\nid = "{id}"\ntitle = "제목"\n' + "\n".join(lines) + "\n"


@pytest.fixture
def read(tmp_path):
    def from_text(text):
        path = tmp_path / "01_roles.toml"
        path.write_text(text, encoding="utf-8")
        return read_banks(path)

    return from_text


def test_each_variation_is_asked_with_each_value(read):
    found = read(
        bank(
            "times = 2",
            'values = ["가", "나"]',
            ASKS,
            "request.temperature = 1",
            '[[bank.variation]]\nid = "cool"\ntitle = "차갑게"\nrequest.temperature = 0',
            '[[bank.variation]]\nid = "warm"\ntitle = "따뜻하게"\ntimes = 3',
        )
    )
    assert [(one.id, one.title, one.times) for one in found] == [
        ("one/cool/01", "제목 · 차갑게 · 가", 2),
        ("one/cool/02", "제목 · 차갑게 · 나", 2),
        ("one/warm/01", "제목 · 따뜻하게 · 가", 3),
        ("one/warm/02", "제목 · 따뜻하게 · 나", 3),
    ]
    bodies = [one.request["body"] for one in found]
    # Only the gap that has a value is filled: braces belong to many a text.
    assert bodies[1]["messages"] == [{"role": "user", "content": "나는 {이대로}"}]
    assert [one["temperature"] for one in bodies] == [0, 0, 1, 1]
    assert {one["model"] for one in bodies} == {"{lesson.model}"}
    assert len({one.key for one in found}) == 4


def test_a_value_can_fill_several_gaps_and_the_first_is_the_title(read):
    content = 'request.messages = [{ role = "user", content = "{a}, {b}, {a}" }]'
    (one,) = read(bank('values = [{ a = "가", b = "나" }]', content))
    assert one.request["body"]["messages"][0]["content"] == "가, 나, 가" and one.title == "제목 · 가"


def test_a_schema_is_asked_for_as_the_sdk_does(read):
    schemas = f"[schemas]\nShort = '''{SCHEMA}'''"
    (chat,) = read(bank('schema = "Short"', ASKS, head=schemas))
    inner = chat.request["body"]["response_format"]["json_schema"]
    assert (inner["name"], inner["strict"], inner["schema"]["type"]) == ("Event", True, "object")
    (other,) = read(bank('schema = "Short"', 'path = "responses"', 'request.input = "안녕"', head=schemas))
    form = other.request["body"]["text"]["format"]
    assert (form["type"], form["name"], form["strict"]) == ("json_schema", "Event", True)
    assert other.request["path"] == "responses" and "response_format" not in other.request["body"]


def test_a_lesson_without_a_file_has_no_banks(tmp_path):
    assert read_banks(bank_path(tmp_path, "01_roles")) == []


RESPONSES = 'path = "responses"'
WRONG = {
    "no TOML": ("[[bank]\n", "TOMLDecodeError"),
    "no bank": ("", "KeyError 'bank'"),
    "an unknown name on top": (
        bank(ASKS, head='model = "x"'),
        "파일의 맨 위에 모르는 이름이 있습니다: model",
    ),
    "an unknown name in a bank": (bank(ASKS, "time = 3"), "one에 모르는 이름이 있습니다: time"),
    "an unknown name in a variation": (bank(ASKS, "[[bank.variation]]\nvalue = 1"), "one에 모르는 이름"),
    "no id": ('[[bank]]\ntitle = "제목"\n' + ASKS, "KeyError 'id'"),
    "no title": ('[[bank]]\nid = "one"\n' + ASKS, "KeyError 'title'"),
    "a bank that is none": ("bank = [1]", "TypeError"),
    "schemas that are none": (bank(ASKS, head='schemas = "x"'), "AttributeError"),
    "a schema that is not there": (bank('schema = "Long"', ASKS), r"one.*\[schemas\]에 없습니다: Long"),
    "a schema that is no JSON": (bank(ASKS, head="[schemas]\nShort = '{'"), "JSONDecodeError"),
    "a value that is a number": (bank("values = [1]", ASKS), "TypeError"),
    "two banks of one name": (bank(ASKS) + bank(ASKS, "request.seed = 1"), "one라는 이름이 두 번"),
    "two variations of one name": (
        bank(ASKS, '[[bank.variation]]\nid = "a"', '[[bank.variation]]\nid = "a"\nrequest.seed = 1'),
        "one/a라는 이름이 두 번",
    ),
    "one request twice": (bank(ASKS) + bank(ASKS, id="two"), "two의 요청이 one에 이미"),
    "a gap that no value fills": (
        bank('values = ["가", "나"]', 'request.messages = [{ role = "user", content = "{vlaue}" }]'),
        "one/02의 요청이 one/01에 이미",
    ),
    "another path": (bank(ASKS, 'path = "chat"'), "one의 path는 chat/completions, responses"),
    "nothing asked": (bank("request.temperature = 0"), "one의 요청에 messages"),
    "nothing asked of the Responses API": (bank(RESPONSES, ASKS), "one의 요청에 input"),
    "a stream of the Responses API": (
        bank(RESPONSES, 'request.input = "안녕"', "request.stream = true"),
        "스트림은 녹화하지 않습니다",
    ),
    "no times": (bank("times = 0", ASKS), "times는 1 이상의 정수여야 합니다: 0"),
    "times that is true": (bank("times = true", ASKS), "times는 1 이상"),
}


@pytest.mark.parametrize(("text", "problem"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_the_file(read, text, problem):
    with pytest.raises(BankError, match=problem) as caught:
        read(text)
    assert str(caught.value).startswith("01_roles.toml")


def test_the_banks_of_the_course_can_be_read_and_are_many():
    found = {path.stem: read_banks(path) for path in BANKS}
    assert set(found) <= set(lessons())
    assert sum(map(len, found.values())) >= 150
    assert sum(one.times for each in found.values() for one in each) >= 400


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_the_cassette_holds_what_the_banks_describe(path):
    variations, cassette = read_banks(path), load_cassette(cassette_path(path.stem))
    known = kept_answers(cassette)
    command = f"run: python start.py record --banks {path.stem}"
    assert missing(variations, known) == [], command
    assert with_banks(cassette, variations, known) == cassette, command
