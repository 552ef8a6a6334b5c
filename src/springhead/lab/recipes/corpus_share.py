"""T15: the share of machine-made sentences in a corpus by maximum likelihood, against counting verdicts.

Liang et al., "Monitoring AI-Modified Content at Scale" (2403.07183): P(x) = (1 - a) P_human + a P_machine, words
occur in a sentence independently; a by maximum likelihood, P and Q from reference corpora.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.seeds import stream
from springhead.lab.reproduction import Claim, Estimate, Scale, mean_of
from springhead.results.lab import Reproduction

Floats = NDArray[np.float64]
Words = NDArray[np.bool_]

CLAIM = Claim(
    id="T15",
    claim="A mixture fitted to the corpus finds the machine-made share; counting verdicts does not.",
    source="Liang et al. 2024, Monitoring AI-Modified Content at Scale, arXiv 2403.07183",
    protocol="sentences of 1,000 independent words, mean 12; references of both classes; shares 0 to 50 %",
    by="formula",
)
VOCABULARY, MEAN_WORDS = 1_000, 12.0
SHARES = (0.0, 0.05, 0.10, 0.20, 0.25, 0.50)
ALLOWED, ELSEWHERE = 0.02, 0.10


def reproduce(scale: Scale, seed: int) -> list[Reproduction]:
    """Estimate six known shares and compare the error with that of classify-and-count."""
    sentences, runs = scale.pick(5_000, 20_000), scale.pick(4, 10)
    errors: dict[float, list[float]] = {share: [] for share in SHARES}
    counting: list[float] = []
    wrong: dict[float, list[float]] = {share: [] for share in SHARES}
    for run in range(runs):
        rng = stream(seed, f"lab/reproduce/T15/{run}")
        human, machine = word_rates(rng)
        ratio = reference_ratio(drawn(human, sentences, rng), drawn(machine, sentences, rng))

        def corpus(
            share: float,
            rng: Generator = rng,
            human: Floats = human,
            machine: Floats = machine,
            ratio: Floats = ratio,
        ) -> tuple[Floats, float]:
            made = rng.random(sentences) < share
            words = np.where(made[:, None], drawn(machine, sentences, rng), drawn(human, sentences, rng))
            return log_ratio(words, ratio), float(made.mean())

        for share in SHARES:
            scores, truth = corpus(share)
            errors[share].append(mixture_share(scores) - truth)
            wrong[share].append(mixture_share(corpus(share + ELSEWHERE)[0]) - share)
            if share < 0.25:
                counting.append(abs(float((scores > 0).mean()) - truth))
    rows = [
        CLAIM.judge(
            f"error of the share at {share:.0%}", 0.0, mean_of(errors[share]), systematic=ALLOWED,
            because="published error", control="ten points more in the corpus", control_observed=mean_of(wrong[share]),
        )
        for share in SHARES
    ]  # fmt: skip
    fitted = np.mean([np.abs(errors[share]).mean() for share in SHARES if share < 0.25])
    gain = float(np.mean(counting) / fitted)
    rows.append(
        CLAIM.judge(
            "error of counting verdicts over that of the mixture, below 25 %", 3.0, Estimate(gain), side="at least",
            control="the mixture against itself", control_observed=Estimate(1.0),
        )
    )  # fmt: skip
    return rows


def word_rates(rng: Generator) -> tuple[Floats, Floats]:
    """Return occurrence rates of both classes, float64 (1000,): Zipf, half the machine's rates off by a factor."""
    rates = 1.0 / (np.arange(VOCABULARY) + 10.0)
    human = rates * MEAN_WORDS / rates.sum()
    machine = human * np.exp(0.7 * rng.standard_normal(VOCABULARY))
    return human, np.asarray(np.minimum(machine * human.sum() / machine.sum(), 0.9))


def drawn(rates: Floats, sentences: int, rng: Generator) -> Words:
    """Draw which words occur, bool (sentences, words)."""
    return np.asarray(rng.random((sentences, rates.size), dtype=np.float32) < rates.astype(np.float32))


def reference_ratio(human: Words, machine: Words) -> Floats:
    """Return log-odds weights of a word's presence and of its absence from references, float64 (2, words)."""
    p, q = ((rows.sum(axis=0) + 0.5) / (len(rows) + 1.0) for rows in (human, machine))
    return np.stack([np.log(q / p), np.log((1.0 - q) / (1.0 - p))])


def log_ratio(words: Words, ratio: Floats) -> Floats:
    """Return log P_machine / P_human of each sentence, float64 (sentences,)."""
    return np.asarray(words.astype(np.float32) @ (ratio[0] - ratio[1]) + ratio[1].sum())


def mixture_share(scores: Floats) -> float:
    """Return the share that maximises sum log((1 - a) + a exp(score)); concave, by bisection of its slope."""
    excess = np.expm1(np.clip(scores, -700.0, 700.0))
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2.0
        slope = float(np.mean(excess / (1.0 + middle * excess)))
        low, high = (middle, high) if slope > 0 else (low, middle)
    return low
