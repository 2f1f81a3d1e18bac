import math
import random
from collections import Counter

import pytest

from helpers.errors import CourseError
from helpers.sampling import SamplingError, draw, draw_many, keep_top_p, softmax

SCORES = {"비": math.log(5), "눈": math.log(3), "해": math.log(2)}


def close(left: dict, right: dict) -> None:
    assert list(left) == list(right)
    assert left == pytest.approx(right, abs=1e-12)


def test_softmax_by_hand():
    close(softmax(SCORES), {"비": 0.5, "눈": 0.3, "해": 0.2})
    # At T = 2 the weights are the square roots of 5, 3, 2; at T = 0.5 their squares 25, 9, 4.
    roots = [math.sqrt(number) for number in (5, 3, 2)]
    close(softmax(SCORES, 2), {token: root / sum(roots) for token, root in zip("비눈해", roots, strict=True)})
    close(softmax(SCORES, 0.5), {"비": 25 / 38, "눈": 9 / 38, "해": 4 / 38})


def test_probabilities_come_from_the_likeliest_and_add_up_to_one():
    generator = random.Random(1)
    for _ in range(50):
        scores = {f"t{place}": generator.uniform(-30, 30) for place in range(20)}
        for temperature in (0.01, 0.3, 1, 1.2, 2):
            shares = list(softmax(scores, temperature).values())
            assert math.fsum(shares) == pytest.approx(1, abs=1e-12)
            assert shares == sorted(shares, reverse=True)


def test_temperature_zero_is_the_limit():
    assert softmax(SCORES, 0) == {"비": 1.0, "눈": 0.0, "해": 0.0}
    assert softmax(SCORES, 1e-9) == softmax(SCORES, 0)
    assert softmax({"b": 1.0, "a": 1.0}, 0) == {"a": 1.0, "b": 0.0}


def test_a_higher_temperature_is_flatter():
    best = [softmax(SCORES, temperature)["비"] for temperature in (0, 0.2, 0.7, 1, 1.5, 2)]
    assert best == sorted(best, reverse=True) and len(set(best)) == len(best)


def test_a_common_shift_of_the_scores_changes_nothing_and_overflows_nowhere():
    close(softmax({token: score + 64 for token, score in SCORES.items()}), softmax(SCORES))
    assert softmax({"a": 1e6, "b": -1e6}, 0.001) == {"a": 1.0, "b": 0.0}
    assert softmax({"a": -1e308, "b": 1e308}) == {"b": 1.0, "a": 0.0}


def test_one_candidate_has_everything():
    assert softmax({"a": -7.0}, 0.3) == {"a": 1.0} == keep_top_p({"a": 1.0}, 0.01)


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [
        (1, {"비": 0.5, "눈": 0.3, "해": 0.2}),
        (0.81, {"비": 0.5, "눈": 0.3, "해": 0.2}),
        (0.8, {"비": 5 / 8, "눈": 3 / 8}),
        (0.51, {"비": 5 / 8, "눈": 3 / 8}),
        (0.5, {"비": 1.0}),
        (0.1, {"비": 1.0}),
        (1e-300, {"비": 1.0}),
    ],
)
def test_top_p_keeps_the_fewest_that_reach_it(top_p, kept):
    close(keep_top_p({"해": 0.2, "비": 0.5, "눈": 0.3}, top_p), kept)


def test_a_sum_of_floats_reaches_its_edge():
    tenths = {f"t{place}": 0.1 for place in range(10)}
    for count in range(1, 11):
        assert len(keep_top_p(tenths, count / 10)) == count


def test_top_p_of_one_keeps_even_the_unlikeliest():
    probabilities = softmax({"a": 0.0, "b": -50.0, "c": -60.0})
    assert list(keep_top_p(probabilities, 1)) == ["a", "b", "c"]


