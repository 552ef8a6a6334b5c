"""Tables of n-grams: a trie whose nodes are the distinct n-grams of a corpus, with counts and suffix links.

Node 0 is the empty context. The children of a node are its n-gram followed by one more symbol, contiguous and
sorted by symbol; `suffix` of a node is the node of its n-gram without the first symbol. Counts below the
highest order are those of Kneser and Ney: how many different symbols precede, except at the start of a
document, where nothing can precede and occurrences count (as in KenLM, Heafield et al. 2013).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.modalities.text.documents import Documents


class Grams(NamedTuple):
    """M nodes as parallel arrays; symbols are tokens and, last of all, the end of a document.

    symbol int32, counts int64 (as a child), level int8 (order of the n-gram), suffix int32, children int32
    (M, 2) as first and one past last, picks int32 (M, 2) likewise into `picked`, which lists each child
    as often as it counts; kept float64 (M,) count less its discount; freed float64 (M,) the mass that the
    children of a node give to shorter contexts; `node` int32 (V + 1,) of each symbol alone, 0 = absent.
    """

    symbol: NDArray[np.int32]
    counts: Integers
    level: NDArray[np.int8]
    suffix: NDArray[np.int32]
    children: NDArray[np.int32]
    picks: NDArray[np.int32]
    picked: NDArray[np.int32]
    kept: Floats
    freed: Floats
    node: NDArray[np.int32]


class _Level(NamedTuple):
    """The n-grams of one order: parent context, symbol, suffix and count of each."""

    context: Integers
    symbol: Integers
    suffix: Integers
    counts: Integers


def gram_tables(documents: Documents, order: int, *, discounted: bool) -> Grams:
    """Count the n-grams of all orders up to `order` (at least 2); without discounts nothing is smoothed."""
    levels = _count(documents, order)
    sizes = [1, *(len(level.symbol) for level in levels)]
    offsets = np.cumsum([0, *sizes])
    nodes = int(offsets[-1])
    children = np.zeros((nodes, 2), np.int32)
    kept = np.zeros(nodes)
    for number, level in enumerate(levels):
        start, stop = offsets[number], offsets[number + 1]
        bounds = np.searchsorted(level.context, np.arange(start, stop + 1) - start)
        children[start:stop] = offsets[number + 1] + np.column_stack([bounds[:-1], bounds[1:]])
        steps = discounts(level.counts) if discounted else np.zeros(4)
        kept[offsets[number + 1] : offsets[number + 2]] = level.counts - steps[np.minimum(level.counts, 3)]
    count = np.concatenate([[0], *(level.counts for level in levels)])
    summed = np.concatenate([[0], np.cumsum(count)])
    picks = summed[children].astype(np.int32)
    totals = picks[:, 1] - picks[:, 0]
    held = np.concatenate([[0.0], np.cumsum(kept)])
    freed = 1.0 - (held[children[:, 1]] - held[children[:, 0]]) / np.maximum(totals, 1)
    suffixes = [level.suffix + offsets[number] for number, level in enumerate(levels)]
    node = np.zeros(len(documents.vocabulary) + 1, np.int32)
    node[levels[0].symbol] = np.arange(offsets[1], offsets[2])
    return Grams(
        np.concatenate([[-1], *(level.symbol for level in levels)]).astype(np.int32),
        count,
        np.repeat(np.arange(order + 1, dtype=np.int8), sizes),
        np.concatenate([[0], *suffixes]).astype(np.int32),
        children,
        picks,
        np.repeat(np.arange(nodes, dtype=np.int32), count),
        kept,
        np.clip(freed, 0.0, 1.0),
        node,
    )


def with_ends(documents: Documents) -> tuple[Integers, Integers]:
    """Return all symbols with an end after each document, int64 (T + n,), and each one's place in its own."""
    symbols = np.full(len(documents.tokens) + len(documents), len(documents.vocabulary), np.int64)
    lengths = documents.lengths
    inside = np.arange(len(documents.tokens)) + np.repeat(np.arange(len(documents)), lengths)
    symbols[inside] = documents.tokens
    starts = documents.offsets[:-1] + np.arange(len(documents))
    return symbols, np.arange(len(symbols)) - np.repeat(starts, lengths + 1)


def _count(documents: Documents, order: int) -> list[_Level]:
    symbols, place = with_ends(documents)
    width = len(documents.vocabulary) + 1
    before = np.zeros(len(symbols), np.int64)
    shorter = np.zeros(len(symbols), np.int64)
    raw: list[tuple[Integers, Integers, Integers, Integers, Integers]] = []
    for length in range(1, order + 1):
        inside = np.flatnonzero(place >= length - 1)
        # A k-gram is its context, the (k - 1)-gram that ends one symbol earlier, and its last symbol.
        keys = before[inside] * width + symbols[inside]
        unique, gram = np.unique(keys, return_inverse=True)
        suffix = np.zeros(len(unique), np.int64)
        suffix[gram] = shorter[inside]
        initial = np.bincount(gram[place[inside] == length - 1], minlength=len(unique))
        total = np.bincount(gram, minlength=len(unique))
        raw.append((unique // width, unique % width, suffix, total, initial if length > 1 else 0 * initial))
        shorter = np.zeros(len(symbols), np.int64)
        shorter[inside] = gram
        before = np.concatenate([[0], shorter[:-1]])
    return [
        _Level(context, symbol, suffix, total if length == order else _continued(raw[length], initial))
        for length, (context, symbol, suffix, total, initial) in enumerate(raw, 1)
    ]


def _continued(longer: tuple[Any, ...], initial: Integers) -> Integers:
    """How many different symbols precede an n-gram, plus its occurrences at the start of a document."""
    counts: Integers = initial + np.bincount(longer[2], minlength=len(initial))
    return counts


def discounts(counts: Integers) -> Floats:
    """Return what counts of 0, 1, 2 and 3 or more give up (Chen and Goodman 1998, equation 26), float64 (4,).

    Where too few n-grams have a count for the estimate, or where it is not above 0 (samples of samples have few
    singletons, and a discount of 0 would leave unseen words without mass), 0.5, 1 and 1.5 stand in, as in KenLM.
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6)[:5].astype(np.float64)
    steps = np.zeros(3)
    if (n[1:] > 0).all():
        share = n[1] / (n[1] + 2.0 * n[2])
        steps = np.array([k - (k + 1) * share * n[k + 1] / n[k] for k in (1, 2, 3)])
    if (steps <= 0.0).any():
        steps = np.array([0.5, 1.0, 1.5])
    return np.array([0.0, *np.minimum(steps, [1.0, 2.0, 3.0])])
