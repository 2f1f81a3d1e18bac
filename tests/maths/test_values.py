from fractions import Fraction

import pytest

from helpers.errors import CourseError
from helpers.maths.values import MathTextError, Quotient, letters

X = "x"


def number(value: int | str) -> Quotient:
    return Quotient.of_number(Fraction(value))


def test_arithmetic_is_exact():
    total = number("0.1") + number("0.2") - number("0.3")
    assert not total.numerator
    assert (number(1) / number(3) * number(3)).numerator == 1


def test_a_divisor_with_a_letter_is_remembered_even_where_it_cancels():
    x = Quotient.of_letter(X)
    value = (x * x) / x - x
    assert not value.numerator
    assert value.divisors == {letters()[X]}


def test_sums_over_one_denominator_keep_its_degree():
    one_over = number(1) / Quotient.of_letter(X)
    total = number(0)
    for _ in range(20):
        total = total + one_over
    assert total.numerator == 20 * total.denominator.quo(letters()[X])


@pytest.mark.parametrize(
    ("compute", "says"),
    [
        (lambda x: number(1) / number(0), "0으로 나누는"),
        (lambda x: number(1) / (x - x), "0으로 나누는"),
        (lambda x: number(0) ** 0, "0으로 나누는"),
        (lambda x: x**9, "지수가 너무"),
        (lambda x: x**8 * x, "차수가 너무"),
        (lambda x: (x**4) ** 4, "차수가 너무"),
        (lambda x: number(10**12) ** 7, "수가 너무"),
        (lambda x: number(2**200) * number(2**200), "수가 너무"),
    ],
)
def test_too_large_or_undefined_is_refused(compute, says):
    with pytest.raises(MathTextError, match=says):
        compute(Quotient.of_letter(X))


def test_the_error_is_a_course_error_and_a_value_error():
    assert issubclass(MathTextError, CourseError) and issubclass(MathTextError, ValueError)


def test_powers():
    x = Quotient.of_letter(X)
    assert ((x + number(1)) ** 2).numerator == letters()[X] ** 2 + 2 * letters()[X] + 1
    assert (number(5) ** 0).numerator == 1
