"""Keeps the API key out of everything that a learner, a log or a notebook could show."""

import html
import re
import unicodedata
from collections.abc import MutableMapping
from urllib.parse import unquote

HIDDEN = "(가린 키)"
# A key as short as this ("ollama") is a word for a local server and no secret, so only the whole word is hidden.
SHORTEST_SECRET = 8
# What the manuals of local servers give for a key, and what is too short to be one: answers speak of it.
NO_KEYS = re.compile(
    r"ollama|empty|none|null|dummy|lm-?studio|not-needed|(sk-)?no-key(-required)?|.{0,3}", re.I
)
# How much of a key is enough to recognise it by its beginning or its end.
SHORTEST_HEAD, SHORTEST_TAIL = 6, 4

_WORD = re.compile(r"[^\s\"'`,:;=()<>{}\[\]\\]+")
# What a server writes in place of the middle of a key.
_MASK = re.compile(r"[*•…]+|\.{2,}")
# One character in another dress: escaped for JSON, Python, Markdown (once or more), in an address, in HTML; or not ASCII.
_DRESSED = re.compile(
    r"\\+u(?:0000(?=[0-9a-f]{4})|\{0*)?([0-9a-f]{2,4})\}?|\\+x([0-9a-f]{2})|((?:%(?:25)*[0-9a-f]{2})+)"
    r"|(&(?:amp;)*(?:#x?[0-9a-f]{1,8};?|\w{1,8};))|\\+([0-3][0-7]{2}|[0-7]{2})"
    r"|\\+([^a-z0-9\s\\])|(\\)\\+(?![nrt])|\\+[nrt]|([^!-~])",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"[\\%&]")
_TWICE = re.compile(r"%(?:25)+(?=[0-9a-f]{2})", re.IGNORECASE)
# What nobody sees: controls, letters without a width, and whole kinds of characters; every dash is read as one.
_CONTROLS = dict.fromkeys((*range(33), 127, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800))
_KINDS = dict.fromkeys(("Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"), "") | {"Pd": "-"}
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
# A dress that may go on in the next piece.
_UNFINISHED = re.compile(
    r"(\\+(u([0-9a-f]{0,3}|\{[0-9a-f]*)|x[0-9a-f]?|[0-3]?[0-7]?)|%(?:25)*[0-9a-f]?|&(?:amp;)*#?\w{0,8})$",
    re.IGNORECASE,
)


class Key:
    """The API key: it leaves this object in the header of a request and in no other way.

    Args:
        text: the key, or None where the server needs none.
    """

    __slots__ = ("_plain", "_tell")

    def __init__(self, text: str | None) -> None:
        # In functions, which no pickle, `vars` or debugger writes out.
        plain = _undressed(text or "")[0]
        self._tell, self._plain = (lambda: text or ""), (lambda: plain)

    def __bool__(self) -> bool:
        return bool(self._tell())

    @property
    def is_secret(self) -> bool:
        """Whether it is long enough to be one."""
        return len(self._tell()) >= SHORTEST_SECRET and not NO_KEYS.fullmatch(self._tell())

    def __eq__(self, other: object) -> bool:
        return self._tell() == (other._tell() if isinstance(other, Key) else other)

    def __hash__(self) -> int:
        return hash(self._tell())

    def __deepcopy__(self, memo: dict) -> "Key":
        return self

    def __reduce__(self):
        raise TypeError("An API key is not pickled.")

    def put_into(self, headers: MutableMapping[str, str]) -> None:
        """Set the header of a request that carries the key, or remove it where there is no key."""
        if self:
            headers["authorization"] = f"Bearer {self._tell()}"
        else:
            headers.pop("authorization", None)

    def is_in(self, text: str) -> bool:
        """Say whether the whole key stands in a text, in whatever dress."""
        return self.hide_whole(text) != text

    def hide(self, text: str) -> str:
        """Return a text without the key, and without the parts of it that a server repeats in an error."""
        text = self.hide_whole(text)
        if not self.is_secret:
            return text
        return _WORD.sub(lambda found: HIDDEN if self._shows_a_part(found.group()) else found.group(), text)

    def hide_whole(self, text: str) -> str:
        """Return a text without the key, in whatever dress; what only resembles a part of it stays."""
        for start, end in reversed(self.places(text)):
            text = text[:start] + HIDDEN + text[end:]
        return text

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where the whole key stands in a text, as starts and ends."""
        key, found, start = self._tell(), [], 0
        if not self.is_secret:
            word = (
                () if NO_KEYS.fullmatch(key) else re.finditer(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text)
            )
            return [one.span() for one in word]
        key = self._plain()
        if not _ESCAPED.search(text) and key not in _read(text).translate(_LOWER):
            return found
        plain, starts, ends = _undressed(text)
        while (start := plain.find(key, start)) >= 0:
            found.append((starts[start], ends[start + len(key) - 1]))
            start += len(key)
        return found

    def begins_at_the_end(self, text: str) -> int | None:
        """Return where the beginning of a key begins with which a text ends; None where it ends otherwise."""
        if not self.is_secret:
            return None
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        plain, starts, _ = _undressed(text[:end])
        key = self._plain()
        for size in range(min(len(key) - 1, len(plain)), 0, -1):
            if plain.endswith(key[:size]):
                return starts[len(plain) - size]
        return end if unfinished else None

    def is_half(self, text: str) -> bool:
        """Say whether a beginning of the key is half of it or more."""
        return 2 * len(_undressed(text)[0]) >= len(self._plain())

    def _shows_a_part(self, word: str) -> bool:
        text, word = self._tell(), word.rstrip(".!?")
        parts = _MASK.split(word)
        head, tail = parts[0], parts[-1]
        if len(parts) > 1:
            return bool(head or tail) and text.startswith(head) and text.endswith(tail)
        begins = len(word) >= SHORTEST_HEAD and text.startswith(word)
        return begins or (len(word) >= SHORTEST_TAIL and text.endswith(word))


def _undressed(text: str) -> tuple[str, list[int], list[int]]:
    """Return a text as one reads it, in lower case and without what nobody sees; and of each character start and end."""
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(read: str, start: int, end: int, as_it_is: bool) -> None:
        plain.append(read)
        starts.extend(range(start, end) if as_it_is else [start] * len(read))
        ends.extend(range(start + 1, end + 1) if as_it_is else [end] * len(read))

    done = 0
    for found in _DRESSED.finditer(text):
        keep(text[done : found.start()], done, found.start(), True)
        done = found.end()
        if code := found[1] or found[2] or found[5]:
            one = chr(int(code, 8 if found[5] else 16))
        elif found[3]:
            one = unquote(_TWICE.sub("%", found[3]))
        elif found[4]:
            one = html.unescape(re.sub("&(amp;)+", "&", found[4]))
        else:
            one = found[6] or found[7] or found[8] or ""
        keep(_read(one), found.start(), done, False)
    keep(text[done:], done, len(text), True)
    return "".join(plain).translate(_LOWER), starts, ends


def _read(text: str) -> str:
    """Return a text as one reads it: without what nobody sees, wide and other letters as those that they look like."""
    text = unicodedata.normalize("NFKD", text.translate(_CONTROLS))
    return re.sub("[^!-~]", lambda one: _KINDS.get(unicodedata.category(one[0]), one[0]), text)
