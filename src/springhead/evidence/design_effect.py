"""How much clusters cost: the variance of the score test over clusters against independent records.

Sources: Kish 1965 (design effect), Liang and Zeger 1986 (cluster sums of influences). It is what the cluster
bootstrap of a linear statistic converges to, without its noise. Labels shared by several samples count as one
cluster, so pairs of a human text and its mirror enter with their covariance.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.interval import grid
from springhead.evidence.mixture import Mixture, efficient, score_curve
from springhead.evidence.samples import Sample


class Design(msgspec.Struct, frozen=True):
    """Factor on the variance (>= 1) and its degrees of freedom."""

    effect: float
    freedom: float


def structured(samples: tuple[Sample, ...]) -> bool:
    """Return whether records are not alike and independent: clusters were given, or weights differ."""
    return any(sample.clustered or sample.effective < sample.size - 1e-6 for sample in samples)


def joint_codes(samples: tuple[Sample, ...]) -> npt.NDArray[np.int64]:
    """Return a cluster number per record of all samples in order: shared where given, else apart."""
    labels = [
        sample.clusters if sample.clustered else -1 - offset - len(samples) * sample.clusters
        for offset, sample in enumerate(samples)
    ]
    return np.unique(np.concatenate(labels), return_inverse=True)[1].reshape(-1)


def rough_share(mixture: Mixture) -> float:
    """Return a quick share: where the difference changes sign on a coarse grid."""
    curve = score_curve(mixture, grid(13))
    return float(curve.shares[int(np.argmin(np.abs(curve.difference / np.sqrt(curve.variance))))])


def design(mixture: Mixture, target: Sample, human: Sample, synthetic: Sample) -> Design:
    """Return the design effect of the score test at a rough share; 1 for plain records."""
    samples = (target, human, synthetic)
    # The score function has heavy tails: the variance from n references is known as if from a fifth of them;
    # measured, 100 references need Student's 20 degrees of freedom to cover, 1,000 hardly notice.
    known = min(mixture.n_human, mixture.n_synthetic) / 5.0
    if not structured(samples):
        return Design(1.0, known)
    share = rough_share(mixture)
    g = np.einsum("fk,f->k", efficient(mixture, np.array([share]))[0], mixture.fold_mass)
    influences, plain = [], 0.0
    for sample, factor in zip(samples, (1.0, -(1.0 - share), -share), strict=True):
        values = g[np.searchsorted(mixture.cuts, sample.scores)]
        centred = factor * (values - float(sample.weights @ values))
        plain += float(sample.weights @ centred**2) / sample.effective
        influences.append(sample.weights * centred)
    sums = np.bincount(joint_codes(samples), np.concatenate(influences))
    squares = sums**2
    variance = float(squares.sum())
    if variance <= 0.0 or plain <= 0.0:
        return Design(1.0, known)
    # Satterthwaite's count of clusters that carry the variance, equal clusters giving their number.
    carrying = variance**2 / float(np.sum(squares**2)) * 3.0
    clusters = min(float(np.unique(sample.clusters).size) for sample in samples)
    freedom = max(1.0, min(carrying, clusters - 1.0, known))
    correction = clusters / max(clusters - 1.0, 1.0)
    return Design(max(1.0, variance * correction / plain), freedom)
