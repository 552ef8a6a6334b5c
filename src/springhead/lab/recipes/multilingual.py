"""The controlled multilingual loop: captions in 14 languages, one model over all, what thins out and what saves it.

Sizes of the languages follow their shares of web pages; none is chosen to vanish. The reference is the neutral
survival law in documents (metric `text/neutral-gap`): below 0, words of a language thin out faster than if whole
documents had been resampled.
"""

from __future__ import annotations

from springhead.lab.settings import ArmSettings, LabSettings

USUAL = {"top_p": 0.9}
"""Nucleus sampling at 0.9, as samplers are usually shipped."""


def multilingual() -> LabSettings:
    """Return a loop of 5 generations over all emoji captions, neutral and usual decoding, two policies."""
    return LabSettings(
        name="multilingual",
        source={"name": "text/emoji"},
        model={"name": "text/kneser-ney", "order": 3},
        generations=5,
        replicates=3,
        held_out=0.1,
        metrics=(
            "text/neutral-gap",
            "text/types-kept",
            "text/types-kept-rare",
            "text/distinct-2",
            "text/held-out-perplexity",
            "text/sample-perplexity",
        ),
        by_group=("text/neutral-gap", "text/types-kept"),
        arms={
            "replace": ArmSettings(policy={"name": "replace"}),
            "replace, top-p .9": ArmSettings(policy={"name": "replace"}, decoding=USUAL),
            "accumulate, top-p .9": ArmSettings(policy={"name": "accumulate"}, decoding=USUAL),
            "30 % real, top-p .9": ArmSettings(
                policy={"name": "fixed-real-share", "human": 0.3}, budget="records", decoding=USUAL
            ),
        },
    )
