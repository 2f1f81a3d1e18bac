"""Every claim of docs/evidence.md names a proof that is there."""

import re

import pytest

from helpers.course import ROOT

ROWS = [
    line.strip("| ").split(" | ")
    for line in (ROOT / "docs" / "evidence.md")
    .read_text(encoding="utf-8")
    .partition("## Other")[0]
    .splitlines()
    if line.startswith("| ") and not line.startswith("| what")
]


def test_there_are_claims():
    assert len(ROWS) > 12


@pytest.mark.parametrize(("claim", "proofs"), ROWS, ids=lambda text: text[:40])
def test_the_proof_of_a_claim_is_there(claim, proofs):
    named = re.findall(r"`([^`]+)`", proofs)
    assert named
    for proof in named:
        name, _, test = proof.partition("::")
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not test or f"\ndef {test}(" in text, proof
