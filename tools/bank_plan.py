"""Foresees how long a model of this machine will take to answer what a bank still needs."""

from collections import Counter
from statistics import mean

from tools.bank_journal import Recorded
from tools.banks import LIMIT, Variation
from tools.model_answers import ModelAnswers, Rates

# How many tokens an answer is taken to have where none of the same request is known.
ANSWER_TOKENS = 80

LESSON = "  {lesson}: 요청 {requests}개, 답 {answers}개, {time}"
MINUTES, HOURS = "약 {minutes}분", "약 {hours}시간 {minutes}분"


def seconds_for(
    wanted: list[Variation], seen: dict[str, Recorded], answers: ModelAnswers, rates: Rates
) -> float:
    """Return about how many seconds it takes to ask requests.

    Args:
        wanted: each request as often as it is to be asked.
        seen: earlier answers, by which the length of the next ones is foreseen.
        answers: the model.
        rates: how fast it is.
    """
    variations = {one.id: one for one in wanted}
    times = Counter(one.id for one in wanted)
    return sum(times[id] * _seconds(one, seen.get(one.key), answers, rates) for id, one in variations.items())


def _seconds(one: Variation, seen: Recorded | None, answers: ModelAnswers, rates: Rates) -> float:
    used = [tokens for tokens in map(tokens_of, seen.responses if seen else []) if tokens]
    read = mean(tokens[0] for tokens in used) if used else answers.count(one)
    limit = one.request["body"].get(LIMIT[one.request["path"]], ANSWER_TOKENS)
    write = mean(tokens[1] for tokens in used) if used else min(limit, ANSWER_TOKENS)
    return read / rates.read + write / rates.write


def tokens_of(response: dict) -> tuple[int, int] | None:
    """Return how many tokens were read and written for a recorded response; None where it does not tell."""
    bodies = response.get("events") or [response.get("body")]
    usage = next((one["usage"] for one in reversed(bodies) if one and one.get("usage")), None)
    if usage is None:
        return None
    # The Responses API has names of its own.
    read = usage.get("prompt_tokens", usage.get("input_tokens"))
    written = usage.get("completion_tokens", usage.get("output_tokens"))
    return (read, written) if read is not None and written is not None else None


def lesson_line(lesson: str, wanted: list[Variation], seconds: float) -> str:
    """Say in Korean what a lesson's banks still need."""
    requests = len({one.id for one in wanted})
    return LESSON.format(lesson=lesson, requests=requests, answers=len(wanted), time=time_text(seconds))


def time_text(seconds: float) -> str:
    """Say in Korean how long something takes, in minutes, at least one."""
    hours, minutes = divmod(max(1, -int(-seconds // 60)), 60)
    return (HOURS if hours else MINUTES).format(hours=hours, minutes=minutes)
