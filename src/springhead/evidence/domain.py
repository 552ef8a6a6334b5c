"""Is the known-human text of the target's own domain? Asked of the low-scoring records alone.

Records that score below the reference's median are mostly human in the target, whatever generator wrote the
rest. If even they differ in content from the reference's low-scoring texts, the reference is of another domain,
and nothing that rests on it holds, the lower bound included. A strange generator hardly moves this comparison.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from springhead.evidence.misfit import Sketches, whitener
from springhead.evidence.samples import Sample

Floats = npt.NDArray[np.float64]
LEAST_ROWS = 30
#: Distance of the means in standard deviations within class, and its square over what chance gives. On 13 real
#: domains, half the target by another generator: at most .37 and 1.5; other domains: .56 and 2.2 or more.
FAR, BEYOND_CHANCE = 0.45, 2.0


def foreign_domain(target: Sample, human: Sample, sketches: tuple[Sketches, Sketches]) -> bool:
    """Say whether the low-scoring records of target and human reference differ in content.

    False where fewer than 30 low-scoring records of either side leave nothing to compare.
    """
    if not human.size:
        return False
    limit = float(np.median(human.scores))
    low = [
        _part(rows, np.flatnonzero(sample.scores <= limit))
        for sample, rows in zip((target, human), sketches, strict=True)
    ]
    if min(len(part.rows) for part in low) < LEAST_ROWS:
        return False
    white = whitener(low[1], low[1])
    means, noise = [], 0.0
    for part in low:
        rows = part.rows @ white
        mean = part.weights @ rows
        means.append(mean)
        noise += float(np.sum(_cluster_variance(rows - mean, part)))
    observed = float(np.sum((means[0] - means[1]) ** 2))
    distance = float(np.sqrt(max(0.0, observed - noise)))
    return distance >= FAR and observed >= BEYOND_CHANCE * noise


def _part(sketches: Sketches, rows: npt.NDArray[np.int64]) -> Sketches:
    weights = sketches.weights[rows]
    return msgspec.structs.replace(
        sketches,
        rows=sketches.rows[rows],
        weights=weights / max(float(weights.sum()), 1e-300),
        clusters=sketches.clusters[rows],
    )


def _cluster_variance(centred: Floats, part: Sketches) -> Floats:
    """Return the variance of a weighted mean (d,), clusters as units."""
    _, codes = np.unique(part.clusters, return_inverse=True)
    codes = codes.reshape(-1)
    sums = np.zeros((int(codes.max()) + 1, centred.shape[1]))
    np.add.at(sums, codes, centred * part.weights[:, None])
    return np.asarray(np.sum(sums**2, axis=0), dtype=np.float64)
