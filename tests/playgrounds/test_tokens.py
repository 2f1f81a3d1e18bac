"""The token explorer: what it draws for a text, and that a long or hostile text stays harmless."""

import asyncio
import html
import re
import unicodedata

import ipywidgets
import pytest

from helpers.models import known_models
from helpers.playgrounds.tokens import ENCODINGS, MOST_CHIPS, START, TokenExplorer, tokenize
from helpers.tokens import load_encoding

CHIP = re.compile(r"<br><small>(\d+)</small>")


@pytest.fixture
def explorer():
    return TokenExplorer()


def shown(explorer):
    return "".join(part.value for part in explorer.parts)


def ids(text, name):
    return load_encoding(name).encode_ordinary(text)


def test_it_opens_with_an_example(explorer):
    assert explorer.text.value == START
    assert [int(one) for one in CHIP.findall(shown(explorer))] == [
        token for name in ENCODINGS for token in ids(START, name)
    ]


def test_typing_shows_chips_ids_and_counts_of_both_encodings(explorer):
    explorer.text.value = "한국시리즈는 어디에서 열렸나요?"
    for name in ENCODINGS:
        tokens = ids(explorer.text.value, name)
        assert re.search(rf">{name}</th><td[^>]*>{len(tokens)}</td>", shown(explorer))
    drawn = [int(one) for one in CHIP.findall(shown(explorer))]
    assert drawn == [token for name in ENCODINGS for token in ids(explorer.text.value, name)]


def test_costs_follow_the_price_and_the_count(explorer):
    text = "나는 오늘 학교에 갑니다. " * 20
    explorer.text.value = text
    priced = [model for model in known_models() if model.price]
    assert len(priced) > 1
    for model in priced:
        dollars = len(ids(text, model.encoding)) * model.price.input / 1_000_000
        row = re.search(rf">{re.escape(model.name)}</th>(.*?)</tr>", shown(explorer)).group(1)
        assert f">{dollars:.8f}<" in row and f">{dollars * 1000:.5f}<" in row
        assert ("가정" in row) == (model.encoding_basis == "assumed")
        assert str(model.price.date) in row


def test_models_without_a_price_are_left_out(explorer):
    unpriced = {model.name for model in known_models() if model.price is None}
    assert unpriced and not any(f">{name}</th>" in shown(explorer) for name in unpriced)


def test_a_long_text_is_counted_whole_and_drawn_in_part(explorer):
    explorer.text.value = "뷁" * 50_000
    counts = {name: len(ids(explorer.text.value, name)) for name in ENCODINGS}
    assert len(CHIP.findall(shown(explorer))) == MOST_CHIPS * len(ENCODINGS)
    assert shown(explorer).count(f"앞의 {MOST_CHIPS}개만 그렸습니다") == len(ENCODINGS)
    for count in counts.values():
        assert f"전체 {count:,}개" in shown(explorer)
    assert len(shown(explorer)) < 250_000


def test_a_text_that_fits_says_nothing_of_a_limit(explorer):
    explorer.text.value = "짧은 글"
    assert "그렸습니다" not in shown(explorer)


def test_decomposed_hangul_is_told_with_the_tokens_of_the_composed_text(explorer):
    explorer.text.value = unicodedata.normalize("NFD", "한글 값")
    text = html.unescape(re.sub("<.*?>", " ", shown(explorer)))
    assert "NFD" in text and "4글자" in text and "글자(len)" in text
    for name in ENCODINGS:
        composed, decomposed = len(ids("한글 값", name)), len(ids(explorer.text.value, name))
        assert composed < decomposed and f"{name} {decomposed}개 → {composed}개" in text
    for text in ("한글 값", "e\u0301", "👨‍👩‍👧 ㅎㅏ"):
        explorer.text.value = text
        assert "NFD" not in shown(explorer)


def test_a_text_that_stops_the_tokenizer_is_told(explorer):
    explorer.text.value = " " * 1_000_000
    assert "토큰을 세지 못했습니다" in shown(explorer) and "공백" in shown(explorer)
    assert "<table" not in shown(explorer)
    explorer.text.value = "글"
    assert "<table" in shown(explorer)


def test_keys_in_quick_succession_are_counted_once(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "helpers.playgrounds.tokens.tokenize", lambda text: drawn.append(text) or tokenize(text)
    )
    monkeypatch.setattr("helpers.playgrounds.playground.PAUSE_SECONDS", 0)

    async def type_quickly():
        explorer = TokenExplorer()
        drawn.clear()
        for text in ("ㅎ", "하", "한"):
            explorer.text.value = text
        assert drawn == []
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert drawn == ["한"] and "24707" not in shown(explorer)

    asyncio.run(type_quickly())


def test_no_text_is_no_error(explorer):
    explorer.text.value = ""
    assert not CHIP.findall(shown(explorer))
    assert "글을 적으면" in shown(explorer)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<|endoftext|>",
        "&lt;",
        "\"'",
        "\u202e\x1b[31m",
    ],
)
def test_what_is_typed_never_acts(explorer, text):
    explorer.text.value = text
    tags = set(re.findall(r"<([a-z0-9]+)", shown(explorer)))
    assert tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "div", "span", "small", "br", "b"}
    assert not {"\u202e", "\x1b"} & set(shown(explorer))


def test_typing_is_never_written_back(explorer):
    """An input method loses the syllable being composed when the text is set under it."""
    set_by = []
    explorer.text.observe(lambda change: set_by.append(change["new"]), names="value")
    for text in ("ㅎ", "하", "한"):
        explorer.text.value = text
    assert set_by == ["ㅎ", "하", "한"]


def test_the_preview_stands_still(explorer):
    first = explorer._repr_mimebundle_()
    explorer.text.value = "바뀐 글"
    assert explorer._repr_mimebundle_()["text/html"] == first["text/html"]
    assert TokenExplorer()._repr_mimebundle_()["text/plain"] == first["text/plain"]
    assert "24707" in first["text/html"] and "멈춘 모습" in first["text/html"]


def test_the_text_box_has_a_name(explorer):
    assert explorer.text.description
    assert all(isinstance(one, ipywidgets.Textarea | ipywidgets.HTML) for one in explorer.children)
