"""The language model behind `language`: sparse counts of hashed n-grams, scored as smoothed log-probabilities.

Each language is a multinomial over hashed n-grams, smoothed by Dirichlet mass towards the mean of the languages of
its script: p(g | language) = (c + m b(g)) / (N + m), naive Bayes as in Zhai and Lafferty 2004. Languages compete
inside one script only. The file holds counts; log-probabilities (natural logarithm) are built when it is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from springhead.modalities.text.language_grams import Folded, is_spaced, score_rows, sum_trees
from springhead.modalities.text.script import HAN, SCRIPTS

STEP = 0.08
"""Nats per unit of the int8 table; `ZERO` is added before rounding, so that it spans -21.2 to -0.8 nats."""
ZERO = 11.0
MASS = 300.0
"""Dirichlet mass of the background, in damped n-grams."""
DAMPING = 0.7
"""Power of the counts: a word repeated in a short training text says less each time."""
STATES = 4
"""What pycld2 says of the label: nothing reliable, the same, another known language, a language not known here."""


@dataclass(frozen=True)
class Group:
    """The languages of one script: `counts` (buckets, languages) uint8, `translations` (languages,) per language.

    `center` (languages, 2) is what held-out text of a language scores (mean log-probability per n-gram, and the same
    less the background's); `cld_center` (languages,) the mean log of pycld2's score, nan where it does not know it.
    """

    script: int
    labels: tuple[str, ...]
    counts: NDArray[np.uint8]
    translations: NDArray[np.float32]
    center: NDArray[np.float32]
    cld_center: NDArray[np.float32]

    @cached_property
    def _background(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        total = np.zeros(len(self.labels), dtype=np.float32)
        background = np.zeros(len(self.counts), dtype=np.float64)
        for column in range(len(self.labels)):
            damped = self._damped(self.counts[:, column], column)
            total[column] = damped.sum()
            background += damped / total[column]
        mass = float(total.sum())
        background = background * mass / len(self.labels) + 0.5
        return total, (background / background.sum()).astype(np.float32)

    def _damped(self, counts: NDArray[np.uint8], column: int) -> NDArray[np.float32]:
        powers = (np.arange(256) / self.translations[column]) ** DAMPING
        damped: NDArray[np.float32] = powers.astype(np.float32)[counts]
        return damped

    @cached_property
    def logarithms(self) -> NDArray[np.float32]:
        """Log-probability of every bucket for every language, then of the background: (buckets, languages + 1)."""
        total, background = self._background
        table = np.empty((len(self.counts), len(self.labels) + 1), dtype=np.float32)
        prior = np.log(MASS * background)
        for column in range(len(self.labels)):
            line = prior.copy()
            seen = np.flatnonzero(self.counts[:, column])
            damped = self._damped(self.counts[seen, column], column)
            line[seen] = np.log(damped + MASS * background[seen])
            table[:, column] = line - np.log(total[column] + MASS)
        table[:, -1] = np.log(background)
        return table

    @cached_property
    def table(self) -> NDArray[np.int8]:
        """The logarithms as int8 steps, what the kernel sums: (buckets, languages + 1)."""
        steps: NDArray[np.int8] = np.clip(np.rint((self.logarithms + ZERO) / STEP), -128, 127).astype(np.int8)
        return steps

    @cached_property
    def divergence(self) -> NDArray[np.float32]:
        """Kullback-Leibler divergence of row language from column language in nats per n-gram (square)."""
        logs = self.logarithms[:, :-1]
        expected = np.exp(logs).T @ logs
        away = np.maximum(np.diag(expected)[:, None] - expected, 1e-3)
        return np.asarray(away, np.float32)

    @cached_property
    def nearest(self) -> NDArray[np.float32]:
        """Divergence from the nearest other language of the script, 3 where there is none: (languages,)."""
        if len(self.labels) == 1:
            return np.full(1, 3.0, dtype=np.float32)
        return np.sort(self.divergence, axis=1)[:, 1]

    @cached_property
    def column(self) -> dict[str, int]:
        """Column by label."""
        return {label: column for column, label in enumerate(self.labels)}


@dataclass(frozen=True)
class Belief:
    """Boosted trees over `FEATURES`: logit = sum of leaves - limit of the state.

    Node n asks feature[n] <= threshold[n] and goes to children[n, 0], else to children[n, 1]; a negative child -k is
    leaf k - 1 of `value`. `roots` has the first node of every tree.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    children: NDArray[np.int32]
    value: NDArray[np.float32]
    limits: NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Groups by the number of their script, the belief, and the ISO 639-3 code of every tag."""

    groups: dict[int, Group]
    belief: Belief | None
    iso639_3: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """Texts of one group: `rows` into the batch, `totals` (rows, languages + 1) in nats per n-gram, `grams`."""

    group: Group
    rows: NDArray[np.int64]
    totals: NDArray[np.float32]
    grams: NDArray[np.int32]


def score(model: Model, folded: Folded, scripts: NDArray[np.int64]) -> list[Scored]:
    """Score every text against the languages of its script; texts in scripts without languages are left out."""
    longest = int(folded.lengths.max()) if len(folded.lengths) else 0
    buffer = np.empty(4 * longest + 4, dtype=np.int32)
    found = []
    for script, group in model.groups.items():
        rows = np.flatnonzero(scripts == script)
        if len(rows) == 0:
            continue
        totals = np.zeros((len(rows), len(group.labels) + 1), dtype=np.int32)
        grams = np.zeros(len(rows), dtype=np.int32)
        score_rows(
            folded.codes,
            folded.starts,
            folded.lengths,
            rows,
            is_spaced(script),
            group.table,
            totals,
            grams,
            buffer,
        )
        means = totals * (STEP / np.maximum(grams, 1)[:, None]) - ZERO
        found.append(Scored(group, rows, means.astype(np.float32), grams))
    return found


FEATURES = (
    ("own", 1), ("over_background", 1), ("relative_margin", 1), ("margin", 1), ("log_grams", 0), ("cld_percent", 0),
    ("cld_score", 1), ("gap", -1), ("relative_gap", -1), ("cld_shift", 1), ("state", 0), ("cld_knows", 0),
    ("nearest", 0), ("relative_best", 1),
)  # fmt: skip
"""What the belief is made of, and whether it may only rise (1), only fall (-1) or do both (0) with it."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The label proposed for every text of a group (column), pycld2's state, and its features (rows, features)."""

    column: NDArray[np.int64]
    state: NDArray[np.int64]
    features: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Second:
    """What pycld2 says of every text: `column` of the language here (-1 none, -2 not known here), percent, score."""

    column: NDArray[np.int64]
    percent: NDArray[np.float32]
    score: NDArray[np.float32]


GAP = 0.5
"""pycld2's language may be this far behind, in nats per n-gram ..."""
RELATIVE_GAP = 0.5
"""... and in units of the divergence between the two languages, and still be proposed; ..."""
RELATIVE_GAP_OF_KNOWN = 0.2
"""... or in these where pycld2 knows the best language, too. It cannot tell yue from zh, and is not followed there."""


def propose(scored: Scored, second: Second) -> Candidates:
    """Propose a language for every text: the best one, or pycld2's where that one is plausible by the own score."""
    group, rows = scored.group, np.arange(len(scored.rows))
    totals = scored.totals[:, :-1]
    best = totals.argmax(axis=1)
    top = totals[rows, best]
    others = totals.copy()
    others[rows, best] = -np.inf
    runner = others.argmax(axis=1)
    alone = totals.shape[1] == 1
    known = second.column >= 0
    cld = np.where(known, second.column, best)
    gap = top - totals[rows, cld]
    relative_gap = gap / group.divergence[best, cld]
    limit = np.where(np.isfinite(group.cld_center[best]), RELATIVE_GAP_OF_KNOWN, RELATIVE_GAP)
    follow = known & (gap < GAP) & (relative_gap < limit) & (group.script != HAN)
    chosen = np.where(follow, cld, best)
    behind = chosen != best
    relative_best = (
        np.full(len(rows), 1.5) if alone else (top - others[rows, runner]) / group.divergence[best, runner]
    )
    margin = np.where(behind, -gap, 3.0 if alone else top - others[rows, runner])
    relative = np.where(behind, -relative_gap, relative_best)
    state = np.where(second.column == -1, 0, np.where(second.column == -2, 3, np.where(cld == chosen, 1, 2)))
    centre = np.where(known, group.cld_center[cld], np.nan)
    features = np.stack(
        [
            totals[rows, chosen] - group.center[chosen, 0],
            totals[rows, chosen] - scored.totals[:, -1] - group.center[chosen, 1],
            relative, margin, np.log(np.maximum(scored.grams, 1)),
            second.percent, second.score, gap, relative_gap,
            np.nan_to_num(second.score - centre, nan=-1.5), state,
            np.isfinite(group.cld_center[chosen]), group.nearest[chosen], relative_best,
        ],
        axis=1,
    )  # fmt: skip
    return Candidates(chosen.astype(np.int64), state, features.astype(np.float32))


def believe(belief: Belief, candidates: Candidates) -> NDArray[np.float32]:
    """Return the belief, 0 to 1, that each proposed language is right; 0.5 is where a text becomes unknown."""
    logits = np.zeros(len(candidates.state), dtype=np.float32)
    sum_trees(
        candidates.features,
        belief.roots,
        belief.feature,
        belief.threshold,
        belief.children,
        belief.value,
        logits,
    )
    logits -= belief.limits[candidates.state]
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


_BELIEF = ("roots", "feature", "threshold", "children", "value", "limits")


def save(path: Path, model: Model) -> None:
    """Write a model as npz (no pickle): counts column by column, so that they compress."""
    arrays: dict[str, NDArray[Any]] = {f"belief.{name}": getattr(model.belief, name) for name in _BELIEF}
    arrays["tags"] = np.array(sorted(model.iso639_3))
    arrays["iso639_3"] = np.array([model.iso639_3[tag] for tag in sorted(model.iso639_3)])
    for script, group in model.groups.items():
        code = SCRIPTS[script]
        arrays[f"{code}.labels"] = np.array(group.labels)
        arrays[f"{code}.counts"] = np.ascontiguousarray(group.counts.T)
        for name in ("translations", "center", "cld_center"):
            arrays[f"{code}.{name}"] = getattr(group, name)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path) -> Model:
    """Read a model that `save` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        codes = [name.split(".")[0] for name in arrays.files if name.endswith(".labels")]
        groups = {}
        for code in codes:
            groups[SCRIPTS.index(code)] = Group(
                script=SCRIPTS.index(code),
                labels=tuple(str(label) for label in arrays[f"{code}.labels"]),
                counts=np.ascontiguousarray(arrays[f"{code}.counts"].T),
                translations=arrays[f"{code}.translations"],
                center=arrays[f"{code}.center"],
                cld_center=arrays[f"{code}.cld_center"],
            )
        names = dict(zip(arrays["tags"].tolist(), arrays["iso639_3"].tolist(), strict=True))
        return Model(groups, Belief(**{name: arrays[f"belief.{name}"] for name in _BELIEF}), names)


def labels_of(groups: Sequence[Group]) -> list[str]:
    """Return all labels of some groups, sorted."""
    return sorted(label for group in groups for label in group.labels)
