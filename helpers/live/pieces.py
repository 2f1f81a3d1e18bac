"""Takes the key out of parsed JSON, where a text may hold it whole or in pieces, in one document or in several."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpers.key import HIDDEN, SHORTEST_TAIL, Key

# What every event of a stream repeats, outside its delta.
NEVER_IN_PIECES = {"id", "object", "model", "type", "role", "system_fingerprint", "service_tier", "item_id"}
AS_BYTES = ("utf-8", "surrogateescape")


@dataclass
class Document:
    """A parsed body or event, in a list so that it can be replaced; `raw` is how it came."""

    root: list
    raw: str
    changed: bool = False


@dataclass
class _Leaf:
    """One text of a document, and where it stands."""

    document: Document
    holder: dict | list
    place: object
    text: str

    def write(self, text: str) -> None:
        self.document.changed = self.document.changed or text != self.text
        self.text = text
        old = self.holder[self.place]
        self.holder[self.place] = list(text.encode(*AS_BYTES)) if isinstance(old, list) else text


@dataclass
class Pieces:
    """Cleans documents that follow one another, whose texts may hold the key in pieces.

    Args:
        key: to take out.
    """

    key: Key
    # By path: the leaves whose texts together end like the beginning of the key.
    _open: dict[tuple, list[_Leaf]] = field(default_factory=dict)
    _last: Document | None = None

    def clean(self, document: Document, with_parts: bool = False) -> None:
        """Clean a document, and what of earlier ones belongs to the same text; an error is cleaned of parts too."""
        self._last, whole = document, document.root[0]
        with_parts = with_parts or bool(isinstance(whole, dict) and whole.get("error"))
        hide = self.key.hide if with_parts else self.key.hide_whole
        for path, leaf in list(_leaves(document, self.key)):
            leaf.write(hide(leaf.text))
            if "delta" in path or not NEVER_IN_PIECES & {*path[-1:]}:
                self._join(path, leaf)

    def _join(self, path: tuple, leaf: _Leaf) -> None:
        leaves = [*self._open.pop(path, []), leaf]
        text = "".join(one.text for one in leaves)
        for start, end in self.key.places(text)[:1]:
            _cut(leaves, start, end)
            leaves, text = [leaf], leaf.text
        start = self.key.begins_at_the_end(text)
        while leaves and start is not None and start >= len(leaves[0].text):
            start -= len(leaves.pop(0).text)
        if leaves and start is not None:
            self._open[path] = leaves

    def is_open(self, document: Document) -> bool:
        """Say whether a text of this document may still become the key; what is short waits for one event only."""
        return any(
            any(leaf.document is document for leaf in leaves)
            and (leaves[-1].document is self._last or len(self._beginning(leaves)) >= SHORTEST_TAIL)
            for leaves in self._open.values()
        )

    def _beginning(self, leaves: list[_Leaf]) -> str:
        text = "".join(leaf.text for leaf in leaves)
        return text[self.key.begins_at_the_end(text) :]

    def end(self) -> None:
        """Nothing follows: hide a beginning that is half of the key or more."""
        for leaves in self._open.values():
            beginning = self._beginning(leaves)
            if self.key.is_half(beginning):
                end = sum(len(leaf.text) for leaf in leaves)
                _cut(leaves, end - len(beginning), end)
        self._open.clear()


def _cut(leaves: list[_Leaf], start: int, end: int) -> None:
    """Replace a stretch of the joined texts; what replaces it stands where it began."""
    shown, begin = HIDDEN, 0
    for leaf in leaves:
        low, high = max(start - begin, 0), min(end - begin, len(leaf.text))
        begin += len(leaf.text)
        if low < high:
            leaf.write(leaf.text[:low] + shown + leaf.text[high:])
            shown = ""


def _leaves(document: Document, key: Key) -> Iterator[tuple[tuple, _Leaf]]:
    """Give every text of a document with the path to it: names and numbers of choices, but no places in lists."""
    todo = [(document.root, 0, ())]
    while todo:
        holder, place, path = todo.pop()
        value = holder[place]
        if isinstance(value, dict):
            for name in [name for name in value if key.is_in(name)]:
                document.changed = True
                value[key.hide_whole(name)] = value.pop(name)
            path += tuple(
                (name, one) for name, one in value.items() if name.endswith("index") and type(one) is int
            )
            todo += [(value, name, (*path, name)) for name in reversed(value)]
        elif isinstance(value, list) and value and all(type(one) is int and 0 <= one < 256 for one in value):
            # The bytes of a token, as logprobs give them.
            yield path, _Leaf(document, holder, place, bytes(value).decode(*AS_BYTES))
        elif isinstance(value, list):
            todo += [(value, place, path) for place in reversed(range(len(value)))]
        elif isinstance(value, str):
            yield path, _Leaf(document, holder, place, value)


def read_json(text: str) -> Document | None:
    """Return a text as a document; None where it is no JSON."""
    try:
        return Document([json.loads(text)], text)
    except (ValueError, RecursionError):
        return None


def written(document: Document, key: Key) -> str:
    """Return a document as it may be shown: as it came, where nothing of the key was in it."""
    if not document.changed and not key.is_in(document.raw):
        return document.raw
    try:
        return json.dumps(document.root[0])
    except RecursionError:
        return key.hide(document.raw)
