"""What every playground is: a box of widgets that shows a still picture of itself where no kernel runs."""

import ipywidgets

from helpers.show import View, notice, stack

STILL = "아래는 멈춘 모습입니다. 셀을 실행하면 직접 만질 수 있습니다."


class Playground(ipywidgets.VBox):
    """A vertical box of widgets with a still picture for GitHub, for printing and for a notebook not yet run.

    Args:
        title: the playground's name.
        start: what it shows at its start.
        children: its widgets.
    """

    def __init__(self, title: str, start: View, children: list[ipywidgets.Widget]) -> None:
        self.still = stack(notice(title, [STILL]), start)
        super().__init__(children)

    def _repr_mimebundle_(self, **options) -> dict:
        bundle = super()._repr_mimebundle_(**options)
        return {**bundle, "text/html": self.still.html, "text/plain": self.still.text}


def show(widget: ipywidgets.HTML, view: View) -> None:
    """Put a view into an HTML widget."""
    # JupyterLab's class for rendered pages: without it a table in a widget lacks the spacing of one in an output.
    widget.add_class("jp-RenderedHTMLCommon")
    widget.value = view.html
