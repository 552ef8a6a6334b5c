"""All shares, power rows and temporal control of a scan, from the tally and the calibration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from springhead.core.seeds import stream
from springhead.evidence.verdict import PrevalenceEstimate, prevalence
from springhead.results.scan import Power, Prevalence, Temporal, Unit
from springhead.scan.calibration import Calibration
from springhead.scan.settings import ScanSettings
from springhead.scan.shares import Known, Stratum, estimate_stratum, group_prevalence, log_odds
from springhead.scan.tally import Cross, Tally

UNITS: tuple[Unit, ...] = ("records", "words")
GENERATORS_EXIST = "2022-11-30"


@dataclass(frozen=True, slots=True)
class Estimates:
    """Everything estimated, ready for the result; `priors` are log-odds per estimated language."""

    prevalence: tuple[Prevalence, ...]
    power: tuple[Power, ...]
    priors: dict[str, float]


def estimate_all(tally: Tally, calibration: Calibration, settings: ScanSettings) -> Estimates:
    """Estimate every group shown, by records and by words, the whole corpus first."""
    shares: list[Prevalence] = []
    power: list[Power] = []
    priors: dict[str, float] = {}
    for cross, value in _groups(tally):
        group = dict(zip(cross, value, strict=True))
        table = _rows_of(tally.counts[cross], value)
        for unit in UNITS:
            strata = _strata(table, tally, cross, value, calibration, settings, unit)
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


def _strata(
    table: pl.DataFrame,
    tally: Tally,
    cross: Cross,
    value: tuple[str, ...],
    calibration: Calibration,
    settings: ScanSettings,
    unit: Unit,
) -> list[Stratum]:
    suffix = "_words" if unit == "words" else ""
    strata = []
    for row in table.iter_rows(named=True):
        language = row["stratum"]
        cell = (",".join(cross), *value, language)
        rows = tally.scores.rows(cell) if cell in tally.scores.cells else None
        path = "/".join(cell)
        found = estimate_stratum(rows, language, calibration, settings, path, unit)
        known = Known(float(row[f"synthetic{suffix}"]), float(row[f"human{suffix}"]))
        strata.append(Stratum(language, float(row[f"scored{suffix}"]), known, found))
    return strata


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
    for language, values in sorted(scores.items()):
        one = calibration.languages.get(language)
        if one is None or not len(one.synthetic) or len(values) < settings.small_group:
            continue
        human = one.human
        if calibration.human_name == "dated records of the corpus":
            order = stream(settings.seed, f"scan/control/{language}").permutation(len(human))
            values, human = human[order[::2]], human[order[1::2]]
        found: PrevalenceEstimate = prevalence(
            values, human, one.synthetic, covers_all=calibration.covers_all, confidence=settings.confidence,
            rng=stream(settings.seed, f"scan/control/estimate/{language}"),
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
