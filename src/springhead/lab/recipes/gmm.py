"""A mixture of Gaussians refitted to its own samples: components merge or die before the variance does."""

from __future__ import annotations

from springhead.lab.settings import ArmSettings, LabSettings


def gmm() -> LabSettings:
    """Return a loop over a mixture with one group a component: which components thin out under which policy."""
    return LabSettings(
        name="gmm",
        source={"name": "vector/gmm"},
        model={"name": "vector/gmm"},
        records=500,
        generations=30,
        replicates=8,
        metrics=("vector/sliced-wasserstein", "vector/log-variance"),
        arms={
            "replace": ArmSettings(policy={"name": "replace"}),
            "accumulate": ArmSettings(policy={"name": "accumulate"}),
            "half real": ArmSettings(policy={"name": "fixed-real-share", "share": 0.5}, budget="records"),
        },
    )
