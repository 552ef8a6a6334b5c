"""Decoding settings of n-gram models: temperature, top-k, top-p, repetition penalty and beams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Integers, Request
from springhead.modalities.decoding import TEMPERATURE, Setting, decoding
from springhead.modalities.text.beams import beam_documents
from springhead.modalities.text.gram_decoding import root_law, sample_decoded
from springhead.modalities.text.grams import Grams

SETTINGS: Final[Mapping[str, Setting]] = {
    "temperature": TEMPERATURE,
    "top_k": Setting(0.0, 0.0, 1e6),
    "top_p": Setting(1.0, 0.0, 1.0),
    "repetition_penalty": Setting(1.0, 1.0, 10.0),
    "beams": Setting(1.0, 1.0, 64.0),
}


def text_decoding(model: str, request: Request) -> dict[str, float]:
    """Return the settings of a request, in the order in which they act.

    `repetition_penalty` multiplies the log-probability of words that the document already holds (Keskar et
    al. 2019), `temperature` follows, then `top_k` (0 = off) and `top_p`. With `beams` above 1 the tag and the
    next word are sampled and the rest is the most probable continuation per token that a search of that
    width finds.
    """
    return decoding(model, request, SETTINGS)


def is_neutral(settings: Mapping[str, float]) -> bool:
    """Tell whether settings sample the fitted law itself."""
    return all(settings[name] == setting.neutral for name, setting in SETTINGS.items())


def decode_documents(
    grams: Grams,
    starts: NDArray[np.int32],
    order: int,
    types: int,
    longest: int,
    settings: Mapping[str, float],
    rng: Generator,
) -> tuple[NDArray[np.int32], Integers]:
    """Write one document after each first token under the settings; returns tokens and offsets."""
    base = root_law(grams, types)
    ranked = np.argsort(-base, kind="stable").astype(np.int32)
    ranked = ranked[base[ranked] > 0.0]
    width = int(settings["beams"])
    numbers = np.array([settings[name] for name in ("temperature", "top_k", "top_p", "repetition_penalty")])
    if width == 1:
        return sample_decoded(grams, base, ranked, starts, order, longest, numbers, rng)
    return beam_documents(grams, base, ranked, starts, order, longest, numbers, width, rng)
