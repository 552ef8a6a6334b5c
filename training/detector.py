"""Train the statistical detector: `python -m training.detector --data DIR` writes the shipped weights.

Deterministic: the same data, versions and seed give the same weights. Only files whose licence lets weights
ship are read, unless `--all-sources` asks for the research model, which is written where `--out` says and
never ships.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import polars as pl

from training.corpus import BASE_WEIGHT, LICENSED, RESEARCH, RESEARCH_BASE_WEIGHT, load, subsample
from training.fit import Recipe, fit_detector, prepare_training, write_weights

VERSION = "1"
SHIPPED = Path(__file__).parents[1] / "src/springhead/modalities/text/weights/detector.npz"


def main() -> None:
    """Read the command line, train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"), help="folder of data")
    parser.add_argument("--out", type=Path, default=None, help="file to write; default: the shipped one")
    parser.add_argument(
        "--all-sources", action="store_true", help="research model, never shipped; needs --out"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="share of the subsample caps")
    parser.add_argument("--base-weight", type=float, default=None, help="weight of base models' texts")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if options.data is None:
        parser.error("no data: name its folder with --data or SPRINGHEAD_DATA")
    if options.all_sources and options.out is None:
        parser.error("--all-sources needs --out: the research model never ships")
    files = LICENSED + RESEARCH if options.all_sources else LICENSED
    frame = load(Path(options.data), files).filter(pl.col("split") == "train")
    facts = {"version": VERSION, "sources": list(files), "trained_on": "the training split, by group"}
    rng = np.random.default_rng(options.seed)
    weight = RESEARCH_BASE_WEIGHT if options.all_sources else BASE_WEIGHT
    weight = weight if options.base_weight is None else options.base_weight
    recipe = Recipe(scale=options.scale)
    data = prepare_training(subsample(frame, rng, recipe.scale), recipe, rng, weight)
    weights = fit_detector(data, recipe, options.seed, facts)
    out = options.out or SHIPPED
    out.parent.mkdir(parents=True, exist_ok=True)
    write_weights(weights, out)
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB; fusion {weights.fusion}")


if __name__ == "__main__":
    main()
