"""The minutes of a lesson are counted: what is counted, what is not, and where the second part begins."""

import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import minutes as counting
from tools.minutes import minutes, parts, sections

READ = "가" * counting.SYLLABLES_A_MINUTE


def notebook(*cells):
    """Return a notebook of texts, and of code where a cell is given as a list of lines."""
    return new_notebook(
        cells=[
            new_code_cell("\n".join(cell)) if isinstance(cell, list) else new_markdown_cell(cell)
            for cell in cells
        ]
    )


@pytest.mark.parametrize(
    ("cell", "kind", "seconds"),
    [
        (READ, "reading", 60),
        ("max_completion_tokens " * 150, "reading", 60),
        ("`x` **가** \n\n- !?.", "reading", 4 * 60 / 450),
        ("[가](a_long_address.ipynb) <br> <!-- 주석 -->", "reading", 60 / 450),
        (f"<!-- map -->\n\n{READ}\n\n<!-- /map -->", "reading", 0),
        ("> **실행하기 전에** 무엇이 나올까요?", "predictions", counting.SECONDS_A_PREDICTION),
        ("> **바꾸어 보세요** 값을 바꾸세요.", "changes", counting.SECONDS_A_CHANGE),
        (["a = 1", "", "a"], "cells", counting.SECONDS_A_CELL + 2 * counting.SECONDS_A_LINE),
        (["a = ...", "q1.check(a)"], "exercises", counting.SECONDS_AN_EXERCISE),
        (["from helpers.playgrounds.math import X", "X()"], "playgrounds", counting.SECONDS_A_PLAYGROUND),
        (["# q1.hint()", "# q1.solution()"], "cells", 0),
        (f"### 과제 (시작할 때)\n\n{READ}", "reading", 0),
        (["from helpers.tasks.roles import task", "", "# task.check()"], "exercises", 0),
    ],
)
def test_each_kind_of_work_takes_its_time(cell, kind, seconds):
    first, more = parts(notebook(cell))
    assert first[kind] == pytest.approx(seconds) and not more


def test_a_lesson_of_one_part_has_no_second_one():
    assert minutes(notebook("# 1. 제목", READ * 33)) == {"minutes": 35, "more_minutes": 0}
    assert minutes(notebook("# 1. 제목")) == {"minutes": 5, "more_minutes": 0}


def test_what_stands_behind_the_heading_is_the_second_part_with_all_sections_after_it():
    further = f"끝.\n\n## 더 나아가기\n\n{READ * 10}"
    lesson = notebook(f"# 1. 제목\n\n{READ * 40}", further, ["x"] * 25, f"## 연습\n\n{READ * 9}")
    assert minutes(lesson) == {"minutes": 40, "more_minutes": 20}
    assert [heading for heading, _ in sections(lesson)] == ["(top)", "더 나아가기", "연습"]
    fenced = notebook("# 1. 제목", "```text\n## 더 나아가기\n```", READ * 10)
    assert minutes(fenced) == {"minutes": 10, "more_minutes": 0}
    assert minutes(notebook("### 더 나아가기", READ * 10))["more_minutes"] == 0


def test_what_is_only_looked_up_is_not_read():
    assert minutes(notebook(READ * 10, f"## 용어\n\n{READ * 30}"))["minutes"] == 10


def test_the_command_shows_the_sections_of_a_lesson_that_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["minutes", "01"])
    counting.main()
    assert "  연습: reading" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["minutes"])
    counting.main()
    shown = capsys.readouterr().out
    assert "연습" not in shown and "05_math_helper 기본: reading" in shown
    monkeypatch.setattr(sys, "argv", ["minutes", "99_none"])
    with pytest.raises(SystemExit):
        counting.main()
    assert "99_none" in capsys.readouterr().err
