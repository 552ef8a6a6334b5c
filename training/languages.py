"""Train the language model that ships: `python -m training.languages --data DIR`, deterministic, about two minutes.

Counts come from all articles of the Universal Declaration (udhr.parquet, public domain). What held-out text scores
and when a proposal is believed is learned with a model of articles 1-15 on articles 16-21, with languages left out
in turn to play the unknown ones, and on half of two other domains: emoji captions (CLDR, Unicode-3.0) and news
(NTREX, CC-BY-SA-4.0); of these two only the belief's trees are learned, no text.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from springhead.modalities.text.language import ask_cld, is_language
from springhead.modalities.text.language_grams import add_counts, fold, is_spaced
from springhead.modalities.text.language_model import Belief, Group, Model, propose, save, score
from springhead.modalities.text.script import dominant_scripts
from training.languages_belief import Rows, fit_belief
from training.languages_data import captions, labelled, names, news, noise

BUCKETS = 1 << 15
FOLDS = 5
"""Rounds of leaving languages out; in each of them about 15 %."""
LEFT_OUT = 0.15


@dataclass(frozen=True)
class Samples:
    """Texts with their labels, from one domain."""

    domain: str
    texts: list[str]
    labels: list[str]


def count(frame: pl.DataFrame, buckets: int = BUCKETS) -> dict[int, Group]:
    """Count the n-grams of every language (columns label, key, text) by script; centres are still zero."""
    found: dict[int, dict[str, tuple[NDArray[np.float32], int]]] = {}
    for (label,), part in frame.group_by(["label"], maintain_order=True):
        folded = fold(part["text"].to_list(), 1 << 30, 1 << 30)
        script = int(dominant_scripts(folded.scripts.sum(axis=0, keepdims=True))[0])
        counts = np.zeros(buckets, dtype=np.float32)
        buffer = np.empty(4 * int(folded.lengths.max()) + 4, dtype=np.int32)
        for start, length in zip(folded.starts, folded.lengths, strict=True):
            add_counts(folded.codes[start : start + length], is_spaced(script), counts, buffer)
        found.setdefault(script, {})[str(label)] = (counts, part["key"].n_unique())
    groups = {}
    for script, languages in sorted(found.items()):
        labels = tuple(sorted(languages))
        groups[script] = Group(
            script=script,
            labels=labels,
            counts=np.stack([np.minimum(languages[label][0], 255) for label in labels], axis=1).astype(
                np.uint8
            ),
            translations=np.array([languages[label][1] for label in labels], dtype=np.float32),
            center=np.zeros((len(labels), 2), dtype=np.float32),
            cld_center=np.full(len(labels), np.nan, dtype=np.float32),
        )
    return groups


def calibrate(groups: dict[int, Group], held_out: Samples) -> None:
    """Fill the centres of the groups, in place, from text that was not counted."""
    model = Model(groups, None, {})
    folded = fold(held_out.texts)
    for scored in score(model, folded, dominant_scripts(folded.scripts)):
        group = scored.group
        second, _ = ask_cld([held_out.texts[row] for row in scored.rows.tolist()], scored)
        truth = np.array([group.column.get(held_out.labels[row], -1) for row in scored.rows.tolist()])
        best = scored.totals[:, :-1].argmax(axis=1)
        filled = np.zeros(len(group.labels), dtype=bool)
        for column in range(len(group.labels)):
            mine = (truth == column) & (best == column)
            if mine.any():
                own = scored.totals[mine, column]
                weight = scored.grams[mine]
                group.center[column, 0] = np.average(own, weights=weight)
                group.center[column, 1] = np.average(own - scored.totals[mine, -1], weights=weight)
                filled[column] = True
            agreed = (truth == column) & (second.column == column)
            if agreed.sum() >= 4:
                group.cld_center[column] = second.score[agreed].mean()
        if filled.any():
            group.center[~filled] = np.median(group.center[filled], axis=0)


def examine(model: Model, samples: Samples, known: frozenset[str]) -> Rows:
    """Return what the belief is fitted on: state, features, right or not, known or not, for every text."""
    folded = fold(samples.texts)
    scripts = np.where(
        is_language(folded, dominant_scripts(folded.scripts)), dominant_scripts(folded.scripts), 0
    )
    parts = []
    for scored in score(model, folded, scripts):
        second, _ = ask_cld([samples.texts[row] for row in scored.rows.tolist()], scored)
        proposed = propose(scored, second)
        truth = [samples.labels[row] for row in scored.rows.tolist()]
        parts.append(
            pl.DataFrame(
                {
                    "domain": [samples.domain] * len(truth),
                    "label": truth,
                    "known": [label in known for label in truth],
                    "right": [
                        scored.group.labels[column] == label
                        for column, label in zip(proposed.column, truth, strict=True)
                    ],
                    "state": proposed.state,
                    "features": proposed.features.astype(np.float64).tolist(),
                }
            )
        )
    return pl.concat(parts)


def pieces(frame: pl.DataFrame, size: int = 250) -> tuple[list[str], list[str]]:
    """Join the paragraphs of every translation and cut them into pieces of `size` characters, with their labels."""
    texts, labels = [], []
    for (_, label), part in frame.group_by(["key", "label"], maintain_order=True):
        joined = " ".join(part["text"].to_list())
        cut = [joined[start : start + size] for start in range(0, len(joined) - size // 2, size)]
        texts += cut
        labels += [str(label)] * len(cut)
    return texts, labels


def declaration(frame: pl.DataFrame) -> Samples:
    """Return paragraphs of at least 30 characters and pieces of 120, 250 and 500 of a part of the declaration."""
    long = frame.filter(pl.col("text").str.len_chars() >= 30)
    texts, labels = long["text"].to_list(), long["label"].to_list()
    for size in (120, 250, 500):
        cut = pieces(frame, size)
        texts, labels = (
            texts + cut[0][:: 3 if size == 120 else 1],
            labels + cut[1][:: 3 if size == 120 else 1],
        )
    return Samples("udhr", texts, labels)


def articles(frame: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """Return the paragraphs of articles `first` to `last`."""
    return frame.filter((pl.col("article") >= first) & (pl.col("article") <= last))


def left_out(labels: Iterable[str], seed: int) -> frozenset[str]:
    """Draw the languages that play the unknown ones in round `seed`."""
    ordered = sorted(labels)
    drawn = np.random.default_rng([20_26, seed]).random(len(ordered)) < LEFT_OUT
    return frozenset(label for label, out in zip(ordered, drawn, strict=True) if out)


def without(frame: pl.DataFrame, labels: Iterable[str]) -> pl.DataFrame:
    """Return the paragraphs of all other languages."""
    return frame.filter(~pl.col("label").is_in(sorted(labels)))


def learn_belief(frame: pl.DataFrame, data: Path, seeds: Sequence[int]) -> Belief:
    """Fit the belief on articles 16-21 and on the development halves of captions and news."""
    others = [Samples("cldr", *captions(data, half=0)), Samples("ntrex", *news(data, half=0))]
    rows = []
    for seed in [None, *seeds]:
        out = frozenset[str]() if seed is None else left_out(frame["label"].unique(), seed)
        groups = count(without(articles(frame, 1, 15), out))
        held_out = declaration(articles(frame, 16, 21))
        calibrate(groups, held_out)
        model = Model(groups, None, {})
        known = frozenset(frame["label"].unique()) - out
        made = Samples("noise", *noise(np.random.default_rng(seed or 0)))
        complete = pl.lit(seed is None).alias("complete")
        rows += [
            examine(model, samples, known).with_columns(complete) for samples in [held_out, *others, made]
        ]
    return fit_belief(pl.concat(rows))


def train(frame: pl.DataFrame, held_out: pl.DataFrame, final: pl.DataFrame, belief: Belief) -> Model:
    """Count `final`, take the centres from a model of `frame` on `held_out`, and add the belief."""
    reference = count(frame)
    calibrate(reference, declaration(held_out))
    groups = {}
    for script, group in count(final).items():
        known = reference[script]
        order = [known.column[label] for label in group.labels]
        groups[script] = Group(
            script,
            group.labels,
            group.counts,
            group.translations,
            known.center[order],
            known.cld_center[order],
        )
    return Model(groups, belief, names(frame))


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"), help="folder of udhr.parquet"
    )
    default = Path(__file__).parent.parent / "src/springhead/modalities/text/weights/languages.npz"
    parser.add_argument("--out", type=Path, default=default)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder by --data DIR or SPRINGHEAD_DATA")
    frame = labelled(Path(arguments.data))
    belief = learn_belief(frame, Path(arguments.data), range(FOLDS))
    model = train(articles(frame, 1, 15), articles(frame, 16, 21), frame, belief)
    save(arguments.out, model)


if __name__ == "__main__":
    main()
