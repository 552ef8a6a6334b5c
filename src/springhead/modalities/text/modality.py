"""Text as a modality: what scan may ask of a batch of texts, and nothing about judging them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from springhead.core.nouns import Columns, Excerpt, Forms, Integers, Reason, Signatures
from springhead.modalities.text import declared
from springhead.modalities.text.canonical import Canonical, canonicalise, excess
from springhead.modalities.text.declared import strip
from springhead.modalities.text.language import UNKNOWN, Identified, identify
from springhead.modalities.text.length import Lengths, abstentions, lengths
from springhead.modalities.text.prose import LIMIT, has_marks, prose
from springhead.modalities.text.residue import Hit, find
from springhead.modalities.text.signatures import sign
from springhead.modalities.text.sketch import sketch

EXCERPT = 1200
_KINDS = {
    "invisible": "invisible characters",
    "bidi": "direction marks",
    "soft_hyphen": "soft hyphens",
    "confusable": "look-alike letters inside words",
    "styled": "styled letters",
    "control": "control characters",
}


class TextBatch:
    """n texts as read, with their columns; what is derived from them is computed once, when asked for."""

    def __init__(self, texts: Sequence[str], columns: Columns) -> None:
        """Hold the texts and the named columns, all of length n."""
        self.texts = texts
        self.columns = columns

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.texts)

    @cached_property
    def declared(self) -> list[declared.Claim]:
        """Declarations found in the texts, by row."""
        return declared.examine(self.texts)

    @cached_property
    def bodies(self) -> list[str]:
        """Texts without the blocks that declare an origin: a tag must not teach a detector anything."""
        rows: dict[int, list[declared.Claim]] = {}
        for one in self.declared:
            rows.setdefault(one.row, []).append(one)
        return [strip(text, rows[i]) if i in rows else text for i, text in enumerate(self.texts)]

    @cached_property
    def identified(self) -> Identified:
        """Language and script of each text on normal form C; an unknown one is tried again without its code."""
        found = identify([unicodedata.normalize("NFC", text[:LIMIT]) for text in self.bodies])
        rows = [i for i, text in enumerate(self.bodies) if found.language[i] == UNKNOWN and has_marks(text)]
        if not rows:
            return found
        again = identify([unicodedata.normalize("NFC", prose(self.bodies[i])) for i in rows])
        language, confidence = list(found.language), found.confidence.copy()
        for place, row in enumerate(rows):
            language[row] = again.language[place]
            confidence[row] = again.confidence[place]
        return Identified(language, found.script, confidence)

    @cached_property
    def form(self) -> Canonical:
        """Canonical texts and what was removed on the way."""
        return canonicalise(self.bodies)

    @property
    def canonical(self) -> list[str]:
        """Canonical texts."""
        return self.form.texts

    @cached_property
    def lengths(self) -> Lengths:
        """Words and characters of the canonical texts."""
        return lengths(self.canonical, self.identified.language)

    @cached_property
    def abstain(self) -> list[str]:
        """Reason to abstain from judging each text, empty where there is none."""
        return [reason or "" for reason in abstentions(self.bodies, self.lengths)]

    @cached_property
    def residue(self) -> list[Hit]:
        """Chat residue in the texts as read."""
        return find(self.texts)


class TextModality:
    """The text modality."""

    name = "text"

    def read(self, raw: Columns, /) -> TextBatch:
        """Make a batch of the column "text" and the others."""
        return TextBatch([str(text) for text in raw["text"]], raw)

    def contents(self, batch: TextBatch, /) -> list[bytes]:
        """sha256 of each text as read (UTF-8)."""
        return [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in batch.texts]

    def forms(self, batch: TextBatch, /) -> Forms:
        """Derive language, canonical form, length and reasons to abstain of each text."""
        digest = hashlib.sha256
        found = batch.identified
        return Forms(
            content=self.contents(batch),
            canonical=[digest(text.encode("utf-8", "surrogatepass")).digest() for text in batch.canonical],
            language=found.language,
            script=found.script,
            words=batch.lengths.words.astype(np.int64),
            chars=batch.lengths.characters.astype(np.int64),
            abstain=batch.abstain,
            sketch=sketch(batch.canonical),
            reasons=tuple(_removals(batch)),
        )

    def signatures(self, batch: TextBatch, /) -> Signatures:
        """Near-duplicate signatures of the canonical texts."""
        signed = sign(batch.canonical)
        return Signatures(signed.bands, signed.sketch)

    def excerpt(self, batch: TextBatch, rows: Integers, /) -> list[Excerpt]:
        """The first 1,200 characters of the canonical texts."""
        return [Excerpt(text=batch.canonical[int(row)][:EXCERPT]) for row in rows]


def _removals(batch: TextBatch) -> list[Reason]:
    """Say what was removed beyond what human text of the language holds."""
    lengths = np.array([len(text) for text in batch.canonical], np.int64)
    beyond = excess(batch.form.removed, lengths, batch.identified.language)
    return [
        Reason(int(row), f"{counts[row]} {_KINDS[kind]} removed, more than human text holds")
        for kind, counts in beyond.items()
        for row in np.flatnonzero(counts)
    ]
