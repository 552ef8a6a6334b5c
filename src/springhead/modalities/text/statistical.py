"""The shipped statistical detector: hashed n-grams, stylometry with boosted trees, logistic fusion.

Languages with enough labelled text have an n-gram head of their own; every other language, and text whose
language is unknown, is judged by the language-independent trees alone, with a slope measured on languages
left out of training, so that its scores do not saturate. Scores are logits under equal priors on the
training data and nothing more: thresholds do not transfer, calibrate them on text of the same domain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from springhead.errors import BrokenWeights
from springhead.modalities.text.boosting import Trees, score_trees
from springhead.modalities.text.codes import IDEOGRAPH, LETTER, LOWER, MARK, SPACE, UPPER
from springhead.modalities.text.ngrams import (
    Prepared,
    count_ngrams,
    place_weights,
    prepare,
    score_ngrams,
    vector_norm,
)
from springhead.modalities.text.stylometry import UNIVERSAL, Style, stylometry

MINIMUM_WORDS = 80
MINIMUM_CHARACTERS = 150
"""Shortest text that is judged; characters where words are not separated."""
_BATCH = 512
_SENTENCE = re.compile(
    r"[^.!?\u3002\uff01\uff1f\u06d4\u061f]+[.!?\u3002\uff01\uff1f\u06d4\u061f\"'\u201d\u2019)]*\s*"
)


class LinearHead(NamedTuple):
    """One language's linear head: quantised n-gram weights and rarity (2^bits,), style, the size of one step."""

    weights: NDArray[np.int8]
    rarity: NDArray[np.uint8]
    style: Style
    step: float


class Weights(NamedTuple):
    """All that a weights file holds; `fusion` maps a language to (linear, full, universal, intercept)."""

    facts: dict[str, Any]
    heads: dict[str, LinearHead]
    full: Trees
    universal: Trees
    fusion: dict[str, tuple[float, float, float, float]]


def read_weights(path: Path) -> Weights:
    """Read a weights file; raises `BrokenWeights`."""
    try:
        with np.load(path, allow_pickle=False) as data:
            facts = json.loads(data["facts"].tobytes().decode())
            heads = {
                language: LinearHead(
                    data[f"weights_{language}"],
                    data[f"rarity_{language}"],
                    Style(*data[f"style_{language}"]),
                    float(step),
                )
                for language, step in facts["steps"].items()
            }
            trees = {
                name: Trees(*(data[f"{name}_{field}"] for field in Trees._fields)) for name in facts["trees"]
            }
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise BrokenWeights(path.name, str(error).split("\n")[0]) from error
    fusion = {language: tuple(values) for language, values in facts["fusion"].items()}
    return Weights(facts, heads, trees["full"], trees["universal"], fusion)


@lru_cache(maxsize=1)
def _shipped() -> Weights:
    with as_file(files("springhead.modalities.text") / "weights" / "detector.npz") as path:
        return read_weights(path)


def base_language(tag: str) -> str:
    """Return the primary subtag of a BCP 47 tag in lower case."""
    return tag.replace("_", "-").split("-", 1)[0].lower()


def _likely_language(text: str) -> str:
    """Return zh for mostly ideographs, ar for Arabic letters, ru for Cyrillic, else en."""
    codes = np.frombuffer(text[:2000].encode("utf-32-le", "surrogatepass"), np.uint32)
    for tag, low, high in (("zh", 0x3400, 0x9FFF), ("ar", 0x0600, 0x06FF), ("ru", 0x0400, 0x04FF)):
        if ((codes >= low) & (codes <= high)).mean() > 0.4:
            return tag
    return "en"


