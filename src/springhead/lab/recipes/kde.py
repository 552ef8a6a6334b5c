"""A kernel density estimate refitted to its own samples: it blurs instead of shrinking."""

from __future__ import annotations

from springhead.lab.settings import ArmSettings, LabSettings


def kde() -> LabSettings:
    """Return a loop whose samples each have one parent, so that lineage goes down to single records."""
    return LabSettings(
        name="kde",
        source={"name": "vector/gaussian"},
        model={"name": "vector/kde"},
        records=500,
        generations=30,
        measure_every=5,
        replicates=8,
        metrics=("vector/log-variance", "vector/wasserstein", "vector/precision", "vector/recall"),
        arms={
            "replace": ArmSettings(policy={"name": "replace"}),
            "accumulate": ArmSettings(policy={"name": "accumulate"}),
            "subsample": ArmSettings(policy={"name": "accumulate-subsample"}, budget="records"),
        },
    )
