"""Detection and shares on small images that the head never saw, on a public set of 20,000 (docs/image-statistics.md).

Usage: python benchmarks/images.py --data DIR [--part detection|classes|curve|shares|anchors] [--draws N]
DIR holds cifake_20k.parquet (jpeg, synthetic, class_id). Images are de-duplicated by their pixels, then sorted by
sha256("springhead images" + hash of the pixels): the first 12,000 train, the next 3,000 calibrate, the rest test.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from springhead.evidence.verdict import prevalence
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.features import features
from springhead.modalities.image.ridge import fit_ridge
from springhead.modalities.image.trainer import DomainTrainer, pack, unpack

TRAIN, CALIBRATE = 12_000, 3_000
SIZES = (40, 100, 200, 500, 1_000, 3_000, 12_000)
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
Floats = NDArray[np.float64]


class Part(NamedTuple):
    """Images of one part: numbers (n, d), whether synthetic (n,), class (n,)."""

    rows: NDArray[np.float32]
    synthetic: NDArray[np.bool_]
    kind: NDArray[np.int64]

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Part:
        """Some of the images."""
        return Part(self.rows[chosen], self.synthetic[chosen], self.kind[chosen])


def load(folder: Path) -> tuple[Part, Part, Part]:
    """Read, de-duplicate, sort, describe and split."""
    table = pl.read_parquet(folder / "cifake_20k.parquet")
    data = table["jpeg"].to_list()
    began = time.perf_counter()
    images = [decoded(one).pixels for one in data]
    hashes = [hashlib.sha256(one.tobytes()).hexdigest() if one is not None else "" for one in images]
    first = {digest: row for row, digest in reversed(list(enumerate(hashes))) if digest}
    order = sorted(first, key=lambda digest: hashlib.sha256(b"springhead images" + digest.encode()).digest())
    chosen = [first[digest] for digest in order]
    rows = unpack(pack(features(images[row] for row in chosen)))
    seconds = time.perf_counter() - began
    print(
        f"{len(data):,} images, {len(chosen):,} different; {len(data) / seconds:,.0f} a second decoded and described"
    )
    whole = Part(
        rows,
        table["synthetic"].to_numpy()[chosen].astype(bool),
        table["class_id"].to_numpy()[chosen].astype(np.int64),
    )
    ends = (0, TRAIN, TRAIN + CALIBRATE, len(chosen))
    parts = [whole.take(np.arange(begin, end)) for begin, end in pairwise(ends)]
    for name, one in zip(("train", "calibrate", "test"), parts, strict=True):
        print(f"{name}: {len(one.rows):,}, of them {one.synthetic.sum():,} synthetic")
    return parts[0], parts[1], parts[2]


def area(human: Floats, synthetic: Floats) -> float:
    """AUROC; ties count half."""
    return float(stats.mannwhitneyu(synthetic, human).statistic / (float(human.size) * float(synthetic.size)))


def area_of(scores: Floats, synthetic: NDArray[np.bool_]) -> float:
    """AUROC of scores against labels."""
    return area(scores[~synthetic], scores[synthetic])


def detection(train: Part, calibrate: Part, test: Part) -> None:
    """Accuracy at the threshold that the calibration part chose, and AUROC."""
    began = time.perf_counter()
    model = fit_ridge(train.rows, train.synthetic, np.random.default_rng(0))
    seconds = time.perf_counter() - began
    tuned = model.score(calibrate.rows)
    tried = np.linspace(-0.5, 0.5, 101)
    threshold = tried[np.argmax([((tuned > one) == calibrate.synthetic).mean() for one in tried])]
    scores = model.score(test.rows)
    right = int(((scores > threshold) == test.synthetic).sum())
    low, high = stats.binomtest(right, len(scores)).proportion_ci(method="wilson")
    print(
        f"detection, n = {len(scores):,}: accuracy {right / len(scores):.4f} ({low:.4f} to {high:.4f}), floor 0.915; "
        f"AUROC {area_of(scores, test.synthetic):.4f}, floor 0.97; fitted in {seconds:.1f} s",
        flush=True,
    )


def classes(train: Part, _: Part, test: Part) -> None:
    """AUROC on a class that no training image was of."""
    areas = []
    for kind in range(10):
        left = train.take(train.kind != kind)
        model = fit_ridge(left.rows, left.synthetic, np.random.default_rng(0))
        part = test.take(test.kind == kind)
        areas.append(area_of(model.score(part.rows), part.synthetic))
    shown = ", ".join(f"{one:.3f}" for one in areas)
    print(f"classes left out: AUROC {shown}; mean {np.mean(areas):.4f}, floor 0.93", flush=True)


def curve(train: Part, _: Part, test: Part) -> None:
    """AUROC and accuracy by the number of training images, both classes alike."""
    for size in SIZES:
        found = []
        for seed in range(5 if size < 3_000 else 1):
            rng = np.random.default_rng(seed)
            sides = [
                rng.permutation(np.flatnonzero(train.synthetic == side))[: size // 2]
                for side in (False, True)
            ]
            part = train.take(np.concatenate(sides))
            scores = fit_ridge(part.rows, part.synthetic, rng).score(test.rows)
            found.append((area_of(scores, test.synthetic), ((scores > 0) == test.synthetic).mean()))
        mean = np.mean(found, axis=0)
        print(f"curve, {size:,} images: AUROC {mean[0]:.4f}, accuracy {mean[1]:.4f}", flush=True)


def drawn(
    pool: NDArray[np.bool_], share: float, n: int, references: tuple[int, int], rng: np.random.Generator
):
    """Rows of a target of n at a share, and of references of both classes, none twice."""
    human, synthetic = (rng.permutation(np.flatnonzero(pool == side)) for side in (False, True))
    count = round(share * n)
    target = np.concatenate([human[: n - count], synthetic[:count]])
    left = (human[n - count :][: references[0]], synthetic[count:][: references[1]])
    return target, *left


def shares(train: Part, calibrate: Part, test: Part, draws: int) -> None:
    """Errors and coverage of the share of 2,000 images, 1,000 references a class, every draw split anew."""
    model = fit_ridge(train.rows, train.synthetic, np.random.default_rng(0))
    synthetic = np.concatenate([calibrate.synthetic, test.synthetic])
    scores = np.concatenate([model.score(calibrate.rows), model.score(test.rows)])
    began, errors, inside, told, tried = time.perf_counter(), [], 0, 0, 0
    for share in SHARES:
        here, covered = [], 0
        for draw in range(draws):
            rng = np.random.default_rng([draw, round(1000 * share)])
            target, human, machine = drawn(synthetic, share, 2_000, (1_000, 1_000), rng)
            found = prevalence(scores[target], scores[human], scores[machine], covers_all=True, rng=rng)
            tried += 1
            if found.estimate is not None and found.low is not None and found.high is not None:
                here.append(abs(found.estimate - share))
                covered += found.low <= share <= found.high
        mean = 100 * np.mean(here) if here else float("nan")
        print(
            f"shares, {share:.0%}: told {len(here)}/{draws}, mean error {mean:.2f} points, covered {covered}",
            flush=True,
        )
        errors += here
        inside, told = inside + covered, told + len(here)
    p = stats.binom.cdf(inside, told, 0.95)
    print(
        f"shares, n = 2,000: told {told}/{tried}, mean error {100 * np.mean(errors):.2f} points, limit 1.5; covered "
        f"{inside}/{told} = {inside / told:.1%}, P(so few | 95 %) = {p:.3f}; {time.perf_counter() - began:.0f} s"
    )


def by_means(target: Floats, human: Floats, synthetic: Floats) -> float:
    """Share that puts the target's mean score between those of the classes."""
    return float(np.clip((target.mean() - human.mean()) / (synthetic.mean() - human.mean()), 0, 1))


