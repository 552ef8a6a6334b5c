"""What readers yield: bounded batches of columns, where each record stood, and what went to quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

import msgspec

TEXT = "text"
"""Key of the text column in every batch, whatever the input calls it: the payload, or the payload's caption."""
PAYLOAD = "payload"
"""Key of the column of payloads that are bytes."""
NAME = "payload_name"
"""Key of the column of their file names, "" where there is none."""

Value = str | bytes | None
"""What a column holds, bytes in `PAYLOAD` alone: numbers, dates and nested values arrive as text, missing ones as None."""


class ReadOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is read and within which bounds.

    `columns` are further columns, None where a record lacks them; a record lacking one of `required` (an id)
    goes to quarantine. Bounds are bytes unless named otherwise: `inflate_ratio` (output per input byte) holds
    once `inflate_floor` bytes came out of a compressed file, `inflate_bytes` always, `window_log` is the log2
    of the largest zstd window, `nesting` the deepest JSON. Payloads that are bytes come from
    `payload_column` or from files with one of `suffixes`, with a caption from `caption_column` or beside them.
    """

    text_column: str = TEXT
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    batch_rows: int = 1024
    batch_bytes: int = 32 << 20
    record_bytes: int = 32 << 20
    nesting: int = 200
    inflate_ratio: int = 400
    inflate_floor: int = 256 << 20
    inflate_bytes: int = 1 << 40
    window_log: int = 27
    main_content: bool = True
    payload: Literal["text", "bytes"] = "text"
    payload_column: str = PAYLOAD
    caption_column: str | None = None
    suffixes: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns beside the payload, required ones first, each once."""
        return tuple(dict.fromkeys((*self.required, *self.columns)))

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns that hold payload and text."""
        return (TEXT,) if self.payload == TEXT else (TEXT, PAYLOAD, NAME)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One thing read that is no usable record: where it stood and why."""

    source: str
    position: str
    reason: str


@dataclass(frozen=True, slots=True)
class RawBatch:
    """n records of one source as parallel lists; `columns["text"]` is always present and never None.

    Where payloads are bytes, they are in `columns["payload"]` and the text is their caption, "" for none.

    `positions` (n) tells where each record stood ("line 12", "row 5", a path). `quarantined` is what was
    read on the way to these records and set aside.
    """

    source: str
    columns: dict[str, list[Value]]
    positions: list[str]
    quarantined: list[Quarantined] = field(default_factory=list)

    def __len__(self) -> int:
        """Count the records (without the quarantined)."""
        return len(self.positions)


class Collector:
    """Gathers records of one source and hands them over as batches within the caps."""

    def __init__(self, source: str, options: ReadOptions) -> None:
        """Start empty."""
        self.source = source
        self._names = options.wanted
        self._binary = options.payload != TEXT
        self._rows, self._bytes = options.batch_rows, options.batch_bytes
        self._start()

    def _start(self) -> None:
        self._texts: list[Value] = []
        self._data: list[Value] = []
        self._files: list[Value] = []
        self._extras: list[list[Value]] = [[] for _ in self._names]
        self._positions: list[str] = []
        self._quarantined: list[Quarantined] = []
        self._size = 0

    def add(
        self, position: str, text: str, extras: Sequence[Value], *, data: bytes = b"", name: str = ""
    ) -> None:
        """Add one record; `extras` follow the order of `ReadOptions.wanted`; `data` is a payload of bytes."""
        self._texts.append(text)
        self._positions.append(position)
        self._size += len(text) + len(data)
        if self._binary:
            self._data.append(data)
            self._files.append(name)
        for column, value in zip(self._extras, extras, strict=True):
            column.append(value)

    def reject(self, position: str, reason: str) -> None:
        """Set one record aside."""
        self._quarantined.append(Quarantined(self.source, position, reason))

    @property
    def full(self) -> bool:
        """Whether a cap is reached."""
        return (
            len(self._positions) >= self._rows
            or self._size >= self._bytes
            or len(self._quarantined) >= self._rows
        )

    def flush(self) -> RawBatch:
        """Hand over what was gathered and start anew."""
        columns = dict(zip(self._names, self._extras, strict=True))
        columns[TEXT] = self._texts
        if self._binary:
            columns |= {PAYLOAD: self._data, NAME: self._files}
        batch = RawBatch(self.source, columns, self._positions, self._quarantined)
        self._start()
        return batch

    def rest(self) -> list[RawBatch]:
        """Hand over the last batch, if there is anything in it."""
        return [self.flush()] if self._positions or self._quarantined else []


def plain_value(value: object) -> Value:
    """Turn a decoded value of a column into text: numbers and dates as written, nested values as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool | dict | list | tuple):
        return msgspec.json.encode(value, enc_hook=str, order="sorted").decode()
    if isinstance(value, int) and value.bit_length() > 4096:
        return hex(value)  # Python refuses to write very long numbers in decimal
    return str(value)


def text_fault(text: object) -> str | None:
    """Say why a decoded value cannot serve as text, or None if it can."""
    if isinstance(text, str):
        return "empty text" if not text or text.isspace() else None
    if text is None:
        return "text is null"
    return f"text is not a string but {type(text).__name__}"
