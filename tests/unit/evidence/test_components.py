"""The components say the same as the functions behind them, and fit the protocols."""

from __future__ import annotations

import numpy as np

from springhead.core.nouns import Clusters, Scores
from springhead.core.protocols import Calibrator, Quantifier
from springhead.evidence.components import ReferenceCalibrator, ReferenceQuantifier
from springhead.evidence.conformal import conformal
from springhead.evidence.verdict import prevalence


def test_quantifier_says_what_the_function_says() -> None:
    rng = np.random.default_rng(1)
    target, human, synthetic = rng.normal(size=600), rng.normal(size=300), rng.normal(3, 1, 300)
    pairs = np.arange(600) % 300
    clusters = Clusters(exact=np.arange(600), near=pairs, rank=np.zeros(600, np.int64))
    quantifier: Quantifier = ReferenceQuantifier(np.random.default_rng(2), covers_all=True)
    fitted = quantifier.fit(Scores(human), Scores(synthetic), clusters=clusters)
    expected = prevalence(
        target,
        human,
        synthetic,
        covers_all=True,
        rng=np.random.default_rng(2),
        human_clusters=pairs[:300],
        synthetic_clusters=pairs[300:],
    )
    assert fitted.estimate(Scores(target), clusters=None) == expected


def test_calibrator_gives_nats_and_p_values() -> None:
    rng = np.random.default_rng(3)
    human, synthetic = rng.normal(size=300), rng.normal(3, 1, 300)
    calibrator: Calibrator = ReferenceCalibrator()
    both = calibrator.fit(Scores(human), Scores(synthetic), clusters=None)
    alone = calibrator.fit(Scores(human), None, clusters=None)
    scores = Scores(np.array([-2.0, 5.0, np.nan]))
    assert (both.p_values(scores)[:2] == conformal(human, [-2.0, 5.0])).all()
    assert both.nats(scores)[0] < 0 < both.nats(scores)[1]
    assert np.isnan(both.nats(scores)[2])
    assert alone.nats(scores)[:2].tolist() == [0.0, 0.0]
