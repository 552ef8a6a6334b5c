"""The protocols that components implement; batches cross every boundary, never single records.

Parameters are positional-only where a component may name them otherwise. A policy sees a census, never a
record; a detector returns scores and claims, never nats; scan reaches payloads through `Modality` alone.
Names are read-only here, so that frozen structs and class constants fit as well as plain attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.census import Census, Weights
from springhead.core.nouns import (
    Clusters,
    Columns,
    Entries,
    Excerpt,
    Findings,
    Floats,
    Forms,
    Integers,
    Measurement,
    Request,
    Scores,
    Signatures,
    Trust,
)

Batch = TypeVar("Batch")
Batch_contra = TypeVar("Batch_contra", contravariant=True)


class Modality(Protocol[Batch]):
    """All that scan needs of payloads: it imports no modality and asks through this."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    def read(self, raw: Columns, /) -> Batch:
        """Make a batch of the payload column and the named columns, caps enforced."""
        ...

    def contents(self, batch: Batch, /) -> Sequence[bytes]:
        """Hash each payload as read, sha256; the same as in `forms`, without deriving the rest."""
        ...

    def forms(self, batch: Batch, /) -> Forms:
        """Derive canonical form, language or format, length and reasons to abstain."""
        ...

    def signatures(self, batch: Batch, /) -> Signatures:
        """Compute near-duplicate signatures."""
        ...

    def excerpt(self, batch: Batch, rows: Integers, /) -> list[Excerpt]:
        """Return capped pieces of the given rows for the report."""
        ...


class Detector(Protocol[Batch_contra]):
    """Judges records one by one."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    @property
    def kind(self) -> Trust:
        """What stands behind its findings."""
        ...

    @property
    def version(self) -> str:
        """Version of its rules or weights, named in every result."""
        ...

    def examine(self, batch: Batch_contra, /) -> Findings:
        """Score a batch of n records; scores are float64 (n,), nan = cannot say."""
        ...


class FittedHead(Protocol):
    """A detector fitted to the references of one domain, with what calibration needs to stay honest."""

    @property
    def cross_fitted_human(self) -> Floats:
        """Scores of the human reference by fits that did not see the record, float64 (n,)."""
        ...

    @property
    def cross_fitted_synthetic(self) -> Floats:
        """Scores of the synthetic reference by fits that did not see the record, float64 (n,)."""
        ...

    def score(self, columns: Columns, /) -> Floats:
        """Score n records given as columns, float64 (n,), higher = more synthetic."""
        ...

    def to_arrays(self) -> Mapping[str, Any]:
        """Return everything as named arrays, to be saved without pickle."""
        ...


class Trainer(Protocol):
    """Fits a head to the references of one domain, given as columns payload, language and score."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    def fit(
        self, human: Columns, synthetic: Columns, /, *, clusters: Clusters | None, rng: Generator
    ) -> FittedHead:
        """Return a head fitted on the two classes; records of one cluster stay in one fold.

        `clusters` runs over the human records first; without it, a column "cluster" of both classes counts.
        """
        ...

    def from_arrays(self, arrays: dict[str, Any], /) -> FittedHead:
        """Return the head that `to_arrays` saved."""
        ...


class CorpusDetector(Protocol):
    """Judges what only the whole corpus shows, such as repetition."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    @property
    def kind(self) -> Trust:
        """What stands behind its findings."""
        ...

    def examine(self, clusters: Clusters, /) -> Findings:
        """Score n records from their clusters."""
        ...


class FittedCalibrator(Protocol):
    """Turns scores into evidence."""

    def nats(self, scores: Scores, /) -> Floats:
        """Log-likelihood ratio in nats, float64 (n,); 0 says nothing, nan where the score is nan."""
        ...

    def p_values(self, scores: Scores, /) -> Floats:
        """Probability that a human record scores at least as high, float64 (n,)."""
        ...


class Calibrator(Protocol):
    """Learns what a score is worth from references."""

    def fit(
        self, human: Scores, synthetic: Scores | None, /, *, clusters: Clusters | None
    ) -> FittedCalibrator:
        """Fit to known-human scores and, where given, known-synthetic ones."""
        ...


class FittedQuantifier(Protocol):
    """Estimates a share."""

    def estimate(
        self, scores: Scores, /, *, clusters: Clusters | None, confidence: float = 0.95
    ) -> PrevalenceLike:
        """Estimate the share of synthetic records among n scores, with an interval."""
        ...


class PrevalenceLike(Protocol):
    """The least that an estimate of a share says."""

    @property
    def verdict(self) -> str:
        """Estimated, bounded or cannot tell."""
        ...


class Quantifier(Protocol):
    """Learns the two score distributions from references."""

    def fit(self, human: Scores, synthetic: Scores, /, *, clusters: Clusters | None) -> FittedQuantifier:
        """Fit to the scores of both reference classes."""
        ...


class Policy(Protocol):
    """A pure function from a census to a weight table of the same shape; it never sees a record."""

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh every cell; `budget` is the expected total of copies, None = what the policy keeps."""
        ...


