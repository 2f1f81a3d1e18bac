"""Repeats a slow call: a bar shows how far it is, and stopping the kernel keeps what is there."""

from collections.abc import Callable

import ipywidgets
from IPython.display import display

WORKING = "{title}: {done}/{count}번 (멈추려면 위의 ■ '커널 중지' 버튼을 누르세요)"
DONE = "{title}: {count}번을 모두 마쳤습니다."
STOPPED = "{title}: {done}번 만에 멈추었습니다."


def repeat(call: Callable[[], object], count: int, title: str) -> list:
    """Call a function several times, showing a progress bar.

    Args:
        call: what to repeat, without arguments.
        count: how many times.
        title: what the bar says is being done.

    Returns:
        The results in order; fewer where the learner interrupted the kernel. Any other error is passed on.
    """
    bar = ipywidgets.IntProgress(max=count, layout={"width": "200px"})
    label = ipywidgets.Label(WORKING.format(title=title, done=0, count=count))
    display(ipywidgets.HBox([bar, label]))
    results: list = []
    try:
        for _ in range(count):
            results.append(call())
            bar.value = len(results)
            label.value = WORKING.format(title=title, done=len(results), count=count)
    except KeyboardInterrupt:
        bar.bar_style = "warning"
        label.value = STOPPED.format(title=title, done=len(results))
    else:
        bar.bar_style = "success"
        label.value = DONE.format(title=title, count=count)
    return results
