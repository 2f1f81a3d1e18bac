"""A task as the learner meets it: the files, the table, what is remembered, in a kernel too."""

import json
import os

import nbformat
import pytest

from helpers import course
from helpers.lesson import open_lesson
from helpers.progress import Progress
from helpers.tasks.roles import task
from tests.tasks.known import TASKS
from tests.tasks.test_answers import ANSWERS
from tools.notebooks import execute_all
from tools.work import lay_out, restore

LESSON = "01_roles"
RIGHT, FORGOTTEN = (
    next(one["code"] for one in ANSWERS if (one["lesson"], one["name"]) == (LESSON, name))
    for name in ("plain", "answer forgotten")
)


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    folder = tmp_path / "내 폴더"
    monkeypatch.setenv("LESSON_WORK", str(folder))
    return folder


def write(when, code):
    task.start(when)
    task.path(when).write_text(code, encoding="utf-8")


def lines(view):
    return view.text.split("\n")


def test_start_makes_an_empty_file_and_says_which(work):
    shown = task.start("before").text
    assert (work / "tasks" / "01_roles_before.py").read_bytes() == b""
    assert "tasks/01_roles_before.py" in shown and str(work) not in shown
    assert not task.path("after").exists()


def test_a_file_that_is_there_stays_as_it_is():
    write("before", "first = 1\n")
    first = task.start("before").text
    assert task.path("before").read_text(encoding="utf-8") == "first = 1\n"
    assert task.start("before").text == first


@pytest.mark.parametrize("when", ["", "later", "../x", None, 3])
def test_another_time_is_told_and_makes_nothing(when, work):
    assert 'task.start("before")' in task.start(when).text
    assert not work.exists()


@pytest.mark.parametrize("content", [None, "", "# 나중에\n"])
def test_without_an_answer_after_the_lesson_nothing_is_judged_nor_remembered(content):
    write("before", RIGHT)
    if content is not None:
        write("after", content)
    shown = task.check().text
    assert "tasks/01_roles_after.py에 아직 쓴 것이 없습니다." in shown and "맞음" not in shown
    assert Progress().tasks() == {}


def test_both_files_are_judged_and_the_reason_is_told_of_the_later_one_only():
    write("before", "first = []\n")
    write("after", FORGOTTEN)
    shown = lines(task.check())
    assert shown[0] == "조건 | 시작할 때 | 마친 뒤"
    assert "follow_up은 앞의 대화를 모두 다시 보냅니다 | ✗ 아직 | ✓ 맞음" in shown
    assert "맞은 조건 | 0/7 | 6/7" in shown
    assert "· 그 뒤에 받은 답변과 새 질문이 차례로 붙습니다" in shown
    assert not any("follow_up이라는 이름이 없습니다" in line for line in shown)
    assert Progress().tasks() == {LESSON: ((0, 7), (6, 7))}


def test_no_file_before_the_lesson_is_a_usual_case():
    write("after", RIGHT)
    shown = lines(task.check())
    assert "맞은 조건 | 건너뜀 | 7/7" in shown and shown[-1] == "✓ 마친 뒤의 파일은 조건을 모두 지킵니다."
    assert Progress().tasks() == {LESSON: (None, (7, 7))}


def test_the_first_result_is_the_one_that_is_remembered():
    write("before", "first = []\n")
    write("after", FORGOTTEN)
    task.check()
    write("before", RIGHT)
    write("after", RIGHT)
    assert "맞은 조건 | 7/7 | 7/7" in task.check().text
    assert Progress().tasks() == {LESSON: ((0, 7), (6, 7))}


def test_progress_shows_both_beside_the_exercises():
    write("after", RIGHT)
    task.check()
    Progress().add(LESSON, "q1")
    Progress().add_task("03_tokens", (2, 5), (5, 5))
    shown = lines(open_lesson(LESSON).progress())
    assert "레슨 | 푼 문제 | 모두 | 과제 (시작할 때) | 과제 (마친 뒤)" in shown
    assert "01_roles | 1 | 4 | 건너뜀 | 7/7" in shown
    assert "03_tokens | 0 | 4 | 2/5 | 5/5" in shown
    assert "02_structured_outputs | 0 | 4 |  | " in shown


