"""JSON lines, plain or compressed: one object a line, decoded by msgspec with only the wanted columns built.

No line beyond the cap is ever held in memory, however long it is; what cannot be a record goes to quarantine
with its line number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import msgspec

from springhead.io.batches import TEXT, Collector, RawBatch, ReadOptions, Value, plain_value, text_fault
from springhead.io.inflate import CappedStream, StreamDamagedError, open_stream, read_block
from springhead.io.payloads import Payloads

_CHUNK = 1 << 20
# Possessive, and an unclosed string runs to the end: linear in the line, whatever it holds.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
CAPTION_NAMES = ("caption", "text", "alt", "alt_text", "description", "title")
"""Names of columns that hold the caption of a payload, the likeliest first."""
_BOM = b"\xef\xbb\xbf"


class Stream(Protocol):
    """The least a line reader needs."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, b"" at the end."""
        ...


def lines(stream: Stream, cap: int) -> Iterator[bytes | int]:
    """Yield the lines of a stream without newline; one above `cap` bytes comes as its length instead."""
    carry: list[bytes] = []
    held = 0
    while chunk := stream.read(_CHUNK):
        first, *rest = chunk.split(b"\n")
        held += len(first)
        if held <= cap:
            carry.append(first)
        else:
            carry.clear()
        if not rest:
            continue
        yield b"".join(carry) if held <= cap else held
        last = rest.pop()
        for line in rest:
            yield line if len(line) <= cap else len(line)
        held = len(last)
        carry = [last] if held <= cap else []
    if held:
        yield b"".join(carry) if held <= cap else held


def too_deep(line: bytes, cap: int) -> bool:
    """Whether brackets nest deeper than `cap`; exact, and cheap where there are few brackets at all."""
    if line.count(b"{") + line.count(b"[") <= cap:
        return False
    depth = 0
    for token in _TOKEN.finditer(line):
        first = line[token.start()]
        if first in b"[{":
            depth += 1
            if depth > cap:
                return True
        elif first in b"]}":
            depth -= 1
    return False


class LineDecoder:
    """Decodes one line into the text and the further columns, or a reason why it is no record."""

    def __init__(self, options: ReadOptions) -> None:
        """Build a decoder that skips every column that was not asked for."""
        self._options = options
        self._binary = options.payload != TEXT
        captions = (options.caption_column,) if options.caption_column else CAPTION_NAMES
        self._captions = captions if self._binary else ()
        payload = options.payload_column if self._binary else options.text_column
        names = list(dict.fromkeys((payload, *options.wanted, *self._captions)))
        fields = {name: f"f{index}" for index, name in enumerate(names)}
        kind = msgspec.defstruct(
            "Line",
            [(field, Any, msgspec.UNSET) for field in fields.values()],
            rename={field: name for name, field in fields.items()}.get,
            gc=False,
        )
        self._decoder = msgspec.json.Decoder(kind)
        self._extras = tuple((fields[name], name) for name in options.wanted)
        self._required = frozenset(options.required)

        self._named = fields
        self._payload = payload

    def caption(self, found: object) -> str:
        """The first column of those that hold captions which has one."""
        values = {name: getattr(found, self._named[name]) for name in self._captions}
        return next((value for value in values.values() if isinstance(value, str)), "")

    def decode(self, line: bytes) -> tuple[str, Sequence[Value], object] | str:
        """Return (text, extras, payload), or the reason as a string; without a payload of bytes it is None."""
        if too_deep(line, self._options.nesting):
            return f"JSON nested deeper than {self._options.nesting}"
        try:
            found: Any = self._decoder.decode(line)
        except (ValueError, RecursionError) as error:
            return _reason(line, error)
        value = found.f0
        if value is msgspec.UNSET:
            return f"no column {self._payload!r}"
        fault = None if self._binary else text_fault(value)
        if fault is not None:
            return fault
        text, payload = (self.caption(found), value) if self._binary else (value, None)
        return self._with_extras(text, found, payload) if self._extras else (text, (), payload)

    def _with_extras(
        self, text: str, found: object, payload: object
    ) -> tuple[str, Sequence[Value], object] | str:
        extras: list[Value] = []
        for field, name in self._extras:
            value = getattr(found, field)
            value = None if value is msgspec.UNSET else plain_value(value)
            if value is None and name in self._required:
                return f"no column {name!r}"
            extras.append(value)
        return text, extras, payload


def _reason(line: bytes, error: Exception) -> str:
    """Say in the user's words why a line does not decode."""
    if isinstance(error, RecursionError):
        return "JSON nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    message = str(error)
    if "surrogate" in message or re.search(rb"\\u[dD][89a-fA-F]", line):
        return f"broken JSON or lone surrogate: {message}"
    if "Expected `object`" in message:
        return "not a JSON object"
    return f"broken JSON: {message}"


def read_jsonl(
    path: Path, source: str, options: ReadOptions, *, start: int = 0, stop: int | None = None, first: int = 1
) -> Iterator[RawBatch]:
    """Stream the records of a JSONL file, or of the bytes [start, stop) of a plain one.

    `first` is the number of the first line of that range. Blank lines are no records.
    """
    with open_stream(path, options) if stop is None else _Range(path, start, stop) as stream:
        collector = Collector(source, options)
        files = Payloads(path.parent, options) if options.payload != TEXT else None
        yield from _records(stream, collector, LineDecoder(options), first, options.record_bytes, files)
        if stream.damage is not None:
            collector.reject("end of file", stream.damage)
        yield from collector.rest()


def _records(
    stream: Stream, collector: Collector, decoder: LineDecoder, first: int, cap: int, files: Payloads | None
) -> Iterator[RawBatch]:
    for number, line in enumerate(lines(stream, cap), first):
        if isinstance(line, int):
            collector.reject(f"line {number}", f"record too large: {line} bytes, cap {cap}")
        else:
            content = line.removeprefix(_BOM) if number == 1 else line
            if not content or content.isspace():
                continue
            decoded = decoder.decode(content)
            if isinstance(decoded, str):
                collector.reject(f"line {number}", decoded)
            elif files is None:
                collector.add(f"line {number}", *decoded[:2])
            else:
                payload = files.take(decoded[2])
                if isinstance(payload, str):
                    collector.reject(f"line {number}", payload)
                else:
                    collector.add(f"line {number}", *decoded[:2], data=payload[0], name=payload[1])
        if collector.full:
            yield collector.flush()


class _Range(CappedStream):
    """The bytes [start, stop) of a plain file."""

    def __init__(self, path: Path, start: int, stop: int) -> None:
        file = path.open("rb", buffering=0)
        file.seek(start)
        super().__init__(_blocks(file, stop - start), file.close)


def _blocks(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0:
        block = read_block(file, min(_CHUNK, left))
        if not block:
            raise StreamDamagedError(f"the file lost its last {left} bytes after the run began")
        left -= len(block)
        yield block
