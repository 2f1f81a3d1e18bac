"""Exercises of 04_seeds: choose settings, write the softmax, tell why two answers differ."""

import math

from helpers.exercises.exercise import Exercise, FunctionExercise
from helpers.exercises.trial import Trial
from helpers.exercises.values import composed, digits, number_of, shown
from helpers.sampling import SamplingError, keep_top_p, softmax

LESSON = "04_seeds"
# Scores of our own, for arithmetic; they come from no model.
SCORES = {"바다": 3.0, "하늘": 2.0, "사막": 1.0, "도시": 0.5, "달": 0.0}
WANTED = 0.9
_GIVEN = dict(SCORES)  # a learner may change SCORES itself


def _judge_settings(settings: object) -> str | None:
    if not isinstance(settings, dict) or set(settings) != {"temperature", "top_p"}:
        return f"temperature와 top_p 두 키가 있는 딕셔너리를 넣으세요. 지금 값: {shown(settings)}"
    temperature, top_p = (_float_where_it_can(settings[name]) for name in ("temperature", "top_p"))
    try:
        kept = keep_top_p(softmax(_GIVEN, temperature), top_p)
    except SamplingError as error:
        return str(error)
    if temperature == 0:
        return "온도 0이면 언제나 같은 단어입니다. 이번에는 다른 단어도 가끔 나오게 하세요."
    if len(kept) == 1:
        return "top_p가 너무 작아 후보가 하나만 남았습니다. 다른 단어도 가끔 나와야 합니다."
    if sum(share > 0 for share in kept.values()) == 1:
        return "온도가 너무 낮아 다른 단어의 확률이 0입니다. 다른 단어도 가끔 나와야 합니다."
    best = kept["바다"]
    if best < WANTED:
        return f"'바다'의 확률이 {best:.10g}입니다. {WANTED} 이상이어야 합니다."
    return None


def _float_where_it_can(value: object) -> object:
    """Return a number that the sampler does not know as a float; what is none stays, for the sampler to say so."""
    number = None if isinstance(value, int | float) else number_of(value)
    return value if number is None else number


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
settings = {"temperature": 0.4, "top_p": 1.0}
""",
)


def _judge_top_p(top_p: object) -> str | None:
    try:
        kept = keep_top_p(softmax(_GIVEN), _float_where_it_can(top_p))
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
top_p = (sum(probabilities[:2]) + sum(probabilities[:3])) / 2
""",
)


# So far from right may be what was rounded to two places, or worked out with 2.718.
NEARLY = 0.006


def _judge_softmax(own: Trial) -> str | None:
    for scores in (_GIVEN, {"가": 0.0, "나": 0.0}, {"가": -1.0, "나": 4.0, "다": 2.5}):
        for temperature in (1.0, 0.5, 2.0):
            result = own(dict(scores), temperature)
            if not isinstance(result, dict):
                return "후보마다 확률이 하나씩 있는 딕셔너리를 돌려주세요."
            result = {composed(name) if isinstance(name, str) else name: one for name, one in result.items()}
            if set(result) != set(scores):
                return "후보의 이름은 받은 그대로여야 하고, 후보마다 확률이 하나씩 있어야 합니다."
            shares = {name: number_of(result[name]) for name in scores}
            if None in shares.values():
                return "확률은 수여야 합니다."
            right = softmax(scores, temperature)
            if not _alike(shares, right):
                return _wrong_softmax(shares, right, scores, temperature)
    return None


def _alike(shares: dict[str, float], others: dict[str, float], **within: float) -> bool:
    return all(math.isclose(shares[name], others[name], **within) for name in shares)


