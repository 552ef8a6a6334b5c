"""Beam search over n-gram tables: the most probable document after a tag and a sampled word."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.modalities.text.gram_decoding import candidates, picked
from springhead.modalities.text.gram_sampling import advance
from springhead.modalities.text.grams import Grams


def beam_documents(
    grams: Grams,
    base: Floats,
    ranked: NDArray[np.int32],
    starts: NDArray[np.int32],
    order: int,
    longest: int,
    numbers: Floats,
    width: int,
    rng: Generator,
) -> tuple[NDArray[np.int32], Integers]:
    """Write one document after each first token; equal beginnings have equal continuations, found once."""
    scratch = np.zeros(len(grams.node))
    found: dict[tuple[int, int], NDArray[np.int32]] = {}
    laws: dict[int, tuple[NDArray[np.int32], Floats]] = {}
    nothing = np.zeros(0, np.int32)
    rows = []
    for start in starts.tolist():
        if start not in laws:
            state = grams.node[start]
            symbols, weights = candidates(grams, base, ranked, state, nothing, numbers, scratch)
            laws[start] = (symbols, np.cumsum(weights))
        word = picked(*laws[start], rng)
        if (start, word) not in found:
            found[start, word] = _best(
                grams, base, ranked, start, word, order, longest, numbers, width, scratch
            )
        rows.append(found[start, word])
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(row) for row in rows], dtype=np.int64)])
    return np.concatenate([*rows, nothing]), offsets


@njit(cache=True)
def _continuations(
    grams: Grams,
    base: Floats,
    ranked: NDArray[np.int32],
    states: Integers,
    texts: NDArray[np.int32],
    scores: Floats,
    numbers: Floats,
    width: int,
    plain: bool,
    scratch: Floats,
) -> tuple[Integers, NDArray[np.int32], Floats]:
    """Return beam, next symbol and score of the best continuations of every beam; one may be the end."""
    live = len(states)
    origins = np.zeros(live * (width + 1), np.int64)
    words = np.zeros(live * (width + 1), np.int32)
    values = np.zeros(live * (width + 1))
    size = 0
    for beam in range(live):
        symbols, weights = candidates(grams, base, ranked, states[beam], texts[beam], numbers, scratch)
        total = 1.0 if plain else weights.sum()
        for place in np.argsort(-weights)[: width + 1]:
            origins[size], words[size] = beam, symbols[place]
            values[size] = scores[beam] + np.log(weights[place] / total)
            size += 1
    return origins[:size], words[:size], values[:size]


@njit(cache=True)
def _best(
    grams: Grams,
    base: Floats,
    ranked: NDArray[np.int32],
    start: int,
    word: int,
    order: int,
    longest: int,
    numbers: Floats,
    width: int,
    scratch: Floats,
) -> NDArray[np.int32]:
    """The finished beam of the largest mean log-probability, or the best at the length limit."""
    end = len(grams.node) - 1
    if word == end or longest < 2:
        return np.full(1, start, np.int32)
    texts = np.empty((width, longest), np.int32)
    texts[0, 0], texts[0, 1] = start, word
    states = np.zeros(width, np.int64)
    states[0] = advance(grams, grams.node[start], word, order)
    scores = np.zeros(width)
    live, length = 1, 2
    # Untouched probabilities add up to 1 by themselves, so the few best of each beam are enough.
    plain = numbers[0] == 1.0 and numbers[1] == 0.0 and numbers[2] == 1.0 and numbers[3] == 1.0
    few = numbers.copy()
    if plain:
        few[1] = width + 1.0
    best, best_score = texts[0, :2].copy(), -np.inf
    while live > 0 and length < longest:
        origins, words, values = _continuations(
            grams, base, ranked, states[:live], texts[:live, 1:length], scores, few, width, plain, scratch
        )
        next_texts, next_states, next_scores = (
            np.empty_like(texts),
            np.zeros(width, np.int64),
            np.zeros(width),
        )
        kept = 0
        for place in np.argsort(-values):
            beam = origins[place]
            if words[place] == end:
                if values[place] / (length - 1) > best_score:
                    best, best_score = texts[beam, :length].copy(), values[place] / (length - 1)
            elif kept < width:
                next_texts[kept, :length] = texts[beam, :length]
                next_texts[kept, length] = words[place]
                next_states[kept] = advance(grams, states[beam], words[place], order)
                next_scores[kept] = values[place]
                kept += 1
        texts, states, scores, live = next_texts, next_states, next_scores, kept
        length += 1
        # A score only falls, so even at full length no live beam can overtake a mean this good.
        if live > 0 and scores[0] / (longest - 1) <= best_score:
            break
    if best_score == -np.inf:
        best = texts[0, :length].copy()
    return best
