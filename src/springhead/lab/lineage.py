"""Lineage in memory: record -> model -> training root, for loops that keep no ledger.

Every generation appends one entry for its model, one for its training rows and one for its samples as a
batch; single records appear only where the sampler says which record each sample was made of. Names of
records are made when they are read, so that taking note of a million records costs one entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np

from springhead.core.nouns import Entries, Integers, Origin
from springhead.core.protocols import Lineage
from springhead.lab.pool import Training
from springhead.lab.record import Judged, Records
from springhead.lab.training import Made, Trained


class MemoryLineage:
    """Keeps entries as they come; looks single ones up when asked."""

    def __init__(self) -> None:
        """Start empty."""
        self.emitted: list[Entries] = []
        self._place: dict[str, tuple[int, int]] = {}
        self._indexed = 0

    def emit(self, entries: Entries, /) -> None:
        """Append entries."""
        self.emitted.append(entries)

    def __len__(self) -> int:
        """Number of entries, single records included."""
        return sum(len(entries.id) for entries in self.emitted)

    def parents(self, identity: str) -> tuple[str, ...]:
        """Return the direct parents of an entry; KeyError where there is none of that name."""
        for number in range(self._indexed, len(self.emitted)):
            for row, name in enumerate(self.emitted[number].id):
                self._place.setdefault(name, (number, row))
        self._indexed = len(self.emitted)
        number, row = self._place[identity]
        return tuple(self.emitted[number].parents[row])

    def ancestors(self, identity: str) -> list[str]:
        """Return all that an entry was made of, nearest first, each once."""
        found: dict[str, None] = {}
        open_names = list(self.parents(identity))
        while open_names:
            name = open_names.pop(0)
            if name not in found:
                found[name] = None
                open_names += self.parents(name)
        return list(found)


class RecordNames(Sequence[str]):
    """Names of the records of a batch, or of some of its rows, made when read."""

    def __init__(self, records: Records, rows: Integers | None = None) -> None:
        """Hold the batch's key parts; payloads are not kept."""
        self._start, self._rows = f"{records.run}/{records.entered}/", rows
        self._count = len(records) if rows is None else len(rows)
        self._first = records.first

    def __len__(self) -> int:
        """Number of records."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return a name, or some."""
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        row = index % self._count
        return f"{self._start}{self._first + (row if self._rows is None else int(self._rows[row]))}"


class ParentNames(Sequence[Sequence[str]]):
    """Per sample: its model, and the record it was made of where the sampler says so."""

    def __init__(self, model: str, parents: Integers, training: Training) -> None:
        """Hold rows of the training batch; names are made when read."""
        self._model, self._parents = model, parents
        # Names alone are kept, so that lineage holds no payload alive.
        self._origins = [(RecordNames(b.records), rows) for b, rows in training.origins]
        sizes = [len(names) if rows is None else len(rows) for names, rows in self._origins]
        self._bounds = np.cumsum([0, *sizes])

    def __len__(self) -> int:
        """Number of samples."""
        return len(self._parents)

    @overload
    def __getitem__(self, index: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Sequence[str]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[str] | list[Sequence[str]]:
        """Return the parents of a sample, or of some."""
        if isinstance(index, slice):
            chosen: list[Sequence[str]] = [self[one] for one in range(*index.indices(len(self)))]
            return chosen
        row = int(self._parents[index])
        if row < 0:
            return [self._model]
        part = int(np.searchsorted(self._bounds, row, side="right")) - 1
        names, rows = self._origins[part]
        inner = row - int(self._bounds[part])
        return [self._model, names[inner if rows is None else int(rows[inner])]]

    def __iter__(self) -> Iterator[Sequence[str]]:
        """Go over the samples."""
        return (self[index] for index in range(len(self)))


class Same(Sequence[Any]):
    """One value, n times, without holding it n times."""

    def __init__(self, value: Any, count: int) -> None:
        """Hold the value once."""
        self._value, self._count = value, count

    def __len__(self) -> int:
        """How often it counts."""
        return self._count

    def __getitem__(self, index: Any) -> Any:
        """Return the value, wherever it is asked for."""
        if isinstance(index, slice):
            return [self._value] * len(range(*index.indices(self._count)))
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._value


def note_real(sink: Lineage, batch: Judged, run: str) -> None:
    """Take note of real records as one batch without parents."""
    sink.emit(Entries(("batch",), (batch.records.address,), ((),), (Origin.HUMAN,), run))


def note_generation(sink: Lineage, training: Training, model: Trained, made: Made, run: str) -> None:
    """Take note of a generation: training root from its batches, model from the root, samples from the model.

    Where samples have parents, they and the real records among those parents stand as single records too.
    """
    sources = tuple(dict.fromkeys(batch.records.address for batch, _ in training.origins))
    sink.emit(
        Entries(
            ("root", "model", "batch"),
            (training.address, model.address, made.records.address),
            (sources, (training.address,), (model.address,)),
            (Origin.UNKNOWN, Origin.UNKNOWN, Origin.SYNTHETIC),
            run,
        )
    )
    if made.parents is None:
        return
    _note_real_parents(sink, made.parents, training, run)
    count = len(made.records)
    sink.emit(
        Entries(
            Same("record", count), RecordNames(made.records),
            ParentNames(model.address, made.parents, training), Same(Origin.SYNTHETIC, count), run,
        )
    )  # fmt: skip


def _note_real_parents(sink: Lineage, parents: Integers, training: Training, run: str) -> None:
    named = np.unique(parents[parents >= 0])
    start = 0
    for batch, rows in training.origins:
        size = len(batch.records) if rows is None else len(rows)
        inside = named[(named >= start) & (named < start + size)] - start
        start += size
        if not batch.records.synthetic and len(inside):
            names = RecordNames(batch.records, inside if rows is None else rows[inside])
            count = len(names)
            parent = Same((batch.records.address,), count)
            sink.emit(Entries(Same("record", count), names, parent, Same(Origin.HUMAN, count), run))
