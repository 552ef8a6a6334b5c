"""The simplest loop: a Gaussian refitted to its own samples, whose variance falls as theory says.

After Shumailov et al. 2024 (replace), Gerstgrasser et al. 2024 (accumulate), Kazdan et al. 2025 (subsample).
"""

from __future__ import annotations

from springhead.lab.settings import ArmSettings, LabSettings

METRICS = (
    "vector/log-variance",
    "vector/wasserstein",
    "vector/mean-drift",
    "vector/covariance-trace",
    "vector/tail-mass",
    "vector/precision",
    "vector/recall",
)


def gaussian() -> LabSettings:
    """Return a loop of 100 records over 50 generations, where log-variance falls by 0.01 each under replace."""
    return LabSettings(
        name="gaussian",
        source={"name": "vector/gaussian"},
        model={"name": "vector/gaussian"},
        records=100,
        generations=50,
        replicates=20,
        metrics=METRICS,
        measure_every=5,
        arms={
            "replace": ArmSettings(policy={"name": "replace"}),
            "accumulate": ArmSettings(policy={"name": "accumulate"}),
            "subsample": ArmSettings(
                policy={"name": "accumulate-subsample"}, budget="records", strata="total"
            ),
        },
    )
