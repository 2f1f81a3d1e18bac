"""What the playgrounds offer of a lesson's recordings: which of them, under which names, and the list to choose from."""

from collections.abc import Callable, Iterable

import ipywidgets

from helpers.playgrounds.message_row import ROLES
from helpers.replay import MODEL_PLACEHOLDER, Interaction
from helpers.show import visible

LOAD = "불러오기"
BACK, BACK_TO = "되돌리기", "불러오기 전의 글로 되돌리기. 다시 누르면 불러온 글로 돌아갑니다."
LABEL = "{title} (응답 {count}개)"
# A longer title is cut in its longest part, so that what it varies and the value of it can still be told apart.
TITLE_LENGTH, PART = 60, " · "


def conversations(recordings: dict[str, Interaction]) -> dict[str, list[dict]]:
    """Choose the recorded requests that a playground could send itself: the lesson's model, texts, nothing else.

    Args:
        recordings: a lesson's `recorded_requests()`.

    Returns:
        Their messages by id.
    """
    bodies = {id: one.request["body"] for id, one in recordings.items()}
    return {id: body["messages"] for id, body in bodies.items() if _can_be_sent(body)}


def _can_be_sent(body: dict) -> bool:
    # A stream, a parameter and the Responses API each have another name in the body.
    if set(body) != {"model", "messages"} or body["model"] != MODEL_PLACEHOLDER:
        return False
    return bool(body["messages"]) and all(_is_plain(one) for one in body["messages"])


def _is_plain(message: dict) -> bool:
    return (
        set(message) == {"role", "content"}
        and message["role"] in ROLES
        and isinstance(message["content"], str)
    )


def label(one: Interaction) -> str:
    """Return what a list says of a recording: its title, or of a lesson's own request the id, and how many answers."""
    parts = " ".join(visible(one.title or one.id).split()).split(PART)
    over = len(PART.join(parts)) - TITLE_LENGTH
    if over > 0:
        longest = max(range(len(parts)), key=lambda place: len(parts[place]))
        parts[longest] = parts[longest][: -over - 1].rstrip() + "…"
    title = PART.join(parts)
    # Of a title in very many parts even that leaves too much.
    title = title if len(title) <= TITLE_LENGTH else title[:TITLE_LENGTH] + "…"
    return LABEL.format(title=title, count=len(one.responses))


class Recordings(ipywidgets.HBox):
    """A list of recordings, the button that loads the one chosen, and the button that brings back what stood there.

    Args:
        name: what the list is called.
        recordings: a lesson's `recorded_requests()`.
        offered: the ids of those to choose from.
        load: called with the id of the chosen one.
        kept: returns what stands in the playground.
        restore: called with something that `kept` returned, to put it back.
    """

    def __init__(
        self,
        name: str,
        recordings: dict[str, Interaction],
        offered: Iterable[str],
        load: Callable[[str], object],
        kept: Callable[[], object],
        restore: Callable[[object], object],
    ) -> None:
        self._load, self._kept, self._restore = load, kept, restore
        self._before = self._loaded = None
        options = [(label(recordings[id]), id) for id in offered]
        self.choice = ipywidgets.Dropdown(
            options=options,
            description=name,
            style={"description_width": "initial"},
            # A title is longer than a narrow screen is wide.
            layout={"flex": "1 1 16em", "width": "auto", "min_width": "0"},
        )
        self.load = ipywidgets.Button(description=LOAD, disabled=not options)
        self.back = ipywidgets.Button(description=BACK, tooltip=BACK_TO, disabled=True)
        self.load.on_click(lambda _: self.take(self.choice.value))
        self.back.on_click(lambda _: self._exchange())
        super().__init__([self.choice, self.load, self.back], layout={"flex_flow": "row wrap"})

    def take(self, id: str) -> None:
        """Choose a recording and load it; what was typed before can be brought back."""
        now = self._kept()
        # Of several loaded one after the other none was typed.
        if now != self._loaded:
            self._before = now
        self.choice.value = id
        self._load(id)
        self._loaded = self._kept()
        self.back.disabled = False

    def _exchange(self) -> None:
        # What stands there now takes the place of what comes back, so that a second click undoes the first.
        self._before, before = self._kept(), self._before
        self._restore(before)
