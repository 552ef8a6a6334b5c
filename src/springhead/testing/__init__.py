"""Factories and fakes that ship: corpora with a known truth, scores, results, components without payloads."""

from __future__ import annotations

from springhead.testing.corpora import Truth, gaussian_scores, human_texts, machine_texts, polluted_corpus
from springhead.testing.fakes import FakeDetector, FakeModality, vectors
from springhead.testing.results import scan_result

__all__ = [
    "FakeDetector",
    "FakeModality",
    "Truth",
    "gaussian_scores",
    "human_texts",
    "machine_texts",
    "polluted_corpus",
    "scan_result",
    "vectors",
]
