"""Do conformal p-values of the shipped detector flag human text at the rate they say, where a threshold does not?

    python benchmarks/conformal.py [--quick] [--data DIR] [--cache FILE.npz] [--json FILE]

Three tables, all of known-human text. (a) Every (source, domain, language) family is split into references and
tests at random, 50 times. Given n references the flagged count is Beta-binomial, so each split has an exact
p-value; Holm holds the whole family of splits at 1 %. (b) News in 96 languages, each document judged by the
others of its language; whole documents are fixed by construction, so pieces of documents are judged too.
(c) A threshold carried from English news to the other languages. Needs the developer data (--data DIR or
SPRINGHEAD_DATA) and polars.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from prevalence_families import data_folder

from springhead.evidence.conformal import conformal, leave_one_cluster_out, realised_band
from springhead.evidence.rates import excess_p_values, holm
from springhead.modalities.text.detectors import StatisticalDetector, scorer
from springhead.modalities.text.modality import TextModality

NOMINALS = (0.01, 0.05)
ALPHA = 0.01
PIECES = 2
Floats = npt.NDArray[np.float64]


def shipped_scores(texts: Sequence[str]) -> Floats:
    """Return the shipped detector's scores as scan computes them, nan where it abstains, float64 (n,)."""
    modality, detector = TextModality(), StatisticalDetector()
    parts = [
        detector.examine(modality.read({"text": list(texts[start : start + 512])})).score
        for start in range(0, len(texts), 512)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def human_families(folder: Path, most: int) -> pl.DataFrame:
    """Return unaltered human text of all sources and joined UDHR articles: family, text; at most `most` each."""
    frames = []
    for path in sorted(folder.glob("*.parquet")):
        if path.stem.startswith("scores"):
            continue
        table = pl.read_parquet(path, columns=["text", "label", "domain", "language", "variant"])
        table = table.filter((pl.col("label") == "human") & (pl.col("variant") == "plain"))
        name = pl.concat_str(pl.lit(path.stem), "domain", "language", separator=" / ")
        frames.append(table.select(name.alias("family"), "text"))
    articles = pl.read_parquet(folder.parent / "udhr.parquet", columns=["key", "script", "article", "text"])
    order = articles.with_row_index("row").with_columns(pl.col("row").rank("ordinal").over("key") // 4)
    joined = order.group_by("key", "row", maintain_order=True).agg(
        pl.col("script").first(), pl.col("text").str.join(" ")
    )
    frames.append(joined.select(pl.format("udhr / {}", "script").alias("family"), "text"))
    table = pl.concat(frames).unique("text", maintain_order=True)
    shuffled = table.sample(fraction=1.0, shuffle=True, seed=7)
    return shuffled.filter(pl.int_range(pl.len()).over("family") < most)


def halves(text: str) -> list[str]:
    """Return a document in PIECES runs of sentences of about equal length."""
    sentences = re.split(r"(?<=[.!?。！？।॥։۔።])\s*", text)
    parts, size = [[] for _ in range(PIECES)], max(1, len(text))  # type: list[list[str]], int
    done = 0
    for sentence in sentences:
        parts[min(PIECES - 1, done * PIECES // size)].append(sentence)
        done += len(sentence) + 1
    return [" ".join(part) for part in parts if part]


def gather(folder: Path, most: int, cache: Path | None) -> dict[str, npt.NDArray[Any]]:
    """Score everything once: families, news documents and their pieces; kept in `cache` where given."""
    version = scorer().version
    if cache is not None and cache.is_file():
        with np.load(cache) as held:
            if str(held["version"]) == version and int(held["most"]) == most:
                return dict(held)
    families = human_families(folder, most)
    news = pl.read_parquet(folder.parent / "ntrex_96.parquet", columns=["language", "doc", "text"])
    pieces = [(language, doc, piece) for language, doc, text in news.iter_rows() for piece in halves(text)]
    found = {
        "version": np.array(version),
        "most": np.array(most),
        "family": np.array(families["family"].to_list()),
        "family_score": shipped_scores(families["text"].to_list()),
        "news": np.array(news["language"].to_list()),
        "news_doc": np.array(list(map(str, news["doc"]))),
        "news_score": shipped_scores(news["text"].to_list()),
        "piece": np.array([language for language, _, _ in pieces]),
        "piece_doc": np.array([str(doc) for _, doc, _ in pieces]),
        "piece_score": shipped_scores([text for _, _, text in pieces]),
    }
    if cache is not None:
        np.savez(cache, **found)
    return found


def split_rates(scores: Floats, nominal: float, count: int, seed: int) -> tuple[Floats, Floats, int]:
    """Return flagged rates and exact p-values of `count` random halvings, and the number of references."""
    rng = np.random.default_rng(seed)
    n = min(1000, scores.size // 2)
    total = min(1000, scores.size - n)
    flagged = []
    for _ in range(count):
        order = rng.permutation(scores.size)
        flagged.append(int((conformal(scores[order[:n]], scores[order[n : n + total]]) <= nominal).sum()))
    return np.array(flagged) / total, excess_p_values(flagged, np.full(count, total), nominal, n), n


def splits(found: dict[str, npt.NDArray[Any]], count: int) -> dict[str, Any]:
    """Measure and print part (a)."""
    rows: list[dict[str, Any]] = []
    p_values = []
    pools = {f"{name}": found["family_score"][found["family"] == name] for name in np.unique(found["family"])}
    pools |= {
        f"ntrex / {name}": found["news_score"][found["news"] == name] for name in np.unique(found["news"])
    }
    for name, scores in sorted(pools.items()):
        usable = scores[np.isfinite(scores)]
        for nominal in NOMINALS:
            if (min(1000, usable.size // 2) + 1) * nominal < 1:
                continue
            rates, p, n = split_rates(usable, nominal, count, len(rows))
            low, high = realised_band(n, nominal)
            inside = float(((rates >= low) & (rates <= high)).mean())
            rows.append({
                "family": name, "abstained": int(scores.size - usable.size), "references": n, "nominal": nominal,
                "mean": float(rates.mean()), "highest": float(rates.max()), "band": [low, high], "inside": inside,
            })  # fmt: skip
            p_values.append(p)
    adjusted = holm(np.concatenate(p_values)).reshape(len(rows), count)
    for row, p in zip(rows, adjusted, strict=True):
        row["p"] = float(p.min())
    print(f"\n### Random splits: {len(rows)} families and levels, {count} splits each\n")
    print(
        "| family | references | nominal | mean rate | highest of the splits | 95 % band | smallest Holm p |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        if not row["family"].startswith("ntrex"):
            low, high = row["band"]
            print(f"| {row['family']} | {row['references']} | {row['nominal']:.0%} | {row['mean']:.2%} | "
                  f"{row['highest']:.2%} | {low:.1%} to {high:.1%} | {row['p']:.2f} |")  # fmt: skip
    news = [row for row in rows if row["family"].startswith("ntrex")]
    if news:
        print(f"| ntrex, {len(news)} languages | {news[0]['references']} | 5% | {np.mean([r['mean'] for r in news]):.2%}"
              f" | {max(r['highest'] for r in news):.2%} | | {min(r['p'] for r in news):.2f} |")  # fmt: skip
    smallest = float(adjusted.min())
    print(f"\n{adjusted.size} splits, smallest adjusted p {smallest:.3f}: {_verdict(smallest)}")
    return {"rows": rows, "splits": count, "smallest_p": smallest, "ok": smallest > ALPHA}


def _verdict(p: float) -> str:
    return "not rejected" if p > ALPHA else "REJECTED"


def news(found: dict[str, npt.NDArray[Any]], part: str) -> dict[str, Any]:
    """Measure and print part (b) for whole documents ("news") or their pieces ("piece")."""
    nominal, rows = 0.05, []
    for language in np.unique(found[part]):
        mine = found[part] == language
        scores, docs = found[f"{part}_score"][mine], found[f"{part}_doc"][mine]
        usable = np.isfinite(scores)
        if usable.sum() < 40:
            rows.append({"language": str(language), "n": int(usable.sum()), "flagged": 0, "p": 1.0})
            continue
        p = leave_one_cluster_out(scores[usable], docs[usable])
        flagged, n = int((p <= nominal).sum()), int(usable.sum())
        others = n - round(n / np.unique(docs[usable]).size)
        excess = float(excess_p_values([flagged], [n], nominal, others)[0])
        rows.append({"language": str(language), "n": n, "flagged": flagged, "p": excess})
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p"] = float(p)
    judged = [row for row in rows if row["n"] >= 40]
    named = "whole documents" if part == "news" else "half documents"
    print(f"\n### News, {named}, leave one document out, nominal {nominal:.0%}\n")
    print("| language | judged | flagged | rate | Holm p |\n| --- | --- | --- | --- | --- |")
    for row in sorted(judged, key=lambda row: -row["flagged"] / row["n"])[:12]:
        print(
            f"| {row['language']} | {row['n']} | {row['flagged']} | {row['flagged'] / row['n']:.1%} | {row['p']:.2f} |"
        )
    rates = [row["flagged"] / row["n"] for row in judged]
    smallest = min(row["p"] for row in rows)
    print(f"\n{len(judged)} of {len(rows)} languages judged (40 texts or more); mean rate {np.mean(rates):.2%}, "
          f"highest {max(rates):.2%}; smallest Holm p {smallest:.2f}: {_verdict(smallest)}")  # fmt: skip
    return {"rows": rows, "mean": float(np.mean(rates)), "smallest_p": smallest, "ok": smallest > ALPHA}


def carried(found: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
    """Measure and print part (c): the 5 % threshold of English news on human news in the other languages."""
    languages = [str(one) for one in np.unique(found["news"])]
    scores = {one: found["news_score"][found["news"] == one] for one in languages}
    scores = {one: values[np.isfinite(values)] for one, values in scores.items()}
    source = next(one for one in languages if one.startswith("eng"))
    cut = float(np.quantile(scores[source], 0.95, method="higher"))
    rates = {
        one: float((v > cut).mean())
        for one, v in scores.items()
        if v.size >= 40 and not one.startswith("eng")
    }
    order = sorted(rates, key=lambda one: -rates[one])
    ours = {one: leave_one_cluster_out(scores[one], np.arange(scores[one].size)) for one in rates}
    print(f"\n### The 5 % threshold of {source} news carried to {len(rates)} other languages\n")
    print("| language | flagged human news, carried | flagged, own references |\n| --- | --- | --- |")
    for one in order[:12]:
        print(f"| {one} | {rates[one]:.0%} | {(ours[one] <= 0.05).mean():.1%} |")
    values, n = np.array(list(rates.values())), scores[source].size
    counts = [round(rates[one] * scores[one].size) for one in rates]
    rejected = int(
        (holm(excess_p_values(counts, [scores[one].size for one in rates], 0.05, n)) <= ALPHA).sum()
    )
    print(f"\nmedian {np.median(values):.1%}, mean {values.mean():.1%}, highest {values.max():.0%}; the same test "
          f"rejects {rejected} languages; below 1 % (no power left) in {int((values < 0.01).sum())}")  # fmt: skip
    return {"source": source, "rates": rates, "rejected": rejected}


def main() -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = data_folder(options.data)
    if folder is None:
        print("no developer data (--data DIR or SPRINGHEAD_DATA): skipped", file=sys.stderr)
        return
    found = gather(folder, 400 if options.quick else 2000, options.cache)
    report = {
        "detector": str(found["version"]),
        "splits": splits(found, 50),
        "news": news(found, "news"),
        "pieces": news(found, "piece"),
        "carried": carried(found),
    }
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
