"""Who made the answers that came from a server in this kernel."""

from datetime import date

from helpers.models import asked_instead
from helpers.replay import identities

# For the kernel, not for a session: running a lesson's first cell again must not forget who answered before.
_ORIGINS: dict[tuple, dict] = {}


def remember(response: dict, path: str, asked: str, host: str) -> None:
    """Remember that a server gave an answer today.

    Args:
        response: as cassettes hold it, with a `body` or with the `events` of a stream.
        path: of the request.
        asked: the model that was asked.
        host: who answered.
    """
    first = response["events"][0] if "events" in response else response["body"]
    model = first.get("model") or asked
    origin = {"kind": "live", "date": date.today().isoformat(), "model": model, "host": host}
    for one in identities(response, path):
        _ORIGINS[one] = origin | asked_instead(asked, model)


def recall(identity: tuple) -> dict | None:
    """Return the origin of an answer; None where none came this way."""
    return _ORIGINS.get(identity)
