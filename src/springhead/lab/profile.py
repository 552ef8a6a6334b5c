"""The collapse profile of every arm, from the metrics that a run measured: eight definitions, never one flag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from springhead.core.nouns import Floats
from springhead.evidence.profile import Trajectories, profile
from springhead.lab.measure import GROUP_SHARE
from springhead.lab.summaries import Measured
from springhead.results.lab import ProfileRow

ERRORS = ("held-out-perplexity", "held-out-loss", "frechet", "bures", "wasserstein", "sliced-wasserstein")
VARIANCES = ("covariance-trace",)
MODES = ("recall", "types-kept", "coverage")
TAILS = ("tail-mass", "text-tail-mass", "types-kept-rare")
"""Metrics that can serve a definition, the first measured one counts; see `Trajectories` for what each must be."""


def profiles(measured: Measured, arms: Iterable[str], groups: Sequence[str]) -> list[ProfileRow]:
    """Return the eight rows of every arm."""
    rows: list[ProfileRow] = []
    for arm in arms:
        precision = _first(measured, arm, ("precision",))
        rows += profile(
            Trajectories(
                arm=arm,
                error=_first(measured, arm, ERRORS),
                variance=_variance(measured, arm),
                modes=_modes(measured, arm, groups),
                tail=_first(measured, arm, TAILS),
                outside=None if precision is None else 1.0 - precision,
            )
        )
    return rows


def _first(measured: Measured, arm: str, names: Iterable[str]) -> Floats | None:
    for name in names:
        values = measured.matrix(arm, name)
        if values is not None:
            return values
    return None


def _variance(measured: Measured, arm: str) -> Floats | None:
    found = _first(measured, arm, VARIANCES)
    logs = measured.matrix(arm, "log-variance")
    if found is not None or logs is None:
        return found
    ratios: Floats = np.exp(logs)
    return ratios


def _modes(measured: Measured, arm: str, groups: Sequence[str]) -> Floats | None:
    """Recall where it was measured, else the share of the groups of generation 0 that still have a sample."""
    found = _first(measured, arm, MODES)
    shares = [measured.matrix(arm, GROUP_SHARE, group) for group in groups]
    known = [one for one in shares if one is not None]
    if found is not None or not known:
        return found
    present = np.stack(known) > 0.0
    kept: Floats = (present & present[:, :, :1]).sum(axis=0) / np.maximum(present[:, :, :1].sum(axis=0), 1)
    return kept
