"""What references teach: per language a domain head, score distributions, evidence in nats and p-values.

A calibration is made from known-human records and, where given, known-synthetic ones; it can be saved and
used for next month's crawl. Conformal p-values use the references of the same length band where it holds at
least 99 of them, else all of the language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.core import registry
from springhead.core.nouns import Floats, Integers
from springhead.core.seeds import stream
from springhead.core.traits import traits_of
from springhead.errors import BadReference
from springhead.evidence.calibrate import LikelihoodRatio, LogisticFusion
from springhead.evidence.conformal import conformal
from springhead.results.scan import Leak
from springhead.scan.settings import ScanSettings

FORMAT = 1
BAND_EDGES = (160, 320)
LEAST_IN_BAND = 99
NEARLY_ALL = 0.95
UNKNOWN_LANGUAGE = "unknown"
"""Texts of unknown languages are of many languages: they are no reference for each other."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Known records of one class: parallel columns, n rows; `payload` is the canonical form."""

    language: list[str]
    content: list[bytes]
    cluster: Integers
    length: Integers
    score: Floats
    sketch: NDArray[np.float32]
    payload: list[str]
    newest: str
    neural: Floats

    def rows_of(self, language: str, most: int) -> Integers:
        """Rows of a language that have a score, at most `most`, those with the smallest content hashes."""
        rows = [
            i
            for i, (tag, score) in enumerate(zip(self.language, self.score, strict=True))
            if tag == language and np.isfinite(score)
        ]
        unique = {self.content[i]: i for i in reversed(rows)}
        return np.array([unique[digest] for digest in sorted(unique)[:most]], np.int64)


@dataclass(frozen=True, slots=True)
class LanguageCalibration:
    """References of one language as scores (cross-fitted where a head was fitted), and what they teach."""

    language: str
    human: Floats
    human_length: Integers
    human_sketch: NDArray[np.float32]
    human_cluster: Integers
    human_key: NDArray[np.uint64]
    synthetic: Floats
    synthetic_length: Integers
    synthetic_sketch: NDArray[np.float32]
    synthetic_cluster: Integers
    newest: str = ""
    head: Any = None
    ratio: LikelihoodRatio | None = None
    fusion: LogisticFusion | None = None
    neural_only: bool = False
    without_base: bool = False
    """No detector of the modality scores records by itself: the score is the head's or the neural one."""

    def fuse(self, scores: Floats, neural: Floats | None) -> Floats:
        """The judged score: statistical alone, neural alone, or both fused, as the references allowed."""
        if neural is None or not (self.neural_only or self.fusion is not None):
            return scores
        if self.fusion is None:
            return neural
        return _fused(self.fusion, np.column_stack([scores, neural]))

    def p_values(self, scores: Floats, length: Integers) -> Floats:
        """P(a known-human text of the same language and length band scores as high), float64 (n,)."""
        result = np.asarray(conformal(self.human, scores), np.float64)
        bands, reference_bands = np.digitize(length, BAND_EDGES), np.digitize(self.human_length, BAND_EDGES)
        for band in range(len(BAND_EDGES) + 1):
            peers, rows = self.human[reference_bands == band], bands == band
            if len(peers) >= LEAST_IN_BAND and rows.any():
                result[rows] = conformal(peers, scores[rows])
        return result

    def nats(self, scores: Floats) -> Floats:
        """Evidence of the scores in nats, float64 (n,); nan without a synthetic reference."""
        if self.ratio is None:
            return np.full(len(scores), np.nan)
        return np.asarray(self.ratio.nats(scores), np.float64)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibrations by language, the reference's names and when it was made."""

    languages: dict[str, LanguageCalibration] = field(default_factory=dict)
    human_name: str | None = None
    synthetic_name: str | None = None
    covers_all: bool = False
    made: str = ""
    contents: frozenset[bytes] = frozenset()
    unfit: dict[str, str] = field(default_factory=dict)
    """Why a language with references has no calibration."""
    leak: Leak | None = None


def has_detector(settings: ScanSettings) -> bool:
    """Whether a detector of the modality scores records by itself, without any reference."""
    return f"{settings.modality}/statistical" in registry.names("detector")


def fit_calibration(
    human: Reference | None,
    synthetic: Reference | None,
    settings: ScanSettings,
    *,
    human_name: str | None,
    synthetic_name: str | None,
    made: str = "",
) -> Calibration:
    """Fit heads and evidence for each language with enough known-human records; `made` dates a saved one."""
    if human is None:
        return Calibration(synthetic_name=synthetic_name)
    languages: dict[str, LanguageCalibration] = {}
    unfit: dict[str, str] = {}
    most = settings.references.most
    named = {*human.language, *(synthetic.language if synthetic and not has_detector(settings) else ())}
    for language in sorted(named - {UNKNOWN_LANGUAGE}):
        rows = human.rows_of(language, most)
        other = synthetic.rows_of(language, most) if synthetic else np.zeros(0, np.int64)
        if len(rows) >= min(20, settings.references.least):
            one = _fit_language(language, human, rows, synthetic, other, settings)
            if one.without_base and one.head is None and not one.neural_only:
                unfit[language] = _why_unfit(language, len(rows), len(other), settings)
            else:
                languages[language] = one
        elif not has_detector(settings):
            unfit[language] = _why_unfit(language, len(rows), len(other), settings)
    contents = frozenset(human.content) | (frozenset(synthetic.content) if synthetic else frozenset())
    if synthetic and not set(human.content).isdisjoint(synthetic.content):
        shared = len(set(human.content) & set(synthetic.content))
        raise BadReference(
            "human and synthetic reference",
            f"{shared} records stand in both",
            "Remove them from one of the two.",
        )
    return Calibration(
        languages, human_name, synthetic_name, settings.reference_covers_all, made, contents, unfit,
        _leak(human, synthetic, settings),
    )  # fmt: skip


