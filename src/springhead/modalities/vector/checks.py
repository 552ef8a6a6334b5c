"""What every metric of vectors asks of its two batches."""

from __future__ import annotations

import numpy as np

from springhead.core.nouns import Floats
from springhead.errors import NotMeasurable, TooFewToMeasure


def checked(metric: str, reference: Floats, sample: Floats, least: int) -> tuple[Floats, Floats]:
    """Return both batches as float64 (n, d) and (m, d); raises TooFewToMeasure or NotMeasurable."""
    pair = []
    for which, batch in (("reference", reference), ("sample", sample)):
        array = np.asarray(batch, np.float64)
        if array.ndim != 2 or array.shape[1] == 0:
            raise NotMeasurable(metric, f"the {which} has shape {array.shape}", "records by coordinates")
        if len(array) < least:
            raise TooFewToMeasure(metric, len(array), least, f"records as {which}")
        if not np.isfinite(array).all():
            raise NotMeasurable(metric, f"the {which} holds values that are not finite", "finite numbers")
        pair.append(array)
    if pair[0].shape[1] != pair[1].shape[1]:
        found = f"reference and sample have {pair[0].shape[1]} and {pair[1].shape[1]} coordinates"
        raise NotMeasurable(metric, found, "as many in both")
    return pair[0], pair[1]
