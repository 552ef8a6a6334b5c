"""T22: captions and images that train on each other; signs of four regimes.

Gao and Li, "Co-evolving text and image models" (2503.08117): captions are a multinomial over five, an image is a
point in the plane, Gaussian given its caption, class means on the unit circle. The exact update rules of the paper
were not read: here a generation draws captions, draws an image for each, captions the images anew by the most
probable caption under the current models, and refits whichever model lives. So signs are claimed, not numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Estimate, Scale, critical, mean_of
from springhead.results.lab import Reproduction

Floats = NDArray[np.float64]

CLAIM = Claim(
    id="T22",
    claim="Captions over frozen images lose diversity; images under frozen captions shrink, and faster when both live; "
    "rare captions go first; injected real data stabilises.",
    source="Gao and Li 2025, arXiv 2503.08117 (signs)",
    protocol="five captions, planar Gaussian images, 200 pairs a generation, 30 generations, most probable captions",
    by="loop",
)
START = np.array([0.40, 0.25, 0.17, 0.11, 0.07])
PAIRS, GENERATIONS, SPREAD = 200, 30, 0.45


@dataclass(frozen=True, slots=True)
class Regime:
    """Which models live, and the share of real pairs injected into every generation."""

    text_lives: bool = True
    images_live: bool = True
    injected: float = 0.0
    start: tuple[float, ...] = tuple(START)


@dataclass(frozen=True, slots=True)
class Outcome:
    """End of one run: entropy of captions in nats, mean log-variance of images, lifetimes by class."""

    entropy: float
    log_variance: float
    lifetimes: Floats


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Run the regimes with common random numbers and judge the signs of their differences."""
    runs = scale.pick(40, 200)
    ends = {
        name: [run(regime, stream(seed, f"lab/reproduce/T22/{i}")) for i in range(runs)]
        for name, regime in REGIMES.items()
    }
    entropy = {name: np.array([end.entropy for end in found]) for name, found in ends.items()}
    variance = {name: np.array([end.log_variance for end in found]) for name, found in ends.items()}
    lives = {name: np.stack([end.lifetimes for end in found]) for name, found in ends.items()}
    before = float(-(START * np.log(START)).sum())
    spread = 2.0 * np.log(SPREAD)
    outlive = {name: life[:, :2].mean(axis=1) - life[:, 3:].mean(axis=1) for name, life in lives.items()}
    return [
        _sign("entropy lost with frozen images", before - entropy["frozen images"],
              "all captions real", before - entropy["all real"]),
        _sign("log-variance lost with frozen captions", spread - variance["frozen captions"],
              "all images real", spread - variance["all real"]),
        _sign("log-variance lost when both live, beyond frozen captions",
              variance["frozen captions"] - variance["both"],
              "the other way round", variance["both"] - variance["frozen captions"]),
        _sign("generations that frequent captions outlive rare ones", outlive["both"],
              "equal shares at the start", outlive["equal start"]),
        _sign("entropy saved by a tenth of real pairs", entropy["injected"] - entropy["both"],
              "nothing injected", entropy["both"] - entropy["both"]),
        _sign("log-variance saved by a tenth of real pairs", variance["injected"] - variance["both"],
              "nothing injected", variance["both"] - variance["both"]),
    ]  # fmt: skip


REGIMES = {
    "both": Regime(),
    "frozen images": Regime(images_live=False),
    "frozen captions": Regime(text_lives=False),
    "injected": Regime(injected=0.1),
    "all real": Regime(injected=1.0),
    "equal start": Regime(start=(0.2,) * 5),
}


def _sign(quantity: str, differences: Floats, control: str, control_differences: Floats) -> Reproduction:
    """Judge that a mean is above 0: its lower family-wise limit is what is observed."""

    def limit(values: Floats) -> Estimate:
        mean = mean_of(values)
        return Estimate(mean.value - critical() * mean.error, 0.0, mean.replicates)

    return CLAIM.judge(
        f"lower limit of {quantity}", 1e-9, limit(differences), side="at least",
        control=control, control_observed=limit(control_differences),
    )  # fmt: skip


def run(regime: Regime, rng: Generator) -> Outcome:
    """Run one loop of a regime and return how it ended."""
    start = np.array(regime.start)
    angles = 2.0 * np.pi * np.arange(5) / 5.0
    true_means = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    shares, means, spreads = start.copy(), true_means.copy(), np.full(5, SPREAD)
    lifetimes = np.full(5, float(GENERATIONS))
    for generation in range(GENERATIONS):
        captions = rng.choice(5, size=PAIRS, p=shares)
        noise = rng.standard_normal((PAIRS, 2))
        images = means[captions] + spreads[captions, None] * noise
        if regime.text_lives:
            captions = _captioned(images, shares, means, spreads)
        real = rng.random(PAIRS) < regime.injected
        drawn = rng.choice(5, size=PAIRS, p=start)
        captions = np.where(real, drawn, captions)
        images = np.where(real[:, None], true_means[drawn] + SPREAD * noise, images)
        counts = np.bincount(captions, minlength=5)
        if regime.text_lives:
            lifetimes = np.where((counts == 0) & (lifetimes == GENERATIONS), generation, lifetimes)
            shares = counts / PAIRS
        if regime.images_live:
            means, spreads = _refitted(captions, images, counts, means, spreads)
    alive = shares[shares > 0]
    weights = start if not regime.text_lives else shares
    return Outcome(
        float(-(alive * np.log(alive)).sum()),
        float(weights @ (2.0 * np.log(np.maximum(spreads, 1e-12)))),
        lifetimes,
    )


def _captioned(images: Floats, shares: Floats, means: Floats, spreads: Floats) -> NDArray[np.int64]:
    """Return the most probable caption of each image, int64 (n,)."""
    distance = ((images[:, None, :] - means[None]) ** 2).sum(axis=2)
    with np.errstate(divide="ignore"):
        log_density = np.log(shares) - 2.0 * np.log(np.maximum(spreads, 1e-12))
    return np.asarray((log_density - distance / (2.0 * np.maximum(spreads, 1e-12) ** 2)).argmax(axis=1))


def _refitted(
    captions: NDArray[np.int64], images: Floats, counts: NDArray[np.int64], means: Floats, spreads: Floats
) -> tuple[Floats, Floats]:
    """Return class means (5, 2) and spreads (5,) by maximum likelihood; a class without images keeps its own."""
    new_means, new_spreads = means.copy(), spreads.copy()
    for caption in np.flatnonzero(counts):
        own = images[captions == caption]
        new_means[caption] = own.mean(axis=0)
        new_spreads[caption] = float(np.sqrt(((own - own.mean(axis=0)) ** 2).mean()))
    return new_means, new_spreads