def _why_unfit(language: str, human: int, synthetic: int, settings: ScanSettings) -> str:
    record = traits_of(settings.modality).record
    return (
        f"a share needs {settings.references.head_least} known-human and as many known machine-made "
        f"{record}s in {language} to learn from: the references hold {human} and {synthetic}"
    )


def _leak(human: Reference, synthetic: Reference | None, settings: ScanSettings) -> Leak | None:
    """How well the files' format alone tells the references apart, where the modality's trainer can ask that."""
    name = f"{settings.modality}/domain"
    if synthetic is None or not human.payload or name not in registry.names("trainer"):
        return None
    ask = getattr(registry.load("trainer", name), "leak", None)
    if ask is None:
        return None
    rng = stream(settings.seed, "scan/leak")
    found = ask({"payload": human.payload}, {"payload": synthetic.payload}, rng=rng)
    return Leak(**found._asdict()) if found is not None else None


def _fit_language(
    language: str,
    human: Reference,
    rows: Integers,
    synthetic: Reference | None,
    other: Integers,
    settings: ScanSettings,
) -> LanguageCalibration:
    head, human_score, synthetic_score = None, human.score[rows], np.zeros(0)
    synthetic_sketch = np.zeros((0, human.sketch.shape[1]), np.float32)
    synthetic_cluster, synthetic_length = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if synthetic is not None and len(other):
        synthetic_score, synthetic_sketch = synthetic.score[other], synthetic.sketch[other]
        synthetic_cluster, synthetic_length = synthetic.cluster[other], synthetic.length[other]
        if (
            min(len(rows), len(other)) >= settings.references.head_least
            and human.payload
            and synthetic.payload
            and f"{settings.modality}/domain" in registry.names("trainer")
        ):
            rng = stream(settings.seed, f"scan/head/{language}")
            trainer: Any = registry.load("trainer", f"{settings.modality}/domain")
            head = trainer().fit(
                _columns(human, rows, settings), _columns(synthetic, other, settings), clusters=None, rng=rng
            )
            rows, other = rows[: settings.references.head_most], other[: settings.references.head_most]
            human_score, synthetic_score = head.cross_fitted_human, head.cross_fitted_synthetic
            synthetic_sketch, synthetic_cluster = synthetic.sketch[other], synthetic.cluster[other]
            synthetic_length = synthetic.length[other]
    human_neural = human.neural[rows]
    synthetic_neural = synthetic.neural[other] if synthetic is not None else np.zeros(0)
    without_base = not has_detector(settings)
    human_score, synthetic_score, fusion, neural_only = (
        _neural_alone(human_neural, synthetic_neural)
        if without_base and head is None
        else _with_neural(human_score, human_neural, synthetic_score, synthetic_neural)
    )
    enough = (
        min(np.isfinite(one).sum() for one in (human_score, synthetic_score)) >= settings.references.least
    )
    return LanguageCalibration(
        language=language,
        human=human_score,
        human_length=human.length[rows],
        human_sketch=human.sketch[rows],
        human_cluster=human.cluster[rows],
        human_key=keys_of([human.content[i] for i in rows]),
        synthetic=synthetic_score,
        synthetic_length=synthetic_length,
        synthetic_sketch=synthetic_sketch,
        synthetic_cluster=synthetic_cluster,
        newest=human.newest,
        head=head,
        ratio=LikelihoodRatio.fit(human_score, synthetic_score) if enough else None,
        fusion=fusion,
        neural_only=neural_only,
        without_base=without_base,
    )


def _with_neural(
    human: Floats, human_neural: Floats, synthetic: Floats, synthetic_neural: Floats
) -> tuple[Floats, Floats, LogisticFusion | None, bool]:
    """Fuse neural scores into the references' scores where (nearly) all references have them.

    With both classes the two channels are fused by logistic regression; with known-human text alone the neural
    score takes the place of the statistical one, since nothing says how to weigh them.
    """
    if np.isfinite(human_neural).mean() < NEARLY_ALL:
        return human, synthetic, None, False
    if not len(synthetic):
        return human_neural, synthetic, None, True
    if np.isfinite(synthetic_neural).mean() < NEARLY_ALL:
        return human, synthetic, None, False
    one, other = np.column_stack([human, human_neural]), np.column_stack([synthetic, synthetic_neural])
    whole = [part[np.isfinite(part).all(axis=1)] for part in (one, other)]
    fusion = LogisticFusion.fit(*whole)
    return _fused(fusion, one), _fused(fusion, other), fusion, False


