"""Exercises of 04_seeds: choose settings, write the softmax, tell why two answers differ."""

import copy
import math

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.sampling import SamplingError, keep_top_p, softmax

LESSON = "04_seeds"
# Scores of our own, for arithmetic; they come from no model.
SCORES = {"바다": 3.0, "하늘": 2.0, "사막": 1.0, "도시": 0.5, "달": 0.0}
WANTED = 0.9
_GIVEN = dict(SCORES)  # a learner may change SCORES itself


def _judge_settings(settings: object) -> str | None:
    if not isinstance(settings, dict) or set(settings) != {"temperature", "top_p"}:
        return "temperature와 top_p 두 키를 가진 딕셔너리를 넣으세요."
    try:
        kept = keep_top_p(softmax(_GIVEN, settings["temperature"]), settings["top_p"])
    except SamplingError as error:
        return str(error)
    if settings["temperature"] == 0:
        return "온도 0이면 언제나 같은 낱말입니다. 이번에는 다른 낱말도 가끔 나오게 하세요."
    if len(kept) == 1:
        return "top_p가 너무 작아 후보가 하나만 남았습니다. 다른 낱말도 가끔 나와야 합니다."
    if sum(share > 0 for share in kept.values()) == 1:
        return "온도가 너무 낮아 다른 낱말의 확률이 0입니다. 다른 낱말도 가끔 나와야 합니다."
    best = kept["바다"]
    if best < WANTED:
        return f"'바다'의 확률이 {best:.5f}입니다. {WANTED} 이상이어야 합니다."
    return None


q1 = Exercise(
    LESSON,
    "q1",
    _judge_settings,
    (
        "온도를 낮추면 점수가 높은 후보로 확률이 모입니다.",
        "top_p는 1로 두고 온도만 0과 1 사이에서 바꾸어 보세요.",
        'softmax(SCORES, 온도)["바다"]가 0.9 이상인 온도를 찾으면 됩니다.',
    ),
    """
answer = {"temperature": 0.4, "top_p": 1.0}
""",
)


def _judge_top_p(top_p: object) -> str | None:
    try:
        kept = keep_top_p(softmax(_GIVEN), top_p)
    except SamplingError as error:
        return str(error)
    if len(kept) > 3:
        return f"후보가 {len(kept)}개 남습니다. top_p를 줄이세요."
    if len(kept) < 3:
        return f"후보가 {len(kept)}개만 남습니다. top_p를 키우세요."
    return None


q2 = Exercise(
    LESSON,
    "q2",
    _judge_top_p,
    (
        "확률이 큰 것부터 더해 가며 top_p에 닿을 때까지 남깁니다.",
        "softmax(SCORES)의 확률을 큰 것부터 둘, 셋 더해 보세요.",
        "둘의 합보다 크고 셋의 합보다 작거나 같은 수면 됩니다.",
    ),
    """
from helpers.exercises.seeds import SCORES
from helpers.sampling import softmax

probabilities = list(softmax(SCORES).values())
answer = (sum(probabilities[:2]) + sum(probabilities[:3])) / 2
""",
)


def _judge_softmax(own: object) -> str | None:
    for scores in (_GIVEN, {"가": 0.0, "나": 0.0}, {"가": -1.0, "나": 4.0, "다": 2.5}):
        for temperature in (1.0, 0.5, 2.0):
            given = copy.deepcopy(scores)
            result = own(given, temperature)
            if not isinstance(result, dict) or set(result) != set(scores):
                return "후보마다 확률이 하나씩 있는 딕셔너리를 돌려주세요."
            if any(isinstance(one, bool) or not isinstance(one, int | float) for one in result.values()):
                return "확률은 수여야 합니다."
            right = softmax(scores, temperature)
            if all(math.isclose(result[name], right[name], rel_tol=1e-9) for name in right):
                continue
            if not math.isclose(sum(result.values()), 1.0, rel_tol=1e-9):
                return f"확률의 합이 1이 아니라 {sum(result.values()):.3f}입니다. 합으로 나누세요."
            plain = softmax(scores, 1.0)
            if all(math.isclose(result[name], plain[name], rel_tol=1e-9) for name in plain):
                return (
                    f"온도 {temperature}가 아무 일도 하지 않습니다. exp에 넣기 전에 점수를 온도로 나누세요."
                )
            return f"온도 {temperature}의 확률이 다릅니다. exp(점수 / 온도)를 그 합으로 나누었는지 보세요."
    return None


q3 = FunctionExercise(
    LESSON,
    "q3",
    _judge_softmax,
    (
        "점수를 온도로 나눈 다음 math.exp에 넣습니다.",
        "모든 후보의 값을 더한 합으로 나누면 확률의 합이 1이 됩니다.",
        "{name: math.exp(score / temperature) for name, score in scores.items()}에서 시작하세요.",
    ),
    """
import math


def answer(scores, temperature):
    weights = {name: math.exp(score / temperature) for name, score in scores.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
""",
)

SAME, BACKEND, UNKNOWN = "같음", "시스템이 바뀜", "알 수 없음"


def _judge_compare(compare: object) -> str | None:
    cases = (
        (("글", "fp_1"), ("글", "fp_1"), SAME, "답변이 같으면 시스템 지문과 상관없이 '같음'입니다."),
        (("글", "fp_1"), ("글", "fp_2"), SAME, "답변이 같으면 시스템 지문과 상관없이 '같음'입니다."),
        (("글", None), ("글", None), SAME, "답변이 같으면 시스템 지문이 없어도 '같음'입니다."),
        (
            ("글", "fp_1"),
            ("말", "fp_2"),
            BACKEND,
            "답변도 다르고 시스템 지문도 다르면 '시스템이 바뀜'입니다.",
        ),
        (
            ("글", "fp_1"),
            ("말", "fp_1"),
            UNKNOWN,
            "시스템 지문이 같은데 답변이 다르면 까닭을 알 수 없습니다.",
        ),
        (("글", None), ("말", None), UNKNOWN, "시스템 지문이 None이면 바뀌었는지 알 수 없습니다."),
        (("글", "fp_1"), ("말", None), UNKNOWN, "한쪽의 시스템 지문이 None이면 바뀌었는지 알 수 없습니다."),
        (("글", None), ("말", "fp_2"), UNKNOWN, "한쪽의 시스템 지문이 None이면 바뀌었는지 알 수 없습니다."),
    )
    for (text, mark), (other_text, other_mark), wanted, mistake in cases:
        first = {"text": text, "system_fingerprint": mark}
        result = compare(first, {"text": other_text, "system_fingerprint": other_mark})
        if result not in (SAME, BACKEND, UNKNOWN):
            return f"'{SAME}', '{BACKEND}', '{UNKNOWN}' 가운데 하나를 돌려주세요."
        if result != wanted:
            return mistake
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_compare,
    (
        "가장 먼저 두 답변의 글이 같은지 봅니다.",
        "시스템 지문은 None일 수 있습니다. None끼리는 같다고도 다르다고도 할 수 없습니다.",
        "두 지문이 모두 있고 서로 다를 때만 '시스템이 바뀜'입니다.",
    ),
    """
def answer(first, second):
    if first["text"] == second["text"]:
        return "같음"
    marks = first["system_fingerprint"], second["system_fingerprint"]
    if None not in marks and marks[0] != marks[1]:
        return "시스템이 바뀜"
    return "알 수 없음"
""",
)