def _wrong_softmax(
    shares: dict[str, float], right: dict[str, float], scores: dict[str, float], temperature: float
) -> str:
    """Return what is to be said of wrong probabilities."""
    if _alike(shares, right, abs_tol=NEARLY):
        return (
            "거의 맞지만 반올림했거나 어림한 수를 썼습니다. round와 2.718 대신 math.exp의 값을 그대로 쓰세요."
        )
    if not math.isclose(sum(shares.values()), 1.0, abs_tol=0.01):
        return f"확률의 합이 1이 아니라 {digits(sum(shares.values()))}입니다. 합으로 나누세요."
    if _alike(shares, softmax(scores, 1.0)):
        return f"온도 {temperature}가 아무 일도 하지 않습니다. exp에 넣기 전에 점수를 온도로 나누세요."
    if _alike(shares, softmax(scores, 1 / temperature)):
        return "점수에 온도를 곱했습니다. 점수를 온도로 나누세요."
    if _alike(shares, softmax({name: score // temperature for name, score in scores.items()})):
        return "//는 소수점 아래를 버립니다. 점수를 /로 나누세요."
    name = next(name for name in shares if not math.isclose(shares[name], right[name]))
    told = f"온도 {temperature}에서 {name}의 확률이 {digits(right[name])}이어야 하는데 {digits(shares[name])}입니다."
    return f"{told} exp(점수 / 온도)를 그 합으로 나누었는지 보세요."


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


def my_softmax(scores, temperature):
    weights = {name: math.exp(score / temperature) for name, score in scores.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
""",
)

SAME, BACKEND, UNKNOWN = "같음", "시스템이 바뀜", "알 수 없음"


def _judge_compare(compare: Trial) -> str | None:
    cases = (
        (("글", "fp_1"), ("글", "fp_1"), SAME, "답변이 같으면 시스템 지문과 상관없이 '같음'입니다."),
        (("글", "fp_1"), ("글", "fp_2"), SAME, "답변이 같으면 시스템 지문과 상관없이 '같음'입니다."),
        (("글", None), ("글", None), SAME, "답변이 같으면 시스템 지문이 없어도 '같음'입니다."),
        (("글", None), ("글", "fp_2"), SAME, "답변이 같으면 시스템 지문이 한쪽에만 있어도 '같음'입니다."),
        (("", "fp_1"), ("", "fp_2"), SAME, "답변이 둘 다 비어 있어도 글은 같습니다."),
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
            "시스템 지문이 같은데 답변이 다르면 이유를 알 수 없습니다.",
        ),
        (("글", None), ("말", None), UNKNOWN, "시스템 지문이 None이면 바뀌었는지 알 수 없습니다."),
        (("글", "fp_1"), ("말", None), UNKNOWN, "한쪽의 시스템 지문이 None이면 바뀌었는지 알 수 없습니다."),
        (("글", None), ("말", "fp_2"), UNKNOWN, "한쪽의 시스템 지문이 None이면 바뀌었는지 알 수 없습니다."),
    )
    for (text, mark), (other_text, other_mark), wanted, mistake in cases:
        first = {"text": text, "system_fingerprint": mark}
        result = compare(first, {"text": other_text, "system_fingerprint": other_mark})
        if not isinstance(result, str) or composed(result) not in (SAME, BACKEND, UNKNOWN):
            return (
                f"'{SAME}', '{BACKEND}', '{UNKNOWN}' 가운데 하나를 그대로 돌려주세요. 공백도 같아야 합니다."
            )
        if composed(result) != wanted:
            return mistake
    return None


q4 = FunctionExercise(
    LESSON,
    "q4",
    _judge_compare,
    (
        "가장 먼저 두 답변의 글이 같은지 확인합니다.",
        "시스템 지문은 None일 수 있습니다. None끼리는 같다고도 다르다고도 할 수 없습니다.",
        "두 지문이 모두 있고 서로 다를 때만 '시스템이 바뀜'입니다.",
    ),
    """
def explain_change(first, second):
    if first["text"] == second["text"]:
        return "같음"
    marks = first["system_fingerprint"], second["system_fingerprint"]
    if None not in marks and marks[0] != marks[1]:
        return "시스템이 바뀜"
    return "알 수 없음"
""",
)
