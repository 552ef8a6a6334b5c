"""Does the target look like a mixture of the two references, and how far off is the share if not?

Two views. *Scores*: the largest gap between the target's distribution and the fitted mixture (Kolmogorov and
Smirnov), judged by redrawing all three samples (whole clusters, by a wild bootstrap), so that noise of the
references is no misfit. A gap of size d at a threshold moves the adjusted count there by d / (TPR - FPR); d
over the best separation is the effect on the share. *Content*, where sketches are given: the distance of the
target's mean sketch from the point (1 - a) H + a S between the reference means, in standard deviations within
class (Mahalanobis), judged by signs flipped per cluster (wild bootstrap). If scores answer to content along
that direction as strongly as they vary within a class at all, the share moves by distance * sd(score
function) / (difference of class means): the worst case of a linear response. Noise is taken off both effects,
floored at 0. Refused means: beyond chance *and* beyond what is allowed.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.design_effect import joint_codes, structured
from springhead.evidence.mixture import Mixture, efficient, restricted
from springhead.evidence.samples import Sample

Floats = npt.NDArray[np.float64]
REPLICATES = 250
LEVEL = 0.02


class Misfit(msgspec.Struct, frozen=True):
    """How badly the references fit: statistics, p-values, worst effect on the share, what is allowed.

    `statistic` is the score gap (KS); content fields are None without sketches. `significant` is true when a
    view is beyond chance at the level of the module; `refused` when its effect is beyond `allowed` as well.
    """

    statistic: float
    p_value: float
    content_statistic: float | None
    content_p_value: float | None
    effect: float
    allowed: float
    significant: bool
    refused: bool


class View(msgspec.Struct, frozen=True):
    """One view: statistic, p-value by simulation and effect on the share with noise taken off."""

    statistic: float
    p_value: float
    effect: float


def _gap(target: Floats, human: Floats, synthetic: Floats, a: Floats) -> Floats:
    """Return the Kolmogorov-Smirnov gap of rows of binned shares (b, k) from their mixtures."""
    share = a[:, None]
    residual = target - (1 - share) * human - share * synthetic
    return np.asarray(np.abs(np.cumsum(residual, axis=1)).max(axis=1), dtype=np.float64)


def score_view(
    mixture: Mixture, share: float, rng: np.random.Generator, samples: tuple[Sample, Sample, Sample]
) -> View:
    """Judge the score distribution at the fitted share against gaps that chance makes."""
    a = np.array([share])
    observed = float(_gap(mixture.target[None], mixture.human[None], mixture.synthetic[None], a)[0])
    g = np.einsum("fk,f->k", efficient(mixture, a)[0], mixture.fold_mass)
    null = (
        _wild_gaps(mixture, share, g, rng, samples)
        if structured(samples)
        else _redrawn_gaps(mixture, share, g, rng)
    )
    separation = float(np.abs(np.cumsum(mixture.human - mixture.synthetic)).max())
    excess = np.sqrt(max(0.0, observed**2 - float(np.mean(null**2))))
    p_value = (1.0 + float(np.sum(null >= observed))) / (REPLICATES + 1.0)
    return View(observed, p_value, float(min(1.0, excess / max(separation, 1e-9))))


def _redrawn_gaps(mixture: Mixture, share: float, g: Floats, rng: np.random.Generator) -> Floats:
    """Return gaps (b,) of samples redrawn from the fitted mixture, the share fitted anew in each."""
    h, s = restricted(mixture, np.array([share]))
    sizes = [max(1, round(n)) for n in (mixture.n, mixture.n_human, mixture.n_synthetic)]
    laws = [(1 - share) * h[0] + share * s[0], h[0], s[0]]
    target, human, synthetic = (
        rng.multinomial(size, law / law.sum(), size=REPLICATES) / size
        for size, law in zip(sizes, laws, strict=True)
    )
    difference = (synthetic - human) @ g
    fitted = np.clip(((target - human) @ g) / np.where(difference > 0, difference, np.inf), 0.0, 1.0)
    return _gap(target, human, synthetic, fitted)


def _wild_gaps(
    mixture: Mixture,
    share: float,
    g: Floats,
    rng: np.random.Generator,
    samples: tuple[Sample, Sample, Sample],
) -> Floats:
    """Return gaps (b,) when signs of whole clusters are flipped, less what fitting the share takes out."""
    codes = joint_codes(samples)
    sums = np.zeros((int(codes.max()) + 1, mixture.target.size))
    start = 0
    for sample, factor in zip(samples, (1.0, -(1.0 - share), -share), strict=True):
        bins = np.searchsorted(mixture.cuts, sample.scores)
        own = codes[start : start + sample.size]
        start += sample.size
        np.add.at(sums, (own, bins), factor * sample.weights)
        # Centred per record: each takes its share of the sample's mean away.
        mass = np.bincount(own, sample.weights, minlength=len(sums))
        sums -= factor * np.outer(mass, np.bincount(bins, sample.weights, minlength=mixture.target.size))
    noise = _flipped(sums, rng)
    contrast = mixture.synthetic - mixture.human
    moved = noise @ g / max(float(contrast @ g), 1e-12)
    moved = np.clip(moved, -share, 1.0 - share)
    return np.asarray(np.abs(np.cumsum(noise - np.outer(moved, contrast), axis=1)).max(axis=1))


def _flipped(sums: Floats, rng: np.random.Generator) -> Floats:
    """Return sums over clusters (c, k) under random signs, (b, k)."""
    noise = np.zeros((REPLICATES, sums.shape[1]))
    for begin in range(0, len(sums), 4096):
        block = sums[begin : begin + 4096]
        flips = (
            rng.integers(0, 2, size=(REPLICATES, len(block)), dtype=np.int8).astype(np.float64) * 2.0 - 1.0
        )
        noise += flips @ block
    return noise


def response(mixture: Mixture, share: float) -> float:
    """Return sd of the score function within class over the difference of class means."""
    a = np.array([share])
    g = np.einsum("fk,f->k", efficient(mixture, a)[0], mixture.fold_mass)
    means = [float(p @ g) for p in (mixture.human, mixture.synthetic)]
    spreads = [
        float(np.sqrt(max(0.0, p @ (g - m) ** 2)))
        for p, m in zip((mixture.human, mixture.synthetic), means, strict=True)
    ]
    return ((1 - share) * spreads[0] + share * spreads[1]) / max(means[1] - means[0], 1e-9)


class Sketches(msgspec.Struct, frozen=True):
    """Content sketches (n, d) of one sample beside weights (n,) and cluster labels (n,)."""

    rows: Floats
    weights: Floats
    clusters: npt.NDArray[np.int64]


def whitener(human: Sketches, synthetic: Sketches) -> Floats:
    """Return W (d, r) such that rows @ W have unit variance within class, ridge a tenth of the mean variance.

    Only the r directions that the references can estimate are kept: at most a tenth of their rows.
    """
    parts = [x.rows - x.weights @ x.rows for x in (human, synthetic)]
    covariance = (
        sum((part * x.weights[:, None]).T @ part for part, x in zip(parts, (human, synthetic), strict=True))
        / 2.0
    )
    values, vectors = np.linalg.eigh(np.asarray(covariance, dtype=np.float64))
    ridge = 0.1 * float(values.mean()) + 1e-12
    most = max(4, (len(human.rows) + len(synthetic.rows)) // 10)
    return np.asarray(
        (vectors / np.sqrt(np.maximum(values, 0.0) + ridge))[:, ::-1][:, :most], dtype=np.float64
    )


def content_view(
    target: Sketches,
    human: Sketches,
    synthetic: Sketches,
    share: float,
    share_error: float,
    sensitivity: float,
    rng: np.random.Generator,
) -> View:
    """Judge the mean content of the target against the point of the segment that the scores' share points to.

    `share_error` is the standard error of that share: it blurs the point along the segment.
    """
    white = whitener(human, synthetic)
    samples = [msgspec.structs.replace(x, rows=x.rows @ white) for x in (target, human, synthetic)]
    means = [x.weights @ x.rows for x in samples]
    axis = means[2] - means[1]
    factors = (1.0, -(1.0 - share), -share)
    offset = sum(f * m for f, m in zip(factors, means, strict=True))
    observed = float(np.sum(np.asarray(offset) ** 2))
    noise = np.outer(rng.normal(0.0, share_error, REPLICATES), axis)
    labels, codes = np.unique(np.concatenate([x.clusters for x in samples]), return_inverse=True)
    codes = codes.reshape(-1)
    rows = np.concatenate(
        [f * x.weights[:, None] * (x.rows - m) for f, x, m in zip(factors, samples, means, strict=True)]
    )
    # Clusters that span samples flip together; sums per cluster first, so that the flips are (clusters,)
    # wide.
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(labels.size))
    sums = np.add.reduceat(rows[order], starts, axis=0)
    noise += _flipped(sums, rng)
    null = np.sum(noise**2, axis=1)
    distance = float(np.sqrt(max(0.0, observed - float(null.mean()))))
    p_value = (1.0 + float(np.sum(null >= observed))) / (REPLICATES + 1.0)
    return View(float(np.sqrt(observed)), p_value, min(1.0, distance * sensitivity))


def judge(score: View, content: View | None, allowed: float) -> Misfit:
    """Put the views together: refused when one is both beyond chance and beyond what is allowed."""
    views = [score] if content is None else [score, content]
    level = LEVEL if content is None else LEVEL / 2.0
    real = [view for view in views if view.p_value <= level]
    return Misfit(
        statistic=score.statistic,
        p_value=score.p_value,
        content_statistic=None if content is None else content.statistic,
        content_p_value=None if content is None else content.p_value,
        effect=max((view.effect for view in real), default=0.0),
        allowed=allowed,
        significant=bool(real),
        refused=any(view.effect > allowed for view in real),
    )
