"""What a quantifier sees of one set of records: finite scores, weights, clusters; and bins for them.

Bins are cut at quantiles of both references pooled with equal mass, so that they are fine where the two
classes meet and never depend on the target. Scores that repeat (saturated detectors) simply make fewer bins.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Sample(msgspec.Struct, frozen=True):
    """Scored records: `scores` (n,), `weights` (n,) with sum 1, `clusters` (n,); `n_given` counts nan too."""

    scores: Floats
    weights: Floats
    clusters: Integers
    clustered: bool
    n_given: int
    kept: npt.NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Return the number of scored records."""
        return int(self.scores.size)

    @property
    def effective(self) -> float:
        """Return Kish's effective size, (sum w)^2 / sum w^2 (Kish 1965); n when weights are equal."""
        return 1.0 / float(np.sum(self.weights**2)) if self.size else 0.0


def make_sample(
    scores: npt.ArrayLike | None,
    weights: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
) -> Sample:
    """Build a sample: nan scores (abstained) and weights that are not positive are left out.

    Raises ValueError when lengths differ. Clusters may be any integer or string labels; labels are compared
    across samples by value, so a shared label means a shared cluster.
    """
    values = np.asarray([] if scores is None else scores, dtype=np.float64)
    given = np.ones(values.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if values.ndim != 1 or given.shape != values.shape:
        raise ValueError(f"scores {values.shape} and weights {given.shape} must be one-dimensional and alike")
    keep = np.isfinite(values) & (given > 0)
    labels = np.arange(values.size, dtype=np.int64)
    if clusters is not None:
        raw = np.asarray(clusters)
        if raw.shape != values.shape:
            raise ValueError(f"scores {values.shape} and clusters {raw.shape} must be alike")
        labels = raw.astype(np.int64) if raw.dtype.kind in "iu" else _label_codes(raw)
    mass = given[keep]
    return Sample(
        scores=values[keep],
        weights=mass / mass.sum() if mass.size else mass,
        clusters=labels[keep],
        clustered=clusters is not None,
        n_given=int(values.size),
        kept=keep,
    )


def _label_codes(labels: npt.NDArray[np.generic]) -> Integers:
    """Turn string labels into integers that agree across samples (a stable 63-bit hash)."""
    from hashlib import blake2b

    unique, inverse = np.unique(labels.astype(str), return_inverse=True)
    codes = [int.from_bytes(blake2b(str(u).encode(), digest_size=8).digest(), "big") >> 1 for u in unique]
    return np.asarray(codes, dtype=np.int64)[inverse.reshape(-1)]


def cut_points(human: Sample, synthetic: Sample, most: int = 64) -> Floats:
    """Return inner cut points (k - 1,) at quantiles of both references pooled with equal mass."""
    smaller = min(human.size, synthetic.size)
    wanted = int(np.clip(smaller // 6, 8, most))
    scores = np.concatenate([human.scores, synthetic.scores])
    mass = np.concatenate([human.weights, synthetic.weights])
    order = np.argsort(scores, kind="stable")
    ranked, cumulative = scores[order], np.cumsum(mass[order])
    levels = cumulative[-1] * np.arange(1, wanted) / wanted
    at = np.clip(np.searchsorted(cumulative, levels), 0, ranked.size - 2)
    # A cut between two values, never on one: equal scores always share a bin.
    following = ranked[np.minimum(np.searchsorted(ranked, ranked[at], side="right"), ranked.size - 1)]
    cuts = 0.5 * (ranked[at] + following)
    return np.unique(cuts[following > ranked[at]])


def shares(sample: Sample, cuts: Floats) -> Floats:
    """Return the weighted share of the sample in each bin, (k,), summing to 1."""
    counts = np.bincount(np.searchsorted(cuts, sample.scores), sample.weights, minlength=cuts.size + 1)
    return counts.astype(np.float64)


def fold_of(sample: Sample, folds: int, rng: np.random.Generator) -> Integers:
    """Return a fold number per record, (n,): whole clusters together, folds near equal in clusters."""
    labels, inverse = np.unique(sample.clusters, return_inverse=True)
    return (rng.permutation(labels.size) % folds)[inverse.reshape(-1)]
