"""The pure byte-pair encoder of the browser tab against tiktoken's compiled one."""

import random
import unicodedata

import pytest
from tiktoken import _tiktoken

from helpers.tokens import load_encoding
from tools.site.byte_pairs import CoreBPE

ENCODINGS = ("o200k_base", "cl100k_base")
STRINGS = 10_000
SEED = 20_261_125
ODD = "\t\n\r\x0b\x0c\x00\x1f \x85\u00a0\u2003\u2028\u3000ſıİßǅ'’sStTdD/.,;-_0123456789²½Ⅷ٣५"
WORDS = [
    "I'll",
    "don't",
    "'re",
    "안녕하세요",
    "ㅋㅋㅋ",
    "\r\n\r\n",
    "   ",
    "\n \n",
    "http://",
    "<|endoftext|>",
    "<|fim",
    "👩‍👩‍👧",
    "e\u0301",
]


def alphabets():
    """Return the assigned characters by script, as the first word of a character's name says it, and odd ones."""
    scripts = {"odd": list(ODD)}
    for code in range(0x110000):
        name = unicodedata.name(chr(code), "")
        if name and not 0xD800 <= code <= 0xDFFF:
            scripts.setdefault(name.partition(" ")[0], []).append(chr(code))
    return list(scripts.values())


def strings(alphabets, number):
    """Return random strings: one script, several, all of them, with words that split oddly between."""
    draw = random.Random(SEED)
    for _ in range(number):
        chosen = draw.choices(alphabets, k=draw.choice((1, 1, 2, 4)))
        parts = [
            draw.choice(WORDS) if draw.random() < 0.1 else draw.choice(draw.choice(chosen))
            for _ in range(draw.randint(1, 40))
        ]
        yield "".join(parts)


@pytest.fixture(scope="module", params=ENCODINGS)
def both(request):
    """The compiled encoder and ours, over the same vocabulary."""
    real = load_encoding(request.param)
    return real._core_bpe, CoreBPE(real._mergeable_ranks, real._special_tokens, real._pat_str), real


def test_ten_thousand_strings_of_every_script_are_split_alike(both):
    real, ours, _ = both
    scripts = alphabets()
    assert len(scripts) > 150
    wrong = [
        text for text in strings(scripts, STRINGS) if real.encode_ordinary(text) != ours.encode_ordinary(text)
    ]
    assert wrong == []


def test_each_assigned_character_is_split_alike_among_letters(both):
    real, ours, _ = both
    codes = [code for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")]
    for start in range(0, len(codes), 500):
        text = "".join(f"a{chr(code)}Z {chr(code)}\n" for code in codes[start : start + 500])
        assert real.encode_ordinary(text) == ours.encode_ordinary(text), hex(codes[start])


def test_special_tokens_are_tokens_only_where_they_are_allowed(both):
    real, ours, encoding = both
    text = "가<|endoftext|>b<|endofprompt|><|fim_prefix|>c<|endoftext|>"
    everything = encoding.special_tokens_set
    for allowed in (set(), {"<|endoftext|>"}, everything, {"<|unknown|>"}):
        assert real.encode(text, allowed) == ours.encode(text, allowed)
    assert real.encode_ordinary(text) == ours.encode_ordinary(text)
    for special in everything:
        assert ours.encode_single_token(special.encode()) == real.encode_single_token(special.encode())


def test_lone_surrogates_are_refused_so_that_tiktoken_replaces_them(both, monkeypatch):
    _, ours, encoding = both
    texts = ["a\ud800b", "\udc00", "\ud83d\ude00", "가\udfff나"]
    wanted = [(encoding.encode(text), encoding.encode_ordinary(text)) for text in texts]
    with pytest.raises(UnicodeEncodeError):
        ours.encode_ordinary("a\ud800b")
    monkeypatch.setattr(encoding, "_core_bpe", ours)
    assert [(encoding.encode(text), encoding.encode_ordinary(text)) for text in texts] == wanted


def test_tokens_become_bytes_again_and_errors_are_the_same(both):
    real, ours, _ = both
    text = "토큰 explorer 👩‍👩‍👧 \u0301"
    tokens = ours.encode_ordinary(text)
    assert ours.decode_bytes(tokens).decode() == text
    assert [ours.decode_single_token_bytes(one) for one in tokens] == [
        real.decode_single_token_bytes(one) for one in tokens
    ]
    assert ours.encode_single_piece("토큰입니다".encode()) == real.encode_single_piece("토큰입니다".encode())
    assert bytes(ours.encode_to_tiktoken_buffer(text, set())) == bytes(
        real.encode_to_tiktoken_buffer(text, set())
    )
    assert ours.token_byte_values() == real.token_byte_values()
    for call in (
        lambda core: core.decode_bytes([10**7]),
        lambda core: core.decode_single_token_bytes(10**7),
        lambda core: core.encode_single_token(b"no such token"),
    ):
        errors = []
        for core in (real, ours):
            with pytest.raises(KeyError) as caught:
                call(core)
            errors.append(caught.value.args)
        assert errors[0] == errors[1]


def test_our_class_has_every_method_that_tiktoken_calls_but_one():
    public = {name for name in dir(_tiktoken.CoreBPE) if not name.startswith("_")}
    # Which completions a text may still have: tiktoken calls it unstable, and nobody here asks.
    assert public - set(dir(CoreBPE)) == {"encode_with_unstable"}


def test_a_long_run_is_one_piece_and_equal(both):
    real, ours, _ = both
    assert ours.encode_ordinary("ㅋ" * 20_000) == real.encode_ordinary("ㅋ" * 20_000)
