"""Kernels of decoding: which words may follow a state of an n-gram table under the settings, and sampling them.

A step gathers the words that the contexts above the empty one have seen; all other words keep the order and,
up to one factor, the probabilities that they have at the empty context, so they need no pass of their own
unless truncation reaches them.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.modalities.text.gram_sampling import advance
from springhead.modalities.text.grams import Grams


def root_law(grams: Grams, types: int) -> Floats:
    """Return the probability of every symbol at the empty context, given that training saw it, (V + 1,)."""
    law = np.zeros(len(grams.node))
    first, stop = grams.children[0]
    total = grams.picks[0, 1] - grams.picks[0, 0]
    counted = grams.counts[first:stop] > 0
    values = grams.kept[first:stop] / max(total, 1) + grams.freed[0] / types
    law[grams.symbol[first:stop][counted]] = values[counted]
    summed: Floats = law / law.sum()
    return summed


@njit(cache=True)
def _gather(grams: Grams, state: int, scratch: Floats) -> tuple[NDArray[np.int32], float]:
    """Add up in `scratch` what contexts above the empty one say; return those symbols and the mass left."""
    bound, context = 0, state
    while context != 0:
        bound += grams.children[context, 1] - grams.children[context, 0]
        context = grams.suffix[context]
    seen = np.empty(bound, np.int32)
    size, share, context = 0, 1.0, state
    while context != 0:
        total = grams.picks[context, 1] - grams.picks[context, 0]
        for node in range(grams.children[context, 0], grams.children[context, 1]):
            if grams.kept[node] > 0.0:
                symbol = grams.symbol[node]
                if scratch[symbol] == 0.0:
                    seen[size] = symbol
                    size += 1
                scratch[symbol] += share * grams.kept[node] / total
        if total > 0:
            share *= grams.freed[context]
        context = grams.suffix[context]
    return seen[:size], share


@njit(cache=True)
def _narrow(
    symbols: NDArray[np.int32], weights: Floats, top_k: float, top_p: float
) -> tuple[NDArray[np.int32], Floats]:
    """Keep the `top_k` largest weights (0 = all), then the fewest that hold `top_p` of what is left."""
    if top_k == 0 and top_p == 1.0:
        return symbols, weights
    ranking = np.argsort(-weights)
    if top_k > 0:
        ranking = ranking[: int(top_k)]
    symbols, weights = symbols[ranking], weights[ranking]
    if top_p < 1.0:
        held, aim, keep = 0.0, top_p * weights.sum(), 0
        while keep < len(weights) and (keep == 0 or held < aim):
            held += weights[keep]
            keep += 1
        symbols, weights = symbols[:keep], weights[:keep]
    return symbols, weights


@njit(cache=True)
def candidates(
    grams: Grams,
    base: Floats,
    ranked: NDArray[np.int32],
    state: int,
    used: NDArray[np.int32],
    numbers: Floats,
    scratch: Floats,
) -> tuple[NDArray[np.int32], Floats]:
    """Return the symbols that may follow a state and their weights.

    `used` are the words written so far, `scratch` zeros (V + 1,) that are zeros again afterwards.
    """
    temperature, top_k, top_p, penalty = numbers
    seen, share = _gather(grams, state, scratch)
    # Unsmoothed tables free nothing but rounding; a share that small reaches no word.
    tail = len(ranked) if share > 1e-12 else 0
    count = len(seen)
    symbols = np.empty(count + tail, np.int32)
    weights = np.empty(count + tail)
    for place in range(count):
        symbols[place] = seen[place]
        weights[place] = scratch[seen[place]] + (share * base[seen[place]] if tail else 0.0)
    # Below the k best of the rest no word can be among the k best of all, unless a penalty reorders them.
    limit = int(top_k) if penalty == 1.0 and top_k > 0 else tail
    for place in range(tail):
        if count - len(seen) >= limit:
            break
        if scratch[ranked[place]] == 0.0:
            symbols[count] = ranked[place]
            weights[count] = share * base[ranked[place]]
            count += 1
    for symbol in seen:
        scratch[symbol] = 0.0
    symbols, weights = symbols[:count], weights[:count]
    if penalty != 1.0:
        scratch[used] = 1.0
        for place in range(count):
            if scratch[symbols[place]] == 1.0:
                weights[place] = weights[place] ** penalty
        scratch[used] = 0.0
    if temperature != 1.0:
        weights = (weights / weights.max()) ** (1.0 / temperature)
    return _narrow(symbols, weights, top_k, top_p)


@njit(cache=True)
def picked(symbols: NDArray[np.int32], summed: Floats, rng: Generator) -> int:
    """Draw a symbol by cumulative weights."""
    place = np.searchsorted(summed, rng.random() * summed[-1], side="right")
    return int(symbols[min(place, len(symbols) - 1)])


@njit(cache=True)
def sample_decoded(
    grams: Grams,
    base: Floats,
    ranked: NDArray[np.int32],
    starts: NDArray[np.int32],
    order: int,
    longest: int,
    numbers: Floats,
    rng: Generator,
) -> tuple[NDArray[np.int32], Integers]:
    """Write one document after each first token, word by word; returns tokens and offsets."""
    end = len(grams.node) - 1
    scratch = np.zeros(len(grams.node))
    # States recur: what may follow one is kept while it fits, as (first, length) into two long arrays.
    where = np.full((len(grams.symbol), 2), -1, np.int64)
    kept = np.empty(4_000_000, np.int32)
    sums = np.empty(4_000_000)
    held = 0
    tokens = np.empty(16 * len(starts) + longest, np.int32)
    offsets = np.zeros(len(starts) + 1, np.int64)
    size = 0
    for number in range(len(starts)):
        if size + longest > len(tokens):
            grown = np.empty(2 * len(tokens) + longest, np.int32)
            grown[:size] = tokens[:size]
            tokens = grown
        tokens[size] = starts[number]
        begin = size
        size += 1
        state = grams.node[starts[number]]
        while size < begin + longest:
            if where[state, 0] >= 0:
                first, many = where[state, 0], where[state, 1]
                symbol = picked(kept[first : first + many], sums[first : first + many], rng)
            else:
                symbols, weights = candidates(
                    grams, base, ranked, state, tokens[begin + 1 : size], numbers, scratch
                )
                summed = np.cumsum(weights)
                symbol = picked(symbols, summed, rng)
                if numbers[3] == 1.0 and held + len(symbols) <= len(kept):
                    kept[held : held + len(symbols)] = symbols
                    sums[held : held + len(symbols)] = summed
                    where[state, 0], where[state, 1] = held, len(symbols)
                    held += len(symbols)
            if symbol == end:
                break
            tokens[size] = symbol
            size += 1
            state = advance(grams, state, symbol, order)
        offsets[number + 1] = size
    return tokens[:size].copy(), offsets
