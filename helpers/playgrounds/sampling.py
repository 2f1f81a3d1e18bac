"""The playground of 04_seeds: move temperature and top_p, choose a seed, draw, and compare two runs."""

from collections import Counter
from dataclasses import dataclass

import ipywidgets

from helpers.playgrounds.playground import Playground, show
from helpers.sampling import draw_many, keep_top_p, softmax
from helpers.show import View, bars, difference, notice, stack

TITLE = "샘플링 실험대"
DRAWS = 100
COMPARED = 20  # draws that are shown word by word
# Scores of our own, for arithmetic, as in the lesson; they come from no model.
SCORES = {"붉었다": 2.0, "고요했다": 1.0, "맑았다": 0.0, "노래했다": -1.0}

SOURCE = "후보의 점수는 계산을 해 보려고 정한 것이고, 어떤 모델에서 나온 것이 아닙니다."
SETTINGS = "온도 {temperature:.2f} · top_p {top_p:.2f} · 시드 {seed}"
DISTRIBUTION = "확률 (전: 온도 1, top_p 1 · 후: 온도 {temperature:.2f}, top_p {top_p:.2f})"
BEFORE, AFTER = "전", "후"
HISTOGRAM = "{count}번 뽑은 횟수 ({settings})"
TWO_HISTOGRAMS = "{count}번씩 뽑은 횟수"
EARLIER, LATER = "앞의 뽑기", "이번 뽑기"
ONE_RUN = "뽑기를 한 번 더 누르면 앞의 뽑기와 비교합니다."
SAME = "두 뽑기의 {count}번이 모두 같습니다."
DIFFERENT = "두 뽑기의 {count}번 가운데 {different}번이 다릅니다."
FIRST_SHOWN = "아래는 처음 {count}번이고, 한쪽에만 있는 낱말에 표시가 있습니다."
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


def distribution_view(scores: dict[str, float], settings: Settings) -> View:
    """Show the probability of each candidate before and after temperature and top_p, on one scale."""
    before = softmax(scores)
    after = keep_top_p(softmax(scores, settings.temperature), settings.top_p)
    caption = DISTRIBUTION.format(temperature=settings.temperature, top_p=settings.top_p)
    return _pairs({BEFORE: before, AFTER: after}, before, caption, 3)


def runs_view(scores: dict[str, float], earlier: Run | None, later: Run) -> View:
    """Show how often each candidate was drawn and, where there are two runs, where they differ."""
    words = softmax(scores)
    counts = Counter(later.draws)
    if earlier is None:
        caption = HISTOGRAM.format(count=DRAWS, settings=later.settings)
        return stack(bars({word: counts[word] for word in words}, caption, 0), notice(ONE_RUN))
    both = {EARLIER: Counter(earlier.draws), LATER: counts}
    histogram = _pairs(both, words, TWO_HISTOGRAMS.format(count=DRAWS), 0)
    return stack(histogram, *_comparison(earlier, later))


def _comparison(earlier: Run, later: Run) -> list[View]:
    different = sum(one != other for one, other in zip(earlier.draws, later.draws, strict=True))
    verdict = (DIFFERENT if different else SAME).format(count=DRAWS, different=different)
    texts = [" ".join(one.draws[:COMPARED]) for one in (earlier, later)]
    titles = [f"{EARLIER} ({earlier.settings})", f"{LATER} ({later.settings})"]
    return [notice(verdict, [FIRST_SHOWN.format(count=COMPARED)]), difference(*texts, *titles)]


def _pairs(columns: dict[str, dict[str, float]], words: dict[str, float], caption: str, digits: int) -> View:
    """Show two numbers of each word one under the other, so that both bars are on one scale."""
    values = {f"{word} · {name}": column.get(word, 0) for word in words for name, column in columns.items()}
    return bars(values, caption, digits)


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
        self.distribution, self.runs = (ipywidgets.HTML(layout={"overflow": "auto"}) for _ in range(2))
        for box in (self.temperature, self.top_p):
            box.observe(self._moved, names="value")
        self.draw.on_click(self._draw)
        first = [distribution_view(self.scores, start), runs_view(self.scores, None, self.later)]
        for widget, view in zip((self.distribution, self.runs), first, strict=True):
            show(widget, view)
        source = ipywidgets.HTML(notice(SOURCE).html)
        buttons = ipywidgets.HBox([self.seed, self.draw], layout={"flex_flow": "row wrap"})
        children = [source, temperature_row, top_p_row, self.distribution, buttons, self.runs]
        super().__init__(TITLE, stack(notice(SOURCE), *first), children)

    @property
    def settings(self) -> Settings:
        """The settings as they stand."""
        return Settings(self.temperature.value, self.top_p.value, self.seed.value)

    def _moved(self, change: dict) -> None:
        show(self.distribution, distribution_view(self.scores, self.settings))

    def _draw(self, button: ipywidgets.Button) -> None:
        self.earlier, self.later = self.later, run(self.scores, self.settings)
        show(self.runs, runs_view(self.scores, self.earlier, self.later))


def _number(name: str, value: float, least: float, most: float, step: float) -> tuple:
    """Return a box for a number, and a row of a slider and the box: a slider's handle has no name of its own.

    The box counts: the slider stops only at its steps, and a browser keeps the two together.
    """
    limits = {"min": least, "max": most, "step": step, "style": {"description_width": "initial"}}
    look = {"layout": {"flex": "1 1 16em"}, "readout": False}
    slider = ipywidgets.FloatSlider(value, description=name, **look, **limits)
    box = ipywidgets.BoundedFloatText(value, description=EXACT.format(name=name), **limits)
    ipywidgets.jslink((slider, "value"), (box, "value"))
    return box, ipywidgets.HBox([slider, box], layout={"flex_flow": "row wrap"})
