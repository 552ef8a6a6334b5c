"""Digital source types of IPTC and C2PA, and the words of data-set columns, mapped to origins, for any modality.

IPTC's controlled vocabulary `digitalsourcetype` (2024-Q3 with retired ids), the two terms of C2PA, and
schema.org's IPTCDigitalSourceEnumeration, whose members are the same terms with the suffix DigitalSource.
"""

from __future__ import annotations

import re
from typing import Literal

Origin = Literal["human", "mixed", "synthetic", "procedural", "unknown"]

_TERMS: dict[Origin, str] = {
    "human": "digitalCapture computationalCapture compositeCapture negativeFilm positiveFilm print humanEdits"
    " digitalCreation minorHumanEdits digitalArt multiFrameComputationalCapture",
    "synthetic": "trainedAlgorithmicMedia trainedAlgorithmicData",
    "mixed": "compositeWithTrainedAlgorithmicMedia compositeSynthetic algorithmicallyEnhanced",
    "procedural": "algorithmicMedia dataDrivenMedia",
    "unknown": "composite screenCapture virtualRecording empty softwareImage",
}
TERMS: dict[str, Origin] = {
    term.lower(): origin for origin, terms in _TERMS.items() for term in terms.split()
}
"""Lower-case term to origin: 19 current terms, three retired ones and schema.org's multi-frame capture."""

_WORDS: dict[Origin, str] = {
    "human": "human real authentic original organic human-written human_written person people handwritten"
    " 人类 人工撰写 humano humain mensch umano человек إنسان 人間 인간",
    "synthetic": "ai synthetic machine generated ai-generated ai_generated machine-generated"
    " machine_generated llm fake model bot chatgpt gpt gpt-4 gpt-3.5 aigc autonomous artificial"
    " 合成 机器 ai生成 sintético",
    "mixed": "mixed hybrid ai-assisted ai_assisted assisted polished edited-by-ai co-written human-ai 混合",
    "procedural": "procedural template templated boilerplate rule-based programmatic automated",
    "unknown": "unknown none null undisclosed n/a na unclear other",
}
WORDS: dict[str, Origin] = {word: origin for origin, words in _WORDS.items() for word in words.split()}
"""Lower-case words of origin columns to origins; numbers are not words, because 0 and 1 mean both."""

AIGC_LABELS: dict[str, Origin] = {"1": "synthetic", "2": "synthetic", "3": "unknown"}
"""Label of GB 45438-2025 to origin: 1 is generated, 2 is declared so by its user, 3 is only suspected."""


def of_term(term: str, /) -> Origin | None:
    """Return the origin that a source-type term or its URL implies, or None when it is not a known term."""
    name = re.split(r"[/#:]", term.strip().rstrip("/").lower())[-1]
    return TERMS.get(name) or TERMS.get(name.removesuffix("digitalsource"))


def of_word(word: str, /) -> Origin | None:
    """Return the origin that a value of an origin column names, or None when it names none."""
    name = word.strip().lower()
    return WORDS.get(name) or WORDS.get(name.replace(" ", "-")) or of_term(name)
