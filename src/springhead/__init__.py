"""Springhead measures how much of a corpus was made by machines, says how sure it is, and shows why.

The root holds the nouns that cross every boundary; the verbs are sub-packages (`springhead.scan`, ...).
Importing it loads numpy and msgspec at most.
"""

from __future__ import annotations

from springhead.core.census import Census, Weights
from springhead.core.nouns import (
    Claim,
    Clusters,
    Findings,
    Forms,
    Measurement,
    Origin,
    Reason,
    Scores,
    Trust,
)
from springhead.errors import SpringheadError, UsageError

__all__ = [
    "Census",
    "Claim",
    "Clusters",
    "Findings",
    "Forms",
    "Measurement",
    "Origin",
    "Reason",
    "Scores",
    "SpringheadError",
    "Trust",
    "UsageError",
    "Weights",
    "__version__",
]


__version__: str


def __getattr__(name: str) -> str:
    # Reading the metadata costs milliseconds that most imports do not need.
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("springhead")
    except PackageNotFoundError:
        return "0.0.0+source"
