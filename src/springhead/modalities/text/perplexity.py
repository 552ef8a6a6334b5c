"""Perplexity of real text under a model, and of its samples under the model of generation 0, both tails.

Neutral sampling makes improbable text grow, usual decoding makes text too probable: the two fail in opposite
directions, so both tails are measured (Shumailov et al. 2024, figure of perplexities).
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.core.protocols import Fitted
from springhead.errors import NotMeasurable, TooFewToMeasure
from springhead.modalities.intervals import NORMAL, student
from springhead.modalities.text.documents import Documents


def surprise(metric: str, fitted: Any, documents: Documents, least: int) -> tuple[Floats, Floats]:
    """Return -log P in nats of each document and the number of symbols it is over, each (n,), ends included.

    Raises NotMeasurable for a model that gives no probabilities, or one of 0; TooFewToMeasure below `least`.
    """
    if len(documents) < least:
        raise TooFewToMeasure(metric, len(documents), least, "documents")
    score = getattr(fitted, "log_probability", None)
    if score is None:
        raise NotMeasurable(metric, "the model gives no probabilities", "a model with log_probability")
    each = np.asarray(score(documents), np.float64)
    symbols = documents.lengths + 1
    if each.shape != (int(symbols.sum()),):
        found = f"log_probability returned {each.shape}"
        raise NotMeasurable(metric, found, "one value for every token and every end")
    if not np.isfinite(each).all():
        raise NotMeasurable(metric, "the model gives a probability of 0", "a model that smooths")
    return -np.add.reduceat(each, documents.offsets[:-1] + np.arange(len(documents))), symbols.astype(
        np.float64
    )


def perplexity(nats: Floats, symbols: Floats) -> Measurement:
    """Return exp(sum of nats / sum of symbols), with Student's interval of the ratio over documents."""
    n = len(nats)
    mean = float(nats.sum() / symbols.sum())
    spread = math.sqrt(n / (n - 1) * float(((nats - mean * symbols) ** 2).sum())) / float(symbols.sum())
    half = student(n - 1) * spread
    return Measurement(math.exp(mean), math.exp(mean - half), math.exp(mean + half), n)


def quantile(values: Floats, level: float) -> Measurement:
    """Return an order statistic with the order statistics that bound it at 95 % (normal ranks)."""
    ordered = np.sort(values)
    n = len(ordered)
    half = NORMAL * math.sqrt(n * level * (1.0 - level))
    low, high = math.floor(n * level - half) - 1, math.ceil(n * level + half)
    middle = min(n - 1, max(0, math.ceil(n * level) - 1))
    return Measurement(
        float(ordered[middle]), float(ordered[max(0, low)]), float(ordered[min(n - 1, high)]), n
    )


class HeldOutPerplexity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Perplexity of held-out real text under the model of this generation, per symbol, ends of documents included.

    The interval is Student's of a ratio over documents, given the model.
    """

    name: ClassVar[str] = "held-out-perplexity"
    worse: ClassVar[Literal["higher"]] = "higher"
    needs: ClassVar[Literal["model"]] = "model"

    def measure(
        self, _first: Fitted[Documents], fitted: Fitted[Documents], held_out: Documents, _sample: Documents, /
    ) -> Measurement:
        """Measure the fitted model on held-out documents, at least 1."""
        return perplexity(*surprise(self.name, fitted, held_out, 2))


class SamplePerplexity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Perplexity of samples under the model of generation 0: text that this model finds improbable.

    It falls where decoding narrows what is said: see `SamplePerplexityLow`. The interval is Student's of a ratio
    over documents, given the model.
    """

    name: ClassVar[str] = "sample-perplexity"
    worse: ClassVar[Literal["higher"]] = "higher"
    needs: ClassVar[Literal["model"]] = "model"

    def measure(
        self, first: Fitted[Documents], _fitted: Fitted[Documents], _held_out: Documents, sample: Documents, /
    ) -> Measurement:
        """Measure samples under the first model, at least 1."""
        return perplexity(*surprise(self.name, first, sample, 2))


class SamplePerplexityLow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Perplexity that only the most probable 5 % of samples fall below, under the model of generation 0.

    Perplexity of a document is per symbol; the interval is between order statistics, distribution-free.
    """

    name: ClassVar[str] = "sample-perplexity-low"
    worse: ClassVar[Literal["lower"]] = "lower"
    needs: ClassVar[Literal["model"]] = "model"
    level: float = 0.05

    def measure(
        self, first: Fitted[Documents], _fitted: Fitted[Documents], _held_out: Documents, sample: Documents, /
    ) -> Measurement:
        """Measure samples under the first model, at least 1; needs 1 / level documents."""
        nats, symbols = surprise(self.name, first, sample, math.ceil(1.0 / min(self.level, 1.0 - self.level)))
        return quantile(np.exp(nats / symbols), self.level)


class SamplePerplexityHigh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Perplexity that only the least probable 5 % of samples exceed, under the model of generation 0.

    Perplexity of a document is per symbol; the interval is between order statistics, distribution-free.
    """

    name: ClassVar[str] = "sample-perplexity-high"
    worse: ClassVar[Literal["higher"]] = "higher"
    needs: ClassVar[Literal["model"]] = "model"
    level: float = 0.95

    def measure(
        self, first: Fitted[Documents], _fitted: Fitted[Documents], _held_out: Documents, sample: Documents, /
    ) -> Measurement:
        """Measure samples under the first model, at least 1; needs 1 / (1 - level) documents."""
        nats, symbols = surprise(self.name, first, sample, math.ceil(1.0 / min(self.level, 1.0 - self.level)))
        return quantile(np.exp(nats / symbols), self.level)
