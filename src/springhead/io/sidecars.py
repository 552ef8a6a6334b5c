"""What stands beside a payload under its own name: a caption (.txt) and columns (.json)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from springhead.io.batches import ReadOptions, Value, plain_value
from springhead.io.jsonl import CAPTION_NAMES, too_deep

CAPTION_SUFFIXES = (".txt", ".caption", ".text")
LIMIT = 4_000_000
"""Longest side file in bytes; a longer one says nothing."""


def caption_of(text: bytes | None, fields: Mapping[str, object], options: ReadOptions) -> str:
    """The caption: of the text file, else of the named column, else of the first column named as one."""
    if text is not None and len(text) <= LIMIT:
        return text.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    names = (options.caption_column,) if options.caption_column else CAPTION_NAMES
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list) and value and isinstance(value[0], str):
            return value[0]
    return ""


def fields_of(data: bytes | None, options: ReadOptions) -> dict[str, Any]:
    """The columns of a JSON side file; nothing where it is no object."""
    if data is None or len(data) > LIMIT or too_deep(data, options.nesting):
        return {}
    try:
        found = msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def extras_of(fields: Mapping[str, object], own: Mapping[str, Value], options: ReadOptions) -> list[Value]:
    """Values of the wanted columns: of the side file, else what the reader itself offers."""
    return [
        plain_value(fields[name]) if fields.get(name) is not None else own.get(name)
        for name in options.wanted
    ]


def missing(extras: list[Value], options: ReadOptions) -> str | None:
    """Say which required column a record lacks, None where it lacks none."""
    for name, value in zip(options.wanted, extras, strict=True):
        if value is None and name in options.required:
            return f"no column {name!r}"
    return None
