"""Keeps the API key out of everything that a learner, a log or a notebook could show."""

import json
import re
from collections.abc import MutableMapping

HIDDEN = "(가린 키)"
# A key as short as this ("ollama") is a word for a local server and no secret, so only the whole word is hidden.
SHORTEST_SECRET = 8
# How much of a key is enough to recognise it by its beginning or its end.
SHORTEST_HEAD, SHORTEST_TAIL = 6, 4

_WORD = re.compile(r"[^\s\"'`,:;=()<>{}\[\]\\]+")
# What a server writes in place of the middle of a key.
_MASK = re.compile(r"[*•…]+|\.{2,}")


class Key:
    """The API key: it leaves this object in the header of a request and in no other way.

    Args:
        text: the key, or None where the server needs none.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str | None) -> None:
        self._text = text or ""

    def put_into(self, headers: MutableMapping[str, str]) -> None:
        """Set the header of a request that carries the key, or remove it where there is no key."""
        if self._text:
            headers["authorization"] = f"Bearer {self._text}"
        else:
            headers.pop("authorization", None)

    def is_in(self, content: bytes) -> bool:
        """Say whether the key stands in the bytes of an answer."""
        return bool(self._text) and self._text.encode() in content

    def hide(self, text: str) -> str:
        """Return a text without the key, and without the parts of it that a server repeats in an error."""
        if not self._text:
            return text
        if len(self._text) < SHORTEST_SECRET:
            return re.sub(rf"(?<![\w-]){re.escape(self._text)}(?![\w-])", HIDDEN, text)
        for form in {self._text, json.dumps(self._text)[1:-1]}:
            text = text.replace(form, HIDDEN)
        return _WORD.sub(lambda found: HIDDEN if self._shows_a_part(found.group()) else found.group(), text)

    def _shows_a_part(self, word: str) -> bool:
        word = word.rstrip(".!?")
        parts = _MASK.split(word)
        head, tail = parts[0], parts[-1]
        if len(parts) > 1:
            return bool(head or tail) and self._text.startswith(head) and self._text.endswith(tail)
        begins = len(word) >= SHORTEST_HEAD and self._text.startswith(word)
        return begins or (len(word) >= SHORTEST_TAIL and self._text.endswith(word))
