"""The tour's loop: a text model on its own output, generation by generation, and two remedies.

It learns from paragraphs of the same language reference that gives the tour's corpus its human half.
"""

from __future__ import annotations

from pathlib import Path

from springhead.io.running import Progress
from springhead.lab.runs import run_lab
from springhead.lab.settings import ArmSettings, LabSettings
from springhead.report.words import percent
from springhead.results.lab_folder import LabFolder

USUAL = {"top_p": 0.9}
"""Nucleus sampling as samplers are usually shipped."""

LONGEST = 80
"""Tokens at which a sample ends: usual decoding makes a collapsed model repeat itself without end."""

REPLACE, NEUTRAL = "replace", "replace, neutral decoding"
ACCUMULATE, REAL_SHARE = "accumulate", "half real"


def settings() -> LabSettings:
    """Return a loop of 6 generations: collapse with usual and with neutral decoding, and two policies."""
    return LabSettings(
        name="tour",
        source={"name": "text/python"},
        model={"name": "text/kneser-ney", "order": 3, "longest": LONGEST},
        generations=6,
        replicates=3,
        records=300,
        metrics=(
            "text/types-kept",
            "text/types-kept-rare",
            {"name": "text/distinct-2", "length": 500},
            "text/held-out-perplexity",
        ),
        decoding=USUAL,
        arms={
            REPLACE: ArmSettings(policy={"name": "replace"}),
            NEUTRAL: ArmSettings(policy={"name": "replace"}, decoding={}),
            ACCUMULATE: ArmSettings(policy={"name": "accumulate"}),
            REAL_SHARE: ArmSettings(policy={"name": "fixed-real-share", "human": 0.5}, budget="records"),
        },
        examples=4,
    )


def run_loop(out: Path, progress: Progress) -> LabFolder:
    """Run the tour's loop into the folder `out`, in this process: it is over before others would start."""
    return run_lab(settings(), out, engine="serial", progress=progress)


def sentence(folder: LabFolder) -> str:
    """Say in one plain sentence what share of the words survives without and with a remedy."""
    kept = {arm: _kept(folder, arm) for arm in (REPLACE, NEUTRAL, ACCUMULATE, REAL_SHARE)}
    result = folder.result
    return (
        f"A text model trained on its own output for {result.generations} generations keeps "
        f"{percent(kept[REPLACE])} of the different words of real text with usual decoding (top-p "
        f"{USUAL['top_p']:g}) and {percent(kept[NEUTRAL])} with neutral decoding; with usual decoding it keeps "
        f"{percent(kept[ACCUMULATE])} where all earlier data stay and {percent(kept[REAL_SHARE])} where half of "
        f"the training data are real (means of {result.replicates} replicates)."
    )


def _kept(folder: LabFolder, arm: str) -> float:
    frame = folder.series()
    last = folder.result.generations
    own = frame.filter(
        (frame["arm"] == arm) & (frame["metric"] == "types-kept") & (frame["generation"] == last)
        & (frame["group"] == "")
    )["value"]  # fmt: skip
    return float(own.drop_nans().to_numpy().mean())
