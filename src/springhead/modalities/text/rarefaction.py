"""How many different things a fixed number of draws would show: the same size for every corpus.

Sources: Hurlbert 1971 (rarefaction, the hypergeometric expectation); Efron and Stein 1981 (the jackknife of it,
document by document).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from springhead.core.nouns import Floats, Integers
from springhead.errors import TooFewToMeasure
from springhead.modalities.text.counted_words import Words

_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


class Rarefied(NamedTuple):
    """Expected number of different things among m draws, and what each document adds to it, (documents,)."""

    different: float
    added: Floats


def rarefy(metric: str, things: Words, m: int, unit: str) -> Rarefied:
    """Return the expected number of different things among m of N occurrences drawn without replacement.

    The expectation is exact; what a document adds is to first order, with draws thinned independently. Raises
    TooFewToMeasure where there are fewer than m.
    """
    total = len(things.tokens)
    if total < m or m < 1:
        raise TooFewToMeasure(metric, total, max(m, 1), unit)
    numbers, counts = np.unique(things.tokens, return_inverse=True, return_counts=True)[1:]
    sizes, times = np.unique(counts, return_counts=True)
    absent = np.exp(_choose(total - sizes, m) - _choose(np.array([total]), m)) * (total - sizes >= m)
    different = float((times * (1.0 - absent)).sum())
    pairs, inside = np.unique(things.document * np.int64(len(counts)) + numbers, return_counts=True)
    document, thing = np.divmod(pairs, len(counts))
    left = 1.0 - m / total
    lost = left ** (counts[thing] - inside) - left ** counts[thing]
    own = np.bincount(document, lost, things.documents)
    slope = float((counts * left ** (counts - 1.0)).sum())
    lengths = np.bincount(things.document, minlength=things.documents)
    return Rarefied(different, own - slope * m * lengths / total**2)


def _choose(n: Integers, m: int) -> Floats:
    """Logarithm of n over m, for n >= m; elsewhere 0."""
    safe = np.maximum(n, m).astype(np.float64)
    return np.asarray(_log_gamma(safe + 1.0) - _log_gamma(safe - m + 1.0) - math.lgamma(m + 1.0))


def jackknife(added: Floats) -> float:
    """Return the standard error of a sum to which document i adds `added[i]`."""
    n = len(added)
    return math.sqrt((n - 1) / n * float(((added - added.mean()) ** 2).sum()))
