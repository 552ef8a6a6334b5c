"""Capped decompression: streams that never give more than was allowed and say how they ended.

Ratio, total and window are capped, so that a decompression bomb costs bounded memory and time; a truncated or
damaged stream gives what was readable first and the reason afterwards.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from springhead.io.batches import ReadOptions

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_BLOCK = 1 << 16
_ZSTD_FEED = 1 << 10  # one KiB can expand to at most 32 MiB (run-length blocks)
_OUT = 1 << 20


class StreamDamagedError(Exception):
    """Internal to the readers: the stream cannot be read on; its text becomes a quarantine reason."""


def compression(head: bytes) -> str:
    """Name the compression that the first bytes of a file show: gzip, zstd or none."""
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    skippable = len(head) >= 4 and head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F
    return "zstd" if head.startswith(ZSTD_MAGIC) or skippable else "none"


class CappedStream:
    """A readable byte stream over inflated chunks; a damaged source ends it, with the reason in `damage`."""

    def __init__(self, chunks: Iterator[bytes], close: Callable[[], None]) -> None:
        """Read from `chunks`; `close` releases the file behind them."""
        self._chunks = chunks
        self._close = close
        self._rest = b""
        self._offset = 0
        self._position = 0
        self.damage: str | None = None

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, b"" at the end; never raises for damaged data."""
        if size < 0:
            size = _OUT
        while self._offset >= len(self._rest):
            if self.damage is not None:
                return b""
            try:
                self._rest, self._offset = next(self._chunks), 0
            except StopIteration:
                return b""
            except StreamDamagedError as fault:
                self.damage = str(fault)
                return b""
        piece = self._rest[self._offset : self._offset + size]
        self._offset += len(piece)
        self._position += len(piece)
        return piece

    def tell(self) -> int:
        """Return how many bytes were handed out."""
        return self._position

    def close(self) -> None:
        """Close the file behind the stream."""
        self._close()

    def __enter__(self) -> CappedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_stream(path: Path, options: ReadOptions) -> CappedStream:
    """Open a plain, gzip or zstd file as one capped stream of its content."""
    file = path.open("rb", buffering=0)
    kind = compression(file.read(4))
    file.seek(0)
    if kind == "gzip":
        chunks = _capped(file, _gzip(file), options)
    elif kind == "zstd":
        chunks = _capped(file, _zstd(file, options), options)
    else:
        chunks = _plain(file)
    return CappedStream(chunks, file.close)


def read_block(file: BinaryIO, size: int) -> bytes:
    """Read from a file; what the system refuses ends the stream, with the reason."""
    try:
        return file.read(size)
    except OSError as error:
        raise StreamDamagedError(f"read failed: {error.strerror or error}") from error


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while block := read_block(file, _OUT):
        yield block


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    """Inflate all members of a gzip file, at most 1 MiB at a time."""
    data = read_block(file, _BLOCK)
    while data:
        inflater = zlib.decompressobj(wbits=31)
        while not inflater.eof:
            try:
                piece = inflater.decompress(data, _OUT)
            except zlib.error as error:
                raise StreamDamagedError(f"damaged gzip: {error}") from error
            if piece:
                yield piece
            data = inflater.unconsumed_tail
            if not data and not inflater.eof and not (data := read_block(file, _BLOCK)):
                raise StreamDamagedError("truncated gzip")
        data = inflater.unused_data or read_block(file, _BLOCK)
        # Tape blocks and some writers pad with zeros after the last member.
        while data and not data.strip(b"\0"):
            data = read_block(file, _BLOCK)
        data = data.lstrip(b"\0")


def _zstd(file: BinaryIO, options: ReadOptions) -> Iterator[bytes]:
    """Inflate all frames of a zstd file, fed in pieces small enough to bound what one feed can give."""
    window = 1 << options.window_log
    data = read_block(file, _ZSTD_FEED)
    while data:
        inflater = zstandard.ZstdDecompressor(max_window_size=window).decompressobj()
        while not inflater.eof:
            try:
                piece = inflater.decompress(data)
            except zstandard.ZstdError as error:
                raise StreamDamagedError(
                    f"damaged zstd or window above 2^{options.window_log}: {error}"
                ) from error
            if piece:
                yield piece
            data = b"" if not inflater.eof else inflater.unused_data
            if not inflater.eof and not (data := read_block(file, _ZSTD_FEED)):
                raise StreamDamagedError("truncated zstd")
        data = data or read_block(file, _ZSTD_FEED)


def _capped(file: BinaryIO, chunks: Iterator[bytes], options: ReadOptions) -> Iterator[bytes]:
    """Pass chunks on until a cap on ratio or total is exceeded."""
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > options.inflate_bytes:
            raise StreamDamagedError(f"decompression bomb: more than {options.inflate_bytes} bytes come out")
        if total > options.inflate_floor and total > options.inflate_ratio * file.tell():
            raise StreamDamagedError(
                f"decompression bomb: more than {options.inflate_ratio} bytes per byte read"
            )
        yield chunk
