"""WARC and WET files: responses with text become records, HTML is reduced to its text.

Record boundaries come from fastwarc over our own capped inflater, text from resiliparse. Records of other
types (requests, metadata) are no documents; a response without text goes to quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType
from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

from springhead.io.batches import Collector, RawBatch, ReadOptions, Value, text_fault
from springhead.io.hosts import host_of
from springhead.io.html import html_text
from springhead.io.inflate import CappedStream, open_stream
from springhead.io.textfiles import looks_binary

COLUMNS = ("url", "date", "host", "content_type", "record_id")
"""Columns that a WARC file offers beside the text; `host` is the registrable domain."""

_HTML = ("text/html", "application/xhtml+xml")
_KINDS = WarcRecordType.response | WarcRecordType.conversion | WarcRecordType.resource
_FAULTS = (OSError, ValueError, RuntimeError, EOFError, MemoryError, KeyError, TypeError)


def read_warc(path: Path, source: str, options: ReadOptions) -> Iterator[RawBatch]:
    """Stream the documents of a WARC or WET file, plain or compressed.

    Positions give the record's id and its offset in the inflated stream. What follows damage is one
    quarantine entry, for nothing in it can be told apart.
    """
    collector = Collector(source, options)
    with open_stream(path, options) as stream:
        where = "start of file"
        source_stream: Any = stream  # read and tell are all that fastwarc calls
        records = ArchiveIterator(
            source_stream, record_types=_KINDS, parse_http=True, auto_decode="all", fsspec_args=False
        )
        while True:
            try:
                record = next(records, None)
            except BaseException as error:
                if not _is_fault(error):
                    raise
                if stream.damage is None:
                    collector.reject(f"after {where}", f"damaged WARC: {error}")
                break
            if record is None:
                break
            where = f"record {record.record_id} at byte {record.stream_pos}"
            _document(record, where, collector, options)
            if collector.full:
                yield collector.flush()
        _ending(stream, where, collector)
    yield from collector.rest()


def _is_fault(error: BaseException) -> bool:
    """Whether the input is to blame; a panic of the native parsers is no subclass of Exception."""
    return isinstance(error, _FAULTS) or type(error).__name__ == "PanicException"


def _ending(stream: CappedStream, where: str, collector: Collector) -> None:
    if stream.damage is not None:
        collector.reject(f"after {where}", stream.damage)


def _document(record: Any, where: str, collector: Collector, options: ReadOptions) -> None:
    """Add one record to the collector, or the reason why it is none."""
    try:
        payload, fault = _payload(record, options)
        text = "" if fault is not None else _text(record, payload, options)
    except BaseException as error:
        if not _is_fault(error):
            raise
        payload, text, fault = b"", "", f"unreadable record: {error}"
    if fault is None:
        fault = _no_text(record, payload) or text_fault(text)
    extras = _extras(record, options)
    for name, value in zip(options.wanted, extras, strict=True):
        if value is None and fault is None and name in options.required:
            fault = f"no column {name!r}"
    if fault is not None:
        collector.reject(where, fault)
    else:
        collector.add(where, text, extras)


def _payload(record: Any, options: ReadOptions) -> tuple[bytes, str | None]:
    """Read the payload up to the cap; say so where it is larger or shorter than promised."""
    cap = options.record_bytes
    promised = int(record.content_length)
    if promised > cap:
        return b"", f"record too large: {promised} bytes, cap {cap}"
    parts: list[bytes] = []
    size = 0
    while size <= cap and (block := record.reader.read(cap + 1 - size)):
        parts.append(block)
        size += len(block)
    if size > cap:
        return b"", f"record too large: more than {cap} bytes"
    encoded = record.http_headers is not None and bool(record.http_headers.get("Content-Encoding"))
    if size < promised and not encoded:
        return b"", f"truncated WARC record: {size} of {promised} bytes"
    return b"".join(parts), None


def _content_type(record: Any) -> str:
    """Return the media type of the payload in lower case, "" where none is stated."""
    if record.http_headers is not None:
        return str(record.http_content_type or "").lower()
    stated = str(record.headers.get("Content-Type") or "")
    return stated.partition(";")[0].strip().lower()


def _no_text(record: Any, payload: bytes) -> str | None:
    kind = _content_type(record)
    if record.http_headers is not None and record.http_headers.status_code not in (None, 200):
        return f"HTTP status {record.http_headers.status_code}"
    if kind and not kind.startswith("text/") and kind not in _HTML:
        return f"no text in content type {kind[:80]}"
    return "binary data, not text" if looks_binary(payload) else None


def _text(record: Any, payload: bytes, options: ReadOptions) -> str:
    """Decode the payload and reduce HTML to its text."""
    kind = _content_type(record)
    if record.http_headers is None or _no_text(record, payload) is not None:
        return payload.decode("utf-8", "replace")
    decoded = str(bytes_to_str(payload, _charset(record, payload)))
    if kind in _HTML or (not kind and b"<html" in payload[:1024].lower()):
        return html_text(decoded, main_content=options.main_content)
    return decoded


def _charset(record: Any, payload: bytes) -> str:
    """Return the stated charset where browsers know it, else the page's own or a detected one."""
    # Only the web's encodings: Python knows codecs (punycode, escapes) that are slow or no charsets at all.
    stated = map_encoding_to_html5(str(record.http_charset or ""), fallback_utf8=False)
    return stated or detect_encoding(payload, from_html_meta=True) or "utf-8"


def _extras(record: Any, options: ReadOptions) -> list[Value]:
    url = record.headers.get("WARC-Target-URI")
    values: dict[str, Value] = {
        "url": url,
        "date": record.headers.get("WARC-Date"),
        "content_type": _content_type(record) or None,
        "record_id": record.record_id,
    }
    if "host" in options.wanted:
        values["host"] = host_of(url) if url else None
    return [values.get(name) for name in options.wanted]
