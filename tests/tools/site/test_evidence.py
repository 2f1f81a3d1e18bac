"""Every claim of docs/evidence.md names a proof that is there."""

import re

import pytest

from helpers.course import ROOT

TEXT = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8").partition("## Other")[0]
CLAIMS = [claim.partition("\n  Proof: ")[::2] for claim in re.findall(r"^- (.*(?:\n  .*)*)", TEXT, re.M)]


def test_there_are_claims():
    assert len(CLAIMS) > 12


@pytest.mark.parametrize(("claim", "proofs"), CLAIMS, ids=lambda text: text[:40])
def test_the_proof_of_a_claim_is_there(claim, proofs):
    named = re.findall(r"`([^`]+)`", proofs)
    assert named
    for proof in named:
        name, _, test = proof.partition("::")
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not test or f"\ndef {test}(" in text, proof
