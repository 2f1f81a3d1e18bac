"""What every playground is: a box of widgets that shows a still picture of itself where no kernel runs."""

import asyncio
from collections.abc import Callable

import ipywidgets

from helpers.playgrounds.page import BOX, PAGE, RESULT
from helpers.show import View, notice, stack

STILL = "아래는 멈춘 모습입니다. 셀을 실행하면 직접 만질 수 있습니다."
# Shorter than a pause in typing is felt, longer than the time between two keys.
PAUSE_SECONDS = 0.25


class Playground(ipywidgets.VBox):
    """A vertical box of widgets with a still picture for GitHub, for printing and for a notebook not yet run.

    Args:
        title: the playground's name.
        start: what it shows at its start.
        children: its widgets.
    """

    def __init__(self, title: str, start: View, children: list[ipywidgets.Widget]) -> None:
        self.still = stack(notice(title, [STILL]), start)
        page = ipywidgets.HTML(PAGE, layout={"height": "0", "margin": "0"})
        super().__init__([*children, page])
        self.add_class(BOX)

    def _repr_mimebundle_(self, **options) -> dict:
        bundle = super()._repr_mimebundle_(**options)
        return {**bundle, "text/html": self.still.html, "text/plain": self.still.text}


def result() -> ipywidgets.HTML:
    """Return a place for what a learner waits for: its changes are read out, and what is too wide scrolls within it."""
    place = ipywidgets.HTML(layout={"overflow": "auto"})
    place.add_class(RESULT)
    return place


def show(widget: ipywidgets.HTML, view: View) -> None:
    """Put a view into an HTML widget."""
    # JupyterLab's class for rendered pages: without it a table in a widget lacks the spacing of one in an output.
    widget.add_class("jp-RenderedHTMLCommon")
    widget.value = view.html


class Settled:
    """Calls a function once what calls for it has paused, so that a long text costs nothing for each key.

    Args:
        act: called without arguments; at once where no event loop runs, as in a plain Python.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._waiting: asyncio.TimerHandle | None = None

    def __call__(self, change: dict | None = None) -> None:
        """Call the function after a pause, and forget an earlier call that still waits."""
        if self._waiting:
            self._waiting.cancel()
        try:
            self._waiting = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._act)
        except RuntimeError:
            self._act()