def by_mixture(target: Floats, human: Floats, tagged: Floats, start: float) -> float:
    """Share by expectation-maximisation: kernel density of human scores, a normal law of synthetic ones.

    The normal law is fitted to the tagged scores and to the target's own, weighted by how synthetic they are.
    """
    width = 1.06 * human.std() * len(human) ** -0.2
    density = np.exp(-0.5 * ((target[:, None] - human[None]) / width) ** 2).mean(axis=1) / width
    share, centre, spread = float(np.clip(start, 0.01, 0.99)), tagged.mean(), tagged.std(ddof=1)
    scores = np.concatenate([target, tagged])
    for _ in range(300):
        other = np.exp(-0.5 * ((target - centre) / spread) ** 2) / spread
        machine = share * other / (share * other + (1 - share) * density + 1e-300)
        share = float(machine.mean())
        weights = np.concatenate([machine, np.ones(len(tagged))])
        centre = weights @ scores / weights.sum()
        spread = max(np.sqrt(weights @ (scores - centre) ** 2 / weights.sum()), 0.3 * human.std())
    return share


def anchored(
    rows: NDArray[np.float32], target, human, machine, rng: np.random.Generator
) -> tuple[float, float]:
    """Share by the mean score of a head fitted to the anchors alone, and of a second one helped by the corpus.

    The second is fitted to the dated images against the tagged ones and the highest-scored half of what the
    first says is machine-made; every score used is of a fold model that did not see the image.
    """
    trainer = DomainTrainer()
    corpus, dated, tagged = (pack(rows[part]) for part in (target, human, machine))
    alone = trainer.fit({"payload": dated}, {"payload": tagged}, clusters=None, rng=rng)
    scores = alone.score({"payload": corpus})
    known = alone.cross_fitted_human, alone.cross_fitted_synthetic
    first = by_means(scores, *known)
    found = by_mixture(scores, *known, first)
    top = np.argsort(-scores)[: max(20, int(found * len(target) * 0.5))]
    rest = np.setdiff1d(np.arange(len(target)), top)
    chosen = tagged + [corpus[row] for row in top]
    helped = trainer.fit({"payload": dated}, {"payload": chosen}, clusters=None, rng=rng)
    apart = helped.cross_fitted_synthetic
    scores[top] = apart[len(tagged) :]
    scores[rest] = helped.score({"payload": [corpus[row] for row in rest]})
    return first, by_mixture(scores, helped.cross_fitted_human, apart[: len(tagged)], found)


