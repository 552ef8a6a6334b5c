"""All shares, power rows and temporal control of a scan, from the tally and the calibration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import polars as pl

from springhead.core.seeds import stream
from springhead.evidence.verdict import PrevalenceEstimate, prevalence
from springhead.io.engines import Engine
from springhead.io.running import Progress
from springhead.results.scan import Power, Prevalence, Temporal, Unit
from springhead.scan.calibration import Calibration
from springhead.scan.judge import calibration_at
from springhead.scan.settings import ScanSettings
from springhead.scan.shares import Known, Stratum, estimate_stratum, group_prevalence, log_odds
from springhead.scan.tally import Cross, Tally
from springhead.scan.workspace import run_map

Cell = tuple[str, ...]
UNITS: tuple[Unit, ...] = ("records", "words")
GENERATORS_EXIST = "2022-11-30"


@dataclass(frozen=True, slots=True)
class Estimates:
    """Everything estimated, ready for the result; `priors` are log-odds per estimated language."""

    prevalence: tuple[Prevalence, ...]
    power: tuple[Power, ...]
    priors: dict[str, float]


class StratumJob(msgspec.Struct, frozen=True):
    """Scores of one language of one group; jobs with the same records have the same `key` and are run once."""

    language: str
    unit: Unit
    key: str
    rows: Any


class EstimateStratum(msgspec.Struct, frozen=True):
    """Picklable task: estimate the share of one stratum."""

    calibration: str
    digest: str
    settings: ScanSettings

    def __call__(self, job: StratumJob) -> PrevalenceEstimate:
        """Estimate the share among the job's records."""
        calibration = calibration_at(self.calibration, self.digest, self.settings)
        return estimate_stratum(job.rows, job.language, calibration, self.settings, job.key, job.unit)


def estimate_all(
    tally: Tally, calibration: Calibration, task: EstimateStratum, runner: Engine, progress: Progress
) -> Estimates:
    """Estimate every group shown, by records and by words, the whole corpus first."""
    settings = task.settings
    groups = [(cross, value, _rows_of(tally.counts[cross], value)) for cross, value in _groups(tally)]
    keys: dict[Cell, str] = {}
    jobs: dict[tuple[str, Unit], StratumJob] = {}
    for cross, value, table in groups:
        for language in table["stratum"]:
            cell = _cell(cross, value, language)
            if language not in calibration.languages or cell not in tally.scores.cells:
                continue
            rows = tally.scores.rows(cell)
            digest = hashlib.sha256(np.ascontiguousarray(rows["hash"]).tobytes()).hexdigest()[:16]
            keys[cell] = f"{language}/{digest}"
            jobs |= {(keys[cell], unit): StratumJob(language, unit, keys[cell], rows) for unit in UNITS}
    found = run_map(runner, task, list(jobs.values()), progress, "estimating shares")
    told = dict(zip(jobs, found, strict=True))
    shares: list[Prevalence] = []
    power: list[Power] = []
    priors: dict[str, float] = {}
    for cross, value, table in groups:
        group = dict(zip(cross, value, strict=True))
        for unit in UNITS:
            strata = [
                _stratum(
                    row, told.get((keys.get(_cell(cross, value, row["stratum"]), ""), unit)), unit, settings
                )
                for row in table.iter_rows(named=True)
            ]
            shares.append(group_prevalence(group, strata, int(table["n"].sum()), calibration, settings, unit))
            if unit == "records" and cross == ("language",):
                power += [_power(group, one) for one in strata if one.language in calibration.languages]
                priors |= _priors(strata)
    return Estimates(tuple(shares), tuple(power), priors)


def _groups(tally: Tally) -> Iterator[tuple[Cross, tuple[str, ...]]]:
    for cross, values in tally.shown.items():
        for value in values:
            yield cross, value


def _rows_of(counts: pl.DataFrame, value: tuple[str, ...]) -> pl.DataFrame:
    for index, part in enumerate(value):
        counts = counts.filter(pl.col(f"key{index}") == part)
    return counts


def _cell(cross: Cross, value: tuple[str, ...], language: str) -> Cell:
    return (",".join(cross), *value, language)


def _stratum(
    row: dict[str, Any], found: PrevalenceEstimate | None, unit: Unit, settings: ScanSettings
) -> Stratum:
    """Put counts and estimate of a stratum together; without an estimate it cannot tell."""
    suffix = "_words" if unit == "words" else ""
    language = row["stratum"]
    estimate = found or estimate_stratum(None, language, Calibration(), settings, "", unit)
    known = Known(float(row[f"synthetic{suffix}"]), float(row[f"human{suffix}"]))
    judged = int(row["scored"] + row["synthetic"] + row["human"])
    return Stratum(language, judged, float(row[f"scored{suffix}"]), known, estimate)


def _priors(strata: list[Stratum]) -> dict[str, float]:
    return {
        one.language: log_odds(one.estimate.estimate) for one in strata if one.estimate.verdict == "estimated"
    }


def _power(group: dict[str, str], stratum: Stratum) -> Power:
    found, rates = stratum.estimate, stratum.estimate.rates
    return Power(
        group=group,
        n_scored=found.n_scored,
        smallest_share=found.power.smallest_share if rates else None,
        detection_rate=rates.true_positive.value if rates else None,
        detection_low=rates.true_positive.low if rates else None,
        detection_high=rates.true_positive.high if rates else None,
        false_positive_rate=rates.false_positive.value if rates else None,
    )


def temporal_rows(shares: tuple[Prevalence, ...]) -> list[Temporal]:
    """Shares by year, from the groups."""
    years = [one for one in shares if set(one.group) == {"year"} and one.unit == "records"]
    return [
        Temporal(
            period=one.group["year"],
            n_scored=one.n_scored,
            estimate=one.estimate,
            low=one.low,
            high=one.high,
            is_control=False,
        )
        for one in sorted(years, key=lambda one: one.group["year"])
    ]


def temporal_control(
    scores: dict[str, np.ndarray], calibration: Calibration, settings: ScanSettings, limit: str
) -> list[Temporal]:
    """Negative control: the share among records older than the generators, which should be about 0.

    `scores` are judged scores of such records by language. Where those records are themselves the reference,
    half of them is held against the other half.
    """
    rows = []
    for language, old in sorted(scores.items()):
        values = old
        one = calibration.languages.get(language)
        if one is None or not len(one.synthetic) or len(values) < settings.small_group:
            continue
        human = one.human
        if calibration.human_name == "dated records of the corpus":
            order = stream(settings.seed, f"scan/control/{language}").permutation(len(human))
            values, human = human[order[::2]], human[order[1::2]]
        found: PrevalenceEstimate = prevalence(
            values, human, one.synthetic, covers_all=calibration.covers_all, confidence=settings.confidence,
            quantifier=settings.quantifier, rng=stream(settings.seed, f"scan/control/estimate/{language}"),
        )  # fmt: skip
        share = (found.estimate, found.low, found.high)
        if found.estimate is None and found.what_if is not None:
            share = (found.what_if.estimate, found.what_if.low, found.what_if.high)
        rows.append(
            Temporal(
                period=f"before {limit}, {language}", n_scored=found.n_scored,
                estimate=share[0], low=share[1], high=share[2], is_control=True,
            )
        )  # fmt: skip
    return rows
