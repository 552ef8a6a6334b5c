"""JSON as generators write it: with NaN, of any depth, maybe cut off; never an exception, never an eval."""

from __future__ import annotations

import json

import msgspec

DEEPEST = 100
"""Deepest nesting that is parsed; node graphs need about a dozen."""


def parse(text: str, /) -> object | None:
    """Return the value of a JSON text, None where it is none."""
    text = text.strip(" \t\r\n\0\ufeff")
    if text[:1] not in ("{", "["):
        return None
    try:
        value: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return _python(text)
    return value


def _python(text: str) -> object | None:
    """Python's parser takes NaN, which ComfyUI writes; depth is bounded before, for its C stack."""
    if "NaN" not in text and "Infinity" not in text and not text.endswith(("}", "]")):
        return None
    if _depth(text) > DEEPEST:
        return None
    try:
        value: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value


def _depth(text: str) -> int:
    depth = most = 0
    for character in text.replace('\\"', ""):
        if character in "{[":
            depth += 1
            most = max(most, depth)
            if most > DEEPEST:
                return most
        elif character in "}]":
            depth -= 1
    return most
