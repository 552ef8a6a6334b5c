"""A photo of a photo of a photo: symbols in unequal classes, and a classical image model trained on its own samples.

After Alemohammad et al. 2023: without bias samples turn to noise, with truncated sampling precision holds while recall
dies; a group's share can stand while its inside empties (Wyllie et al. 2024).
"""

from __future__ import annotations

from springhead.lab.settings import ArmSettings, LabSettings

TRUNCATED = {"truncation": 0.8}


def images() -> LabSettings:
    """Return a loop of 6 generations over 1,500 small pictures of symbols in 11 classes, three of them minorities."""
    return LabSettings(
        name="images",
        source={"name": "image/symbols"},
        model={"name": "image/ppca"},
        records=1_500,
        generations=6,
        replicates=2,
        measure_every=2,
        conditions="groups",
        metrics=("image/frechet", "image/precision", "image/recall", "image/log-variance", "image/tail-mass"),
        by_group=("image/log-variance",),
        arms={
            "replace": ArmSettings(policy={"name": "replace"}),
            "replace, truncated": ArmSettings(policy={"name": "replace"}, decoding=TRUNCATED),
            "accumulate, truncated": ArmSettings(policy={"name": "accumulate"}, decoding=TRUNCATED),
            "30 % real, truncated": ArmSettings(
                policy={"name": "fixed-real-share", "human": 0.3}, budget="records", decoding=TRUNCATED
            ),
        },
    )
