"""Published scores of a neural detector as a score file, for benchmarks/controls.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from conformal import shipped_scores
from numpy.typing import NDArray

if TYPE_CHECKING:
    from controls import Bench, Pools

DETECTOR = "sampling_discrepancy"
DOMAINS = {"xsum": "news_xsum", "squad": "wiki_squad", "writing": "writing_prompts"}
Floats = NDArray[np.float64]


def published(pools: Pools) -> pl.DataFrame:
    """Return the published scores: domain, generator, label, index, text_md5, score."""
    table = pl.read_parquet(pools.folder / "scores_fast_detect_main.parquet")
    names = sorted(name for name in table["detector"].unique() if DETECTOR in name)
    if not names:
        raise ValueError(f"no detector is named {DETECTOR}")
    best = next((name for name in names if name == DETECTOR), names[0])
    return table.filter(pl.col("detector") == best)


def joined(pools: Pools, scores: pl.DataFrame) -> pl.DataFrame:
    """Return our texts with the published score: by hash for machine text, by hash or not at all for human."""
    texts = pl.read_parquet(pools.folder / "fast-detect-gpt-main.parquet")
    texts = texts.with_columns(text_md5=pl.col("id").str.slice(-12), human=pl.col("label") == "human")
    known = scores.select("text_md5", "score").group_by("text_md5").agg(pl.col("score").mean())
    return texts.join(known, on="text_md5", how="inner").with_columns(shipped=pl.lit(None, pl.Float64))


def measure(
    pools: Pools, bench: Bench, seeds: Sequence[int], auroc: Callable[[Floats, Floats], float]
) -> list[dict[str, Any]]:
    """Return AUROC of every (domain, generator) set, and shares per domain with and without the score file."""
    scores = published(pools)
    texts = joined(pools, scores)
    texts = texts.with_columns(pl.Series("shipped", shipped_scores(texts["text"].to_list())))
    rows: list[dict[str, Any]] = []
    # People were scored once per generator (its own model is the scorer); their row precedes the generator's.
    scores = scores.with_columns(beside=pl.col("generator").shift(-1))
    for (domain, generator), part in scores.filter(pl.col("label") != "human").group_by(
        ["domain", "generator"], maintain_order=True
    ):
        people = scores.filter(
            (pl.col("label") == "human") & (pl.col("domain") == domain) & (pl.col("beside") == generator)
        )
        ours = DOMAINS.get(str(domain), str(domain))
        mine = texts.filter(
            (pl.col("domain") == ours) & (pl.col("human") | (pl.col("generator") == generator))
        )
        human, machine = mine.filter("human"), mine.filter(~pl.col("human"))
        enough = human.height and machine.height
        rows.append({
            "kind": "set", "domain": str(domain), "generator": str(generator),
            "auroc": auroc(people["score"].to_numpy(), part["score"].to_numpy()),
            "joined": auroc(human["score"].to_numpy(), machine["score"].to_numpy()) if enough else np.nan,
            "shipped": auroc(human["shipped"].to_numpy(), machine["shipped"].to_numpy()) if enough else np.nan,
        })  # fmt: skip
    for domain in DOMAINS.values():
        for seed in seeds:
            rows += _shares(texts.filter(pl.col("domain") == domain), domain, bench, seed)
    return rows


def _shares(texts: pl.DataFrame, domain: str, bench: Bench, seed: int) -> list[dict[str, Any]]:
    """Scan 25 % and 0 % mixtures of a domain with the score file and without it."""
    from controls import row_of

    from springhead.scan import scan

    usable = texts.filter(pl.col("shipped").is_not_nan()).unique("text", maintain_order=True)
    usable = usable.sample(fraction=1.0, shuffle=True, seed=seed)
    human, machine = usable.filter("human"), usable.filter(~pl.col("human"))
    half = human.height // 2
    if half < 50:
        return []
    reference = human[:half], machine[:300]
    file = bench.folder / "scores.parquet"
    texts.unique("id").select(key="id", score="score").write_parquet(file)
    paths = [bench.write(part["text"].to_list(), part["id"].to_list()) for part in reference]
    rows = []
    for share in (0.0, 0.25):
        people = human[half:]
        added = machine[300 : 300 + round(people.height * share / (1 - share))]
        target = pl.concat([people, added])
        truth = added.height / target.height
        corpus = bench.write(target["text"].to_list(), target["id"].to_list())
        found = []
        for files in ((str(file),), ()):
            bench.count += 1
            folder = scan(
                corpus, bench.folder / f"result{bench.count}", human_reference=[paths[0]],
                synthetic_reference=[paths[1]], engine="serial", text_column="text", id_column="id",
                reference_covers_all=True, score_files=files, seed=seed,
            )  # fmt: skip
            prevalence = next(p for p in folder.result.prevalence if not p.group and p.unit == "records")
            found.append(row_of(prevalence, truth))
        rows.append(
            {"kind": "share", "domain": domain, "truth": truth, "neural": found[0], "plain": found[1]}
        )
    return rows
