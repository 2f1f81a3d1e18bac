"""Keeps the key out of the logs of the SDK and of what it sends with; they are written before an answer is cleaned."""

import logging

from helpers.key import Key

LIBRARIES = ("openai", "httpx2", "httpcore2")


class _Hides(logging.Filter):
    """Takes the keys of all sessions out of what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = shown = record.getMessage()
        for key in _KEYS:
            shown = key.hide(shown)
        if shown != text:
            record.msg, record.args = shown, ()
        return True


_KEYS: set[Key] = set()
_HIDES = _Hides()


def hide_in_logs(key: Key) -> None:
    """Take a key out of everything that these libraries log from now on."""
    _KEYS.add(key)
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in LIBRARIES:
            logging.getLogger(name).addFilter(_HIDES)