def anchors(_: Part, calibrate: Part, test: Part, draws: int) -> None:
    """Errors of the share of 2,000 images from 20 tagged and 1,000 dated images alone."""
    rows = np.concatenate([calibrate.rows, test.rows])
    synthetic = np.concatenate([calibrate.synthetic, test.synthetic])
    began, errors = time.perf_counter(), []
    for share in (0.05, 0.1, 0.2, 0.3, 0.5):
        here = []
        for draw in range(draws):
            rng = np.random.default_rng([draw, round(1000 * share), 20])
            found = anchored(rows, *drawn(synthetic, share, 2_000, (1_000, 20), rng), rng)
            here.append([abs(one - share) for one in found])
        errors += here
        mean = 100 * np.mean(here, axis=0)
        print(
            f"anchors, {share:.0%}: mean error {mean[0]:.2f} points alone, {mean[1]:.2f} with the corpus",
            flush=True,
        )
    mean = 100 * np.mean(errors, axis=0)
    print(
        f"anchors, 20 tagged + 1,000 dated, n = 2,000, {len(errors)} draws: mean error {mean[0]:.2f} points alone, "
        f"{mean[1]:.2f} with the corpus, limit 2.5; {time.perf_counter() - began:.0f} s"
    )


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument(
        "--part", action="append", choices=("detection", "classes", "curve", "shares", "anchors")
    )
    parser.add_argument("--draws", type=int, default=50)
    given = parser.parse_args()
    if given.data is None:
        parser.error("name the folder of the data: --data or SPRINGHEAD_DATA")
    parts = load(Path(given.data))
    chosen = given.part or ["detection", "classes", "curve", "shares", "anchors"]
    for name in chosen:
        if name == "shares":
            shares(*parts, given.draws)
        elif name == "anchors":
            anchors(*parts, max(2, given.draws // 5))
        else:
            {"detection": detection, "classes": classes, "curve": curve}[name](*parts)


if __name__ == "__main__":
    main()
