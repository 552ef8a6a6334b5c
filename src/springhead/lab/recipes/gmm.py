"""A mixture of Gaussians refitted to its own samples: components merge or die before the variance does."""

from __future__ import annotations

from springhead.lab.settings import ArmSettings, LabSettings


def gmm() -> LabSettings:
    """Return a loop of a two-component mixture fitted by EM to one blob (Shumailov's released notebook)."""
    return LabSettings(
        name="gmm",
        source={"name": "vector/gaussian", "d": 2},
        model={"name": "vector/mixture", "components": 2},
        records=500,
        generations=30,
        measure_every=5,
        replicates=8,
        metrics=("vector/log-variance", "vector/sliced-wasserstein", "vector/precision", "vector/recall"),
        arms={
            "replace": ArmSettings(policy={"name": "replace"}),
            "accumulate": ArmSettings(policy={"name": "accumulate"}),
            "half real": ArmSettings(policy={"name": "fixed-real-share", "human": 0.5}, budget="records"),
        },
    )
