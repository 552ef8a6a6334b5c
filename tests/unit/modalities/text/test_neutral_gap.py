"""The neutral gap: nothing where documents are resampled, below zero where decoding is biased."""

from __future__ import annotations

import numpy as np
import pytest

from springhead.core import registry
from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.errors import TooFewToMeasure
from springhead.modalities.text.neutral_gap import NeutralGap, survival


def test_survival_is_the_composed_law():
    counts = np.array([1.0, 5.0])
    assert survival(counts, 0).tolist() == [1.0, 1.0]
    assert survival(counts, 1) == pytest.approx(1 - np.exp(-counts))
    assert survival(counts, 2) == pytest.approx(1 - np.exp(-counts * (1 - np.exp(-1))))


@pytest.fixture(scope="module")
def captions():
    source = registry.load("source", "text/emoji")(tau=0.5)
    return source.draw(2_000, np.random.default_rng(0)).batch


def test_resampled_documents_have_no_gap_and_the_wrong_generation_has_one(captions):
    rng = np.random.default_rng(1)
    kept = captions
    for _ in range(4):
        kept = kept.take(rng.integers(len(kept), size=len(kept)))
    # Words of a caption go together, so the interval is narrow; .02 is four times its spread over 200 seeds.
    assert abs(NeutralGap().measure(captions, 4, kept).value) < 0.02
    assert NeutralGap().measure(captions, 1, kept).value < -0.1


def test_cool_decoding_falls_behind_the_law(captions):
    model = registry.load("model", "text/kneser-ney")()
    copies = np.ones(len(captions), np.int64)
    fitted = model.fit(captions, copies, start=None, compute=Compute(), rng=np.random.default_rng(2))
    cool = fitted.sample(Request(2_000, decoding={"temperature": 0.5}), np.random.default_rng(3)).batch
    assert NeutralGap().measure(captions, 1, cool).high < 0.0


def test_nothing_to_lose_is_said(captions):
    with pytest.raises(TooFewToMeasure):
        NeutralGap().measure(captions.take(np.zeros(0, np.int64)), 1, captions)
