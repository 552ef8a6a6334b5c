"""Score families with known laws, and pools of real scores, for benchmarks/prevalence.py.

A family hands out target, human and synthetic scores (and sketches where it has them) of disjoint records;
the oracle of a family knows the true-positive and false-positive rate at the threshold of greatest
difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import polars

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True)
class Records:
    """Scores (n,) and content sketches (n, d), or None."""

    scores: Floats
    sketches: Floats | None

    def take(self, rows: npt.NDArray[np.int64]) -> Records:
        """Return some of the rows."""
        return Records(self.scores[rows], None if self.sketches is None else self.sketches[rows])


@dataclass(frozen=True)
class Trial:
    """One draw: the three samples, the true share of their law, and of the records themselves."""

    target: Records
    human: Records
    synthetic: Records
    share: float
    realised: float


def join(first: Records, second: Records) -> Records:
    """Return the rows of both."""
    sketches = None
    if first.sketches is not None and second.sketches is not None:
        sketches = np.concatenate([first.sketches, second.sketches])
    return Records(np.concatenate([first.scores, second.scores]), sketches)


@dataclass(frozen=True)
class Family:
    """Two laws of scores."""

    name: str
    human: Draw
    synthetic: Draw

    def trial(self, share: float, n: int, references: int, rng: np.random.Generator) -> Trial:
        """Draw a target of n, its synthetic part binomial, and references of this size."""
        count = int(rng.binomial(n, share))
        target = np.concatenate([self.human(rng, n - count), self.synthetic(rng, count)])
        return Trial(
            Records(target, None),
            Records(self.human(rng, references), None),
            Records(self.synthetic(rng, references), None),
            share,
            count / n,
        )

    def oracle(self) -> tuple[float, float, float]:
        """Return threshold and both rates of greatest difference, from 400,000 draws per class."""
        rng = np.random.default_rng(99)
        return best_threshold(self.human(rng, 400_000), self.synthetic(rng, 400_000))


def best_threshold(human: Floats, synthetic: Floats) -> tuple[float, float, float]:
    """Return the threshold of greatest TPR - FPR with both rates."""
    cuts = np.unique(np.quantile(np.concatenate([human, synthetic]), np.linspace(0.002, 0.998, 499)))
    false = 1.0 - np.searchsorted(np.sort(human), cuts, side="right") / human.size
    true = 1.0 - np.searchsorted(np.sort(synthetic), cuts, side="right") / synthetic.size
    best = int(np.argmax(true - false))
    return float(cuts[best]), float(true[best]), float(false[best])


FAMILIES = (
    Family("Gaussian, 5 sd apart", lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(5, 1, n)),
    Family("Gaussian, 3 sd apart", lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(3, 1, n)),
    Family("Gaussian, 1.5 sd apart", lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(1.5, 1, n)),
    Family("skewed (gamma)", lambda r, n: r.gamma(1.0, 1.0, n), lambda r, n: r.gamma(4.0, 1.2, n)),
    Family(
        "saturated (atoms at 0 and 1)",
        lambda r, n: np.clip(r.normal(-0.5, 0.5, n), 0, 1),
        lambda r, n: np.clip(r.normal(0.9, 0.5, n), 0, 1),
    ),
)


@dataclass(frozen=True)
class Pools:
    """Real records by (source domain, generator); generator 'human' holds the known-human ones."""

    records: dict[tuple[str, str], Records]

    def domains(self) -> list[str]:
        """Return the domains that have human records."""
        return sorted({domain for domain, generator in self.records if generator == "human"})

    def generators(self, domain: str, least: int) -> list[str]:
        """Return the generators of a domain with this many records at least."""
        return sorted(
            g
            for d, g in self.records
            if d == domain and g != "human" and len(self.records[d, g].scores) >= least
        )


def mixed_trial(
    human: Records,
    synthetic: Records,
    mirror: Records | None,
    share: float,
    n: int,
    references: int,
    rng: np.random.Generator,
    human_reference: Records | None = None,
) -> Trial:
    """Draw target and references from pools; `mirror` and `human_reference` replace a reference.

    A pool is taken as the law itself and drawn with replacement, so that any n is possible and the truth is
    known.
    """
    count = int(rng.binomial(n, share))

    def some(pool: Records, size: int) -> Records:
        """Draw records of a pool."""
        return pool.take(rng.integers(0, pool.scores.size, size))

    return Trial(
        join(some(human, n - count), some(synthetic, count)),
        some(human if human_reference is None else human_reference, references),
        some(synthetic if mirror is None else mirror, references),
        share,
        count / n,
    )


def data_folder(given: str | None) -> Path | None:
    """Return the text data folder from --data or SPRINGHEAD_DATA, None when there is none."""
    root = given or os.environ.get("SPRINGHEAD_DATA")
    folder = Path(root) / "text" if root else None
    return folder if folder is not None and folder.is_dir() else None


def read_texts(folder: Path, characters: int = 1500) -> polars.DataFrame:
    """Read all documents of at least 300 characters, whitespace collapsed, cut to the first `characters`."""
    import polars

    columns = ["text", "label", "generator", "domain", "language", "split", "variant"]
    frames = [
        polars.read_parquet(path, columns=columns).with_columns(source=polars.lit(path.stem))
        for path in sorted(folder.glob("*.parquet"))
        if not path.stem.startswith("scores")
    ]
    return (
        polars.concat(frames)
        .filter(polars.col("text").str.len_chars() >= 300)
        .with_columns(
            polars.col("text").str.replace_all(r"\s+", " ").str.slice(0, characters),
            machine=polars.col("label") != "human",
        )
    )


def linear_detector(
    folder: Path, left_out: str | None, *, train: int = 12_000
) -> tuple[Callable[[polars.Series], Floats], polars.DataFrame]:
    """Fit logistic regression on hashed word 1-2-grams of English; return it and the documents it never saw.

    None: the test split is what it never saw, with all sources in training.
    """
    import polars
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression

    table = read_texts(folder)
    unseen = (polars.col("split") == "test") if left_out is None else (polars.col("source") == left_out)
    english = polars.col("language") == "en"
    seen = table.filter(~unseen & (polars.col("split") != "test") & english)
    seen = seen.sample(min(train, seen.height), seed=1)
    words = HashingVectorizer(n_features=2**18, ngram_range=(1, 2), alternate_sign=False, norm="l2")
    model = LogisticRegression(C=30.0, class_weight="balanced", max_iter=200)
    model.fit(words.transform(seen["text"]), seen["machine"].to_numpy())

    def score(texts: polars.Series) -> Floats:
        """Return the decision function of the texts."""
        return np.asarray(model.decision_function(words.transform(texts)), dtype=np.float64)

    return score, table.filter(unseen | ~english)


def real_pools(folder: Path, left_out: str | None) -> Pools:
    """Score one source with a linear detector that never saw it; None: the test split, with all sources seen.

    Sketches are 64 random projections of hashed word counts.
    """
    import polars
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.random_projection import SparseRandomProjection

    score, held = linear_detector(folder, left_out)
    contents = HashingVectorizer(n_features=2**14, alternate_sign=False, norm="l2", analyzer="word")
    project = SparseRandomProjection(64, density=0.1, random_state=0)
    project.fit(contents.transform(["a"]))
    held = held.filter(~polars.col("variant").str.starts_with("mix_"))
    records: dict[tuple[str, str], Records] = {}
    keys = ["domain", "language", "generator"]
    for (domain, language, generator), part in held.group_by(keys, maintain_order=True):
        sketches = np.asarray(project.transform(contents.transform(part["text"])).todense())
        records[f"{domain}/{language}", str(generator)] = Records(score(part["text"]), sketches)
    return Pools(records)
