"""Tokens as chips: the text of each and its id, with nothing in a chip that cannot be seen."""

import re
from collections.abc import Sequence

from helpers.show.views import View, escape, visible

# Pastel backgrounds on which #222 is legible in the light and the dark theme.
_PASTELS = ("#ffe0b2", "#c8e6c9", "#bbdefb", "#f8bbd0", "#d1c4e9", "#fff59d")
# In running text a joiner makes one emoji of several, and must; alone in a chip it would be an empty box. So would
# every space but the plain one, the fillers of Hangul, and the empty Braille pattern.
_EMPTY_ALONE = re.compile(
    "[\u00a0\u034f\u115f\u1160\u1680\u180b-\u180f\u2000-\u200a\u200c\u200d\u202f\u205f\u2800\u3000\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_SEEN = {" ": "␣", "\n": "↵", "\t": "⇥"}


def token_chips(token_ids: Sequence[int], encoding) -> View:
    """Show tokens as chips: the text of each and its id; a part of a character is shown as its bytes.

    Args:
        token_ids: ids in `encoding`.
        encoding: a tiktoken `Encoding`.

    Returns:
        The chips in order.
    """
    texts = [_token_text(encoding.decode_single_token_bytes(one)) for one in token_ids]
    chips = "".join(
        f'<span style="display:inline-block;background:{_PASTELS[place % len(_PASTELS)]};color:#222;'
        f'border:1px solid #777;border-radius:4px;margin:1px;padding:0 4px;text-align:center">'
        f'<span style="white-space:pre">{escape(text)}</span><br><small>{one}</small></span>'
        for place, (text, one) in enumerate(zip(texts, token_ids, strict=True))
    )
    text = " ".join(f"{visible(text)}({one})" for text, one in zip(texts, token_ids, strict=True))
    return View(f"<div>{chips}</div>", text)


def _token_text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return "<" + raw.hex(" ").upper() + ">"
    # A space or a line break at an edge would not be seen in a chip.
    text = text.translate(str.maketrans(_SEEN))
    return _EMPTY_ALONE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
