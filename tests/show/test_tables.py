"""Tables: what stands right, and that a table keeps its place when it grows."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from helpers.show.tables import table

RIGHT, LEFT = "text-align:right;font-variant-numeric:tabular-nums", "text-align:left"


def sides(page, column):
    """Return the styles of a column's cells, the header first."""
    rows = re.findall(r"<tr.*?</tr>", page.html)
    cells = [re.findall(r'<t[hd](?: scope="\w+")? style="([^"]*)">', row)[column] for row in rows]
    return {style.replace(";font-weight:normal", "") for style in cells}


@pytest.mark.parametrize(
    "values",
    [
        [5, 20, 200],
        ["0.075", "0.6"],
        ["1,234", "128,000", "1,050,000"],
        ["$0.01", "₩1,200"],
        ["12%", "-3", "−3", "+0.5", "1e-07"],
        [1.5, Fraction(1, 2), Decimal("0.1")],
        ["81", "", "–"],
    ],
)
def test_a_column_of_numbers_stands_right_with_its_header(values):
    page = table(["이름", "수"], [["가", value] for value in values])
    assert sides(page, 1) == {RIGHT}
    assert sides(page, 0) == {LEFT}
    assert sides(table(["수", "이름"], [[value, "가"] for value in values]), 0) == {RIGHT}


@pytest.mark.parametrize(
    "values",
    [
        ["81", "없음"],
        ["2026-11-22"],
        ["12개"],
        [True, False],
        ["14.3 / 14"],
        ["1,23"],
        [""],
        ["1.2.3"],
        ["x = 3"],
        [None],
        [],
    ],
)
def test_any_other_column_stands_left(values):
    assert sides(table(["이름", "값"], [["가", value] for value in values]), 1) == {LEFT}


def test_rows_of_any_length_are_shown_whole():
    page = table(["a", "b"], [["x"], ["y", 1, 2]])
    assert page.text.splitlines() == ["a | b", "x", "y | 1 | 2"]
    assert "2</td>" in page.html


def test_a_table_does_not_jump_to_the_middle():
    assert table(["a"], []).html.startswith('<table style="margin-left:0">')
