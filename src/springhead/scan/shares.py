"""Shares of synthetic records per group: hard evidence counted, the rest estimated per language, then combined.

Each group is split by language, because references serve one language. Records with deciding hard evidence
are counted as they are; of the others a bounded sample of scores goes to the quantifier. Languages without a
usable reference count as [0, 1] in a combined group.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np

from springhead.core.seeds import stream
from springhead.core.traits import traits_of
from springhead.evidence.combine import combine
from springhead.evidence.verdict import PrevalenceEstimate, prevalence
from springhead.results.scan import Misfit, Prevalence, Unit, WhatIf
from springhead.scan.calibration import UNKNOWN_LANGUAGE, Calibration
from springhead.scan.reservoir import Rows
from springhead.scan.settings import DEFINITION, ScanSettings


@dataclass(frozen=True, slots=True)
class Known:
    """Records decided by hard evidence in a stratum, by records and by words."""

    synthetic: float = 0.0
    human: float = 0.0

    @property
    def total(self) -> float:
        """All records that hard evidence decides."""
        return self.synthetic + self.human


@dataclass(frozen=True, slots=True)
class Stratum:
    """One language of a group: its undecided, scored part, what hard evidence decides, and the estimate.

    `judged` counts records, whatever the unit of the sizes.
    """

    language: str
    judged: int
    scored: float
    known: Known
    estimate: PrevalenceEstimate

    @property
    def total(self) -> float:
        """Size of the stratum: scored and undecided, or decided by hard evidence."""
        return self.scored + self.known.total


def estimate_stratum(
    rows: Rows | None, language: str, calibration: Calibration, settings: ScanSettings, path: str, unit: Unit
) -> PrevalenceEstimate:
    """Estimate the share among the undecided, scored records of one language."""
    rng = stream(settings.seed, f"scan/prevalence/{path}/{unit}")
    reference = calibration.languages.get(language)
    scores = rows["score"].astype(np.float64) if rows is not None else np.zeros(0)
    if reference is None or rows is None:
        return prevalence(scores, None, None, covers_all=False, rng=rng, confidence=settings.confidence)
    both = len(reference.synthetic) > 0
    words = unit == "words"
    return prevalence(
        scores,
        reference.human,
        reference.synthetic if both else None,
        covers_all=calibration.covers_all,
        rng=rng,
        target_clusters=rows["cluster"],
        weights=rows["words"].astype(np.float64) if words else None,
        human_weights=reference.human_length.astype(np.float64) if words else None,
        synthetic_weights=reference.synthetic_length.astype(np.float64) if words and both else None,
        human_clusters=reference.human_cluster,
        synthetic_clusters=reference.synthetic_cluster if both else None,
        sketches=(
            rows["sketch"].astype(np.float64),
            reference.human_sketch.astype(np.float64),
            reference.synthetic_sketch.astype(np.float64) if both else None,
        ),
        quantifier=settings.quantifier,
        confidence=settings.confidence,
    )


def group_prevalence(
    group: dict[str, str],
    strata: list[Stratum],
    n: int,
    calibration: Calibration,
    settings: ScanSettings,
    unit: Unit,
) -> Prevalence:
    """Combine the languages of a group into one share with its verdict."""
    held = [stratum for stratum in strata if stratum.total > 0]
    whole = [_with_known(stratum) for stratum in held]
    sizes = [stratum.total for stratum in held]
    languages = [stratum.language for stratum in held]
    joined = combine(sizes, whole, references=languages)
    single = whole[0] if len(whole) == 1 else None
    told = joined.verdict == "estimated" or (single is None and joined.covered > 0)
    referenced = any(language in calibration.languages for language in languages)
    return Prevalence(
        group=group,
        unit=unit,
        definition=traits_of(settings.modality).definition or DEFINITION,
        verdict=joined.verdict if single is None else single.verdict,
        estimate=joined.estimate if joined.verdict == "estimated" else None,
        low=joined.low if told else None,
        high=joined.high if told else None,
        confidence=settings.confidence,
        lower_bound=joined.lower_bound,
        what_if=_what_if(sizes, whole, calibration),
        n=n,
        n_scored=sum(one.judged for one in held),
        reference=_reference(calibration) if referenced else None,
        misfit=_misfit(sizes, whole),
        reason=_reason(single, joined.reason, languages, held, calibration),
        small=sum(one.judged for one in held) < settings.small_group,
    )


def _reason(
    single: PrevalenceEstimate | None,
    joined: str,
    languages: list[str],
    held: list[Stratum],
    calibration: Calibration,
) -> str:
    if not held:
        return "no record is long enough to judge"
    nothing = _unreferenced(single, languages, held, calibration)
    if nothing:
        return nothing
    if single is not None:
        return single.reason
    main = max(held, key=lambda one: one.total)
    if main.language in calibration.languages and main.estimate.verdict != "estimated":
        joined = f"{main.language}: {main.estimate.reason}"  # a few stray records must not hide what is wrong
    missing = [one.language for one in held if one.language not in calibration.languages]
    return joined + (f"; no known-human text in {', '.join(map(_named, missing[:6]))}" if missing else "")


def _unreferenced(
    single: PrevalenceEstimate | None, languages: list[str], held: list[Stratum], calibration: Calibration
) -> str:
    """Why nothing could be compared, "" where something could."""
    unfit = [calibration.unfit[language] for language in languages if language in calibration.unfit]
    if unfit and calibration.languages.keys().isdisjoint(languages):
        return unfit[0]
    if not calibration.languages and any(one.known.synthetic for one in held):
        return (
            "only records with hard evidence are counted: no known-human record was given to compare the others "
            "with (--human-reference or --human-before)"
        )
    if not calibration.languages:
        return "no known-human text was given to compare with (--human-reference or --human-before)"
    if single is not None and languages[0] not in calibration.languages and not held[0].known.total:
        return f"no known-human text in {_named(languages[0])} to compare with"
    return ""


def _named(language: str) -> str:
    return "unidentified languages" if language == UNKNOWN_LANGUAGE else language


def _reference(calibration: Calibration) -> str:
    names = [f"human: {calibration.human_name}"]
    if calibration.synthetic_name:
        names.append(f"synthetic: {calibration.synthetic_name}")
    return "; ".join(names)


def _what_if(sizes: list[float], whole: list[PrevalenceEstimate], calibration: Calibration) -> WhatIf | None:
    """The share under the named synthetic reference; languages without one count as [0, 1]."""
    told = [(size, one.what_if) for size, one in zip(sizes, whole, strict=True) if one.what_if is not None]
    covered, total = sum(size for size, _ in told), sum(sizes)
    if not told or not calibration.synthetic_name or covered < 0.95 * total:
        return None
    return WhatIf(
        reference=calibration.synthetic_name,
        estimate=sum(size * one.estimate for size, one in told) / covered,
        low=sum(size * one.low for size, one in told) / total,
        high=min(1.0, (sum(size * one.high for size, one in told) + total - covered) / total),
    )


def _misfit(sizes: list[float], whole: list[PrevalenceEstimate]) -> Misfit | None:
    """The misfit of the largest language that has one."""
    found = [(size, one.misfit) for size, one in zip(sizes, whole, strict=True) if one.misfit is not None]
    if not found:
        return None
    _, largest = max(found, key=lambda pair: pair[0])
    return Misfit(statistic=largest.statistic, worst_effect=largest.effect, allowed=largest.allowed)


def _with_known(stratum: Stratum) -> PrevalenceEstimate:
    """Scale the estimate of a stratum's undecided part to the whole of it: known records count as 0 or 1."""
    found = stratum.estimate
    total = round(stratum.total)
    if stratum.known.total == 0:
        return msgspec.structs.replace(found, n=total, n_scored=total)
    base, part = stratum.known.synthetic / stratum.total, stratum.scored / stratum.total

    def scale(value: float | None) -> float | None:
        return None if value is None else base + part * value

    if stratum.scored == 0:
        return msgspec.structs.replace(
            found, verdict="estimated", estimate=base, low=base, high=base, lower_bound=base,
            n=total, n_scored=total, reason="all records are decided by hard evidence",
        )  # fmt: skip
    if found.lower_bound is None and found.estimate is None and base > 0:
        return msgspec.structs.replace(
            found, verdict="bounded", lower_bound=base, n=total, n_scored=total,
            reason="records with hard evidence are counted; of the others nothing is known",
        )  # fmt: skip
    what_if = found.what_if
    if what_if is not None:
        what_if = msgspec.structs.replace(
            what_if,
            estimate=base + part * what_if.estimate,
            low=base + part * what_if.low,
            high=base + part * what_if.high,
        )
    return msgspec.structs.replace(
        found, estimate=scale(found.estimate), low=scale(found.low), high=scale(found.high),
        lower_bound=scale(found.lower_bound), what_if=what_if, n=total, n_scored=total,
    )  # fmt: skip


def log_odds(share: float | None) -> float:
    """Prior log-odds of a share in nats, bounded so that no prior alone decides."""
    bounded = min(max(share or 0.0, 0.001), 0.999)
    return float(np.log(bounded / (1.0 - bounded)))
