"""A next-token sampler small enough to read: what temperature, top_p and seed do to a choice."""

import math
import random
import sys

from helpers.errors import CourseError

BAD_TEMPERATURE = "온도는 0 이상 2 이하의 수여야 합니다. 지금 값: {value!r}"
BAD_TOP_P = "top_p는 0보다 크고 1 이하인 수여야 합니다. 지금 값: {value!r}"
BAD_SCORE = "후보 {token!r}의 값은 유한한 수여야 합니다. 지금 값: {value!r}"
NO_PROBABILITY = "후보의 확률이 모두 0입니다. 0보다 큰 확률을 하나 이상 주세요."
NO_CANDIDATES = "후보가 하나도 없습니다. 점수를 하나 이상 주세요."


class SamplingError(CourseError, ValueError):
    """A sampling setting is out of its range."""


def softmax(scores: dict[str, float], temperature: float = 1.0) -> dict[str, float]:
    """Turn the scores of the candidates into probabilities: p_i = exp(s_i / T) / sum of exp(s_j / T).

    Args:
        scores: a score (logit) for each candidate token.
        temperature: T, from 0 to 2, the range of the API; 0 gives the best candidate everything, and of equally good ones
            the first in the order of their letters, where every T above 0 would share alike.

    Returns:
        A probability for each candidate, from the most to the least likely; they add up to 1.

    Raises:
        SamplingError: no candidates, a score that is no number, or a temperature outside 0 to 2.
    """
    _check(scores)
    if not _is_number(temperature) or not 0 <= temperature <= 2:
        raise SamplingError(BAD_TEMPERATURE.format(value=temperature))
    ranked = sorted(scores, key=lambda token: (-scores[token], token))
    best = scores[ranked[0]]
    if temperature == 0:
        return {token: 1.0 if token == ranked[0] else 0.0 for token in ranked}
    # Subtracting the best score changes no probability and keeps exp() from overflowing.
    weights = {token: math.exp((scores[token] - best) / temperature) for token in ranked}
    total = sum(weights.values())
    return {token: weight / total for token, weight in weights.items()}


def keep_top_p(probabilities: dict[str, float], top_p: float) -> dict[str, float]:
    """Keep the fewest likeliest candidates that together reach `top_p`, and share their probability anew.

    Args:
        probabilities: a probability for each candidate.
        top_p: above 0 and at most 1; 1 keeps every candidate.

    Returns:
        The candidates kept, from the most to the least likely; they add up to 1.

    Raises:
        SamplingError: no candidates or none with a probability, one that is no number, or `top_p` outside its range.
    """
    _check(probabilities)
    if not _is_number(top_p) or not 0 < top_p <= 1:
        raise SamplingError(BAD_TOP_P.format(value=top_p))
    kept: dict[str, float] = {}
    for token in sorted(probabilities, key=lambda token: (-probabilities[token], token)):
        # The last digits of a float sum vary: 0.5 + 0.3 must count as reaching 0.8.
        if top_p < 1 and kept and sum(kept.values()) >= top_p - 1e-12:
            break
        kept[token] = probabilities[token]
    total = sum(kept.values())
    if not total > 0:
        raise SamplingError(NO_PROBABILITY)
    return {token: probability / total for token, probability in kept.items()}


def draw(probabilities: dict[str, float], generator: random.Random) -> str:
    """Draw one candidate.

    Args:
        probabilities: a probability for each candidate.
        generator: where chance comes from; `random.Random(seed)` gives the same draws for the same seed.

    Returns:
        The candidate in whose stretch of the line from 0 to 1 the generator's next number falls.
    """
    point = generator.random() * sum(probabilities.values())
    for token, probability in probabilities.items():
        point -= probability
        if point < 0:
            return token
    # Rounding may leave a trace of the last stretch: the last candidate with any probability takes it.
    return [token for token, probability in probabilities.items() if probability > 0][-1]


def draw_many(
    scores: dict[str, float], count: int, seed: int, temperature: float = 1.0, top_p: float = 1.0
) -> list[str]:
    """Draw `count` candidates one after another: softmax, then top_p, then chance.

    Args:
        scores: a score (logit) for each candidate token.
        count: how many draws.
        seed: the start of the generator; the same seed and settings give the same draws.
        temperature: from 0 to 2.
        top_p: above 0 and at most 1.

    Returns:
        The drawn candidates, in order.

    Raises:
        SamplingError: a setting is out of its range.
    """
    probabilities = keep_top_p(softmax(scores, temperature), top_p)
    generator = random.Random(seed)
    return [draw(probabilities, generator) for _ in range(count)]


def _check(values: dict[str, float]) -> None:
    if not values:
        raise SamplingError(NO_CANDIDATES)
    for token, value in values.items():
        if not _is_number(value):
            raise SamplingError(BAD_SCORE.format(token=token, value=value))


def _is_number(value: object) -> bool:
    # In Python True is an int; nan compares as False; an int may be larger than any float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
