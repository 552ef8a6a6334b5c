"""Nouns: frozen, with values that are written to files, and a rule of what decides alone."""

import dataclasses

import numpy as np
import pytest

from springhead.core import nouns
from springhead.core.nouns import HARD, Claim, Findings, Origin, Request, Trust


def test_every_noun_is_frozen_and_documented():
    classes = [value for value in vars(nouns).values() if dataclasses.is_dataclass(value)]
    assert len(classes) >= 10
    for noun in classes:
        assert noun.__dataclass_params__.frozen, noun
        assert noun.__doc__, noun
        assert not noun.__doc__.startswith(f"{noun.__name__}("), noun


def test_values_in_files_do_not_change():
    assert [origin.value for origin in Origin] == ["human", "mixed", "synthetic", "procedural", "unknown"]
    assert [trust.value for trust in Trust] == [
        "ledger",
        "trusted signature",
        "valid signature",
        "declared",
        "watermark",
        "dated",
        "residue",
        "repetition",
        "statistical",
        "neural",
    ]


def test_measured_evidence_never_decides_alone():
    measured = {Trust.RESIDUE, Trust.REPETITION, Trust.STATISTICAL, Trust.NEURAL}
    assert {trust for trust in Trust if not trust.is_hard} == measured
    assert HARD.isdisjoint(measured)


def test_a_claim_outside_the_payload_has_no_span():
    claim = Claim(0, "generator", "some model", Trust.DECLARED)
    assert (claim.start, claim.end, claim.origin) == (-1, -1, Origin.UNKNOWN)
    with pytest.raises(dataclasses.FrozenInstanceError):
        claim.row = 1


def test_defaults_are_not_shared():
    first, second = Request(1), Request(1)
    assert first.decoding == {}
    assert first.decoding is not second.decoding
    assert Findings(np.zeros(1)).unit == "raw"
