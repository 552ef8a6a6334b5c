"""The two functions that a program calls: scan a corpus, score texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from springhead.core import registry
from springhead.core.config import decode
from springhead.core.nouns import Floats, Forms
from springhead.io.running import Progress
from springhead.results.folder import ResultFolder
from springhead.scan.observe import load_detectors
from springhead.scan.prepare import References
from springhead.scan.run import run_scan
from springhead.scan.settings import ScanSettings


def scan(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    human_reference: Sequence[str | Path] = (),
    synthetic_reference: Sequence[str | Path] = (),
    calibration: str | Path | None = None,
    engine: str = "local",
    workers: int | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> ResultFolder:
    """Scan a corpus into the folder `out`; keyword arguments are the fields of `ScanSettings`.

    Returns the result folder: `.result` is the typed result, `.to_polars()` and `.to_pandas()` the evidence.
    Raises SpringheadError subclasses for bad input, settings or references.
    """
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    references = References(
        tuple(map(str, human_reference)),
        tuple(map(str, synthetic_reference)),
        str(calibration) if calibration else None,
    )
    return run_scan(
        [str(one) for one in given], Path(out), decode(settings, ScanSettings), references,
        engine=engine, workers=workers, progress=progress,
    )  # fmt: skip


class Scored(msgspec.Struct, frozen=True):
    """What the detectors say of n texts: float64 (n,) `scores` per detector (nan = cannot say, raw units).

    `abstained` is empty where a text can be judged, else the reason; `reasons` are sentences per text. A score
    is no probability: only references of the text's own domain and language make evidence of it.
    """

    language: list[str]
    abstained: list[str]
    scores: dict[str, Floats]
    reasons: list[list[str]]

    @property
    def statistical(self) -> Floats:
        """Scores of the shipped detector, float64 (n,), higher = more like machine-made text."""
        return self.scores["statistical"]


def score(texts: Sequence[str]) -> Scored:
    """Score texts with every detector that needs no reference; a list of n texts gives n scores."""
    settings = ScanSettings()
    make: Any = registry.load("modality", settings.modality)
    modality = make()
    batch = modality.read({"text": list(texts)})
    forms: Forms = modality.forms(batch)
    scores: dict[str, Floats] = {}
    reasons: list[list[str]] = [[] for _ in texts]
    for name, detector in load_detectors(settings).items():
        found = detector.examine(batch)
        scores[name] = np.asarray(found.score, np.float64)
        for reason in found.reasons:
            reasons[reason.row].append(reason.text)
    return Scored(list(forms.language), list(forms.abstain), scores, reasons)
