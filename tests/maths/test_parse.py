import random

import pytest

from helpers.maths.parse import parse_statement
from helpers.maths.values import MathTextError
from helpers.maths.wrapping import MAX_LENGTH, unwrapped
from helpers.maths.writing import number
from tests.maths.hostile import HOSTILE


def statement(text: str, unknowns: tuple[str, ...] = (), role: str = "step"):
    ((part,),) = unwrapped(text, unknowns, role)
    one = parse_statement(part.text, unknowns)
    return one


def value(text: str) -> str:
    """The value of an expression, in its simplest form."""
    (chain,) = statement(text, role="problem").chains
    return number(chain.terms[0].value)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_text_is_refused_in_korean_with_one_line(text):
    with pytest.raises(MathTextError) as caught:
        statement(text)
        statement(text + "\x00")
    message = str(caught.value)
    assert message.endswith(("세요.", "니다."))
    assert message.isprintable() and len(message) < 300


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2+2", "4"),
        ("2 − 3", "-1"),
        ("2×3·4", "24"),
        ("7÷2", "7/2"),
        ("½ + ⅓", "5/6"),
        ("x" + " " * 198 + "y", "xy"),
        ("½ ÷ ¾", "2/3"),
        ("(1/2) ÷ (3/4)", "2/3"),
        ("1/2 ÷ 3/4", "2/3"),
        ("1/2 + 6 ÷ 3", "5/2"),
        ("0.1 + 0.2", "3/10"),
        (".5", "1/2"),
        ("007", "7"),
        ("2^3", "8"),
        ("2**3", "8"),
        ("2³", "8"),
        ("-2²", "-4"),
        ("8x", "8x"),
        ("2(x+1)", "2 + 2x"),
        ("(x+1)(x-1)", "-1 + x^2"),
        ("x y", "xy"),
        ("１＋（２＊３）", "7"),
        ("--1", "1"),
        ("2--3", "5"),
        ("12 - 3 - 4", "5"),
        ("24/4/3", "2"),
        ("2 1/2 + 1", "7/2"),
        ("25% × 8", "2"),
        ("√8 + √2", "3√2"),
        ("√(3 + 2√2)", "1 + √2"),
        ("1/(1 + √2)", "-1 + √2"),
        ("√2 × √3 × √6", "6"),
        ("|2 - 5|", "3"),
        ("|√2 - 2|", "2 - √2"),
        ("3π/(2π)", "3/2"),
        ("2π + π", "3π"),
        ("\\frac{\\sqrt{8}}{2}", "√2"),
    ],
)
def test_values(text, expected):
    assert value(text) == expected


def test_a_sign_that_is_left_out_binds_like_a_written_one():
    assert value("1/2x") == value("(1/2)*x") == "x/2"
    assert value("6/2(1+2)") == "9"
    assert value("2^3x") == "8x"


def test_long_plain_chains_are_one_level_deep():
    assert value("+".join("1" * (MAX_LENGTH // 2))) == "100"
    assert value("-".join(["12"] * 66)) == str(12 - 12 * 65)
    assert value("*".join("1" * (MAX_LENGTH // 2))) == "1"


def test_random_text_is_read_or_refused():
    generator = random.Random(20261)
    signs = ["또는", "이고", "x는", "\\frac", "{", "}", "√", "|", "≤", *"0123456789xy+-*/^().=,;² ½±\n:%"]
    for _ in range(1500):
        text = "".join(generator.choice(signs) for _ in range(generator.randrange(1, 30)))
        try:
            for reading in unwrapped(text, ("x",)):
                for part in reading:
                    parse_statement(part.text, ("x",), answer=True)
        except MathTextError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = -15/4", "x = -15/4"),
        ("x = 6/2 = 3", "x = 6/2 = 3"),
        ("x = 1 또는 x = 2", "x = 1 또는 x = 2"),
        ("x = 1, 2", "x = 1, x = 2"),
        ("x = 1 or 2", "x = 1 또는 x = 2"),
        ("x = +-2", "x = ±2"),
        ("x + y = 6\nx - y = 2", "x + y = 6, x - y = 2"),
        ("x = 4이고 y = 2이다.", "x = 4 그리고 y = 2"),
        ("x=4 y=2", "x = 4, y = 2"),
        ("x = 2 / x = 3", "x = 2, x = 3"),
        ("(x, y) = (4, 2)", "x = 4, y = 2"),
        ("(4, 2)", "x = 4, y = 2"),
        ("(4, 2), (2, 4)", "x = 4, y = 2 또는 x = 2, y = 4"),
        ("2(x + 1)(x - 1) = 2·3", "2(x + 1)(x - 1) = 2 × 3"),
        ("(1/2)x + x/(2y) = (1/2)/(3/4)", "(1/2)x + x/(2y) = (1/2)/(3/4)"),
        ("1 < 2x ≤ 3", "1 < 2x ≤ 3"),
        ("|x - 1| = √(2)", "|x - 1| = √2"),
    ],
)
def test_what_was_read_is_written(text, expected):
    ((part,), *_) = unwrapped(text, ("x", "y"))
    one = parse_statement(part.text, ("x", "y"))
    assert one.written() == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("8x + sin", "읽지 못한 곳이 있습니다: ‘sin’"),
        ("2\x00+2", "‘U+0000’"),
        ("x = \u202e1", "‘U+202E’"),
        ("답: (x + 1", "괄호를 닫으세요."),
        ("x2", "거듭제곱은 x^2"),
        ("6 ÷ 2(1 + 2)", "‘6 ÷ (2(1 + 2))’ 또는 ‘(6 ÷ 2) × (1 + 2)’"),
        ("√2x", "‘√(2x)’ 또는 ‘√2×x’"),
        ("x^9", "지수가 너무 큽니다: 9"),
        ("1" * 201, "201자"),
        ("w+x+y+z", "w, x, y, z"),
        ("x = 0.3...", "끊긴 소수"),
        ("x_1 + x_2 = 5", "첨자"),
        ("√(-1)", "근호 안이 음수입니다"),
        ("x = 2y = 4", "식과 식 사이에 쉼표"),
    ],
)
def test_a_refusal_says_what_and_why(text, part):
    with pytest.raises(MathTextError) as caught:
        statement(text)
    assert part in str(caught.value)
