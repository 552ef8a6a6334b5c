"""What a modality tells of its payloads before any is read: where they lie and what their facts are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from springhead.core import registry


@dataclass(frozen=True, slots=True)
class Traits:
    """Traits of a modality; the defaults are those of text.

    `payload`: whether a payload is text or the bytes of a file. `suffixes`: endings of files each of which is
    one payload. `columns`: lower-case names of columns that hold payloads. `captioned`: a text belongs to each
    payload, in a column or a file beside it. `facts`: derived facts (strings) that are kept beside the evidence
    and can be asked for as groups; those in `groups` are reported unasked. `similarity`: share of equal places
    of two signatures from which they are near duplicates. `language`, `length` and `record` are the words for
    what `Forms.language` and `Forms.words` mean and for one payload; `definition` says what a share counts.
    `parts`: of a payload made of several, the name of each part and its modality.
    """

    payload: Literal["text", "bytes"] = "text"
    suffixes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    captioned: bool = False
    facts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    similarity: float = 0.8
    language: str = "language"
    length: str = "words"
    record: str = "text"
    definition: str = ""
    parts: tuple[tuple[str, str], ...] = ()


def traits_of(modality: str) -> Traits:
    """Traits of a registered modality; raises UnknownName where there is none of that name."""
    found: Traits = getattr(registry.load("modality", modality), "traits", Traits())
    return found
