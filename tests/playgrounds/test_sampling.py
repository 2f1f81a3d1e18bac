"""The sampling lab: distributions and draws follow the settings, and two runs are compared."""

import re

import ipywidgets
import pytest

from helpers.playgrounds.sampling import (
    DRAWS,
    SCORES,
    SamplingLab,
    Settings,
    distribution_views,
    run,
    runs_view,
)
from helpers.sampling import SamplingError, draw_many, keep_top_p, softmax


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def values(view):
    rows = [row.split(" | ") for row in view.text.splitlines() if " | " in row]
    return {name: float(value) for name, value, *_ in rows[1:]}


def test_both_distributions_are_those_of_the_sampler():
    before, after = distribution_views(SCORES, Settings(temperature=0.5, top_p=0.8))
    kept = keep_top_p(softmax(SCORES, 0.5), 0.8)
    assert values(before) == {word: round(chance, 3) for word, chance in softmax(SCORES).items()}
    assert values(after) == {word: round(kept.get(word, 0), 3) for word in softmax(SCORES)}


def test_before_and_after_are_drawn_on_a_scale_from_0_to_1():
    views = distribution_views(SCORES, Settings(temperature=0))
    [[wide], [full]] = [
        [row.count("█") for row in view.text.splitlines() if "붉었다" in row] for view in views
    ]
    assert full and abs(wide / full - softmax(SCORES)["붉었다"]) < 0.05


@pytest.mark.parametrize(
    ("value", "written"), [(0.881, "0.881"), (0.644, "0.644"), (0.001, "0.001"), (1, "1")]
)
def test_settings_are_written_as_they_were_typed(value, written):
    settings = Settings(value, value, 7)
    assert str(settings) == f"온도 {written} · top_p {written} · 시드 7"
    assert f"온도 {written} · top_p {written})" in distribution_views(SCORES, settings)[1].text


def test_a_run_is_a_hundred_draws_of_the_sampler():
    settings = Settings(1.3, 0.9, 7)
    assert list(run(SCORES, settings).draws) == draw_many(SCORES, DRAWS, 7, 1.3, 0.9)


def test_one_run_is_shown_as_a_histogram():
    first = run(SCORES, Settings())
    text = runs_view(SCORES, None, first).text
    for word in SCORES:
        assert re.search(rf"^{word} \| {first.draws.count(word)} \|", text, flags=re.M)
    assert "한 번 더" in text


def test_two_runs_stand_one_above_the_other_and_say_with_which_settings():
    first, second = run(SCORES, Settings(seed=123)), run(SCORES, Settings(0.5, seed=456))
    text = runs_view(SCORES, first, second).text
    for word in SCORES:
        assert f"{word} | {first.draws.count(word)} | {second.draws.count(word)}" in text
    different = sum(a != b for a, b in zip(first.draws, second.draws, strict=True))
    assert different and f"{DRAWS}번 가운데 {different}번이 다릅니다" in text
    for name, one in (("앞의 뽑기", first), ("이번 뽑기", second)):
        assert f"{name} ({one.settings}): {' '.join(one.draws)}" in text


def test_the_same_seed_gives_the_same_run():
    lab = SamplingLab()
    lab.draw.click()
    assert "모두 같습니다" in lab.runs.value and "다른 곳:" not in lab.runs.value
    lab.seed.value = 124
    lab.draw.click()
    assert "다릅니다" in lab.runs.value and "다른 곳:" in lab.runs.value


def test_the_figures_that_the_lesson_names():
    def different(one, other):
        first, second = run(SCORES, one), run(SCORES, other)
        return sum(a != b for a, b in zip(first.draws, second.draws, strict=True))

    start = Settings(temperature=1.0, top_p=1.0, seed=123)
    assert SamplingLab().settings == start
    assert different(start, Settings(seed=124)) == 43
    assert different(start, Settings(temperature=0.9)) == 5
    after = values(distribution_views(SCORES, Settings(top_p=0.8))[1])
    assert [word for word, chance in after.items() if chance == 0] == ["맑았다", "노래했다"]


def test_a_setting_moves_the_distribution_and_draws_nothing():
    lab = SamplingLab()
    runs, before = lab.runs.value, lab.after.value
    lab.temperature.value = 0.3
    moved = lab.after.value
    assert moved != before and "온도 0.3 ·" in moved
    lab.top_p.value = 0.5
    assert lab.after.value != moved
    lab.seed.value = 9
    assert lab.runs.value == runs
    lab.draw.click()
    assert lab.later.settings == Settings(0.3, 0.5, 9)
    assert lab.earlier.settings == Settings()


def test_the_settings_stay_in_the_range_of_the_api():
    lab = SamplingLab()
    lab.temperature.value, lab.top_p.value, lab.seed.value = 5, 0, -1
    assert lab.settings == Settings(2.0, 0.05, 0)
    lab.draw.click()
    lab.temperature.value = 0
    lab.draw.click()
    assert set(lab.later.draws) == {"붉었다"}


def test_scores_of_one_s_own():
    lab = SamplingLab({"<b>가</b>": 1.0, "나": 0.5})
    assert "<b>가" not in lab.after.value and "&lt;b&gt;가" in lab.after.value
    assert "붉었다" not in lab.after.value
    lab.draw.click()
    assert "<b>가" not in lab.runs.value + lab.before.value
    with pytest.raises(SamplingError):
        SamplingLab({})


def test_every_widget_that_is_used_has_a_name():
    used = [one for one in walk(SamplingLab()) if hasattr(one, "description")]
    names = [one.description for one in used if not isinstance(one, ipywidgets.HTML)]
    assert names == ["온도", "온도 값", "top_p", "top_p 값", "시드", "뽑기"]


def test_slider_and_box_have_the_same_limits_and_start():
    widgets = list(walk(SamplingLab()))
    sliders = [one for one in widgets if isinstance(one, ipywidgets.FloatSlider)]
    boxes = [one for one in widgets if isinstance(one, ipywidgets.BoundedFloatText)]
    assert len(sliders) == 2
    for slider, box in zip(sliders, boxes, strict=True):
        assert (slider.min, slider.max, slider.value) == (box.min, box.max, box.value)


def test_the_preview_is_what_the_start_shows_and_stays_the_same():
    lab = SamplingLab()
    bundle = lab._repr_mimebundle_()
    assert lab.before.value + lab.after.value in bundle["text/html"] and lab.runs.value in bundle["text/html"]
    lab.temperature.value = 2
    lab.draw.click()
    again = lab._repr_mimebundle_()
    for kind in ("text/html", "text/plain"):
        assert again[kind] == bundle[kind] == SamplingLab()._repr_mimebundle_()[kind]
