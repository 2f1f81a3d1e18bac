"""The tasks in the notebooks: the same one before and after each lesson, and nothing of it runs by itself."""

import re

import pytest

from helpers.course import lessons
from tests.tasks.known import TASKS
from tools.notebooks import NOTEBOOKS, read

START, END, RECAP = "### 과제 (시작할 때)", "### 과제 (마친 뒤)", "## 정리"
asked_of_all = pytest.mark.parametrize("name", TASKS)


def cells(name):
    return read(NOTEBOOKS / f"{name}.ipynb").cells


def place(found, beginning):
    (number,) = [number for number, cell in enumerate(found) if cell.source.startswith(beginning)]
    return number


@asked_of_all
def test_the_task_stands_behind_the_first_cell_and_before_the_recap_of_the_first_part(name):
    found = cells(name)
    recap = next(number for number, cell in enumerate(found) if cell.source.startswith(RECAP))
    assert place(found, START) == 1
    assert place(found, END) == recap - 2
    module = lessons()[name].exercises["module"]
    head = f"from helpers.tasks.{module} import task\n"
    # No cell of its own: the first call to the API is to be the second.
    assert f'```python\n{head}task.start("before")\n```' in found[1].source
    # As comments: whoever runs all cells makes no files and is not judged.
    assert found[recap - 1].source == f'{head}\n# task.start("after")\n# task.check()'
    assert found[recap - 1].outputs == []


@asked_of_all
def test_the_same_is_asked_before_and_after(name):
    found = cells(name)
    before, after = (
        re.search(
            r"^\*\*과제\.\*\* .*?(?=\n\n(?:이 셀을|아래 셀에서) )",
            found[place(found, heading)].source,
            re.S | re.M,
        )
        for heading in (START, END)
    )
    assert before and after and before[0] == after[0]
    assert "어디로도 보내지 않습니다" in found[place(found, START)].source
