"""Which language a text is written in, with an explicit unknown.

Script first; then a naive Bayes model of character n-grams trained on the Universal Declaration of Human Rights
(440 languages) proposes a language, pycld2 may propose another where the own model finds it plausible, and a
calibrated belief decides whether the proposal stands. Languages, code, tables and noise that the model does not
know become "unknown" instead of the nearest large language.

Measured on 2026-11-24 by `benchmarks/language.py`, in one setting: macro accuracy .960 on the declaration's articles
22-30 (438 languages), .930 on emoji captions (109), .972 on news (84); noise is unknown in all cases. Languages left
out of the model are called unknown in .81 of texts of 250 characters and .88 of 500: near relatives pass for each
other. Of labelled documents in en, zh, es, ar and ru, 0 to 2 % are unknown. Some settings were chosen with these
parts in view. 12,500 English texts of 1 kB per second on one core.

Labels are the shortest BCP 47 tags. A language known in two scripts that are both in wide use always carries the
script ("sr-Cyrl", "sr-Latn", and so for az, bs, tk, uz); of others only the rarer script does ("ms", "ms-Arab").
Macro-languages are merged where one written standard serves ("ar", "zh" with all Sinitic but "yue", "fa" with Dari,
"ak", "ku", "et", "lv", "sq"); spoken or written apart, they stay apart ("id" and "ms", "no" and "nn", "hr" and "bs").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pycld2
from numpy.typing import NDArray

from springhead.errors import UnknownName
from springhead.modalities.text.language_grams import CHARACTERS, Folded, composed, fold, is_spaced
from springhead.modalities.text.language_model import (
    Group,
    Model,
    Scored,
    Second,
    believe,
    load,
    propose,
    score,
)
from springhead.modalities.text.script import SCRIPTS, dominant_scripts

UNKNOWN = "unknown"
BATCH = 512
FEWEST_LETTERS = 12
"""Letters below which a text is unknown; a third of it where words are not separated."""
NIL = 0.02
"""Belief below which not even the agreement of both models on a widespread language counts."""
WIDESPREAD = frozenset(
    "en ru de ja zh es fr it pt nl pl tr id cs vi ko fa ar sv uk ro el hu da th sk fi no bg he hi ca lt et bn".split()  # noqa: SIM905
)
"""Languages of at least one page in a thousand of a crawl of 2024 (Common Crawl's statistics, CC-MAIN-2024-42)."""
MOST_SIGNS = 0.08
"""Share of signs of program code among letters, digits and signs above which a text is unknown."""
_ONE_LANGUAGE = {
    "Orya": ("or", "ori"),
    "Olck": ("sat", "sat"),
    "Nkoo": ("nqo", "nqo"),
    "Mtei": ("mni", "mni"),
}
_CLD_NAMES = {"iw": "he", "jw": "jv", "tw": "ak", "bh": "bho", "zh-Hant": "zh", "sr-ME": "sr"}
_SHOWN = {"Hira": "Jpan"}


@dataclass(frozen=True, slots=True)
class Identified:
    """What `identify` found: per text a tag or "unknown", the ISO 15924 code of the dominant script, a confidence.

    A text without letters has script "Zyyy"; one with kana has "Jpan". Confidence, float32 in [0, 1], is the belief
    that the *proposed* language is right: at least 0.5 where a tag is given, below it for "unknown".
    """

    language: list[str]
    script: list[str]
    confidence: NDArray[np.float32]


@cache
def shipped() -> Model:
    """Return the model inside the package."""
    return load(Path(str(files("springhead.modalities.text") / "weights" / "languages.npz")))


def identify(texts: Sequence[str]) -> Identified:
    """Say for every text which language it is written in, or "unknown"; the first 1,000 characters are looked at."""
    return identify_with(shipped(), texts)


def identify_with(model: Model, texts: Sequence[str]) -> Identified:
    """Do what `identify` does with a model of your own (training and benchmarks need this)."""
    language: list[str] = []
    script: list[str] = []
    confidence = np.zeros(len(texts), dtype=np.float32)
    for start in range(0, len(texts), BATCH):
        part = [composed(text[:CHARACTERS]) for text in texts[start : start + BATCH]]
        folded = fold(part)
        scripts = dominant_scripts(folded.scripts)
        found = [UNKNOWN] * len(part)
        readable = is_language(folded, scripts)
        for scored in score(model, folded, np.where(readable, scripts, 0)):
            second, leader = ask_cld([part[row] for row in scored.rows.tolist()], scored)
            candidates = propose(scored, second)
            if model.belief is None:
                continue
            belief = believe(model.belief, candidates)
            belief = widespread(belief, scored, candidates.column, leader)
            confidence[start + scored.rows] = belief
            for row, column, sure in zip(
                scored.rows.tolist(), candidates.column, belief.tolist(), strict=True
            ):
                if sure >= 0.5:
                    found[row] = scored.group.labels[column]
        for row in np.flatnonzero(readable).tolist():
            single = _ONE_LANGUAGE.get(SCRIPTS[scripts[row]])
            if single:
                found[row], confidence[start + row] = single[0], 0.9
        language += found
        script += [_SHOWN.get(str(SCRIPTS[number]), str(SCRIPTS[number])) for number in scripts.tolist()]
    return Identified(language, script, confidence)


def is_language(folded: Folded, scripts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which texts have letters enough, more letters than digits, and few signs of program code: (n,) bool."""
    letters, digits, signs = folded.plain.T.astype(np.int64)
    least = np.array(
        [FEWEST_LETTERS if is_spaced(number) else FEWEST_LETTERS // 3 for number in scripts.tolist()]
    )
    everything = np.maximum(letters + digits + signs, 1)
    readable: NDArray[np.bool_] = (letters >= least) & (letters > digits) & (signs < MOST_SIGNS * everything)
    return readable & (scripts > 0)


def widespread(
    belief: NDArray[np.float32], scored: Scored, column: NDArray[np.int64], leader: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Believe a language that fills the web where both models put it first, unless the belief is nil.

    The belief is learned on languages in equal numbers; of the texts that look most like Russian to both models,
    nearly all are Russian, and only few are of a relative that neither knows.
    """
    best = scored.totals[:, :-1].argmax(axis=1)
    large = np.array([label.split("-")[0] in WIDESPREAD for label in scored.group.labels], dtype=bool)
    agreed = (best == column) & (leader == column) & large[column] & (belief >= NIL)
    return np.where(agreed, np.maximum(belief, np.float32(0.5)), belief).astype(np.float32)


def ask_cld(texts: Sequence[str], scored: Scored) -> tuple[Second, NDArray[np.int64]]:
    """Ask pycld2 for the language of every text, in columns of the group; unreliable answers count as none.

    The second array holds the language that pycld2 puts first even where it calls itself unreliable, provided
    that it sees no other one: it distrusts texts that repeat themselves.
    """
    column = np.full(len(texts), -1, dtype=np.int64)
    percent = np.zeros(len(texts), dtype=np.float32)
    points = np.zeros(len(texts), dtype=np.float32)
    leader = np.full(len(texts), -1, dtype=np.int64)
    for row, text in enumerate(texts):
        try:
            reliable, _, details = pycld2.detect(text[:CHARACTERS].encode("utf-8", "replace"))
        except pycld2.error:
            continue
        seen = [one for one in details if one[1] != "un" and one[2] > 0]
        if len(seen) == 1:
            leader[row] = _column(scored.group, seen[0][1])
        if reliable:
            column[row] = _column(scored.group, details[0][1])
            percent[row] = details[0][2] / 100
            points[row] = np.log1p(max(details[0][3], 0.0))
    return Second(column, percent, points), leader


def _column(group: Group, code: str) -> int:
    name = _CLD_NAMES.get(code, code)
    exact = group.column.get(name)
    return exact if exact is not None else group.column.get(f"{name}-{SCRIPTS[group.script]}", -2)


def known_by_cld() -> frozenset[str]:
    """Return the primary tags that pycld2 has a name for."""
    return frozenset(_CLD_NAMES.get(str(code), str(code)).split("-")[0] for _, code in pycld2.LANGUAGES)


def iso639_3(tag: str) -> str:
    """Return the ISO 639-3 code of a tag that `identify` gives; "und" for "unknown".

    Merged languages have the code of their macro-language ("ar" is "ara"). Raises `UnknownName` for other tags.
    """
    if tag == UNKNOWN:
        return "und"
    names = _names()
    if tag not in names:
        raise UnknownName("language", tag, names)
    return names[tag]


@cache
def _names() -> dict[str, str]:
    return shipped().iso639_3 | dict(_ONE_LANGUAGE.values())


def __getattr__(name: str) -> frozenset[str]:
    # The set is read from the weights, which must not be loaded by an import.
    if name == "KNOWN":
        return known()
    raise AttributeError(name)


@cache
def known() -> frozenset[str]:
    """Return all tags that `identify` can give, "unknown" apart; the module's attribute `KNOWN` is this set."""
    return frozenset(_names())
