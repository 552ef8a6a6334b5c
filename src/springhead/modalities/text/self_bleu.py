"""Self-BLEU at a fixed length and number of documents: how much of a document stands in others.

Sources: Zhu et al. 2018 (self-BLEU); Papineni et al. 2002 (BLEU); Lin and Och 2004 (one is added to the matches
and totals of orders above 1). One pass over sorted n-grams gives the clip of every document at once, since it is the
largest count in another document: linear in the words where comparing pairs is quadratic.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Integers, Measurement
from springhead.core.seeds import stream
from springhead.errors import NotMeasurable, TooFewToMeasure
from springhead.modalities.intervals import around
from springhead.modalities.text.counted_words import Words, grams, words_of
from springhead.modalities.text.documents import Documents


def _matches(things: Words) -> Integers:
    """Clipped matches of each document against all others, int64 (documents,)."""
    kinds = int(things.tokens.max()) + 1
    pairs, inside = np.unique(things.document * np.int64(kinds) + things.tokens, return_counts=True)
    document, gram = np.divmod(pairs, kinds)
    order = np.lexsort((inside, gram))
    ends = np.searchsorted(gram[order], np.arange(kinds), "right") - 1
    largest = inside[order][ends]
    # A position before the gram's own is another gram's: its second largest count is then 0.
    before = np.maximum(ends - 1, 0)
    second = np.where((ends > 0) & (gram[order][before] == np.arange(kinds)), inside[order][before], 0)
    holder = document[order][ends]
    others = np.where(holder[gram] == document, second[gram], largest[gram])
    return np.bincount(document, np.minimum(inside, others), things.documents).astype(np.int64)


def self_bleu(words: Words, length: int, order: int) -> Floats:
    """Return BLEU of each document of exactly `length` words against all others, float64 (documents,)."""
    logs = np.zeros(words.documents)
    for n in range(1, order + 1):
        extra = 0 if n == 1 else 1
        with np.errstate(divide="ignore"):
            logs += np.log((_matches(grams(words, n)) + extra) / (length - n + 1 + extra))
    return np.asarray(np.exp(logs / order))


class SelfBleu(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mean BLEU of a document against all others, on `documents` of them cut to `length` words.

    Documents shorter than `length` are left out; which ones are taken depends on `seed`, not on their order. The
    interval is twice Student's over documents, since a document counts as text and as reference.
    """

    name: ClassVar[str] = "self-bleu"
    worse: ClassVar[Literal["higher"]] = "higher"
    length: int = 8
    documents: int = 200
    order: int = 4
    seed: int = 0

    def measure(self, _reference: Documents, sample: Documents, /) -> Measurement:
        """Measure the sample, in [0, 1]; raises TooFewToMeasure below `documents` of `length` words."""
        if not 1 <= self.order <= self.length:
            raise NotMeasurable(self.name, f"order = {self.order}", f"1 to length = {self.length}")
        words = words_of(self.name, sample)
        lengths = np.bincount(words.document, minlength=words.documents)
        long = np.flatnonzero(lengths >= self.length)
        if len(long) < max(2, self.documents):
            unit = f"documents of at least {self.length} words"
            raise TooFewToMeasure(self.name, len(long), max(2, self.documents), unit)
        starts = (np.cumsum(lengths) - lengths)[long]
        rows = words.tokens[starts[:, None] + np.arange(self.length)]
        rows = rows[np.lexsort(rows.T[::-1])]
        rows = rows[stream(self.seed, "metric/self-bleu").choice(len(rows), self.documents, replace=False)]
        count = len(rows)
        taken = Words(rows.ravel(), np.repeat(np.arange(count), self.length), count)
        each = self_bleu(taken, self.length, self.order)
        error = 2.0 * float(each.std(ddof=1)) / math.sqrt(count)
        return around(float(each.mean()), error, count, least=0.0, most=1.0)
