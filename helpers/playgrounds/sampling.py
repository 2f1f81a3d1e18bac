"""The playground of 04_seeds: move temperature and top_p, choose a seed, draw, and compare two runs."""

from collections import Counter
from dataclasses import dataclass

import ipywidgets

from helpers.playgrounds.playground import Playground, result, show
from helpers.sampling import draw_many, keep_top_p, softmax
from helpers.show import View, bars, notice, paired_draws, stack, table

TITLE = "샘플링 실험대"
DRAWS = 100
# Scores of our own, for arithmetic, as in the lesson; they come from no model.
SCORES = {"붉었다": 2.0, "고요했다": 1.0, "맑았다": 0.0, "노래했다": -1.0}

SOURCE = "후보의 점수는 계산을 해 보려고 정한 것이고, 어떤 모델에서 나온 것이 아닙니다."
SHAPE = "온도 {temperature:g} · top_p {top_p:g}"
SETTINGS = SHAPE + " · 시드 {seed}"
BEFORE, AFTER = "전의 확률 (" + SHAPE.format(temperature=1, top_p=1) + ")", "후의 확률 (" + SHAPE + ")"
HISTOGRAM = "{count}번 뽑은 횟수 ({settings})"
TWO_HISTOGRAMS = "{count}번씩 뽑은 횟수"
EARLIER, LATER = "앞의 뽑기", "이번 뽑기"
ONE_RUN = "뽑기를 한 번 더 누르면 앞의 뽑기와 비교합니다."
COMPARISON = "두 뽑기의 차례대로 비교 (테두리와 ▲가 있는 곳이 다릅니다)"
TEMPERATURE, TOP_P, SEED, DRAW = "온도", "top_p", "시드", "뽑기"
EXACT = "{name} 값"


@dataclass(frozen=True)
class Settings:
    """What a run is drawn with."""

    temperature: float = 1.0
    top_p: float = 1.0
    seed: int = 123

    def __str__(self) -> str:
        return SETTINGS.format(temperature=self.temperature, top_p=self.top_p, seed=self.seed)


@dataclass(frozen=True)
class Run:
    """The draws that some settings gave."""

    settings: Settings
    draws: tuple[str, ...]


def run(scores: dict[str, float], settings: Settings) -> Run:
    """Draw a hundred candidates, from the start that the seed gives."""
    draws = draw_many(scores, DRAWS, settings.seed, settings.temperature, settings.top_p)
    return Run(settings, tuple(draws))


def distribution_views(scores: dict[str, float], settings: Settings) -> tuple[View, View]:
    """Show the probability of each candidate before and after temperature and top_p, on one scale."""
    before = softmax(scores)
    kept = keep_top_p(softmax(scores, settings.temperature), settings.top_p)
    after = {word: kept.get(word, 0) for word in before}
    shape = AFTER.format(temperature=settings.temperature, top_p=settings.top_p)
    return bars(before, BEFORE, most=1), bars(after, shape, most=1)


def runs_view(scores: dict[str, float], earlier: Run | None, later: Run) -> View:
    """Show how often each candidate was drawn and, where there are two runs, where they differ."""
    words, counts = softmax(scores), Counter(later.draws)
    if earlier is None:
        caption = HISTOGRAM.format(count=DRAWS, settings=later.settings)
        return stack(notice(ONE_RUN), bars({word: counts[word] for word in words}, caption, 0, most=DRAWS))
    titles = [f"{name} ({one.settings})" for name, one in ((EARLIER, earlier), (LATER, later))]
    before = Counter(earlier.draws)
    rows = [[word, before[word], counts[word]] for word in words]
    comparison = paired_draws(earlier.draws, later.draws, *titles, COMPARISON)
    return stack(comparison, table(["단어", EARLIER, LATER], rows, TWO_HISTOGRAMS.format(count=DRAWS)))


class SamplingLab(Playground):
    """Shows the distribution while the settings move, and compares a run with the one before it.

    Args:
        scores: a score for each candidate; those of the lesson where none are given.
    """

    def __init__(self, scores: dict[str, float] | None = None) -> None:
        self.scores = dict(SCORES if scores is None else scores)
        start = Settings()
        self.earlier, self.later = None, run(self.scores, start)
        self.temperature, temperature_row = _number(TEMPERATURE, start.temperature, 0, 2, 0.1)
        # A top_p of 0 keeps nothing, so that the smallest is one step.
        self.top_p, top_p_row = _number(TOP_P, start.top_p, 0.05, 1, 0.05)
        self.seed = ipywidgets.BoundedIntText(
            start.seed, min=0, max=2**31 - 1, description=SEED, style={"description_width": "initial"}
        )
        self.draw = ipywidgets.Button(description=DRAW)
        half = {"flex": "1 1 20em", "overflow": "auto", "min_width": "0"}
        self.before, self.after, self.runs = ipywidgets.HTML(layout=half), result(), result()
        self.after.layout = half
        for box in (self.temperature, self.top_p):
            box.observe(self._moved, names="value")
        self.draw.on_click(self._draw)
        first = [*distribution_views(self.scores, start), runs_view(self.scores, None, self.later)]
        for widget, view in zip((self.before, self.after, self.runs), first, strict=True):
            show(widget, view)
        wrapped = {"flex_flow": "row wrap"}
        buttons = ipywidgets.HBox([self.seed, self.draw], layout=wrapped)
        sides = ipywidgets.HBox([self.before, self.after], layout=wrapped)
        source = ipywidgets.HTML(notice(SOURCE).html)
        children = [temperature_row, top_p_row, sides, buttons, self.runs, source]
        super().__init__(TITLE, stack(*first, notice(SOURCE)), children)

    @property
    def settings(self) -> Settings:
        """The settings as they stand."""
        return Settings(self.temperature.value, self.top_p.value, self.seed.value)

    def _moved(self, change: dict) -> None:
        show(self.after, distribution_views(self.scores, self.settings)[1])

    def _draw(self, button: ipywidgets.Button) -> None:
        self.earlier, self.later = self.later, run(self.scores, self.settings)
        show(self.runs, runs_view(self.scores, self.earlier, self.later))


def _number(name: str, value: float, least: float, most: float, step: float) -> tuple:
    """Return a box for a number, and a row of a slider and the box.

    The box counts: the slider stops only at its steps, and a browser keeps the two together.
    """
    limits = {"min": least, "max": most, "step": step, "style": {"description_width": "initial"}}
    look = {"layout": {"flex": "1 1 16em"}, "readout": False}
    slider = ipywidgets.FloatSlider(value, description=name, **look, **limits)
    box = ipywidgets.BoundedFloatText(value, description=EXACT.format(name=name), **limits)
    ipywidgets.jslink((slider, "value"), (box, "value"))
    return box, ipywidgets.HBox([slider, box], layout={"flex_flow": "row wrap"})
