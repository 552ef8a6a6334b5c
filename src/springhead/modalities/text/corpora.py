"""Corpora as sources: documents in memory that are drawn without replacement, and sizes by language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.modalities.text.documents import Documents, from_rows
from springhead.modalities.text.tokenise import intern, tag, tokenise


def documents_of(texts: Mapping[str, Sequence[str]], *, lower: bool) -> Documents:
    """Make documents of texts by group, with one vocabulary; groups keep their order, also empty ones."""
    tags = [tag(group) for group in texts]
    rows = [
        [tags[number], *tokenise(text, lower=lower)]
        for number, group in enumerate(texts)
        for text in texts[group]
    ]
    numbered, vocabulary = intern(rows, tags)
    groups = [number for number, group in enumerate(texts) for _ in texts[group]]
    return from_rows(numbered, groups, vocabulary)


def draw_documents(source: str, documents: Documents, count: int | None, rng: Generator) -> Drawn[Documents]:
    """Draw documents without replacement, all in random order for None; raises BadConfiguration beyond."""
    if count is not None and not 0 <= count <= len(documents):
        raise BadConfiguration(
            f"source {source!r}", f"{count} documents asked, it holds {len(documents)}", "Ask for fewer."
        )
    rows = rng.permutation(len(documents))[:count]
    drawn = documents.take(rows)
    return Drawn(drawn, drawn.groups.astype(np.int64))


def exponent(shares: Mapping[str, float], most: int) -> float:
    """Return the largest tau up to 1 at which most * (share / largest share)**tau is at least 1 for all."""
    ratio = min(shares.values()) / max(shares.values())
    return min(1.0, float(-np.log(most) / np.log(ratio))) if ratio < 1.0 else 1.0


def sizes_by_share(shares: Mapping[str, float], most: int, tau: float) -> dict[str, int]:
    """Return the number of documents of each language, `most` for the largest and never below 1."""
    largest = max(shares.values())
    # Half a unit of the twelfth digit keeps a size of exactly 1 from being rounded to 0.
    return {name: max(int(most * (share / largest) ** tau + 1e-9), 1) for name, share in shares.items()}
