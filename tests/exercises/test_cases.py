"""Answers as students give them: every one is judged rightly, and what is said of it misleads nobody."""

import contextlib
import copy
import io
import json
import re
from importlib import import_module

import pytest

from helpers import progress, vocabulary
from helpers.course import ROOT
from helpers.exercises.exercise import NOT_YET, RIGHT
from helpers.exercises.trial import CALLED, RAISED

CASES = json.loads((ROOT / "tests" / "data" / "exercise_answers.json").read_text(encoding="utf-8"))
MODULES = {"so": "structured_outputs"}
EXERCISES = sorted({case["exercise"] for case in CASES})


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "FILE", tmp_path / ".progress.json")
    vocabulary.use_bundled()


def told(case):
    """Run an answer in a namespace of its own and return what the exercise says; None where it cannot be run."""
    room, _, name = case["exercise"].partition(".")
    module = import_module(f"helpers.exercises.{MODULES.get(room, room)}")
    names = {key: copy.deepcopy(value) for key, value in vars(module).items() if key.isupper()}
    names["__name__"] = "__main__"
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(case["code"], "<answer>", "exec"), names)
        except Exception:  # A class that Pydantic refuses is no answer.
            return None
        return getattr(module, name).check(names["answer"]).text


def test_the_cases_are_many_and_each_is_one():
    assert len(CASES) >= 500 and len(EXERCISES) == 20
    assert len({(case["exercise"], case["name"]) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_right_answer_is_refused_and_no_wrong_one_accepted(exercise):
    for case in (case for case in CASES if case["exercise"] == exercise):
        said = told(case)
        if case["right"]:
            assert said and said.startswith(f"✓ {RIGHT}"), (case["name"], said)
        elif said:
            assert said.startswith((f"✗ {NOT_YET}\n", f"! {RAISED}\n")), (case["name"], said)
            assert_helpful(case["name"], said)


def assert_helpful(name, said):
    if said.startswith("!"):
        # An exception is the learner's: it has her line and her call.
        assert re.search(r"^\d+번째 줄", said, re.M) and CALLED.partition("{")[0] in said, (name, said)
    # What was expected and what came never look the same.
    for expected, came in re.findall(r"([\d.e+-]+)\w*여야 하는데 ([\d.e+-]+)", said):
        assert expected != came, (name, said)
    assert not re.search(r"1이 아니라 (1|1\.0+)입니다", said), (name, said)
    assert max(map(len, said.split("\n"))) < 700, (name, said)


# Exercise, name of the case, and what must be said of it.
NAMED = (
    ("roles.q1", "typo devloper", "'devloper'"),
    ("roles.q1", "typo devloper", "developer, system, user, assistant, tool"),
    ("roles.q3", "return of append (None)", "return을 잊지 않았나요?"),
    ("roles.q3", "yields", "def와 return으로"),
    ("roles.q3", "async", "def와 return으로"),
    ("roles.q4", "only developer", "return을 잊지 않았나요?"),
    ("roles.q4", "tool like user", "후보가 아닙니다"),
    ("so.q1", "alias renames the field on the wire", "지금은 제목, pages, authors"),
    ("so.q2", "validator only", "검증기는 API로 가지 않으므로"),
    ("so.q2", "extra value critical", '"critical"'),
    ("so.q3", "points default in item", "points 필드에 기본값"),
    ("so.q3", "point for points", "지금은 subject, point입니다"),
    ("so.q4", "typo lenght", "finish_reason이 length이면"),
    ("so.q4", "data only when stop (tool_calls => None)", "return을 잊지 않았나요?"),
    ("so.q4", "return ... in one branch", "남은 return ..."),
    ("tokens.q1", "message count with frame", "메시지로 보낼 때의 수"),
    ("tokens.q2", "KeyError typo", "KeyError: 'rol'"),
    ("tokens.q2", "KeyError typo", "2번째 줄"),
    (
        "tokens.q2",
        "KeyError typo",
        "부른 것: count_tokens([{'role': 'developer', 'content': '짧게 답하세요.'}",
    ),
    ("tokens.q2", "letters, not tokens", "글자를 세었습니다"),
    ("tokens.q3", "floor division", "//나 int가 아니라"),
    ("tokens.q3", "rounded to 6", "반올림했습니다"),
    ("tokens.q3", "round to 2", "반올림했습니다"),
    ("tokens.q3", "hundred thousand", "100,000으로 나누었습니다"),
    ("tokens.q3", "thousand", "1,000으로 나누었습니다"),
    ("tokens.q3", "not divided", "나누지 않았습니다"),
    ("tokens.q3", "swapped prices", "가격이 바뀌었습니다"),
    ("tokens.q3", "prices hard-coded", "받은 price를 쓰세요"),
    ("tokens.q3", "total times output", "입력 토큰에도 출력 가격"),
    ("tokens.q3", "precedence: only output divided", "괄호로 묶은 다음"),
    ("seeds.q3", "rounded to 3", "거의 맞지만 반올림했거나"),
    ("seeds.q3", "e = 2.718", "2.718 대신"),
    ("seeds.q3", "integer division", "//는 소수점 아래를"),
    ("math_helper.q1", "list with one string of lines", "단계마다 문자열을 하나씩"),
    ("math_helper.q1", "ends with 14/2", "끝까지 계산하지 않았습니다"),
    ("math_helper.q2", "final forgotten", "단계 다음에 최종 답도"),
    ("math_helper.q2", "prints", "print만 했거나"),
    ("math_helper.q3", "ZeroDivisionError forgotten", "오류 대신 False"),
    ("math_helper.q4", "그리고", "‘또는’으로 이으세요"),
)


@pytest.mark.parametrize(("exercise", "name", "said"), NAMED)
def test_the_mistake_is_named(exercise, name, said):
    case = next(one for one in CASES if (one["exercise"], one["name"]) == (exercise, name))
    assert said in told(case)


def test_a_missed_step_is_not_called_a_missed_final():
    missed = [case for case in CASES if case["name"] in ("else: return None in the loop", "Korean verdict")]
    assert missed and all("최종 답도" not in told(case) for case in missed)
