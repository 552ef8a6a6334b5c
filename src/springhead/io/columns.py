"""Recognise which column holds the text, or ask a clear question; check that named columns exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec

from springhead.errors import ReservedColumn, UnknownName, WhichColumn
from springhead.io.batches import TEXT, ReadOptions
from springhead.io.inflate import open_stream
from springhead.io.jsonl import lines, too_deep
from springhead.io.shards import Shard

TEXT_NAMES = ("text", "content", "body", "document", "raw_content", "article", "raw_text", "full_text")
"""Names that say "this is the text"; compared without case."""

_LONG = 80
_SHARDS = 16


@dataclass
class ColumnSample:
    """What a sample shows of one column: how many values, how many of them strings, their characters."""

    values: int = 0
    strings: int = 0
    characters: int = 0

    def add(self, value: object) -> None:
        """Count one value; nulls say nothing about a column."""
        if value is None:
            return
        self.values += 1
        if isinstance(value, str):
            self.strings += 1
            self.characters += len(value)

    @property
    def mean(self) -> float:
        """Mean length of the strings in characters."""
        return self.characters / max(1, self.strings)

    @property
    def is_text(self) -> bool:
        """Whether most values are strings."""
        return self.strings > 0 and self.strings >= 0.5 * self.values


@dataclass
class Sample:
    """The columns of the first records of some shards; `offered` come with a format and hold no text."""

    columns: dict[str, ColumnSample] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)
    fixed: bool = False

    @property
    def names(self) -> set[str]:
        """All names that can be asked for."""
        return set(self.columns) | self.offered | ({TEXT} if self.fixed else set())

    def add(self, record: Mapping[str, object]) -> None:
        """Count the values of one record."""
        for name, value in record.items():
            self.columns.setdefault(name, ColumnSample()).add(value)


def choose_columns(
    shards: Sequence[Shard],
    *,
    text_column: str | None = None,
    others: Iterable[str] = (),
    rows: int = 200,
) -> str:
    """Return the name of the text column after checking that it and `others` exist.

    Looks at the first `rows` records of at most 16 shards spread over the corpus, and of all of them before a
    named column is called unknown. Raises `WhichColumn` where the text is not clear, `UnknownName` for a
    column that no shard has, `ReservedColumn` where another column is asked for by the payload's key.
    """
    others = tuple(others)
    ordered = spread(shards)
    sample = Sample()
    for shard in ordered[:_SHARDS]:
        peek(shard, sample, rows)
    asked = [name for name in (text_column, *others) if name is not None]
    for shard in ordered[_SHARDS:]:
        if all(name in sample.names for name in asked):
            break
        peek(shard, sample, rows)
    if sample.columns or sample.fixed:
        for name in asked:
            if name not in sample.names and not (name == text_column and not sample.columns):
                raise UnknownName("column", name, sample.names)
    if text_column is None:
        text_column = recognise_text(sample) if sample.columns else TEXT
    if TEXT in others and text_column != TEXT:
        raise ReservedColumn(TEXT, text_column)
    return text_column


def recognise_text(sample: Sample) -> str:
    """Return the one column that is plausibly the text, by name, else by length; else raise `WhichColumn`."""
    strings = {name: column for name, column in sample.columns.items() if column.is_text}
    plausible = [name for name in strings if name.lower() in TEXT_NAMES]
    if not plausible:
        plausible = [name for name, column in strings.items() if column.mean >= _LONG]
    if len(plausible) == 1:
        return plausible[0]
    if not strings and len(present := [name for name in sample.columns if name.lower() in TEXT_NAMES]) == 1:
        return present[0]  # every value is faulty: quarantine tells each one better than a question
    longest = sorted(strings, key=lambda name: (-strings[name].mean, name))
    raise WhichColumn({name: strings[name].mean for name in longest[:12]}, plausible)


def peek(shard: Shard, sample: Sample, rows: int) -> None:
    """Add the first records of a shard to a sample; what cannot be read is left to the reader to report."""
    try:
        if shard.format == "jsonl":
            for record in islice(json_records(shard), rows):
                sample.add(record)
        elif shard.format in ("parquet", "arrow"):
            if shard.format == "parquet":
                from springhead.io.parquet import first_records
            else:
                from springhead.io.arrow import first_records
            for row in first_records(Path(shard.path), rows):
                sample.add(row)
        else:
            sample.fixed = True
            sample.offered.update(_offered(shard))
    except OSError:
        return


def _offered(shard: Shard) -> tuple[str, ...]:
    if shard.format == "warc":
        from springhead.io.warc import COLUMNS as WARC_COLUMNS

        return WARC_COLUMNS
    if shard.format in ("binary", "tar"):
        from springhead.io.binaries import COLUMNS as BINARY_COLUMNS

        return BINARY_COLUMNS
    from springhead.io.textfiles import COLUMNS as FILE_COLUMNS

    return FILE_COLUMNS


def json_records(shard: Shard, most_lines: int = 2000) -> Iterator[dict[str, object]]:
    """Yield the objects among the first lines of a JSONL file."""
    options = ReadOptions()
    with open_stream(Path(shard.path), options) as stream:
        for line in islice(lines(stream, options.batch_bytes), most_lines):
            if isinstance(line, int) or too_deep(line, options.nesting):
                continue
            try:
                record = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                yield record


def spread(shards: Sequence[Shard]) -> list[Shard]:
    """Return one shard a file, those that are evenly spread over the corpus first."""
    files = list({shard.path: shard for shard in reversed(shards)}.values())[::-1]
    step = max(1, len(files) // _SHARDS)
    first = files[::step][:_SHARDS]
    taken = {id(shard) for shard in first}
    return first + [shard for shard in files if id(shard) not in taken]
