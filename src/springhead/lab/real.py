"""The real records of a replicate: generation 0, a reference kept apart, and fresh ones as generations pass.

A law is drawn from anew each time. A corpus is shuffled once, split into a reference and training documents,
and fresh records are its next unused ones; when it has run out it starts again, which the result says.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from springhead.core import batch as rows_of
from springhead.core.nouns import Integers
from springhead.core.protocols import Drawn, Source
from springhead.core.seeds import stream
from springhead.errors import BadConfiguration
from springhead.lab.record import Records, digest_of
from springhead.lab.settings import LabSettings

LAW_RECORDS = 1000


class RealData:
    """Draws of a source by name, so that all arms of a replicate get the same ones."""

    def __init__(self, source: Source[Any], settings: LabSettings, replicate: int) -> None:
        """Shuffle and split a corpus; a law needs nothing."""
        self.source, self.replicate, self.seed = source, replicate, settings.seed
        self.base = digest_of("source", sorted(settings.source.items()), settings.seed, replicate)
        self.reused = False
        self.corpus: Drawn[Any] | None = None
        self.kept = 0
        if source.size is not None:
            self.corpus = source.draw(None, stream(settings.seed, f"lab/{replicate}/corpus"))
            self.kept = round(settings.held_out * len(self.corpus.groups))
        self.records = self._records(settings)
        self.reference_count = settings.reference or (self.kept if self.corpus else self.records)

    def _records(self, settings: LabSettings) -> int:
        if self.corpus is None:
            return settings.records or LAW_RECORDS
        spare = len(self.corpus.groups) - self.kept
        asked = settings.records or spare
        if not 0 < asked <= spare or not self.kept:
            raise BadConfiguration(
                "records",
                f"{asked} are asked for, but source {self.source.name!r} has {spare} for training and "
                f"{self.kept} held out",
                "Ask for fewer, or change held_out.",
            )
        return asked

    def reference(self) -> Drawn[Any]:
        """Return the real records that metrics compare with; no model ever sees them."""
        if self.corpus is None:
            rng = stream(self.seed, f"lab/{self.replicate}/reference")
            return self.source.draw(self.reference_count, rng)
        return self._rows(np.arange(min(self.kept, self.reference_count)))

    def first(self) -> Records:
        """Return generation 0."""
        return self.fresh(0, self.records)

    def fresh(self, generation: int, count: int, first: int = 0) -> Records:
        """Return real records that arrive beside the samples of a generation; `first` is their first index."""
        if self.corpus is None:
            rng = stream(self.seed, f"lab/{self.replicate}/{generation}/real")
            drawn = self.source.draw(count, rng)
        else:
            spare = len(self.corpus.groups) - self.kept
            start = 0 if generation == 0 else self.records + (generation - 1) * count
            self.reused |= start + count > spare
            drawn = self._rows(self.kept + (start + np.arange(count)) % spare)
        address = digest_of(self.base, "real", generation, count)
        return Records(address, drawn.batch, drawn.groups, False, 0, 0.0, generation, self.replicate, first)

    def _rows(self, rows: Integers) -> Drawn[Any]:
        assert self.corpus is not None
        return Drawn(rows_of.take(self.corpus.batch, rows), self.corpus.groups[rows])
