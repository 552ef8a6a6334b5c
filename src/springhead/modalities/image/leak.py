"""Can the container alone tell the references apart? If so, a detector may be reading it instead of the pixels.

Published sets of real and generated images often differ in size, container or JPEG quality (Grommelt et al. 2024:
the detectors trained on them learn that). The probe is a classifier that sees the format of a file and no pixel.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from springhead.core.nouns import Floats
from springhead.modalities.image.ridge import fit_ridge

CONTAINERS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF")
MODES = ("RGB", "RGBA", "L", "LA", "P", "CMYK")
_TABLE = 16
TRAITS = len(CONTAINERS) + len(MODES) + 4 + 1 + 2 * _TABLE
"""Numbers that describe the format of a file."""
SIZE = 2 * TRAITS
"""Bytes of them at the end of a payload."""
MOST = 600
"""References of a class that the probe looks at."""
FEWEST = 20
FOLDS = 5
_NORMAL = 1.96 * 1.25
# Folds share training rows, which DeLong's variance does not know: at chance, independent samples of 100 and 100
# spread 1.23 times as far as it says.
_BYTES_PER_PIXEL = len(CONTAINERS) + len(MODES) + 3


class FormatLeak(NamedTuple):
    """Cross-validated AUROC of the format alone with its 95 % interval, and how many images of each class it saw.

    `with_size` is the AUROC when bytes per pixel count as well: how well pixels compress is content too, so that
    it says less than the others.
    """

    auroc: float
    low: float
    high: float
    human: int
    synthetic: int
    with_size: float


def pack_traits(data: Sequence[bytes]) -> list[bytes]:
    """Describe the format of encoded images as float16 bytes, `SIZE` each; zeros where a header is damaged."""
    return [_traits(one).astype("<f2").tobytes() for one in data]


def _traits(data: bytes) -> NDArray[np.float32]:
    out = np.zeros(TRAITS, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=CONTAINERS) as image:
                _describe(image, len(data), out)
        except Exception:  # a hostile header may raise anything; it was reported when it was decoded
            out[:] = 0.0
    return out


def _describe(image: Image.Image, size: int, out: NDArray[np.float32]) -> None:
    """Container, mode, log size and shape, bytes per pixel, and the two JPEG quantisation tables, coarsely."""
    kind = "JPEG" if image.format == "MPO" else image.format
    width, height = max(1, image.width), max(1, image.height)
    out[: len(CONTAINERS)] = [kind == name for name in CONTAINERS]
    at = len(CONTAINERS)
    out[at : at + len(MODES)] = [image.mode == name for name in MODES]
    at += len(MODES)
    out[at : at + 4] = np.log([width, height, width / height, size / (width * height)])
    tables = getattr(image, "quantization", None) or {}
    out[at + 4] = len(tables)
    for number, table in enumerate(list(tables.values())[:2]):
        begin = at + 5 + number * _TABLE
        out[begin : begin + _TABLE] = np.log1p(np.array(table, np.float32).reshape(_TABLE, -1).mean(axis=1))


def unpack_traits(payload: Sequence[object]) -> NDArray[np.float32]:
    """Return the numbers at the end of payloads, float32 (n, TRAITS); nan where a payload is too short."""
    out = np.full((len(payload), TRAITS), np.nan, np.float32)
    for row, one in enumerate(payload):
        if isinstance(one, bytes) and len(one) > SIZE:
            out[row] = np.frombuffer(one[-SIZE:], "<f2")
    return out


def probe(human: Sequence[object], synthetic: Sequence[object], rng: Generator) -> FormatLeak | None:
    """Cross-validate a classifier of the format alone on payloads of both classes; None below 20 of a class.

    The AUROC is the mean over five folds, each weighing as its pairs of images; the interval is DeLong's
    (1988), and by the rule of three where every pair is in order.
    """
    sides = [unpack_traits(_some(one, rng)) for one in (human, synthetic)]
    sides = [one[np.isfinite(one).all(axis=1)] for one in sides]
    counts = [len(one) for one in sides]
    if min(counts) < FEWEST:
        return None
    rows = np.concatenate(sides)
    labels = np.arange(sum(counts)) >= counts[0]
    folds = np.concatenate([rng.permutation(count) % FOLDS for count in counts])
    area, margin = _validated(np.delete(rows, _BYTES_PER_PIXEL, axis=1), labels, folds, rng)
    least = 3.0 / min(counts) if area > 1.0 - 1e-9 else 0.0
    low, high = max(0.0, area - max(margin, least)), min(1.0, area + margin)
    return FormatLeak(area, low, high, counts[0], counts[1], _validated(rows, labels, folds, rng)[0])


def _validated(
    rows: NDArray[np.float32], labels: NDArray[np.bool_], folds: NDArray[np.int64], rng: Generator
) -> tuple[float, float]:
    """Cross-validated AUROC and the half width of its interval."""
    rows = rows[:, rows.std(axis=0) > 1e-4]
    if not rows.shape[1]:
        return 0.5, 0.0
    found = []
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        scores = fit_ridge(rows[inside], labels[inside], rng).score(rows[outside])
        found.append(_area(scores[~labels[outside]], scores[labels[outside]]))
    weights = np.array([one[2] for one in found], float) / sum(one[2] for one in found)
    area = float(weights @ [one[0] for one in found])
    return area, _NORMAL * float(np.sqrt(weights**2 @ [one[1] for one in found]))


def _some(payload: Sequence[object], rng: Generator) -> list[object]:
    """At most `MOST` payloads, chosen at random, in order."""
    if len(payload) <= MOST:
        return list(payload)
    return [payload[int(row)] for row in np.sort(rng.permutation(len(payload))[:MOST])]


def _area(human: Floats, synthetic: Floats) -> tuple[float, float, int]:
    """AUROC with ties half, its variance (DeLong et al. 1988), and the number of pairs."""
    above = (synthetic[:, None] > human[None]) + 0.5 * (synthetic[:, None] == human[None])
    parts = (above.mean(axis=1), above.mean(axis=0))
    variance = sum(float(part.var(ddof=1)) / part.size for part in parts if part.size > 1)
    return float(above.mean()), variance, above.size
