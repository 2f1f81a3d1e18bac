"""Takes the key out of the bodies that a server sends, whole or as events that pass one by one, in whatever encoding."""

import json
import re

from helpers.key import Key
from helpers.live.pieces import Document, Pieces, read_json, written

# Ends of an event in a stream; a line may end in three ways.
_GAP = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_LINE = re.compile(r"\r\n|\n|\r")
DONE = "[DONE]"


class UnreadableEventError(ValueError):
    """An event of a stream holds no JSON; the SDK would fail on it with an error that says nothing."""


def _as_text(content: bytes, charset: str | None) -> str | None:
    """Return bytes as text, whatever the server says of them: JSON as it may be encoded, UTF-8, or in its charset."""
    for encoding in (json.detect_encoding(content), "utf-8", charset):
        try:
            text = content.decode(encoding or "utf-8")
        except (LookupError, ValueError):
            continue
        if "\0" not in text and (encoding in ("utf-8", charset) or read_json(text)):
            return text
    return None


def _clean_text(text: str, key: Key, with_parts: bool) -> str:
    """Return a whole body as it may be shown.

    Args:
        text: JSON or anything else.
        key: to take out.
        with_parts: whether parts of a key are hidden too, as in an error.
    """
    document = read_json(text)
    hide = key.hide if with_parts else key.hide_whole
    if document is None:
        return hide(text)
    pieces = Pieces(key)
    pieces.clean(document, with_parts)
    pieces.end()
    return written(document, key)


class Body:
    """Cleans a body whole, and makes it UTF-8 where it is text.

    Args:
        key: to take out.
        charset: that the server names.
        with_parts: whether parts of the key are hidden too, as in an error.
    """

    def __init__(self, key: Key, charset: str | None, with_parts: bool) -> None:
        self._key, self._charset, self._with_parts = key, charset, with_parts
        self._pieces: list[bytes] = []

    def pass_on(self, piece: bytes) -> bytes:
        """Take some bytes; nothing can be shown yet."""
        self._pieces.append(piece)
        return b""

    def end(self) -> bytes:
        """Return the body as it may be shown."""
        content = b"".join(self._pieces)
        text = _as_text(content, self._charset)
        if text is not None:
            return _clean_text(text, self._key, self._with_parts).encode("utf-8", "replace")
        # Bytes that are no text stay as they are.
        text = content.decode("utf-8", "surrogateescape")
        shown = self._key.hide(text) if self._with_parts else self._key.hide_whole(text)
        return shown.encode("utf-8", "surrogateescape")


class Events:
    """Cleans a stream of server-sent events as it passes.

    An event whose text ends like the beginning of the key waits for the next one; everything else passes at once.

    Args:
        key: to take out.
    """

    def __init__(self, key: Key) -> None:
        self._key, self._pieces = key, Pieces(key)
        self._rest, self._done = b"", False
        self._waiting: list[tuple[list[str], Document | None]] = []

    def pass_on(self, piece: bytes) -> bytes:
        """Take some bytes and return those that may be shown by now.

        Raises:
            UnreadableEventError: an event is no JSON.
        """
        *events, self._rest = _GAP.split(self._rest + piece)
        return b"".join(self._event(one) for one in events)

    def end(self) -> bytes:
        """Return what is left at the end of a stream."""
        last = self._event(self._rest) if self._rest.strip() else b""
        self._pieces.end()
        return last + self._free()

    def _event(self, raw: bytes) -> bytes:
        lines = _LINE.split(raw.decode("utf-8", "replace").strip("\r\n\ufeff"))
        data = "\n".join(one[5:].removeprefix(" ") for one in lines if one.startswith("data:"))
        others = [self._key.hide(one) for one in lines if not one.startswith("data:")]
        if not any(one.startswith("data:") for one in lines):
            # A comment, or one whole body in place of a stream.
            others = _clean_text("\n".join(lines), self._key, False).split("\n")
        document = read_json(data) if data else None
        if document is not None:
            self._pieces.clean(document)
        elif data.startswith(DONE):
            self._done = True
            self._pieces.end()
            others.append("data: " + self._key.hide(data))
        elif data.strip() and not self._done:
            raise UnreadableEventError
        self._waiting.append((others, document))
        return self._free()

    def _free(self) -> bytes:
        """Return the events that need not wait, in order."""
        shown = b""
        while self._waiting and not (self._waiting[0][1] and self._pieces.is_open(self._waiting[0][1])):
            others, document = self._waiting.pop(0)
            data = [f"data: {line}" for line in written(document, self._key).split("\n")] if document else []
            shown += ("\n".join([*others, *data]) + "\n\n").encode()
        return shown
