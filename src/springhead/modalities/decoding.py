"""Decoding settings of a request: known names, allowed ranges, defaults that change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from springhead.core.nouns import Request
from springhead.errors import BadConfiguration, UnknownName


class Setting(NamedTuple):
    """One decoding setting: its neutral value and the closed range that it may take."""

    neutral: float
    low: float
    high: float


TRUNCATION = Setting(1.0, 0.0, 4.0)
"""Factor of the sampled variance: 1 samples the fitted law, below 1 stays near its centres."""

TEMPERATURE = Setting(1.0, 0.01, 10.0)
"""Probabilities are raised to 1 / temperature and scaled to add up to 1."""


def decoding(model: str, request: Request, known: Mapping[str, Setting]) -> dict[str, float]:
    """Return the value of every known setting of a request, neutral where it is not given.

    Raises UnknownName for a setting that the model does not have, BadConfiguration outside its range.
    """
    values = {name: setting.neutral for name, setting in known.items()}
    for name, value in request.decoding.items():
        if name not in known:
            raise UnknownName(f"decoding setting of model {model!r}", name, known)
        setting = known[name]
        if not setting.low <= value <= setting.high:
            raise BadConfiguration(
                f"decoding of model {model!r}",
                f"{name} = {value} is outside [{setting.low:g}, {setting.high:g}]",
                f"The value that changes nothing is {setting.neutral:g}.",
            )
        values[name] = float(value)
    return values
