"""Do conformal p-values flag human text at the rate they say? Real scores, every group, many reference splits.

    python benchmarks/conformal.py [--quick] [--data DIR]

A linear detector that never saw a source scores its human records; each group (domain and language) is split into
references and tests at random. Given n references the flagged count is Beta-binomial, so each split gives an exact
p-value; Holm holds the whole family of groups and splits at 1 %. News in 96 languages is judged leaving one document
out. Needs the developer data (--data DIR or SPRINGHEAD_DATA), scikit-learn and polars.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from prevalence_families import data_folder, linear_detector, real_pools

from springhead.evidence.conformal import conformal, leave_one_cluster_out, realised_band
from springhead.evidence.rates import excess_p_values, holm

SOURCES = ("DetectRL", "biscope", "gptid")


def splits(folder: Path, count: int) -> None:
    """Print flagged rates per group over random reference splits, and the family's smallest adjusted p-value."""
    print(
        "| detector never saw | group | references | nominal | mean rate | band of one split | smallest Holm p |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    lines, p_values = [], []
    for source in SOURCES:
        pools = real_pools(folder, source)
        for domain in pools.domains():
            scores = pools.records[domain, "human"].scores
            n = min(1000, scores.size // 2)
            for nominal in (0.01, 0.05):
                if n * nominal < 1:
                    continue
                rng = np.random.default_rng(n)
                flagged, total = [], min(500, scores.size - n)
                for _ in range(count):
                    order = rng.permutation(scores.size)
                    p = conformal(scores[order[:n]], scores[order[n : n + total]])
                    flagged.append(int((p <= nominal).sum()))
                p_values.append(excess_p_values(flagged, np.full(count, total), nominal, n))
                lines.append(
                    (source, domain, n, nominal, np.mean(flagged) / total, realised_band(n, nominal))
                )
    adjusted = holm(np.concatenate(p_values)).reshape(len(lines), count)
    for (source, domain, n, nominal, rate, (low, high)), p in zip(lines, adjusted, strict=True):
        band = f"{low:.1%} to {high:.1%}"
        print(f"| {source} | {domain} | {n} | {nominal:.0%} | {rate:.2%} | {band} | {p.min():.2f} |")
    verdict = "ok" if adjusted.min() > 0.01 else "REJECTED"
    print(
        f"\n{adjusted.size} splits of {len(lines)} groups and levels: smallest adjusted p {adjusted.min():.3f}, {verdict}"
    )


def news(folder: Path) -> None:
    """Print flagged rates of human news per language at nominal 5 %, each document judged by the others."""
    import polars

    table = polars.read_parquet(folder.parent / "ntrex_96.parquet", columns=["language", "doc", "text"])
    score, _ = linear_detector(folder, None)
    table = table.with_columns(score=polars.Series(score(table["text"])))
    rates = {}
    for (language,), part in table.group_by(["language"], maintain_order=True):
        p = leave_one_cluster_out(part["score"].to_numpy(), part["doc"].to_numpy())
        rates[str(language)] = (int((p <= 0.05).sum()), p.size)
    counts, totals = (np.array(x) for x in zip(*rates.values(), strict=True))
    adjusted = holm(excess_p_values(counts, totals, 0.05, int(totals.min()) - 1))
    worst = max(counts / totals)
    print(
        f"\nnews in {len(rates)} languages, nominal 5 %: mean {counts.sum() / totals.sum():.2%}, highest {worst:.2%}, "
        f"smallest adjusted p {adjusted.min():.2f}, {'ok' if adjusted.min() > 0.01 else 'REJECTED'}"
    )


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    folder = data_folder(options.data)
    if folder is None:
        print("no developer data (--data DIR or SPRINGHEAD_DATA): skipped", file=sys.stderr)
        return
    splits(folder, 10 if options.quick else 50)
    news(folder)


if __name__ == "__main__":
    main()
