"""Kernels of the language-independent features: sentences and clauses, repetition, characters.

Each kernel fills one slice of a row of features, zero on entry.
"""

# ruff: noqa: PLR1714 - chains of comparisons compile to faster kernels than membership in a tuple

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.codes import DIGIT, IDEOGRAPH, LETTER, LOWER, PUNCTUATION, SPACE, UPPER

SENTENCE_FEATURES = 38
REPETITION_FEATURES = 22
CHARACTER_FEATURES = 24
_CELLS = 1 << 13


@njit(cache=True)
def _spread(values: NDArray[np.float64], out: NDArray[np.float32]) -> None:
    """Fill mean, deviation / mean, least, 10, 50, 90 % and greatest / mean, lag-1 correlation, mean step / mean."""
    size = values.size
    mean = values.mean()
    deviation = values.std()
    out[0] = mean
    out[1] = deviation / max(mean, 1e-6)
    ordered = np.sort(values)
    out[2] = ordered[0] / max(mean, 1e-6)
    out[3] = ordered[size // 10] / max(mean, 1e-6)
    out[4] = ordered[size // 2] / max(mean, 1e-6)
    out[5] = ordered[size * 9 // 10] / max(mean, 1e-6)
    out[6] = ordered[size - 1] / max(mean, 1e-6)
    lag, step = 0.0, 0.0
    for item in range(1, size):
        lag += (values[item] - mean) * (values[item - 1] - mean)
        step += abs(values[item] - values[item - 1])
    out[7] = lag / max(deviation * deviation * size, 1e-6)
    out[8] = step / max(mean * (size - 1), 1e-6)


@njit(cache=True)
def _overlaps(
    hashes: NDArray[np.uint64],
    words: NDArray[np.bool_],
    bounds: NDArray[np.int64],
    size: int,
    out: NDArray[np.float32],
) -> None:
    """Fill how often sentences begin alike (with one before, three before, two words), and shared words."""
    shared = 0.0
    for item in range(1, size):
        begin = bounds[item]
        near = False
        for other in range(max(0, item - 3), item):
            near |= hashes[bounds[other]] == hashes[begin]
        out[0] += hashes[bounds[item - 1]] == hashes[begin]
        out[1] += near
        same, total = 0, 0
        for token in range(begin, bounds[item + 1]):
            if not words[token]:
                continue
            total += 1
            for other in range(bounds[item - 1], begin):
                if hashes[other] == hashes[token]:
                    same += 1
                    break
        shared += same / max(total, 1)
    out[0] /= max(size - 1, 1)
    out[1] /= max(size - 1, 1)
    out[2] = shared / max(size - 1, 1)


@njit(cache=True)
def _inside_word(
    kinds: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    token: int,
    count: int,
    code: np.uint32,
) -> bool:
    """Return whether the mark `token` is a full stop between letters or digits, as in 3.5 or e.g."""
    return (
        token + 1 < count
        and starts[token + 1] == ends[token]
        and code == 46
        and (LOWER <= kinds[starts[token + 1]] <= DIGIT)
        and LOWER <= kinds[starts[token] - 1] <= DIGIT
    )


@njit(cache=True)
def sentence_features(
    codes: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    words: NDArray[np.bool_],
    count: int,
    out: NDArray[np.float32],
) -> None:
    """Fill the rhythm of sentences (lengths in words and letters), of clauses, and what sentences hold."""
    bounds = np.zeros(count + 2, np.int64)
    lengths, letters, commas = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
    clauses = np.zeros(count + 1)
    size, clause = 0, 0
    for token in range(count):
        if words[token]:
            lengths[size] += 1
            letters[size] += ends[token] - starts[token]
            clauses[clause] += 1
            continue
        code = codes[starts[token]]
        stop = code == 46 or code == 33 or code == 63 or code == 0x2026
        commas[size] += code == 44
        if (stop or code == 44 or code == 58 or code == 59 or code == 40 or code == 41) and clauses[
            clause
        ] > 0:
            clause += 1
        if stop and not _inside_word(kinds, starts, ends, token, count, code) and lengths[size] > 0:
            out[24] += code == 63
            out[25] += code == 33
            size += 1
            bounds[size] = token + 1
    if lengths[size] > 0:
        size += 1
        bounds[size] = count
    size = max(size, 1)
    clause = max(clause, 1)
    _spread(lengths[:size], out[0:9])
    _spread(clauses[:clause], out[9:18])
    _spread(commas[:size], out[26:35])
    for item in range(size):
        begin = bounds[item]
        while begin < count - 1 and not words[begin]:
            begin += 1
        bounds[item] = begin
        out[18] += lengths[item] < 6
        out[19] += lengths[item] > 30
        out[20] += commas[item] == 0
        out[21] += kinds[starts[begin]] == UPPER
        letters[item] /= max(lengths[item], 1.0)
    for column in (18, 19, 20, 21, 24, 25):
        out[column] /= size
    out[22] = letters[:size].std()
    out[23] = clause / size
    _overlaps(hashes, words, bounds, size, out[35:38])


@njit(cache=True)
def repetition_features(
    hashes: NDArray[np.uint64], words: NDArray[np.bool_], count: int, out: NDArray[np.float32]
) -> None:
    """Fill how soon words, word pairs and triples come back, and diversity in windows of fixed size."""
    kept = np.empty(count, np.uint64)
    total = 0
    for token in range(count):
        if words[token]:
            kept[total] = hashes[token]
            total += 1
    if total < 10:
        return
    last = np.full((3, _CELLS), -1, np.int64)
    limits = (5, 10, 25, 50, 100)
    gaps = np.zeros((3, 5))
    for order in range(3):
        for place in range(total - order):
            value = kept[place]
            for other in range(1, order + 1):
                value = value * np.uint64(0x9E3779B97F4A7C15) + kept[place + other]
            cell = np.int64((value ^ (value >> np.uint64(37))) % np.uint64(_CELLS))
            gap = place - last[order, cell] if last[order, cell] >= 0 else 1 << 30
            last[order, cell] = place
            for column in range(5):
                gaps[order, column] += gap <= limits[column]
        for column in range(5):
            out[order * 5 + column] = gaps[order, column] / (total - order)
    _windows(kept[:total], out[15:22])


@njit(cache=True)
def _windows(kept: NDArray[np.uint64], out: NDArray[np.float32]) -> None:
    """Fill distinct share, once-only share, entropy and top share of windows of 50 words; spread of them."""
    total = kept.size
    window = min(50, total)
    rounds = total // window
    distinct = np.zeros(rounds)
    for item in range(rounds):
        part = np.sort(kept[item * window : (item + 1) * window])
        run = 1
        top = 1
        for place in range(1, window + 1):
            if place < window and part[place] == part[place - 1]:
                run += 1
                continue
            distinct[item] += 1
            out[1] += run == 1
            out[2] -= run / window * np.log(run / window) / rounds
            top = max(top, run)
            run = 1
        out[3] += top / window / rounds
    out[0] = distinct.mean() / window
    out[1] /= rounds * window
    out[4] = distinct.std() / window
    out[5] = (distinct[-1] - distinct[0]) / window
    out[6] = distinct.min() / window


@njit(cache=True)
def _echoes(low: NDArray[np.uint32], begin: int, end: int, out: NDArray[np.float32]) -> None:
    """Fill the share of character 3-, 4-, 6-, 8- and 12-grams that occurred within the last 600 characters."""
    last = np.full(_CELLS, -1, np.int64)
    orders = (3, 4, 6, 8, 12)
    for column in range(5):
        order = orders[column]
        last[:] = -1
        found = 0
        for place in range(begin, end - order + 1):
            value = np.uint64(order)
            for other in range(place, place + order):
                value = (value ^ np.uint64(low[other])) * np.uint64(1099511628211)
            cell = np.int64((value ^ (value >> np.uint64(29))) % np.uint64(_CELLS))
            found += last[cell] >= 0 and place - last[cell] <= 600
            last[cell] = place
        out[column] = found / max(end - begin - order + 1, 1)


@njit(cache=True)
def _entropies(low: NDArray[np.uint32], begin: int, end: int, out: NDArray[np.float32]) -> None:
    """Fill entropy of characters and of pairs given the first, in windows of 400 characters."""
    window = min(400, end - begin)
    rounds = (end - begin) // window
    cells = np.zeros(1024)
    pairs = np.zeros(4096)
    for item in range(rounds):
        cells[:] = 0
        pairs[:] = 0
        for place in range(begin + item * window, begin + (item + 1) * window):
            cells[low[place] % 1024] += 1
            if place > begin:
                pairs[(low[place] * np.uint32(40503) ^ low[place - 1] * np.uint32(31)) % np.uint32(4096)] += 1
        single = 0.0
        for value in cells:
            if value > 0:
                single -= value / window * np.log(value / window)
        double = 0.0
        for value in pairs:
            if value > 0:
                double -= value / window * np.log(value / window)
        out[0] += single / rounds
        out[1] += (double - single) / rounds
    out[2] = out[1] / max(out[0], 1e-6)


@njit(cache=True)
def character_features(
    codes: NDArray[np.uint32],
    low: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    begin: int,
    end: int,
    out: NDArray[np.float32],
) -> None:
    """Fill echoes, entropies, and typing noise per 100 characters (spacing, doubled marks, unmatched brackets)."""
    size = max(end - begin, 1)
    _echoes(low, begin, end, out[0:5])
    _entropies(low, begin, end, out[5:8])
    opened, quotes = 0, 0
    for place in range(begin, end):
        kind, code = kinds[place], codes[place]
        before = kinds[place - 1] if place > begin else np.uint8(SPACE)
        after = kinds[place + 1] if place + 1 < end else np.uint8(SPACE)
        stop = code == 46 or code == 44 or code == 33 or code == 63 or code == 58 or code == 59
        out[8] += stop and before == SPACE
        out[9] += stop and LOWER <= after <= LETTER
        out[10] += stop and place > begin and codes[place - 1] == code
        out[11] += code == 34 and before != SPACE and after != SPACE
        out[12] += code == 45 and before == SPACE and after == SPACE
        out[13] += code == 39 and (before == SPACE or after == SPACE)
        out[14] += place > begin + 1 and code == codes[place - 1] and code == codes[place - 2]
        out[15] += kind == PUNCTUATION and before == PUNCTUATION and codes[place - 1] != code
        out[16] += kind == DIGIT
        out[17] += kind == UPPER
        out[18] += kind == PUNCTUATION
        out[19] += kind == 0
        out[20] += kind == LOWER and before == SPACE and place > begin + 1 and codes[place - 2] == 46
        out[21] += kind == IDEOGRAPH and LOWER <= before <= UPPER
        opened += (code == 40) - (code == 41)
        quotes += code == 34
    for column in range(8, 22):
        out[column] *= np.float32(100.0 / size)
    out[22] = min(abs(opened), 3)
    out[23] = quotes % 2
