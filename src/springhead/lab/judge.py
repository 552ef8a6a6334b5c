"""Detectors in the loop: who says how likely a record is synthetic, in levels, as a policy sees it."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from springhead.core.level import to_level
from springhead.core.nouns import Floats
from springhead.core.seeds import stream
from springhead.errors import BadConfiguration
from springhead.lab.record import Judged, Records
from springhead.lab.settings import DetectorSettings


class Judge(Protocol):
    """Gives every record of a batch its level."""

    def judge(self, records: Records) -> Judged:
        """Return the records with their levels."""
        ...


class Oracle:
    """Knows every origin: levels 1 (real) and 255 (synthetic)."""

    def judge(self, records: Records) -> Judged:
        """Return the records with the truth as their level."""
        return Judged(records, np.full(len(records), 255 if records.synthetic else 1, np.uint8))


class Noisy:
    """Errs at two given rates, independently of the payload, and says with calibrated levels how sure it is.

    The verdict "synthetic" is worth log((1 - fn)/fp) nats, "human" log(fn/(1 - fp)), plus the prior's log-odds.
    A share `unknown` of the records gets no verdict. What a record gets depends on the seed and its key alone.
    """

    def __init__(self, settings: DetectorSettings, seed: int) -> None:
        """Work out what each verdict is worth."""
        self.settings, self.seed = settings, seed
        rates = settings.false_positive, settings.false_negative
        odds = math.log(settings.prior / (1.0 - settings.prior))
        self.nats = np.array(
            [odds + _ratio(rates[1], 1.0 - rates[0]), odds + _ratio(1.0 - rates[1], rates[0]), math.nan]
        )

    def judge(self, records: Records) -> Judged:
        """Return the records with the levels of noisy verdicts."""
        kind = "synthetic" if records.synthetic else f"real/{records.first}"
        rng = stream(self.seed, f"lab/{records.run}/{records.entered}/verdict/{kind}")
        chance, silent = rng.random(len(records)), rng.random(len(records))
        wrong = self.settings.false_negative if records.synthetic else self.settings.false_positive
        verdict = ((chance >= wrong) == records.synthetic).astype(np.int64)
        verdict[silent < self.settings.unknown] = 2
        return Judged(records, to_level(self.nats)[verdict])


class ScanDetector:
    """The statistical detector that scan ships, on texts, calibrated before the loop starts.

    Scores become evidence through two normal laws, fitted to the scores of held-out real texts and of samples
    of a model fitted to generation 0; it abstains where the detector does.
    """

    def __init__(self, settings: DetectorSettings) -> None:
        """Load the detector."""
        from springhead.core import registry

        self.modality: Any = registry.load("modality", "text")()
        self.detector: Any = registry.load("detector", "text/statistical")()
        self.odds = math.log(settings.prior / (1.0 - settings.prior))
        self.laws = (0.0, 1.0, 0.0, 1.0)

    def calibrate(self, real: Any, synthetic: Any) -> None:
        """Learn from texts of both kinds what a score is worth; fewer than two scores of a kind say nothing."""
        scores = [self._scores(batch) for batch in (real, synthetic)]
        human, machine = (one[~np.isnan(one)] for one in scores)
        if min(len(human), len(machine)) >= 2:
            self.laws = (*_normal(human), *_normal(machine))

    def judge(self, records: Records) -> Judged:
        """Return the records with the levels that the detector's scores are worth."""
        score = self._scores(records.batch)
        return Judged(records, to_level(self.odds + _log_ratio(score, *self.laws)))

    def _scores(self, batch: Any) -> Floats:
        texts = getattr(batch, "texts", None)
        if texts is None:
            raise BadConfiguration("detector", "scan's detector reads texts only", "Use oracle or noisy.")
        return np.asarray(self.detector.examine(self.modality.read({"text": texts()})).score, np.float64)


def make_judge(settings: DetectorSettings, seed: int) -> Judge:
    """Make the judge that the settings name."""
    if settings.name == "oracle":
        return Oracle()
    return Noisy(settings, seed) if settings.name == "noisy" else ScanDetector(settings)


def _ratio(above: float, below: float) -> float:
    """Log of a ratio of rates; a rate of 0 is certain, which a level cuts off at 10 nats."""
    return math.log(max(above, 1e-12)) - math.log(max(below, 1e-12))


def _normal(scores: Floats) -> tuple[float, float]:
    return float(scores.mean()), max(float(scores.std()), 1e-6)


def _log_ratio(score: Floats, human: float, wide: float, synthetic: float, narrow: float) -> Floats:
    nats: Floats = 0.5 * (((score - human) / wide) ** 2 - ((score - synthetic) / narrow) ** 2)
    nats += math.log(wide / narrow)
    return nats
