"""How many different records a sample holds: Vendi score, duplicates, mass of the tail.

Sources: Friedman and Dieng 2023 (Vendi score); Efron and Stein 1981 (variance of a number of distinct things).
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.core.seeds import stream
from springhead.errors import NotMeasurable
from springhead.modalities.intervals import NORMAL, share
from springhead.modalities.vector.checks import checked


def spectral_entropy(features: Floats) -> tuple[float, float]:
    """Return the entropy of features' normalised Gram spectrum and its standard error, in nats.

    `features` is (n, f) with rows of length 1. The f x f or the n x n matrix is taken, whichever is smaller; a
    record's influence is -phi' log(S) phi - H.
    """
    n, size = features.shape
    if size <= n:
        values, axes = np.linalg.eigh(features.T @ features / n)
        weights = (features @ axes) ** 2
    else:
        values, axes = np.linalg.eigh(features @ features.T / n)
        weights = n * values * axes**2
    kept = values > 1e-13
    values, weights = values[kept], weights[:, kept]
    logs = np.log(values)
    entropy = float(-(values * logs).sum())
    return entropy, float((-weights @ logs).std(ddof=1)) / math.sqrt(n)


class Vendi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Vendi score: exponential of the entropy of the similarity spectrum, an effective number of different records.

    `kernel` "gaussian" has the reference's median distance as its width, through `features` random Fourier
    features, so a contraction shows; "cosine" is of directions alone. The value grows with n: compare it at the
    same n. The interval is the delta method on the entropy, for the expectation at this n.
    """

    name: ClassVar[str] = "vendi"
    worse: ClassVar[Literal["lower"]] = "lower"
    kernel: Literal["gaussian", "cosine"] = "gaussian"
    features: int = 128
    seed: int = 0

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d), between 1 and m; the reference gives the width of the kernel."""
        reference, sample = checked(self.name, reference, sample, 3)
        mapped = self._cosine(sample) if self.kernel == "cosine" else self._fourier(reference, sample)
        entropy, error = spectral_entropy(mapped)
        half = NORMAL * error
        low, high = math.exp(max(0.0, entropy - half)), math.exp(entropy + half)
        value = math.exp(entropy)
        return Measurement(value, min(low, value), high, len(sample))

    def _cosine(self, sample: Floats) -> Floats:
        lengths = np.linalg.norm(sample, axis=1, keepdims=True)
        if (lengths == 0.0).any():
            raise NotMeasurable(
                self.name, "a record is all zeros", "records with a direction, or the other kernel"
            )
        return np.asarray(sample / lengths)

    def _fourier(self, reference: Floats, sample: Floats) -> Floats:
        rng = stream(self.seed, "metric/vendi")
        # Pairs are drawn from sorted rows, so that the order of records does not matter.
        ordered = reference[np.lexsort(reference.T)]
        pairs = rng.integers(len(ordered), size=(2, 2000))
        distances = np.linalg.norm(ordered[pairs[0]] - ordered[pairs[1]], axis=1)
        positive = distances[distances > 0.0]
        if positive.size == 0:
            raise NotMeasurable(
                self.name, "all records of the reference are equal", "a reference that spreads"
            )
        axes = rng.standard_normal((sample.shape[1], self.features)) / float(np.median(positive))
        phases = (sample - ordered.mean(axis=0)) @ axes
        return np.concatenate([np.cos(phases), np.sin(phases)], axis=1) / math.sqrt(self.features)


def distinct(sample: Floats) -> tuple[int, int]:
    """Return how many different rows there are and how many of them occur once."""
    counts = np.unique(sample, axis=0, return_counts=True)[1]
    return len(counts), int((counts == 1).sum())


def repeated_share(n: int, different: int, once: int) -> Measurement:
    """Return 1 - different / n with Efron and Stein's bound: Var(different) <= E(records that occur once)."""
    value = 1.0 - different / n
    half = NORMAL * math.sqrt(once + 1.0) / n
    return Measurement(value, max(0.0, value - half), min(1.0 - 1.0 / n, value + half), n)


class Duplicates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of samples that repeat an earlier one exactly.

    The interval is conservative: the variance of a number of distinct records is at most the expected number of
    those that occur once (Efron-Stein). It is for the expectation at this n.
    """

    name: ClassVar[str] = "duplicates"
    worse: ClassVar[Literal["higher"]] = "higher"

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d), in [0, 1); the reference is not used."""
        _, sample = checked(self.name, reference, sample, 2)
        return repeated_share(len(sample), *distinct(sample))


class TailMass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of samples further from the reference's centre than all but the share `tail` of the reference.

    Distances are over coordinates in units of the reference's standard deviations. The interval is Wilson's with
    1/n_effective = 1/m + 1/n, which has the variance of two samples of one law.
    """

    name: ClassVar[str] = "tail-mass"
    worse: ClassVar[Literal["lower"]] = "lower"
    tail: float = 0.05

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure (m, d) against (n, d), in [0, 1]; raises TooFewToMeasure when the tail holds no record."""
        if not 0.0 < self.tail < 1.0:
            raise NotMeasurable(self.name, f"tail = {self.tail}", "a share between 0 and 1")
        reference, sample = checked(self.name, reference, sample, max(3, math.ceil(1.0 / self.tail)))
        spread = reference.std(axis=0)
        kept = spread > 0.0
        if not kept.any():
            raise NotMeasurable(
                self.name, "all records of the reference are equal", "a reference that spreads"
            )
        centre = reference.mean(axis=0)
        inner, outer = (
            np.sqrt((((batch - centre)[:, kept] / spread[kept]) ** 2).sum(axis=1))
            for batch in (reference, sample)
        )
        radius = np.sort(inner)[len(inner) - round(self.tail * len(inner)) - 1]
        effective = 1.0 / (1.0 / len(inner) + 1.0 / len(outer))
        return share(int((outer > radius).sum()), len(outer), effective)