def test_a_progress_file_of_an_earlier_edition_is_read_and_loses_nothing(work):
    work.mkdir()
    (work / ".progress.json").write_text('{"solved": {"01_roles": ["q2"]}}\n', encoding="utf-8")
    Progress().add_task(LESSON, None, (3, 7))
    Progress().add("03_tokens", "q1")
    content = json.loads((work / ".progress.json").read_text(encoding="utf-8"))
    assert content == {"solved": {"01_roles": ["q2"], "03_tokens": ["q1"]}, "tasks": {LESSON: [None, [3, 7]]}}


def test_exercises_that_changed_their_names_are_counted_for_what_was_solved(work):
    work.mkdir()
    (work / ".progress.json").write_text('{"solved": {"05_math_helper": ["q1", "q2"]}}\n', encoding="utf-8")
    assert Progress().solved() == {"05_math_helper": ["q1", "q4"]}
    Progress().add("05_math_helper", "q2")
    Progress().add("05_math_helper", "q3")
    assert Progress().solved() == {"05_math_helper": ["q1", "q2", "q3", "q4"]}, "only once"
    Progress(work / "new").add("05_math_helper", "q2")
    assert Progress(work / "new").solved() == {"05_math_helper": ["q2"]}


@pytest.mark.parametrize(
    "tasks", ["[]", '{"01_roles": 3}', '{"01_roles": [[1], [2, 3]]}', '{"01_roles": [null, null]}']
)
def test_a_damaged_progress_file_is_left_alone_and_named(tasks, work):
    write("after", RIGHT)
    text = f'{{"solved": {{}}, "tasks": {tasks}}}'
    (work / ".progress.json").write_text(text, encoding="utf-8")
    shown = task.check().text
    assert "맞은 조건 | 건너뜀 | 7/7" in shown and "결과를 기록하지 못했습니다" in shown
    assert (work / ".progress.json").read_text(encoding="utf-8") == text


def test_a_folder_that_cannot_be_written_or_read_is_told_without_its_path(work):
    work.mkdir()
    (work / "tasks").write_text("", encoding="utf-8")
    assert "읽거나 쓰지 못했습니다" in task.start("after").text
    (work / "tasks").unlink()
    task.path("after").mkdir(parents=True)
    shown = task.check().text
    assert "파일을 읽거나 쓰지 못했습니다: tasks/01_roles_after.py" in shown and str(work) not in shown


def test_what_she_wrote_is_shown_as_text():
    write("after", "first = [{'role': '<b>', 'content': '</table><script>'}]\n")
    page = task.check().html
    assert "<script>" not in page and "'<b>'" not in page


def test_laying_the_folder_out_anew_leaves_her_files(work):
    write("before", "first = 1\n")
    work.mkdir(exist_ok=True)
    for _ in range(2):
        lay_out(course.ROOT, work, "3.11.7", lambda text: None)
    restore(course.ROOT, work, LESSON, "3.11.7")
    assert task.path("before").read_text(encoding="utf-8") == "first = 1\n"


def test_in_a_kernel_the_lines_of_the_notebook_do_it(work):
    cells = [
        f'from helpers import open_lesson\nlesson = open_lesson("{LESSON}")',
        'from helpers.tasks.roles import task\ntask.start("before")',
        'task.start("after")',
        f"from pathlib import Path\nPath('tasks/{LESSON}_after.py').write_text({RIGHT!r}, encoding='utf-8')",
        "task.check()",
        "lesson.progress()",
    ]
    work.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    execute_all([notebook], work, LESSON_WORK="", PYTHONPATH=str(course.ROOT))
    shown = [cell.outputs[-1]["data"]["text/plain"] for cell in notebook.cells]
    assert "tasks/01_roles_before.py" in shown[1] and "맞은 조건 | 건너뜀 | 7/7" in shown[4]
    assert "01_roles | 0 | 4 | 건너뜀 | 7/7" in shown[5]
    assert sorted(os.listdir(work)) == [".progress.json", "tasks"]


def test_each_of_the_five_lessons_has_a_task_of_its_own_name():
    assert {"01_roles", "02_structured_outputs", "03_tokens", "04_seeds", "05_math_helper"} <= set(TASKS)
    for name, one in TASKS.items():
        assert one.lesson == name and 5 <= len(one.conditions) <= 8
        texts = [condition.text for condition in one.conditions]
        assert len(set(texts)) == len(texts) and all("|" not in text for text in texts)
