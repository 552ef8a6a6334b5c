"""Measure how often human text holds what the canonical form removes, by language; prints the shipped table.

Usage: python benchmarks/removal_rates.py --data DIR > src/springhead/modalities/text/human_rates.py
Reads udhr.parquet (paragraphs of at least 100 characters) and ntrex_96.parquet (whole news documents).
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from pathlib import Path

import polars as pl

from springhead.modalities.text.canonical import KINDS, canonicalise


def measure(data: Path) -> dict[str, dict[str, float]]:
    """Return the highest rate per 1,000 characters by language and kind over all human documents."""
    udhr = pl.read_parquet(data / "udhr.parquet").filter(pl.col("text").str.len_chars() >= 100)
    news = pl.read_parquet(data / "ntrex_96.parquet")
    languages = udhr["iso639_3"].to_list() + [name.split("-")[0] for name in news["language"]]
    canonical = canonicalise(udhr["text"].to_list() + news["text"].to_list())
    rates: dict[str, dict[str, float]] = defaultdict(dict)
    for kind in KINDS:
        for language, text, count in zip(languages, canonical.texts, canonical.removed[kind], strict=True):
            if count:
                rate = round(1000.0 * int(count) / max(len(text), 1), 2)
                rates[language][kind] = max(rates[language].get(kind, 0.0), rate)
    return {language: dict(sorted(kinds.items())) for language, kinds in sorted(rates.items())}


def main() -> None:
    """Print the table as a Python module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("SPRINGHEAD_DATA"))
    data = parser.parse_args().data
    if data is None:
        print("no data: give --data DIR or set SPRINGHEAD_DATA")
        return
    print(
        '"""Highest rates of removed characters seen in human text, per 1,000 characters, by ISO 639-3 code.'
    )
    print()
    print(
        "Made by benchmarks/removal_rates.py from UDHR paragraphs and human news in 96 languages; a language"
    )
    print('or kind that is not named showed none.\n"""')
    print("\nfrom __future__ import annotations\n\nHUMAN_RATES: dict[str, dict[str, float]] = {")
    for language, kinds in measure(Path(data)).items():
        inside = ", ".join(f'"{kind}": {rate}' for kind, rate in kinds.items())
        print(f'    "{language}": {{{inside}}},')
    print("}")


if __name__ == "__main__":
    main()
