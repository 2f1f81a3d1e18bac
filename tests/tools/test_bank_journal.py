"""The journal of a bank: every answer is kept at once, none is asked twice, and none is mixed with others."""

import json

import pytest

from helpers.errors import CassetteError
from helpers.replay import Cassette, Interaction, load_cassette, save_cassette
from tests.tools.small_bank import ORIGIN, Answers, response, variation
from tools.bank_cassette import require_fit, with_banks
from tools.bank_journal import (
    Recorded,
    answers_so_far,
    ask,
    begin_anew,
    is_anew,
    kept_answers,
    missing,
    read_journal,
)
from tools.banks import BankError

ONE, TWO = variation("하나", times=2), variation("둘")
SKY = [variation(id, times=2, bank="sky", cache=True) for id in ("하늘", "땅")]


@pytest.fixture
def journal(tmp_path):
    return tmp_path / ".01_roles.jsonl"


@pytest.fixture
def answers():
    return Answers()


def asked(answers, journal, *variations, known=None, origin=None):
    """Ask what is missing, and return the ids that were asked for and the texts that there are."""
    answers.asked.clear()
    known = answers_so_far(variations, known or {}, read_journal(journal))
    ask(missing(variations, known, origin), journal, answers.serve, lambda line: None)
    known = answers_so_far(variations, known, read_journal(journal))
    assert missing(variations, known) == []
    return answers.asked, [len(known[one.key].responses) for one in variations]


def test_every_answer_is_in_the_journal_before_the_next_is_asked_for(journal, answers):
    seen = []
    ask(
        [ONE, ONE, TWO],
        journal,
        answers.serve,
        lambda line: seen.append((line, len(journal.read_bytes().splitlines()))),
    )
    assert seen == [("  1/3 하나", 1), ("  2/3 하나", 2), ("  3/3 둘", 3)]
    assert asked(answers, journal, ONE, TWO) == ([], [2, 1])
    assert answers.served == 1


def test_a_refusal_loses_nothing_and_what_is_missing_is_asked_next_time(journal, answers):
    answers.refused = ("둘",)
    with pytest.raises(BankError, match="둘"):
        asked(answers, journal, ONE, TWO)
    answers.refused = ()
    assert asked(answers, journal, ONE, TWO) == (["둘"], [2, 1])


@pytest.mark.parametrize("cut", [1, 30, -1], ids=["a byte", "in the middle", "all but its end"])
def test_a_last_line_that_was_cut_off_is_asked_again_and_joined_to_nothing(journal, answers, cut):
    asked(answers, journal, ONE, TWO)
    whole = journal.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    # Through a letter, too: these are bytes.
    journal.write_bytes(whole.removesuffix(last) + last[:cut])
    assert asked(answers, journal, ONE, TWO) == (["둘"], [2, 1])
    assert [json.loads(line)["key"] for line in journal.read_bytes().splitlines()] == [
        ONE.key,
        ONE.key,
        TWO.key,
    ]


def test_a_last_line_that_is_cut_through_a_letter_can_be_read(journal, answers):
    asked(answers, journal, ONE)
    line = journal.read_bytes().splitlines()[0]
    place = line.index("하".encode()) + 1
    journal.write_bytes(line + b"\n" + line[:place])
    assert len(read_journal(journal)[ONE.key].responses) == 1


@pytest.mark.parametrize("broken", [b"{", b"\0\0", b"[]", b'{"key": 1}', b"\xff"])
def test_a_broken_line_in_the_middle_is_named_and_nothing_is_guessed(journal, answers, broken):
    asked(answers, journal, ONE, TWO)
    first, *rest = journal.read_bytes().splitlines()
    journal.write_bytes(b"\n".join([first, broken, *rest]) + b"\n")
    with pytest.raises(BankError, match=r"01_roles\.jsonl의 2번째 줄"):
        read_journal(journal)


@pytest.mark.parametrize(
    "text", ["\ud83d", "줄\u2028나눔\u0085끝\x0b"], ids=["half a surrogate pair", "separators"]
)
def test_any_text_comes_back_from_the_journal(journal, answers, monkeypatch, text):
    monkeypatch.setattr(answers, "ask", lambda one: response(text))
    ask([TWO, ONE], journal, answers.serve, lambda line: None)
    found = read_journal(journal)[TWO.key].responses[0]
    assert found["body"]["choices"][0]["message"]["content"] == text


@pytest.mark.parametrize("name", ["model", "sha256", "runtime", "settings"])
def test_answers_of_other_settings_are_asked_anew_and_never_mixed(journal, answers, name):
    answers.refused = ("둘",)
    ask([ONE], journal, answers.serve, lambda line: None)
    answers.settings, answers.refused = {name: "other"}, ()
    assert asked(answers, journal, ONE, TWO, origin=answers.origin) == (["하나", "하나", "둘"], [2, 1])
    assert read_journal(journal)[ONE.key].origin[name] == "other"


def test_another_day_is_no_other_setting(journal, answers):
    ask([ONE], journal, answers.serve, lambda line: None)
    answers.settings = {"date": "2026-11-26"}
    assert asked(answers, journal, ONE, origin=answers.origin) == (["하나"], [2])
    assert read_journal(journal)[ONE.key].origin["date"] == "2026-11-26"


