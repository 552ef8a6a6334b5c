"""The statistics as components of the protocols: a calibrator and a quantifier on `Scores` and `Clusters`.

Clusters of a fit run over the human records first, then the synthetic ones; `near` is the cluster that counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from springhead.core.nouns import Clusters, Scores
from springhead.evidence.calibrate import LikelihoodRatio
from springhead.evidence.conformal import conformal
from springhead.evidence.verdict import PrevalenceEstimate, QuantifierName, prevalence

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReferenceEvidence:
    """Nats and p-values fitted on references; without synthetic scores nats are 0."""

    human: Floats
    ratio: LikelihoodRatio

    def nats(self, scores: Scores, /) -> Floats:
        """Return log-likelihood ratios in nats (n,), nan where the score is nan."""
        return self.ratio.nats(scores.values)

    def p_values(self, scores: Scores, /) -> Floats:
        """Return conformal p-values (n,) against the human reference."""
        return conformal(self.human, scores.values)


@dataclass(frozen=True, slots=True)
class ReferenceCalibrator:
    """Learns nats (isotonic likelihood ratio) and p-values (conformal) from references."""

    name: str = "references"

    def fit(
        self, human: Scores, synthetic: Scores | None, /, *, clusters: Clusters | None
    ) -> ReferenceEvidence:
        """Fit to known-human scores and, where given, synthetic ones; clusters change neither."""
        del clusters
        values = np.zeros(0) if synthetic is None else synthetic.values
        return ReferenceEvidence(human.values, LikelihoodRatio.fit(human.values, values))


@dataclass(frozen=True, slots=True)
class FittedReferences:
    """Both references, ready to estimate the share in any number of targets."""

    human: Scores
    synthetic: Scores
    labels: Integers | None
    covers_all: bool
    quantifier: QuantifierName
    rng: np.random.Generator

    def estimate(
        self, scores: Scores, /, *, clusters: Clusters | None, confidence: float = 0.95
    ) -> PrevalenceEstimate:
        """Estimate the share of synthetic records among the scores."""
        split = len(self.human.values)
        sketches = None
        if scores.sketch is not None and self.human.sketch is not None and self.synthetic.sketch is not None:
            sketches = (scores.sketch, self.human.sketch, self.synthetic.sketch)
        return prevalence(
            scores.values,
            self.human.values,
            self.synthetic.values,
            covers_all=self.covers_all,
            rng=self.rng,
            target_clusters=None if clusters is None else clusters.near,
            human_clusters=None if self.labels is None else self.labels[:split],
            synthetic_clusters=None if self.labels is None else self.labels[split:],
            weights=scores.weights,
            human_weights=self.human.weights,
            synthetic_weights=self.synthetic.weights,
            sketches=sketches,
            confidence=confidence,
            quantifier=self.quantifier,
        )


@dataclass(frozen=True, slots=True)
class ReferenceQuantifier:
    """Estimates shares against two references; `covers_all` is the user's word, `rng` draws folds and nulls."""

    rng: np.random.Generator
    covers_all: bool = False
    quantifier: QuantifierName = "auto"

    def fit(self, human: Scores, synthetic: Scores, /, *, clusters: Clusters | None) -> FittedReferences:
        """Keep the scores of both references with their clusters."""
        labels = None if clusters is None else clusters.near
        return FittedReferences(human, synthetic, labels, self.covers_all, self.quantifier, self.rng)
