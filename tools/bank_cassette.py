"""Puts what a lesson's banks describe, and what was answered, into its cassette."""

import tempfile
from pathlib import Path

from helpers.replay import Cassette, Interaction, save_cassette, stored_key
from tools.bank_journal import Recorded
from tools.banks import Variation


def with_banks(cassette: Cassette, variations: list[Variation], known: dict[str, Recorded]) -> Cassette:
    """Return a cassette in which the banks stand last, in the order and under the titles of their description.

    What the original notebook or an API answered stays as it is, also where a bank describes the same request; what an
    author wrote gives way to a bank; what an open model answered and no bank describes any more is left out.

    Args:
        cassette: the one to begin with.
        variations: every request of the lesson's banks.
        known: at least as many answers to each as it is asked.
    """
    described = {one.key for one in variations}
    kept = {stored_key(one.request): one for one in cassette.interactions if _stays(one, described)}
    banks = [
        Interaction(
            one.id, known[one.key].origin, one.request, known[one.key].responses[: one.times], one.title
        )
        for one in variations
        if one.key not in kept
    ]
    interactions = [*kept.values(), *banks]
    return Cassette(cassette.lesson, cassette.model, interactions, cassette.staged, cassette.live_calls)


def _stays(one: Interaction, described: set[str]) -> bool:
    kind = one.origin["kind"]
    if kind == "written":
        return stored_key(one.request) not in described
    return kind != "open-model"


def require_fit(cassette: Cassette, variations: list[Variation]) -> None:
    """Make sure, before hours are spent, that a cassette with these banks would break no rule, such as an id that is taken.

    Raises:
        CassetteError: it would.
    """
    origin = {"kind": "api", "date": ""}
    answers = {one.key: Recorded(origin, [{"status": 200, "body": {}}]) for one in variations}
    with tempfile.TemporaryDirectory() as folder:
        save_cassette(with_banks(cassette, variations, answers), Path(folder, f"{cassette.lesson}.json"))