def _neural_alone(human: Floats, synthetic: Floats) -> tuple[Floats, Floats, None, bool]:
    """Neural scores where no other exists: usable where (nearly) all references have them."""
    return human, synthetic, None, bool(np.isfinite(np.concatenate([human, synthetic])).mean() >= NEARLY_ALL)


def _fused(fusion: LogisticFusion, channels: Floats) -> Floats:
    result = np.full(len(channels), np.nan)
    rows = np.isfinite(channels).all(axis=1)
    result[rows] = fusion.nats(channels[rows])
    return result


def keys_of(canonical: list[bytes]) -> NDArray[np.uint64]:
    """First eight bytes of canonical hashes, uint64 (n,), by which a reference finds itself in the corpus."""
    return np.frombuffer(b"".join(digest[:8] for digest in canonical), ">u8").astype(np.uint64)


def _columns(reference: Reference, rows: Integers, settings: ScanSettings) -> dict[str, Any]:
    kept = rows[: settings.references.head_most]
    return {
        "payload": [reference.payload[i] for i in kept],
        "language": [reference.language[i] for i in kept],
        "score": reference.score[kept],
        "cluster": reference.cluster[kept],
    }


ARRAYS = ("human", "human_length", "human_sketch", "human_cluster", "human_key", "synthetic", "synthetic_length",
          "synthetic_sketch", "synthetic_cluster")  # fmt: skip


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Save as npz without pickle: reference scores, sketches, heads and evidence curves, no texts."""
    arrays: dict[str, Any] = {
        "format": np.array(FORMAT),
        "names": np.array([calibration.human_name or "", calibration.synthetic_name or "", calibration.made]),
        "covers_all": np.array(calibration.covers_all),
        "languages": np.array(sorted(calibration.languages), dtype=np.str_),
        "contents": np.frombuffer(b"".join(sorted(calibration.contents)), np.uint8).reshape(-1, 32),
        "unfit": np.array(sorted(calibration.unfit.items()), dtype=np.str_).reshape(-1, 2),
    }
    if calibration.leak is not None:
        arrays["leak"] = np.array(msgspec.structs.astuple(calibration.leak), np.float64)
    for index, language in enumerate(sorted(calibration.languages)):
        one = calibration.languages[language]
        for name in ARRAYS:
            arrays[f"{index}/{name}"] = getattr(one, name)
        arrays[f"{index}/newest"] = np.array(one.newest)
        arrays[f"{index}/neural_only"] = np.array(one.neural_only)
        arrays[f"{index}/without_base"] = np.array(one.without_base)
        for part, value in (("ratio", one.ratio), ("head", one.head), ("fusion", one.fusion)):
            if value is not None:
                arrays |= {f"{index}/{part}/{name}": array for name, array in value.to_arrays().items()}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load_calibration(path: Path, settings: ScanSettings) -> Calibration:
    """Load what `save_calibration` wrote; raises BadReference when the file is something else."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        if int(arrays["format"]) != FORMAT:
            raise ValueError(f"format {arrays['format']} instead of {FORMAT}")
        languages = {}
        for index, language in enumerate(arrays["languages"].tolist()):
            ratio, head, fusion = (_part(arrays, f"{index}/{part}/") for part in ("ratio", "head", "fusion"))
            languages[language] = LanguageCalibration(
                language=language,
                **{name: arrays[f"{index}/{name}"] for name in ARRAYS},
                newest=str(arrays[f"{index}/newest"]),
                head=registry.load("trainer", f"{settings.modality}/domain").from_arrays(head)
                if head
                else None,
                ratio=LikelihoodRatio.from_arrays(ratio) if ratio else None,
                fusion=LogisticFusion.from_arrays(fusion) if fusion else None,
                neural_only=bool(arrays[f"{index}/neural_only"]),
                without_base=bool(arrays.get(f"{index}/without_base", False)),
            )
        human, synthetic, made = arrays["names"].tolist()
        contents = frozenset(row.tobytes() for row in arrays["contents"])
        return Calibration(
            languages, human or None, synthetic or None, bool(arrays["covers_all"]), made, contents,
            dict(arrays["unfit"].tolist()) if "unfit" in arrays else {}, _leak_of(arrays.get("leak")),
        )  # fmt: skip
    except (OSError, KeyError, ValueError) as error:
        raise BadReference(
            f"calibration {path}", f"cannot be used ({error})", "Make one with `springhead calibrate`."
        ) from error


def _leak_of(array: Any) -> Leak | None:
    if array is None:
        return None
    auroc, low, high, human, synthetic, size = array.tolist()
    return Leak(
        auroc=auroc, low=low, high=high, human=int(human), synthetic=int(synthetic), with_size=size
    )  # fmt: skip


def _part(arrays: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
