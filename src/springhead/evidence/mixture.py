"""The binned mixture of two references, and the share that an efficient score test cannot reject.

Model: target shares t_k come from (1 - a) h_k + a s_k; h, s and t are all seen through finite samples. For
any function g of the score, D(a) = mean_T g - (1 - a) mean_H g - a mean_S g has mean 0 at the true share,
whatever g is; a bad g only makes the interval wide. The best g weighs each bin by the inverse of the variance
of its residual, g_k = (s_k - h_k) / (m_k / n + (1 - a)^2 h_k / n_H + a^2 s_k / n_S) (Neyman's efficient
score; Hansen 1982). It is learned on the other folds of the references (cross-fitting, Chernozhukov et al.
2018), so it never meets its own noise. The variance is taken under the tested share with all three samples
pooled (Rao 1948; for two rates this is Miettinen and Nurminen 1985), which keeps its level at small counts,
and a third-cumulant correction removes the first skewness (Cornish and Fisher 1938).
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.calibrate import isotonic_log_ratio
from springhead.evidence.samples import Sample, cut_points, fold_of, shares

Floats = npt.NDArray[np.float64]
FOLDS = 5
_ITERATIONS = 12


class Mixture(msgspec.Struct, frozen=True):
    """Binned samples: shares (k,) of the three; fold shares (f, k); ratios exp(nats) (f, k)."""

    cuts: Floats
    target: Floats
    human: Floats
    synthetic: Floats
    human_folds: Floats
    synthetic_folds: Floats
    fold_mass: Floats
    ratios: Floats
    n: float
    n_human: float
    n_synthetic: float


class ScoreCurve(msgspec.Struct, frozen=True):
    """The test over a grid of shares (m,): difference D, its variance and third cumulant, the slope -dD/da.

    `half_record` is what half a target record can move D by: the continuity correction.
    """

    shares: Floats
    difference: Floats
    variance: Floats
    cumulant: Floats
    slope: Floats
    half_record: Floats


def build(target: Sample, human: Sample, synthetic: Sample, rng: np.random.Generator) -> Mixture:
    """Bin the three samples and learn the log ratio on each fold's complement; `rng` assigns the folds."""
    cuts = cut_points(human, synthetic)
    # A cluster that has records in both references stays in one fold for both.
    both = Sample(
        scores=np.concatenate([human.scores, synthetic.scores]),
        weights=np.concatenate([human.weights, synthetic.weights]),
        clusters=_joint_labels(human, synthetic),
        clustered=True,
        n_given=human.size + synthetic.size,
        kept=np.ones(human.size + synthetic.size, dtype=np.bool_),
    )
    fold = fold_of(both, FOLDS, rng)
    is_human = np.arange(both.size) < human.size
    bins = np.searchsorted(cuts, both.scores)
    width = cuts.size + 1
    mass = np.zeros((2, FOLDS, width))
    np.add.at(mass, (np.where(is_human, 0, 1), fold, bins), both.weights)
    sizes = np.array([human.effective, synthetic.effective])
    left = mass.sum(axis=1, keepdims=True) - mass
    ratios = np.array(
        [np.exp(isotonic_log_ratio(left[1, f] * sizes[1], left[0, f] * sizes[0])) for f in range(FOLDS)]
    )
    return Mixture(
        cuts=cuts,
        target=shares(target, cuts) if target.size else np.zeros(width),
        human=mass[0].sum(axis=0),
        synthetic=mass[1].sum(axis=0),
        human_folds=mass[0],
        synthetic_folds=mass[1],
        fold_mass=0.5 * mass.sum(axis=(0, 2)),
        ratios=ratios,
        n=target.effective,
        n_human=sizes[0],
        n_synthetic=sizes[1],
    )


def _joint_labels(human: Sample, synthetic: Sample) -> npt.NDArray[np.int64]:
    """Return cluster labels over both references: shared where clusters were given, else all apart."""
    if human.clustered and synthetic.clustered:
        return np.concatenate([human.clusters, synthetic.clusters])
    first = np.unique(human.clusters, return_inverse=True)[1]
    second = np.unique(synthetic.clusters, return_inverse=True)[1]
    return np.concatenate([first, second + human.size]).astype(np.int64)


def efficient(mixture: Mixture, a: Floats) -> Floats:
    """Return the efficient function per share and fold, (m, f, k)."""
    share = a[:, None, None]
    ratio = mixture.ratios[None]
    noise = (
        ((1 - share) + share * ratio) / mixture.n
        + (1 - share) ** 2 / mixture.n_human
        + share**2 * ratio / mixture.n_synthetic
    )
    return np.asarray((ratio - 1.0) / (noise * mixture.n), dtype=np.float64)


def restricted(mixture: Mixture, a: Floats) -> tuple[Floats, Floats]:
    """Return both classes' shares (m, k) of maximum likelihood when the share is a (m,)."""
    target = mixture.target * mixture.n
    # One record of each class spread over all bins: a bin that no reference fell in is rare, not impossible.
    prior = 1.0 / mixture.target.size
    human = mixture.human * mixture.n_human + prior
    synthetic = mixture.synthetic * mixture.n_synthetic + prior
    h = np.repeat((human / human.sum())[None], a.size, axis=0)
    s = np.repeat((synthetic / synthetic.sum())[None], a.size, axis=0)
    share = a[:, None]
    for _ in range(_ITERATIONS):
        human_part, synthetic_part = (1 - share) * h, share * s
        given = target / np.maximum(human_part + synthetic_part, 1e-300)
        h = human + given * human_part
        s = synthetic + given * synthetic_part
        h, s = h / h.sum(axis=1, keepdims=True), s / s.sum(axis=1, keepdims=True)
    return h, s


def _moments(g: Floats, p: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, variance and third central moment of g (m, k) under shares p (m, k)."""
    mean = np.sum(g * p, axis=1)
    centred = g - mean[:, None]
    return mean, np.sum(centred**2 * p, axis=1), np.sum(centred**3 * p, axis=1)


def score_curve(mixture: Mixture, a: Floats) -> ScoreCurve:
    """Evaluate the efficient score test at the shares a (m,)."""
    by_fold = efficient(mixture, a)
    human_mean = np.einsum("mfk,fk->m", by_fold, mixture.human_folds)
    synthetic_mean = np.einsum("mfk,fk->m", by_fold, mixture.synthetic_folds)
    g = np.einsum("mfk,f->mk", by_fold, mixture.fold_mass)
    difference = g @ mixture.target - (1 - a) * human_mean - a * synthetic_mean
    h, s = restricted(mixture, a)
    _, human_var, human_third = _moments(g, h)
    _, synthetic_var, synthetic_third = _moments(g, s)
    _, target_var, target_third = _moments(g, (1 - a)[:, None] * h + a[:, None] * s)
    n, n_human, n_synthetic = mixture.n, mixture.n_human, mixture.n_synthetic
    variance = target_var / n + (1 - a) ** 2 * human_var / n_human + a**2 * synthetic_var / n_synthetic
    cumulant = (
        target_third / n**2
        - (1 - a) ** 3 * human_third / n_human**2
        - a**3 * synthetic_third / n_synthetic**2
    )
    return ScoreCurve(
        shares=a,
        difference=difference,
        variance=np.maximum(variance, 1e-300),
        cumulant=cumulant,
        slope=synthetic_mean - human_mean,
        half_record=0.5 * (g[:, -1] - g[:, 0]) / n,
    )
