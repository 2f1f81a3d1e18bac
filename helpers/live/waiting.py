"""Shows the learner that the SDK waits before it tries a request again."""

import logging
from collections.abc import Callable

WAITING = "{seconds:.1f}초 뒤에 다시 시도합니다. ({attempt}/{most})"


class _Waits(logging.Filter):
    """Passes on what the SDK logs about a retry, and keeps the log itself to warnings."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        super().__init__()
        self._tell = tell

    def filter(self, record: logging.LogRecord) -> bool:
        # A later SDK may word it otherwise; a note that cannot be read must not break the call.
        if str(record.msg).startswith("Retrying request in %f") and len(record.args) == 3:
            seconds, attempt, most = record.args
            self._tell(WAITING.format(seconds=seconds, attempt=attempt, most=most))
        return record.levelno >= logging.WARNING


def show_waits(tell: Callable[[str], object]) -> None:
    """Show the SDK's note of each retry, which it logs before it waits.

    Args:
        tell: shows one Korean line; it replaces the one of an earlier call.
    """
    logger = logging.getLogger("openai._base_client")
    for old in [one for one in logger.filters if isinstance(one, _Waits)]:
        logger.removeFilter(old)
    logger.addFilter(_Waits(tell))
    logger.setLevel(logging.INFO)
