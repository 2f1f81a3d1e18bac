from fractions import Fraction

import pytest

from helpers.errors import CourseError
from helpers.maths.reals import solve
from helpers.maths.roots import real_roots, square_root
from helpers.maths.values import MathTextError, Quotient
from helpers.maths.writing import number, numbers

X = Quotient.of_letter("x")


def of(value: int | str) -> Quotient:
    return Quotient.of_number(Fraction(value))


def test_arithmetic_is_exact():
    assert not (of("0.1") + of("0.2") - of("0.3")).numerator
    assert of(1) / of(3) * of(3) == of(1)
    assert square_root(of(2)) * square_root(of(8)) == of(4)
    assert square_root(of(2)) != of("1.41421356237309504880168872420969807857")


def test_a_divisor_with_a_letter_is_remembered_even_where_it_cancels():
    value = (X * X) / X - X
    assert not value.numerator
    assert value.divisors == (X.numerator,)


@pytest.mark.parametrize(
    ("compute", "says"),
    [
        (lambda x: of(1) / of(0), "0으로 나누는"),
        (lambda x: of(1) / (x - x), "0으로 나누는"),
        (lambda x: of(0) ** 0, "0으로 나누는"),
        (lambda x: x**9, "지수가 너무"),
        (lambda x: x**8 * x, "차수가 너무"),
        (lambda x: (x**4) ** 4, "차수가 너무"),
        (lambda x: of(10**12) ** 7, "수가 너무"),
        (lambda x: of(2**200) * of(2**200), "수가 너무"),
        (lambda x: square_root(of(-1)), "음수"),
        (lambda x: square_root(of(2) + square_root(of(2))), "근호"),
        (lambda x: square_root(x), "문자"),
        (lambda x: square_root(of(10**30 + 1)), "근호 안의 수가 너무"),
    ],
)
def test_too_large_or_undefined_is_refused(compute, says):
    with pytest.raises(MathTextError, match=says):
        compute(X)


def test_the_error_is_a_course_error_and_a_value_error():
    assert issubclass(MathTextError, CourseError) and issubclass(MathTextError, ValueError)


@pytest.mark.parametrize(
    ("value", "roots"),
    [
        (X**2 - of(2), ["-√2", "√2"]),
        (X**2 + of(1), []),
        (X**3 - X, ["-1", "0", "1"]),
        (X**4 - of(10) * X**2 + of(1), ["-√2 - √3", "√2 - √3", "-√2 + √3", "√2 + √3"]),
        (X**2 - of(2) * square_root(of(2)) * X + of(1), ["-1 + √2", "1 + √2"]),
        (X**4 + of(1), []),
        (X**4 + X + of(1), []),
    ],
)
def test_real_roots(value, roots):
    assert [number(root) for root in real_roots(value.numerator)] == roots


def test_roots_that_cannot_be_written_are_refused():
    with pytest.raises(MathTextError, match="정확히"):
        real_roots((X**3 - X - of(1)).numerator)


@pytest.mark.parametrize(
    ("value", "relation", "shown"),
    [
        (X - of(3), "<", "x < 3"),
        (X**2 - of(4), "≤", "-2 ≤ x ≤ 2"),
        (X**2 - of(4), ">", "x < -2 또는 x > 2"),
        ((X - of(1)) ** 2, "≤", "x = 1"),
        ((X - of(1)) ** 2, ">", "모든 수(x = 1 제외)"),
        (X**2 + of(1), "<", "없음"),
        (of(1) / X - of(1), "≥", "0 < x ≤ 1"),
        ((X - of(1)) ** 2 * (X - of(3)), "≥", "x = 1 또는 x ≥ 3"),
    ],
)
def test_sets_of_numbers(value, relation, shown):
    assert numbers(solve(value, relation), "x") == shown