def test_the_same_seed_draws_the_same():
    first = draw_many(SCORES, 200, seed=123, temperature=1.2)
    assert draw_many(dict(reversed(SCORES.items())), 200, seed=123, temperature=1.2) == first
    assert draw_many(SCORES, 100, seed=123, temperature=1.2) == first[:100]
    assert draw_many(SCORES, 200, seed=124, temperature=1.2) != first
    assert draw_many(SCORES, 0, seed=123) == []


def test_drawing_leaves_the_shared_generator_alone():
    random.seed(7)
    state = random.getstate()
    draw_many(SCORES, 10, seed=1)
    assert random.getstate() == state


def test_frequencies_follow_the_probabilities():
    # 10,000 draws of p = 0.5, 0.3, 0.2: a standard deviation is at most 50, and the seed fixes the counts.
    counts = Counter(draw_many(SCORES, 10_000, seed=2026))
    assert sum(counts.values()) == 10_000
    for token, expected in (("비", 5000), ("눈", 3000), ("해", 2000)):
        assert abs(counts[token] - expected) < 200
    generator = random.Random(2026)
    points = [generator.random() for _ in range(10_000)]
    assert counts == Counter("비" if point < 0.5 else "눈" if point < 0.8 else "해" for point in points)


def test_top_p_and_temperature_zero_shut_candidates_out():
    assert set(draw_many(SCORES, 500, seed=1, top_p=0.8)) == {"비", "눈"}
    assert set(draw_many(SCORES, 500, seed=1, top_p=0.5)) == {"비"}
    assert set(draw_many(SCORES, 500, seed=1, temperature=0)) == {"비"}


class Fixed(random.Random):
    def __init__(self, point: float) -> None:
        super().__init__()
        self.point = point

    def random(self) -> float:
        return self.point


@pytest.mark.parametrize(
    ("point", "token"),
    [(0.0, "a"), (0.4999, "a"), (0.5, "b"), (0.7999, "b"), (0.81, "c"), (1 - 2**-53, "c")],
)
def test_a_draw_takes_the_stretch_in_which_the_point_falls(point, token):
    assert draw({"a": 0.5, "b": 0.3, "c": 0.2, "never": 0.0}, Fixed(point)) == token


def test_what_has_no_probability_is_never_drawn():
    assert draw({"never": 0.0, "a": 1.0}, Fixed(0.0)) == "a"
    assert draw({"a": 1.0, "never": 0.0}, Fixed(1.0)) == "a"


NO_NUMBERS = [math.nan, math.inf, -math.inf, True, False, "1", None, [1], 1j]


@pytest.mark.parametrize("value", [*NO_NUMBERS, -0.1, 2.001, 10**400])
def test_a_temperature_out_of_range_is_refused(value):
    with pytest.raises(SamplingError, match="온도"):
        softmax(SCORES, value)
    with pytest.raises(CourseError):
        draw_many(SCORES, 1, seed=1, temperature=value)


def test_candidates_without_any_probability_are_refused():
    with pytest.raises(SamplingError, match="모두 0"):
        keep_top_p({"a": 0.0, "b": 0}, 1)


@pytest.mark.parametrize("value", [*NO_NUMBERS, 0, -0.5, 1.0001, 10**400])
def test_a_top_p_out_of_range_is_refused(value):
    with pytest.raises(SamplingError, match="top_p"):
        keep_top_p({"a": 1.0}, value)


@pytest.mark.parametrize("value", [*NO_NUMBERS, 10**400])
def test_a_score_that_is_no_number_is_refused_by_name(value):
    for function in (lambda scores: softmax(scores), lambda scores: keep_top_p(scores, 0.5)):
        with pytest.raises(SamplingError, match="'비'"):
            function({"눈": 1.0, "비": value})


def test_no_candidates_are_refused():
    for function in (lambda: softmax({}), lambda: keep_top_p({}, 0.5), lambda: draw_many({}, 1, seed=1)):
        with pytest.raises(SamplingError, match="후보"):
            function()
