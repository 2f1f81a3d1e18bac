import random

import pytest

from helpers.maths.parse import MAX_LENGTH, MathTextError, parse_statement
from tests.maths.hostile import HOSTILE


def value(text: str) -> str:
    """The value of an expression, as SymPy writes it."""
    ((term,),) = parse_statement(text).chains
    quotient = term.value
    return str((quotient.numerator / quotient.denominator.LC).as_expr())


def sides(text: str) -> list[list[str]]:
    return [[term.text for term in chain] for chain in parse_statement(text).chains]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_text_is_refused_in_korean_with_one_line(text):
    with pytest.raises(MathTextError) as caught:
        parse_statement(text)
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
        ("x" + " " * 198 + "y", "x*y"),
        ("½ ÷ ¾", "2/3"),
        ("(1/2) ÷ (3/4)", "2/3"),
        ("1/2 + 6 ÷ 3", "5/2"),
        ("0.1 + 0.2", "3/10"),
        (".5", "1/2"),
        ("007", "7"),
        ("2^3", "8"),
        ("2**3", "8"),
        ("2³", "8"),
        ("-2²", "-4"),
        ("8x", "8*x"),
        ("2(x+1)", "2*x + 2"),
        ("(x+1)(x-1)", "x**2 - 1"),
        ("x(x+1)", "x**2 + x"),
        ("x y", "x*y"),
        ("１＋（２＊３）", "7"),
        ("--1", "1"),
        ("2--3", "5"),
        ("12 - 3 - 4", "5"),
        ("24/4/3", "2"),
        ("답: 4", "4"),
        ("정답은 4입니다.", "4"),
        ("따라서 4", "4"),
        ("4.", "4"),
        ("4。", "4"),
    ],
)
def test_values(text, expected):
    assert value(text) == expected


def test_an_inserted_times_sign_binds_like_a_written_one():
    assert value("1/2x") == value("(1/2)*x") == "x/2"
    assert value("6/2(1+2)") == "9"
    assert value("2^3x") == "8*x"


def test_long_plain_chains_are_one_level_deep():
    assert value("+".join("1" * (MAX_LENGTH // 2))) == "100"
    assert value("-".join(["12"] * 66)) == str(12 - 12 * 65)
    assert value("*".join("1" * (MAX_LENGTH // 2))) == "1"


def test_random_text_is_read_or_refused():
    generator = random.Random(20261)
    signs = "0123456789xy+-*/^().=,;² ½±\n또는"
    for _ in range(1500):
        text = "".join(generator.choice(signs) for _ in range(generator.randrange(1, 30)))
        try:
            parse_statement(text)
        except MathTextError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = -15/4", [["x", "-15/4"]]),
        ("2+2 = 4", [["2+2", "4"]]),
        ("x = 6/2 = 3", [["x", "6/2", "3"]]),
        ("x = 1 또는 x = 2", [["x", "1"], ["x", "2"]]),
        ("x = 1, x = 2", [["x", "1"], ["x", "2"]]),
        ("x = 1 or x = 2", [["x", "1"], ["x", "2"]]),
        ("x = 1, 2", [["x", "1"], ["x", "2"]]),
        ("x = ±2", [["x", "+2"], ["x", "-2"]]),
        ("x + y = 6, x - y = 2", [["x+y", "6"], ["x-y", "2"]]),
        ("x + y = 6\nx - y = 2", [["x+y", "6"], ["x-y", "2"]]),
        ("x + y = 6; x - y = 2", [["x+y", "6"], ["x-y", "2"]]),
        ("x + y = 6 그리고 x - y = 2", [["x+y", "6"], ["x-y", "2"]]),
        ("x = 4이고 y = 2이다.", [["x", "4"], ["y", "2"]]),
        ("x = 4 and y = 2", [["x", "4"], ["y", "2"]]),
        ("x+y=6,\nx-y=2,", [["x+y", "6"], ["x-y", "2"]]),
    ],
)
def test_equations(text, expected):
    assert sides(text) == expected


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [("x = 1 또는 x = 2", True), ("x = ±1", True), ("x = 1, x = 2", False), ("x = 1", False)],
)
def test_alternatives_are_told_apart(text, alternatives):
    assert parse_statement(text).alternatives is alternatives


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("해가 없다", "none"),
        ("해가 없습니다.", "none"),
        ("답: 해 없음", "none"),
        ("모든 수", "all"),
        ("해는 모든 실수입니다.", "all"),
        ("해가 무수히 많다.", "many"),
        ("해가 무수히 많습니다", "many"),
        ("없음", "none"),
        ("해가 없음", "none"),
        ("해가 존재하지 않는다.", "none"),
        ("실근이 없습니다", "none"),
        ("No solution.", "none"),
        ("x는 모든 실수이다", "all"),
        ("무수히 많음", "many"),
    ],
)
def test_claims(text, claim):
    assert parse_statement(text).claim == claim


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("8x + sin", "6번째 글자부터 읽지 못했습니다: ‘sin’"),
        ("2\x00+2", "2번째 글자부터 읽지 못했습니다: ‘U+0000’"),
        ("x = \u202e1", "5번째 글자부터 읽지 못했습니다: ‘U+202E’"),
        ("답: (x + 1", "4번째 글자부터 읽지 못했습니다: ‘(’. 괄호를 닫으세요."),
        ("2 + \\frac", "LaTeX 대신"),
        ("x2", "거듭제곱은 x^2"),
        ("1/2 ÷ 3/4", "5번째 글자부터 읽지 못했습니다: ‘÷’. ÷와 /를 섞으면"),
        ("2 ÷ -1/2", "÷와 /를 섞으면"),
        ("x = 2^-1", "식 ‘2^-1’"),
        ("x^9", "지수가 너무 큽니다: 9"),
        ("1" * 201, "201자"),
        ("w+x+y+z", "w, x, y, z"),
    ],
)
def test_a_refusal_says_what_and_where(text, part):
    with pytest.raises(MathTextError) as caught:
        parse_statement(text)
    assert part in str(caught.value)
