"""Files that are each one payload, with a caption and columns in files of the same stem beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from springhead.io.batches import Collector, RawBatch, ReadOptions
from springhead.io.payloads import read_capped
from springhead.io.shards import Member
from springhead.io.sidecars import CAPTION_SUFFIXES, caption_of, extras_of, fields_of, missing

COLUMNS = ("path", "class")
"""Columns that such files offer: their name, and the folder they lie in, by which image folders name classes."""


def read_binaries(members: Sequence[Member], source: str, options: ReadOptions) -> Iterator[RawBatch]:
    """Stream the files as records; what cannot be read goes to quarantine under its name."""
    collector = Collector(source, options)
    for member in members:
        _add(member, source, collector, options)
        if collector.full:
            yield collector.flush()
    yield from collector.rest()


def _add(member: Member, source: str, collector: Collector, options: ReadOptions) -> None:
    try:
        data = read_capped(Path(member.path), options.record_bytes)
        beside = {Path(path).suffix.lower(): Path(path).read_bytes() for path in member.beside}
    except OSError as error:
        collector.reject(member.name, f"cannot read: {error.strerror or error}")
        return
    if isinstance(data, str):
        collector.reject(member.name, data)
        return
    fields = fields_of(beside.get(".json"), options)
    place = PurePosixPath(member.name)
    own = {"path": member.name, "class": place.parent.name or source}
    extras = extras_of(fields, own, options)
    fault = missing(extras, options)
    if fault is not None:
        collector.reject(member.name, fault)
        return
    text = next((beside[suffix] for suffix in CAPTION_SUFFIXES if suffix in beside), None)
    collector.add(member.name, caption_of(text, fields, options), extras, data=data, name=place.name)