@dataclass(frozen=True, slots=True)
class Compute:
    """How much a fit may spend; a model without steps ignores it."""

    steps: int | None = None
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Sampled(Generic[Batch]):
    """n samples of a model, with what the sampler knows of them.

    `parents` int64 (n,) are rows of the batch the model was fitted to, where the sampler copies or is prompted
    (-1 = none); `groups` int64 (n,) are the samples' groups, where the model makes them group by group.
    """

    batch: Batch
    parents: Integers | None = None
    groups: Integers | None = None


@dataclass(frozen=True, slots=True)
class Drawn(Generic[Batch]):
    """n real records and the group of each, int64 (n,), an index into the source's `groups`."""

    batch: Batch
    groups: Integers


class Model(Protocol[Batch]):
    """A generative model that a loop can train."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    def fit(
        self,
        batch: Batch,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Batch] | None,
        compute: Compute,
        rng: Generator,
    ) -> Fitted[Batch]:
        """Fit to a batch in which record i counts `copies[i]` times; `start` warm-starts."""
        ...


class Fitted(Protocol[Batch]):
    """A trained model."""

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Batch]:
        """Draw samples."""
        ...


class Source(Protocol[Batch]):
    """Where the real records of a loop come from: a law that is drawn from, or a corpus that runs out."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    @property
    def groups(self) -> Sequence[str]:
        """Names of the groups that its records belong to, at least one."""
        ...

    @property
    def size(self) -> int | None:
        """Number of records it holds, None = as many as are asked for."""
        ...

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Batch]:
        """Draw `count` records: independent ones of a law, or without replacement of a corpus.

        None asks a corpus for all that it holds, in random order.
        """
        ...


class Metric(Protocol[Batch_contra]):
    """Compares a sample with a reference."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    @property
    def worse(self) -> Literal["higher", "lower"]:
        """Which direction means further from the reference."""
        ...

    def measure(self, reference: Batch_contra, sample: Batch_contra, /) -> Measurement:
        """Measure one value with its interval."""
        ...


class Scoring(Protocol[Batch_contra]):
    """What a fitted model offers, beyond `Fitted`, when it can say how likely a record is."""

    def log_probability(self, batch: Batch_contra, /) -> Floats:
        """Log-probability in nats, float64: one of each record, or of each of its parts one after another.

        Of text: of every token and then the end of each document, (T + n,).
        """
        ...


class ModelMetric(Protocol[Batch]):
    """Judges a fitted model and its samples; told from a `Metric` by its attribute `needs`, which is "model".

    A model that does not offer what the metric asks of it (`Scoring`, mostly) makes it raise NotMeasurable: a
    loop then leaves the metric out and says so.
    """

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    @property
    def worse(self) -> Literal["higher", "lower"]:
        """Which direction means further from the reference."""
        ...

    @property
    def needs(self) -> Literal["model"]:
        """Always "model"."""
        ...

    def measure(
        self, first: Fitted[Batch], fitted: Fitted[Batch], held_out: Batch, sample: Batch, /
    ) -> Measurement:
        """Measure one value with its interval.

        `first` is the model of generation 0, `fitted` that of this generation, `held_out` are real records that
        no model of the run was fitted to, `sample` are this generation's samples.
        """
        ...


class Encoder(Protocol[Batch_contra]):
    """Learns from a reference how records become vectors, for metrics that compare vectors."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    def fit(self, reference: Batch_contra, /) -> Callable[[Batch_contra], Floats]:
        """Return the map from n records to float64 (n, d)."""
        ...


class StartMetric(Protocol[Batch_contra]):
    """Compares a sample with the real records of generation 0, so many generations ago."""

    @property
    def name(self) -> str:
        """Name under which it is registered, without the modality."""
        ...

    @property
    def worse(self) -> Literal["higher", "lower"]:
        """Which direction means further from the start."""
        ...

    @property
    def needs(self) -> Literal["start"]:
        """What a loop hands it instead of the reference."""
        ...

    def measure(self, start: Batch_contra, generation: int, sample: Batch_contra, /) -> Measurement:
        """Measure a sample of the given generation (0 = the start itself)."""
        ...


class Lineage(Protocol):
    """Takes note of what was made of what; the ledger implements it."""

    def emit(self, entries: Entries, /) -> None:
        """Append entries."""
        ...
