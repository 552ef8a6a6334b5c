"""What a file says of itself, before it is a claim of a record: kind, value, origin implied, trust."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from springhead.core.nouns import Origin, Trust

VALUE_CHARACTERS = 400
"""Longest value kept of a statement; prompts are never kept, only their sha256."""


class Statement(NamedTuple):
    """One statement of a file.

    Kinds: generator, model, model-hash, prompt-hash, seed, software, source-type, aigc, producer, c2pa, signer,
    parent, camera, date, watermark. Origin "unknown": says nothing about human or machine.
    """

    kind: str
    value: str
    origin: Origin = Origin.UNKNOWN
    trust: Trust = Trust.DECLARED


def clean(value: object, /) -> str:
    """Text of a value from a file: one line, printable, capped."""
    text = str(value)[: 2 * VALUE_CHARACTERS]
    if text.isprintable():
        return " ".join(text.split())[:VALUE_CHARACTERS]
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:VALUE_CHARACTERS]


def prompt(text: object, /) -> list[Statement]:
    """The hash of a prompt, as one statement; nothing for an empty one. The prompt itself is never kept."""
    stripped = str(text).strip()
    if not stripped:
        return []
    digest = hashlib.sha256(stripped.encode("utf-8", "replace")).hexdigest()
    return [Statement("prompt-hash", f"sha256:{digest}")]


def named(kind: str, value: object, /) -> list[Statement]:
    """A statement of that kind where the value is text or a whole number, else nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return []
    text = clean(value)
    return [Statement(kind, text)] if text else []


def generator(name: str, /) -> Statement:
    """The file names the machine that made it."""
    return Statement("generator", clean(name), Origin.SYNTHETIC)
