"""How things look at a glance: a sign, a colour for the edge and a tint, for each kind of thing that is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """A look: its sign stands in the text too, so that nothing is told by colour alone; `word` is the verdict it means."""

    sign: str
    edge: str
    tint: str
    word: str = ""


# Tints let the theme's own background through, so that its text stays legible in the light and the dark one.
LOOKS = {
    "note": Look("·", "#888", "transparent"),
    "right": Look("✓", "#2e8b57", "rgba(46, 139, 87, 0.14)", "맞음"),
    "wrong": Look("✗", "#d9534f", "rgba(217, 83, 79, 0.14)", "틀림"),
    "unfinished": Look("△", "#a87600", "rgba(197, 139, 0, 0.14)", "끝까지 계산하지 않음"),
    "unreadable": Look("?", "#7a6fd0", "rgba(122, 111, 208, 0.14)", "읽지 못함"),
    "miss": Look("?", "#3d85c6", "rgba(61, 133, 198, 0.14)"),
    "error": Look("!", "#d9534f", "rgba(217, 83, 79, 0.14)"),
}
