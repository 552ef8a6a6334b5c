"""Sampling from interpolated n-gram tables, exactly and without summing over the vocabulary.

P(w | h) = (c(hw) - D) / c(h) + freed(h) P(w | h'), and freed(h) is the mean of D / c(hw) over the occurrences
of h. So one occurrence of h is drawn; its successor is kept with probability 1 - D / c(hw), else the context
is shortened. At the empty context the freed mass is spread over the whole vocabulary; a symbol that the
corpus never holds is drawn again, so that samples follow the law given that no word comes from nowhere.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.modalities.text.grams import Grams


@njit(cache=True)
def child(grams: Grams, context: int, symbol: int) -> int:
    """Return the node of a context followed by a symbol, 0 = there is none."""
    low, high = grams.children[context, 0], grams.children[context, 1]
    stop = high
    while low < high:
        middle = (low + high) // 2
        if grams.symbol[middle] < symbol:
            low = middle + 1
        else:
            high = middle
    if low < stop and grams.symbol[low] == symbol:
        return int(low)
    return 0


@njit(cache=True)
def advance(grams: Grams, state: int, symbol: int, order: int) -> int:
    """Return the longest known context, below the highest order, after a symbol."""
    context = state
    while True:
        found = child(grams, context, symbol)
        if found != 0:
            return int(grams.suffix[found]) if grams.level[found] == order else found
        if context == 0:
            return 0
        context = grams.suffix[context]


@njit(cache=True)
def draw(grams: Grams, state: int, types: int, rng: Generator) -> int:
    """Draw the node of the next symbol in a state; `types` is the number of symbols that may follow."""
    context = state
    while True:
        first = grams.picks[context, 0]
        total = grams.picks[context, 1] - first
        if total > 0:
            drawn = grams.picked[first + int(rng.random() * total)]
            if rng.random() * grams.counts[drawn] < grams.kept[drawn]:
                return int(drawn)
        if context != 0:
            context = grams.suffix[context]
            continue
        # Tags come first among the symbols and never follow anything.
        drawn = grams.node[len(grams.node) - types + int(rng.random() * types)]
        if grams.counts[drawn] > 0:
            return int(drawn)


@njit(cache=True)
def write_documents(
    grams: Grams, starts: NDArray[np.int32], order: int, types: int, longest: int, rng: Generator
) -> tuple[NDArray[np.int32], Integers]:
    """Write one document after each first token; returns tokens and offsets."""
    end = len(grams.node) - 1
    tokens = np.empty(16 * len(starts) + 1024, np.int32)
    offsets = np.zeros(len(starts) + 1, np.int64)
    size = 0
    for number in range(len(starts)):
        if size + longest > len(tokens):
            grown = np.empty(2 * len(tokens) + longest, np.int32)
            grown[:size] = tokens[:size]
            tokens = grown
        tokens[size] = starts[number]
        size += 1
        state = grams.node[starts[number]]
        limit = offsets[number] + longest
        while size < limit:
            drawn = draw(grams, state, types, rng)
            symbol = grams.symbol[drawn]
            if symbol == end:
                break
            tokens[size] = symbol
            size += 1
            state = advance(grams, state, symbol, order)
        offsets[number + 1] = size
    return tokens[:size].copy(), offsets


@njit(cache=True)
def probability(grams: Grams, state: int, symbol: int, types: int) -> float:
    """Return P(symbol | state), the interpolated law over all `types` symbols."""
    result, share, context = 0.0, 1.0, state
    while True:
        total = grams.picks[context, 1] - grams.picks[context, 0]
        if total > 0:
            found = child(grams, context, symbol)
            if found != 0:
                result += share * grams.kept[found] / total
            share *= grams.freed[context]
        if context == 0:
            return result + share / types
        context = grams.suffix[context]


@njit(cache=True)
def log_probabilities(grams: Grams, symbols: Integers, place: Integers, order: int, types: int) -> Floats:
    """Return log P of every symbol after the first of each document, 0 for the first ones."""
    result = np.zeros(len(symbols))
    state = 0
    for index in range(len(symbols)):
        symbol = symbols[index]
        if place[index] == 0:
            state = grams.node[symbol]
            continue
        value = probability(grams, state, symbol, types)
        result[index] = np.log(value) if value > 0.0 else -np.inf
        state = advance(grams, state, symbol, order)
    return result
