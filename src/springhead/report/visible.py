"""Hostile text made safe to look at: controls, bidi marks and invisible characters become visible tokens.

A page that escapes HTML is still fooled by a right-to-left override or a zero-width space, because the
browser obeys them. Here every such character is replaced by its name in brackets before anything is escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "control"]

NAMES: Final = {
    0x00AD: "SHY", 0x061C: "ALM", 0x180E: "MVS", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM",
    0x200F: "RLM", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ",
    0x2028: "LSEP", 0x2029: "PSEP", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
    0xFEFF: "BOM", 0x3164: "FILLER", 0x115F: "FILLER", 0x1160: "FILLER", 0xFFA0: "FILLER", 0x034F: "CGJ",
    0x2800: "BLANK", 0x00: "NUL", 0x1B: "ESC",
}  # fmt: skip
MARKS_KEPT: Final = 4
"""Combining marks in a row that stay; a longer stack would paint over the lines around it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an excerpt: plain text or one visible token; `reason` is the note of the span it lies in."""

    text: str
    kind: Kind = "text"
    reason: str | None = None


def token(character: str) -> str | None:
    """Return the visible name of a character a reader cannot see, or None when it is harmless."""
    code = ord(character)
    if character in "\n\t":
        return None
    if code in NAMES:
        return NAMES[code]
    if 0xE0000 <= code <= 0xE0FFF or 0xFE00 <= code <= 0xFE0D:
        return f"U+{code:04X}"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"U+{code:04X}"
    return None


def plain(text: str) -> str:
    """Return `text` on one line with unseen characters as [NAME]; for labels, reasons and terminals."""
    return "".join(
        f"[{piece.text}]" if piece.kind == "control" else " ".join(piece.text.replace("\t", " ").split("\n"))
        for piece in pieces(text, ())
    )


def pieces(text: str, spans: Iterable[tuple[int, int, str]]) -> list[Piece]:
    """Cut `text` into runs at span edges and unseen characters.

    Spans are (start, end, reason) in characters; those outside the text are clipped, empty ones ignored, and
    where spans overlap the one that starts first wins, so that every character appears exactly once.
    """
    result: list[Piece] = []
    done = 0
    for start, end, reason in sorted(spans):
        begin, stop = max(start, done), min(end, len(text))
        if begin >= stop:
            continue
        result += _runs(text[done:begin], None)
        result += _runs(text[begin:stop], reason)
        done = stop
    return result + _runs(text[done:], None)


def _runs(text: str, reason: str | None) -> list[Piece]:
    result: list[Piece] = []
    held: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        name = token(character)
        if name is None and marks > MARKS_KEPT:
            name = f"U+{ord(character):04X}"
        if name is None:
            held.append(character)
            continue
        if held:
            result.append(Piece("".join(held), "text", reason))
            held = []
        result.append(Piece(name, "control", reason))
    if held:
        result.append(Piece("".join(held), "text", reason))
    return result