def test_a_bank_with_a_memory_is_kept_whole_or_not_at_all(journal, answers):
    answers.refused = ("땅",)
    with pytest.raises(BankError):
        asked(answers, journal, ONE, *SKY)
    assert set(read_journal(journal)) == {ONE.key}
    answers.refused = ()
    assert asked(answers, journal, ONE, *SKY) == (["하늘", "하늘", "땅", "땅"], [2, 2, 2])
    assert len(journal.read_bytes().splitlines()) == 3, "a line for the whole bank, which no cut can divide"
    assert asked(answers, journal, ONE, *SKY) == ([], [2, 2, 2])


def test_a_bank_with_a_memory_gets_a_server_that_remembers_nothing(journal, answers):
    rest = variation("셋")
    asked(answers, journal, ONE, *SKY, variation("낮", bank="day", cache=True), rest)
    assert answers.served == 4


def test_a_part_of_a_bank_with_a_memory_is_of_no_use(journal, answers):
    asked(answers, journal, *SKY)
    old = read_journal(journal)[SKY[0].key].responses
    more = [variation(one.id, times=3, bank="sky", cache=True) for one in SKY]
    kept = read_journal(journal)
    journal.unlink()
    assert asked(answers, journal, *more, known=kept) == (["하늘"] * 3 + ["땅"] * 3, [3, 3])
    new = answers_so_far(more, kept, read_journal(journal))[SKY[0].key].responses
    assert len([one for one in new if one in old]) == 0, "from one run, not from two"


def test_what_stands_in_the_cassette_already_is_no_second_answer(journal, answers):
    # A kill between the taking over and the deletion of the journal leaves both.
    ask([ONE, ONE], journal, answers.serve, lambda line: None)
    kept = read_journal(journal)
    three = variation("하나", times=3)
    assert answers_so_far([three], kept, kept)[ONE.key].responses == kept[ONE.key].responses
    assert asked(answers, journal, three, known=kept) == (["하나"], [3])


def test_a_journal_begun_anew_says_so_and_holds_nothing(journal, answers):
    asked(answers, journal, ONE)
    assert not is_anew(journal)
    begin_anew(journal)
    assert is_anew(journal) and read_journal(journal) == {}
    asked(answers, journal, ONE)
    assert is_anew(journal) and len(read_journal(journal)[ONE.key].responses) == 2


def interaction(one, kind, *texts, id=None, title=""):
    label = {"id": f"written-{one.id}", "model": "written-by-authors"} if kind == "written" else {}
    found = [response(text, number) for number, text in enumerate(texts)]
    for each in found:
        each["body"] |= label
    origin = ORIGIN if kind == "open-model" else {"kind": kind, "date": "2025-02-01"}
    return Interaction(id or one.id, origin, one.request, found, title)


def known(**texts):
    return {one.key: Recorded(ORIGIN, [response(text) for text in texts[one.id]]) for one in (ONE, TWO)}


@pytest.mark.parametrize("kind", ["original-notebook", "api"])
def test_what_somebody_else_answered_stays_and_is_never_asked(kind):
    cassette = Cassette("01_roles", "m", [interaction(ONE, kind, "옛 답", id="lesson")])
    found = answers_so_far([ONE], kept_answers(cassette), {ONE.key: Recorded(ORIGIN, [response("새 답")])})
    assert missing([ONE], found) == [], "one answer, and two are wanted"
    assert with_banks(cassette, [ONE], found) == cassette


def test_banks_stand_last_in_their_order_and_written_answers_give_way():
    lesson, gone, left = variation("레슨"), variation("지운 것"), variation("저자의 것")
    cassette = Cassette(
        "01_roles",
        "m",
        [
            interaction(gone, "open-model", "옛 답"),
            interaction(TWO, "open-model", "둘의 답", title="옛 제목"),
            interaction(ONE, "written", "예시"),
            interaction(left, "written", "예시"),
            interaction(lesson, "original-notebook", "원본"),
        ],
        live_calls={"레슨": 1},
    )
    more = [response("가"), response("나"), response("다")]
    found = kept_answers(cassette) | {ONE.key: Recorded(ORIGIN, more)}
    new = with_banks(cassette, [ONE, TWO], found)
    assert [(one.id, one.origin["kind"], one.title) for one in new.interactions] == [
        ("저자의 것", "written", ""),
        ("레슨", "original-notebook", ""),
        ("하나", "open-model", "제목 하나"),
        ("둘", "open-model", "제목 둘"),
    ]
    assert new.interactions[2].responses == more[:2], "as often as it is described"
    assert (new.live_calls, new.model) == ({"레슨": 1}, "m")


def test_written_answers_are_asked_for():
    assert kept_answers(Cassette("01_roles", "m", [interaction(ONE, "written", "예시")])) == {}


def test_a_cassette_that_would_break_a_rule_is_refused_before_anything_is_asked(tmp_path):
    path = tmp_path / "01_roles.json"
    lesson = interaction(variation("레슨"), "original-notebook", "원본", id="하나")
    save_cassette(Cassette("01_roles", "m", [lesson]), path)
    with pytest.raises(CassetteError, match="id"):
        require_fit(load_cassette(path), [ONE])
    cassette = Cassette("01_roles", "m", [interaction(ONE, "written", "예시", id="eg")], live_calls={"eg": 1})
    with pytest.raises(CassetteError, match="live_calls"):
        require_fit(cassette, [ONE])
    require_fit(cassette, [TWO])
