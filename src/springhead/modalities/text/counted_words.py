"""Words of documents as flat arrays, which the metrics of text count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from springhead.core.nouns import Integers
from springhead.errors import NotMeasurable, TooFewToMeasure
from springhead.modalities.text.documents import Documents


class Words(NamedTuple):
    """Tokens without tags, int64 (t,), the document of each (t,), in order, and how many documents there are."""

    tokens: Integers
    document: Integers
    documents: int


def words_of(metric: str, documents: Documents, least: int = 2) -> Words:
    """Return the words of documents, tags left out; raises TooFewToMeasure below `least` documents."""
    count = len(documents)
    if count < least:
        raise TooFewToMeasure(metric, count, least, "documents")
    document = np.repeat(np.arange(count), documents.lengths)
    kept = documents.tokens >= documents.tags
    return Words(documents.tokens[kept].astype(np.int64), document[kept], count)


def check_vocabulary(metric: str, reference: Documents, sample: Documents) -> None:
    """Raise NotMeasurable where two batches number their words differently."""
    if reference.vocabulary is not sample.vocabulary and reference.vocabulary != sample.vocabulary:
        raise NotMeasurable(metric, "reference and sample have different vocabularies", "one vocabulary")


def grams(words: Words, n: int) -> Words:
    """Return the n-grams that lie within one document, numbered anew from 0, with the document of each."""
    if len(words.tokens) < n:
        return Words(np.zeros(0, np.int64), np.zeros(0, np.int64), words.documents)
    count = len(words.tokens) - n + 1
    numbers = words.tokens[:count]
    for step in range(1, n):
        # Renumbered at every step, so that the product never leaves 64 bits.
        following = words.tokens[step : step + count]
        joined = numbers * np.int64(following.max() + 1) + following
        numbers = np.unique(joined, return_inverse=True)[1].astype(np.int64)
    inside = words.document[:count] == words.document[n - 1 :]
    return Words(numbers[inside], words.document[:count][inside], words.documents)
