"""What every playground is: a box of widgets that shows a still picture of itself where no kernel runs."""

import ipywidgets

from helpers.views import View, notice, stack

STILL = "아래는 멈춘 모습입니다. 셀을 실행하면 직접 만질 수 있습니다."


class Playground(ipywidgets.VBox):
    """A vertical box of widgets with a static preview for GitHub, for printing and for a notebook not yet run.

    Subclasses make their widgets in `__init__`, pass them on as `children`, and override `preview`.
    """

    title = ""

    def preview(self) -> View:
        """Return what the playground shows at its start, as a view."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options) -> dict:
        still = stack(notice(self.title, [STILL]), self.preview())
        bundle = super()._repr_mimebundle_(**options)
        return {**bundle, "text/html": still.html, "text/plain": still.text}


def show(widget: ipywidgets.HTML, view: View) -> None:
    """Put a view into an HTML widget."""
    # JupyterLab's class for rendered pages: without it a table in a widget lacks the spacing of one in an output.
    widget.add_class("jp-RenderedHTMLCommon")
    widget.value = view.html
