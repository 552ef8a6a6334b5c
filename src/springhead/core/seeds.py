"""Named random streams from one root seed: adding a stage never shifts another's numbers."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, path: str) -> np.random.Generator:
    """Return the generator of a stage, named by a path such as "scan/prevalence/en"."""
    digest = hashlib.sha256(f"{seed}/{path}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))
