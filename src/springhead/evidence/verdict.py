"""Prevalence of synthetic records in one group: *estimated*, *bounded* or *cannot tell*, with the reason.

The rule (design 6.2): *cannot tell* without known-human scores; *bounded* (a lower bound, and a what-if share
under the named synthetic reference) unless both references are given, the detector has power, the misfit's
worst effect is allowed, and the user vouches that the synthetic reference covers the generators; else
*estimated*.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.adjusted_count import DetectorRates, adjusted_count_shares, detector_rates
from springhead.evidence.bootstrap import bootstrap_interval
from springhead.evidence.bound import lower_bound
from springhead.evidence.design_effect import Design, design
from springhead.evidence.domain import foreign_domain
from springhead.evidence.expectation_maximisation import expectation_maximisation_shares
from springhead.evidence.interval import Interval, half_width_at, invert
from springhead.evidence.kde_mixture import kde_mixture_shares
from springhead.evidence.misfit import Misfit, Sketches, content_view, judge, response, score_view
from springhead.evidence.mixture import Mixture, build
from springhead.evidence.power import REFERENCE_SIZE, Power, judge_power, no_power
from springhead.evidence.rates import normal_quantile
from springhead.evidence.samples import Sample, make_sample
from springhead.evidence.what_if import what_if

Floats = npt.NDArray[np.float64]
Verdict = Literal["estimated", "bounded", "cannot tell"]
QuantifierName = Literal["auto", "adjusted-count", "expectation-maximisation", "kde-mixture"]
#: References smaller than this give no estimate (p <= 0.02 needs 50).
LEAST_REFERENCES = 50


class PrevalenceEstimate(msgspec.Struct, frozen=True):
    """The share of synthetic records in [0, 1]; `estimate`, `low`, `high` only when *estimated*."""

    verdict: Verdict
    estimate: float | None
    low: float | None
    high: float | None
    lower_bound: float | None
    what_if: Interval | None
    n: int
    n_scored: int
    confidence: float
    misfit: Misfit | None
    power: Power
    rates: DetectorRates | None
    reason: str


class Inputs(msgspec.Struct, frozen=True):
    """The three samples with their sketches (None when not given)."""

    target: Sample
    human: Sample
    synthetic: Sample
    sketches: tuple[Sketches, Sketches, Sketches] | None


def prevalence(
    target: npt.ArrayLike,
    human: npt.ArrayLike | None,
    synthetic: npt.ArrayLike | None,
    *,
    covers_all: bool,
    rng: np.random.Generator,
    target_clusters: npt.ArrayLike | None = None,
    human_clusters: npt.ArrayLike | None = None,
    synthetic_clusters: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    human_weights: npt.ArrayLike | None = None,
    synthetic_weights: npt.ArrayLike | None = None,
    sketches: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike | None] | None = None,
    confidence: float = 0.95,
    quantifier: QuantifierName = "auto",
) -> PrevalenceEstimate:
    """Estimate the share of synthetic records among `target` scores (n,), higher = more synthetic.

    Args: scores of known-human and synthetic references of the same domain and language (None = not given);
    nan means abstained and is left out. `covers_all`: the user's word that the synthetic reference covers the
    generators. Clusters: labels (source, host, author), compared across samples by value. Weights: words per
    record, to get the share of words; give the references' weights too, since scores depend on length.
    `sketches`: content sketches (n, d) of target, human and synthetic. Raises ValueError when shapes
    disagree.
    """
    samples = (
        make_sample(target, weights, target_clusters),
        make_sample(human, human_weights, human_clusters),
        make_sample(synthetic, synthetic_weights, synthetic_clusters),
    )
    inputs = Inputs(*samples, sketches=_sketches(samples, sketches))
    blocked = _missing(inputs, human is not None, synthetic is not None)
    if blocked is not None:
        return _without_estimate(inputs, confidence, *blocked)
    mixture = build(inputs.target, inputs.human, inputs.synthetic, rng)
    if mixture.cuts.size == 0:
        return _without_estimate(inputs, confidence, "bounded", "every reference has the same score")
    return _judged(inputs, mixture, covers_all, confidence, quantifier, rng)


def _missing(inputs: Inputs, has_human: bool, has_synthetic: bool) -> tuple[Verdict, str] | None:
    """Return verdict and reason when something that an estimate needs is not there."""
    if inputs.target.size == 0:
        return "cannot tell", "no record of this group has a score"
    if not has_human or inputs.human.size < 10:
        return "cannot tell", "no known-human reference of this domain and language"
    if inputs.sketches is not None and foreign_domain(inputs.target, inputs.human, inputs.sketches[:2]):
        return "cannot tell", (
            "the known-human text is of another domain: even records that score low differ from it in content"
        )
    if not has_synthetic or inputs.synthetic.size == 0:
        return "bounded", "no synthetic reference, so only a lower bound from known-human text"
    smaller = min(inputs.human.size, inputs.synthetic.size)
    if smaller < LEAST_REFERENCES:
        return "bounded", f"the smaller reference has {smaller} scored records, {LEAST_REFERENCES} are needed"
    return None


def _without_estimate(inputs: Inputs, confidence: float, verdict: Verdict, reason: str) -> PrevalenceEstimate:
    """Build a result without estimate: the lower bound where there is known-human text."""
    bound = lower_bound(inputs.target, inputs.human, confidence=0.5 + 0.5 * confidence)
    return PrevalenceEstimate(
        verdict=verdict,
        estimate=None,
        low=None,
        high=None,
        lower_bound=None if verdict == "cannot tell" else bound,
        what_if=None,
        n=inputs.target.n_given,
        n_scored=inputs.target.size,
        confidence=confidence,
        misfit=None,
        power=no_power(),
        rates=None,
        reason=reason,
    )


def _judged(
    inputs: Inputs,
    mixture: Mixture,
    covers_all: bool,
    confidence: float,
    quantifier: QuantifierName,
    rng: np.random.Generator,
) -> PrevalenceEstimate:
    """Estimate, judge misfit and power, and give the verdict."""
    structure = design(mixture, inputs.target, inputs.human, inputs.synthetic)
    interval = _interval(inputs, mixture, structure, confidence, quantifier, rng)
    rates = detector_rates(mixture, confidence)
    power = judge_power(mixture, rates, design_effect=structure.effect)
    misfit = _misfit(inputs, mixture, structure, interval, rng)
    verdict, reason = _verdict(power, misfit, rates, covers_all)
    widened = _widen(interval, misfit.effect)
    estimated = verdict == "estimated"
    imagined = None
    if not estimated and power.sufficient:
        imagined = what_if(
            mixture, rates, confidence=confidence, design_effect=structure.effect, freedom=structure.freedom
        )
    return PrevalenceEstimate(
        verdict=verdict,
        estimate=widened.estimate if estimated else None,
        low=widened.low if estimated else None,
        high=widened.high if estimated else None,
        lower_bound=lower_bound(inputs.target, inputs.human, confidence=0.5 + 0.5 * confidence),
        what_if=imagined,
        n=inputs.target.n_given,
        n_scored=inputs.target.size,
        confidence=confidence,
        misfit=misfit,
        power=power,
        rates=rates,
        reason=reason,
    )


def _interval(
    inputs: Inputs,
    mixture: Mixture,
    structure: Design,
    confidence: float,
    quantifier: QuantifierName,
    rng: np.random.Generator,
) -> Interval:
    """Return point and interval: the score test by default, else the named quantifier bootstrapped."""
    if quantifier == "auto":
        return invert(
            mixture, confidence=confidence, design_effect=structure.effect, freedom=structure.freedom
        )
    n_human, n_synthetic = mixture.n_human, mixture.n_synthetic

    def quantify(target: Floats, human: Floats, synthetic: Floats) -> Floats:
        """Quantify rows of binned shares."""
        if quantifier == "adjusted-count":
            return adjusted_count_shares(target, human, synthetic)
        if quantifier == "kde-mixture":
            return kde_mixture_shares(target, human, synthetic, n_human, n_synthetic)
        return expectation_maximisation_shares(target, human, synthetic, n_human, n_synthetic)

    samples = [inputs.target, inputs.human, inputs.synthetic]
    return bootstrap_interval(samples, mixture.cuts, quantify, confidence=confidence, rng=rng)


def _misfit(
    inputs: Inputs, mixture: Mixture, structure: Design, interval: Interval, rng: np.random.Generator
) -> Misfit:
    """Judge both views against half the width that the same references give at n = 2,000."""
    share = interval.estimate
    allowed = half_width_at(mixture, share, REFERENCE_SIZE, normal_quantile(0.975), structure.effect)
    samples = (inputs.target, inputs.human, inputs.synthetic)
    score = score_view(mixture, share, rng, samples)
    content = None
    if inputs.sketches is not None:
        error = half_width_at(mixture, share, mixture.n, 1.0, structure.effect)
        content = content_view(*inputs.sketches, share, error, response(mixture, share), rng)
    return judge(score, content, allowed)


def _verdict(power: Power, misfit: Misfit, rates: DetectorRates, covers_all: bool) -> tuple[Verdict, str]:
    """Return the verdict and why, the most decisive reason first."""
    if not power.sufficient:
        t, f = rates.true_positive.value, rates.false_positive.value
        return "bounded", (
            f"the detector cannot tell the references apart well enough: it flags {t:.0%} of the "
            f"synthetic and {f:.0%} of the human one"
        )
    if misfit.refused:
        return "bounded", (
            f"the records do not look like a mixture of the two references: the share could be off by "
            f"{100 * misfit.effect:.1f} points, {100 * misfit.allowed:.1f} are allowed; "
            "the lower bound holds only if the known-human text is of this domain"
        )
    if not covers_all:
        return "bounded", "nothing says that the synthetic reference covers the generators in this corpus"
    return "estimated", "both references fit, and the synthetic one is said to cover the generators"


def _widen(interval: Interval, effect: float) -> Interval:
    """Return an interval that reaches at least the misfit's effect to both sides."""
    return Interval(
        interval.estimate,
        max(0.0, min(interval.low, interval.estimate - effect)),
        min(1.0, max(interval.high, interval.estimate + effect)),
    )


def _sketches(
    samples: tuple[Sample, Sample, Sample],
    given: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike | None] | None,
) -> tuple[Sketches, Sketches, Sketches] | None:
    """Pair sketches with the scored records of each sample; None unless every sample that has scores has them."""
    if given is None or (given[2] is None and samples[2].n_given):
        return None
    width = np.asarray(given[0]).shape[-1]
    given = (given[0], given[1], np.zeros((0, width)) if given[2] is None else given[2])
    offsets = (0, 1 << 40, 1 << 41)
    parts = []
    for sample, rows, offset in zip(samples, given, offsets, strict=True):
        values = np.asarray(rows, dtype=np.float64)
        if values.ndim != 2 or len(values) != sample.n_given:
            raise ValueError(f"sketches {values.shape} must have {sample.n_given} rows")
        labels = sample.clusters if sample.clustered else sample.clusters + offset
        parts.append(Sketches(values[sample.kept], sample.weights, labels))
    return parts[0], parts[1], parts[2]
