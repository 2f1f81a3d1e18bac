"""No chip is empty: what cannot be seen alone is written as an escape, and running text keeps its emoji whole."""

import pytest

from helpers.show.chips import token_chips
from helpers.show.views import visible
from helpers.tokens import load_encoding

ENCODING = load_encoding("o200k_base")


@pytest.mark.parametrize(
    "unseen",
    ["\u200d", "\u200c", "\ufe0f", "\ufe00", "\U000e0100", "\U000e01ef", "\u00a0", "\u3000", "\u3164"],
)
def test_what_is_nothing_alone_is_an_escape_in_a_chip(unseen):
    escape = f"\\u{ord(unseen):04x}"
    chips = token_chips(ENCODING.encode_ordinary(f"가{unseen}나"), ENCODING)
    assert unseen not in chips.html and unseen not in chips.text
    # The vocabulary may hold only parts of it: then the chips show bytes.
    assert escape in chips.text or "<" in chips.text


@pytest.mark.parametrize("emoji", ["👨‍👩‍👧‍👦", "❤️"])
def test_an_emoji_falls_apart_in_chips_and_stays_whole_in_text(emoji):
    chips = token_chips(ENCODING.encode_ordinary(emoji), ENCODING)
    assert "\\u200d" in chips.text or "\\ufe0f" in chips.text
    assert visible(emoji) == emoji


def test_spaces_tabs_and_line_breaks_have_signs():
    assert token_chips(ENCODING.encode_ordinary("\t\n"), ENCODING).text.startswith("⇥↵(")
