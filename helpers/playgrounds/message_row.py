"""One message in the playground of 01_roles: its role, its text, and the buttons that move or remove it."""

from collections.abc import Callable

import ipywidgets

ROLES = ("developer", "system", "user", "assistant")
ROLE, CONTENT = "{place}번 역할", "{place}번 본문"
UP, DOWN, REMOVE = "위로", "아래로", "지우기"


class MessageRow(ipywidgets.HBox):
    """One message: its role, its text, and the buttons that move or remove it.

    Args:
        place: the message's number, from 1.
        changed: called without arguments after an edit.
        act: called with the name of a button and the place.
    """

    def __init__(self, place: int, changed: Callable, act: Callable) -> None:
        self.place = place
        initial = {"description_width": "initial"}
        self.role = ipywidgets.Dropdown(
            options=ROLES,
            description=ROLE.format(place=place),
            style=initial,
            layout=ipywidgets.Layout(width="200px"),
        )
        self.content = ipywidgets.Textarea(
            description=CONTENT.format(place=place),
            rows=2,
            style=initial,
            layout=ipywidgets.Layout(flex="1 1 220px", width="auto"),
        )
        narrow = ipywidgets.Layout(width="72px")
        self.buttons = {}
        for name in (UP, DOWN, REMOVE):
            button = ipywidgets.Button(description=name, tooltip=f"{place}번 메시지를 {name}", layout=narrow)
            button.on_click(lambda _, name=name: act(name, place))
            self.buttons[name] = button
        for widget in (self.role, self.content):
            widget.observe(lambda _: changed(), names="value")
        layout = ipywidgets.Layout(width="100%", flex_flow="row wrap")
        super().__init__([self.role, self.content, ipywidgets.HBox([*self.buttons.values()])], layout=layout)

    @property
    def message(self) -> dict:
        """The message as the API takes it."""
        return {"role": self.role.value, "content": self.content.value}

    @message.setter
    def message(self, message: dict) -> None:
        self.role.value = message["role"]
        self.content.value = message["content"]
