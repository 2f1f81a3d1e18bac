"""Files as learners write them for the tasks: every condition is judged rightly, and what is said of it helps."""

import re
import sys
import tomllib
from dataclasses import replace

import pytest

from helpers import course, vocabulary
from helpers.course import ROOT
from helpers.tasks.written import Condition, problems
from tests.tasks.known import TASKS

ANSWERS = tomllib.loads((ROOT / "tests" / "data" / "task_answers.toml").read_text(encoding="utf-8"))[
    "answers"
]


@pytest.fixture(autouse=True)
def bundled_vocabulary():
    vocabulary.use_bundled()


def judged(answer, folder, conditions=None):
    path = folder / f"{answer['lesson']}_after.py"
    code = answer["code"].encode("utf-8-sig" if answer.get("bom") else "utf-8")
    path.write_bytes(code)
    return problems(path, conditions or TASKS[answer["lesson"]].conditions)


def unmet(found):
    return [number for number, problem in enumerate(found, 1) if problem]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['lesson']} {answer['name']}")
def test_each_condition_is_judged_rightly_and_the_reason_is_told(answer, tmp_path):
    found = judged(answer, tmp_path)
    assert unmet(found) == answer.get("unmet", []), [one for one in found if one]
    told = "\n".join(one for one in found if one)
    assert answer.get("said", "") in told, told
    for one in filter(None, found):
        assert re.search("[가-힣]", one) and max(map(len, one.split("\n"))) < 400, one


@pytest.mark.parametrize("lesson", TASKS)
def test_there_are_many_answers_and_every_condition_is_missed_by_some(lesson):
    own = [answer for answer in ANSWERS if answer["lesson"] == lesson]
    right = [answer for answer in own if "unmet" not in answer]
    wrong = [answer for answer in own if "unmet" in answer]
    assert len(right) >= 3 and len(wrong) >= 8
    assert len({answer["name"] for answer in own}) == len(own)
    numbers = set(range(1, len(TASKS[lesson].conditions) + 1))
    assert {number for answer in wrong for number in answer["unmet"]} == numbers
    # What misses every condition tells none apart.
    assert {number for answer in wrong for number in numbers - set(answer["unmet"])} == numbers


@pytest.mark.parametrize("lesson", TASKS)
@pytest.mark.parametrize("said", [None, "틀렸습니다."])
def test_a_judge_that_says_always_the_same_fails(lesson, said, tmp_path):
    conditions = TASKS[lesson].conditions
    own = [answer for answer in ANSWERS if answer["lesson"] == lesson]
    for place, condition in enumerate(conditions):
        blind = replace(condition, judge=lambda written: said)
        changed = (*conditions[:place], blind, *conditions[place + 1 :])
        assert any(unmet(judged(one, tmp_path, changed)) != one.get("unmet", []) for one in own)


def test_a_file_runs_as_its_own_module_and_leaves_nothing_behind(tmp_path):
    code = "import sys\nown = sys.modules[__name__].__name__\ndef ask():\n    return own\n"
    answer = {"lesson": "01_roles", "code": code}

    def judge(written):
        return None if written.value("own") == written.function("ask")() == "01_roles_after" else "?"

    before = set(sys.modules)
    assert judged(answer, tmp_path, [Condition("", judge)]) == [None]
    assert set(sys.modules) == before and not (tmp_path / "__pycache__").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1/0", "ZeroDivisionError"),
        ("raise SystemExit", "SystemExit"),
        ("print('가", "SyntaxError"),
        ("\0", "파이썬으로 읽을 수 없는 파일입니다."),
        ("class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd", "Odd"),
        ("x = 1\nx.y", "2번째 줄"),
    ],
)
def test_a_file_that_does_not_run_meets_nothing_and_says_why(code, said, tmp_path):
    found = judged({"lesson": "01_roles", "code": code}, tmp_path)
    assert len(found) == 7 and all(said in one for one in found)


@pytest.mark.parametrize("content", [None, b"", b" \n\t\n", "\ufeff# 나중에\n".encode()])
def test_no_file_and_nothing_in_it_are_no_answer(content, tmp_path):
    path = tmp_path / "01_roles_before.py"
    if content is not None:
        path.write_bytes(content)
    assert problems(path, TASKS["01_roles"].conditions) is None


def test_a_file_in_another_encoding_is_told_and_not_raised(tmp_path):
    path = tmp_path / "01_roles_after.py"
    for encoding in ("cp949", "utf-16"):
        path.write_bytes("first = '한글'\n".encode(encoding))
        assert all(
            "파이썬으로 읽을 수 없는 파일입니다." in one
            for one in problems(path, TASKS["01_roles"].conditions)
        )


def test_an_interrupt_is_the_learners(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        judged({"lesson": "01_roles", "code": "raise KeyboardInterrupt"}, tmp_path)


def test_a_file_finds_the_vocabulary_before_any_lesson_is_open(tmp_path, monkeypatch):
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    path = tmp_path / "03_tokens_after.py"
    path.write_text('import os\nfolder = os.environ.get("TIKTOKEN_CACHE_DIR")\n', encoding="utf-8")
    assert problems(path, [Condition("", lambda written: written.value("folder"))]) == [
        str(course.VOCABULARY)
    ]
