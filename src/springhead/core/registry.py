"""Components by kind and name: built-in ones as import strings, third parties' through entry points.

Values are strings, so nothing heavy is loaded until it is asked for, and the import graph stays clean.
A distribution registers, for example, `[project.entry-points."springhead.detector"] name = "module:Class"`.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points

from springhead.errors import MissingExtra, UnknownName

BUILT_IN: dict[str, dict[str, str]] = {
    "modality": {"text": "springhead.modalities.text.modality:TextModality"},
    "detector": {
        "text/declared": "springhead.modalities.text.detectors:DeclaredDetector",
        "text/residue": "springhead.modalities.text.detectors:ResidueDetector",
        "text/repetition": "springhead.modalities.text.detectors:RepetitionDetector",
        "text/statistical": "springhead.modalities.text.detectors:StatisticalDetector",
    },
    "trainer": {"text/domain": "springhead.modalities.text.detectors:DomainTrainer"},
    "engine": {
        "serial": "springhead.io.engines:SerialEngine",
        "local": "springhead.io.engines:LocalEngine",
    },
}

EXTRAS = {"torch": "torch", "c2pa": "c2pa", "ray": "ray"}


def names(kind: str) -> list[str]:
    """Return the names of all registered components of a kind, sorted."""
    found = {point.name for point in entry_points(group=f"springhead.{kind}")}
    return sorted(found | set(BUILT_IN.get(kind, {})))


def load(kind: str, name: str) -> object:
    """Import and return the component of that kind and name.

    Raises UnknownName when there is none and MissingExtra when a library it needs is not installed.
    """
    target = BUILT_IN.get(kind, {}).get(name)
    if target is None:
        for point in entry_points(group=f"springhead.{kind}"):
            if point.name == name:
                target = point.value
                break
    if target is None:
        raise UnknownName(kind, name, names(kind))
    module, _, attribute = target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library == "springhead":
            raise
        raise MissingExtra(f"{kind} {name!r}", library, EXTRAS.get(library)) from error