class StatisticalDetector:
    """Scores canonical texts with fixed weights; `load` reads them, the shipped ones by default."""

    name = "statistical"
    kind: Literal["statistical"] = "statistical"

    def __init__(self, weights: Weights) -> None:
        """Use `weights` as read by `read_weights`."""
        self.weights = weights
        self.version = str(weights.facts["version"])
        self.languages = tuple(sorted(weights.heads))

    @classmethod
    def load(cls, path: Path | None = None) -> StatisticalDetector:
        """Return the detector with the weights of `path`, or the shipped ones; raises `BrokenWeights`."""
        return cls(_shipped() if path is None else read_weights(path))

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return a score (n,) per text: higher = more synthetic, about a logit; nan = cannot say.

        Texts are canonical; languages are BCP 47 tags or "unknown". nan for text below 80 words (150
        characters where words are not separated) and for text that is mostly symbols (code, tables).
        """
        scores = self.raw_score(texts, languages)
        scores[abstained(texts)] = np.nan
        return scores

    def raw_score(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return the score (n,) of every text, however short."""
        out = np.zeros(len(texts))
        tags = np.array([self._head(tag) for tag in languages], dtype=object)
        for language in sorted(set(tags)):
            rows = np.flatnonzero(tags == language)
            for begin in range(0, rows.size, _BATCH):
                part = rows[begin : begin + _BATCH]
                out[part] = self._score_batch([texts[row] for row in part], language)
        return out

    def spans(self, text: str, k: int, language: str | None = None) -> list[tuple[int, int, float]]:
        """Return the `k` sentences (start, end, weight) whose n-grams weigh most, heaviest first.

        Weights are in units of the score, above 0 for synthetic, below for human. Without a language the head is
        chosen by script; texts of languages without a head of their own have no spans.
        """
        if not text:
            return []
        tag = self._head(_likely_language(text) if language is None else language)
        if tag == "other":
            return []
        head = self.weights.heads[tag]
        norm = vector_norm(count_ngrams([text], int(head.weights.size).bit_length() - 1), head.rarity)
        unit = self.weights.fusion[tag][0] * head.step / norm
        found = []
        for match in _SENTENCE.finditer(text):
            places = place_weights(prepare([match.group()]), head.weights, head.rarity)
            end = match.start() + len(match.group().rstrip())
            found.append((match.start(), end, float(places.sum()) * unit))
        return sorted((span for span in found if span[2] != 0), key=lambda span: -abs(span[2]))[:k]

    def _head(self, tag: str) -> str:
        language = base_language(tag)
        return language if language in self.weights.heads else "other"

    def _score_batch(self, texts: list[str], language: str) -> NDArray[np.float64]:
        linear, full, universal, intercept = self.weights.fusion[language]
        features = stylometry(texts, english=linear != 0.0)
        out = intercept + universal * score_trees(self.weights.universal, features[:, :UNIVERSAL])
        if full != 0.0:
            out += full * score_trees(self.weights.full, features)
        if linear != 0.0:
            head = self.weights.heads[language]
            grams = head.step * score_ngrams(prepare(texts), head.weights, head.rarity)
            out += linear * (grams + head.style.score(features))
        return np.asarray(out, dtype=np.float64)


def abstained(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which texts (n,) are too short to judge, or mostly symbols and digits (code, tables)."""
    prepared = prepare(texts)
    return np.array([_abstains(prepared, row) for row in range(len(texts))], dtype=np.bool_)


def _abstains(prepared: Prepared, row: int) -> bool:
    kinds = prepared.kinds[prepared.offsets[row] : prepared.offsets[row + 1]]
    sizes = np.bincount(kinds, minlength=IDEOGRAPH + 1)
    visible = int(kinds.size - sizes[SPACE])
    letters = int(sizes[[LOWER, UPPER, LETTER, MARK, IDEOGRAPH]].sum())
    if visible == 0 or letters < 0.7 * visible:
        return True
    words = int(sizes[SPACE]) + 1
    separated = sizes[IDEOGRAPH] * 2 < letters and visible < 15 * words
    return words < MINIMUM_WORDS if separated else visible < MINIMUM_CHARACTERS
