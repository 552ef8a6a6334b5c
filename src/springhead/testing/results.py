"""A small but complete result of a scan, for tests of whatever reads results."""

from __future__ import annotations

from springhead.results.scan import (
    Assumption,
    DetectorInfo,
    Duplicates,
    GroupRow,
    Misfit,
    Power,
    Prevalence,
    Records,
    ReferenceBand,
    ScanResult,
    Temporal,
    WhatIf,
)


def scan_result() -> ScanResult:
    """Return a result with one group of each verdict; the same at every call."""
    return ScanResult(
        schema="springhead.scan",
        version=1,
        modality="text",
        sampled=None,
        finding="12.0 % of the English records are machine-made (9.5 % to 14.6 %).",
        records=Records(
            read=1300,
            kept=1200,
            dropped=90,
            quarantined=10,
            abstained=60,
            words=400_000,
            characters=2_400_000,
        ),
        prevalence=_prevalences(),
        groups=tuple(_group(language) for language in ("en", "de", "sw")),
        power=(_power(),),
        references=(
            ReferenceBand(
                language="en",
                human=1000,
                synthetic=1000,
                nominal=0.05,
                realised_low=0.037,
                realised_high=0.064,
                newest="2021-06-30",
            ),
        ),
        temporal=(
            Temporal(period="2019", n_scored=200, estimate=0.002, low=0.0, high=0.012, is_control=True),
        ),
        detectors=(DetectorInfo(name="text/statistical", version="1", kind="statistical", scored=1140),),
        duplicates=Duplicates(
            exact_clusters=4,
            exact_copies=6,
            near_clusters=3,
            near_records=9,
            largest=4,
            procedural_share=0.004,
        ),
        assumptions=(Assumption(text="A declared label is believed.", setting="strengths.declared"),),
        cannot_tell=("Generators unlike the reference are not counted.",),
    )


def _prevalences() -> tuple[Prevalence, ...]:
    what_if = WhatIf(reference="texts of a named model", estimate=0.12, low=0.095, high=0.146)
    return (
        _prevalence("en", "estimated", 0.12, what_if),
        _prevalence("de", "bounded", None, None),
        _prevalence("sw", "cannot tell", None, None),
    )


def _power() -> Power:
    return Power(
        group={"language": "en"},
        n_scored=900,
        smallest_share=0.011,
        detection_rate=0.8,
        detection_low=0.76,
        detection_high=0.84,
        false_positive_rate=0.01,
    )


def _prevalence(language: str, verdict: str, estimate: float | None, what_if: WhatIf | None) -> Prevalence:
    known = estimate is not None
    return Prevalence(
        group={"language": language},
        unit="records",
        definition="synthetic text like the reference",
        verdict="estimated" if known else "bounded" if verdict == "bounded" else "cannot tell",
        estimate=estimate,
        low=0.095 if known else None,
        high=0.146 if known else None,
        confidence=0.95,
        lower_bound=None if verdict == "cannot tell" else 0.06,
        what_if=what_if,
        n=400,
        n_scored=380,
        reference="1,000 human and 1,000 synthetic texts" if known else None,
        misfit=Misfit(statistic=0.02, worst_effect=0.004, allowed=0.012) if known else None,
        reason="" if known else "no synthetic reference covers this group",
    )


def _group(language: str) -> GroupRow:
    return GroupRow(
        group={"language": language},
        n=400,
        words=130_000,
        abstained=20,
        unknown=0 if language == "en" else 380,
        declared_synthetic=2,
        residue=1,
        procedural=2,
        human_reference=1000 if language == "en" else 0,
        nominal=0.05,
        false_positive_rate=0.049 if language == "en" else None,
        false_positive_low=0.036 if language == "en" else None,
        false_positive_high=0.064 if language == "en" else None,
        ratio_lower_limit=0.7 if language == "en" else None,
    )
