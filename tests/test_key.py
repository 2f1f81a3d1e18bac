"""The key and every part of it that a server repeats are hidden; everything else stays as it is."""

import pytest

from helpers.key import HIDDEN, Key

TEXT = "sk-proj-" + "Q7vXk2mR9tLw" + "WXYZ"


@pytest.mark.parametrize(
    "shown",
    [
        TEXT,
        f"'{TEXT}',",
        f"Bearer {TEXT}",
        f"{TEXT[:8]}{'*' * 12}{TEXT[-4:]}.",
        f"{TEXT[:3]}...{TEXT[-4:]}",
        f"{TEXT[:6]}…",
        f"••••{TEXT[-4:]}",
        f"{TEXT[:10]}",
        f"ending in {TEXT[-4:]}.",
        f"key={TEXT[:8]}***{TEXT[-4:]}",
        f"api_key=…{TEXT[-4:]}",
        f'{{"key":"{TEXT}"}}',
    ],
)
def test_no_form_of_the_key_is_left(shown: str) -> None:
    hidden = Key(TEXT).hide(f"Incorrect API key: {shown}")
    assert HIDDEN in hidden
    assert not [part for part in (TEXT, TEXT[:6], TEXT[-4:], TEXT[8:14]) if part in hidden]


@pytest.mark.parametrize(
    "text", ["Rate limit reached for gpt-6-luna.", "sk 키는 sk-로 시작합니다...", "**굵게** 3*4", "", "…"]
)
def test_other_text_stays(text: str) -> None:
    assert Key(TEXT).hide(text) == text


@pytest.mark.parametrize(
    "dressed",
    [
        "".join(f"\\{ord(one):03o}" for one in TEXT),
        TEXT.replace("-", "\\55"),
        "".join(f"\\U{ord(one):08x}" for one in TEXT),
        "".join(f"&amp;#{ord(one)};" for one in TEXT),
        "".join(f"&#{ord(one)}" for one in TEXT),
        "".join(chr(ord(one) + 0xFEE0) for one in TEXT),
        TEXT.replace("-", "\u2011"),
        TEXT.replace("-", "\u2013"),
        *[unseen.join(TEXT) for unseen in "\u034f\u180e\ufe0f\u3164\u0301\U000e0061"],
        "".join(f"\\u{0xFEE0 + ord(one):04x}" for one in TEXT),
    ],
)
def test_what_is_read_as_the_key_is_hidden(dressed: str) -> None:
    assert Key(TEXT).hide_whole(f"키는 {dressed}입니다") == f"키는 {HIDDEN}입니다"


def test_a_key_that_json_would_escape_is_hidden_in_both_forms() -> None:
    key = Key('ab"cd\\efgh')
    assert key.hide('key ab"cd\\efgh and "ab\\"cd\\\\efgh"') == f'key {HIDDEN} and "{HIDDEN}"'


def test_a_word_for_a_local_server_is_hidden_as_a_word_only() -> None:
    assert Key("abc123").hide("abc123: abc123-2 not found") == f"{HIDDEN}: abc123-2 not found"


@pytest.mark.parametrize("key", ["ollama", "EMPTY", "lm-studio", "none", "sk-no-key-required", "x"])
def test_what_manuals_give_for_a_key_is_not_hidden(key) -> None:
    for text in (f"{key} run llama3", f'OpenAI(api_key="{key}")'):
        assert Key(key).hide(text) == text
        assert not Key(key).is_in(text)


def test_without_a_key_nothing_is_hidden_and_no_header_is_made() -> None:
    assert Key(None).hide("sk-…") == "sk-…"
    headers = {"authorization": "Bearer other"}
    Key(None).put_into(headers)
    assert headers == {}
    assert not Key(None).is_in("anything")


def test_the_key_shows_in_no_representation() -> None:
    key = Key(TEXT)
    assert TEXT not in repr(key) + str(key)
    headers: dict[str, str] = {}
    key.put_into(headers)
    assert headers == {"authorization": f"Bearer {TEXT}"}
    assert key.is_in(f"... {TEXT} ...")
