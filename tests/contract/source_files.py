"""Small files, made here, for the sources that read a file which is named."""

import io
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from PIL import Image

RECORDS = 80


def _png(pixels):
    data = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(data, "PNG")
    return data.getvalue()


@lru_cache(maxsize=1)
def settings():
    """Return the settings of every source that has no default, by name; files last as long as the process."""
    rng = np.random.default_rng(0)
    kept = tempfile.TemporaryDirectory(prefix="springhead-sources-")
    folder = Path(kept.name)
    halves = np.array(["first", "second"])[np.arange(RECORDS) % 2]
    np.savez(folder / "letters.npz", x=rng.integers(0, 256, (RECORDS, 32, 32), np.uint8), alphabet=halves)
    pictures = [_png(rng.integers(0, 256, (24, 24, 4), np.uint8)) for _ in range(RECORDS)]
    pl.DataFrame({"png72": pictures, "skin_tone": ["", "dark"] * (RECORDS // 2)}).write_parquet(
        folder / "emoji.parquet"
    )
    words = np.array(["amber", "birch", "cedar", "delta", "ember", "flint", "grove", "heath"])
    texts = [f"{number} " + " ".join(rng.choice(words, 6)) for number in range(RECORDS)]
    pl.DataFrame(
        {"text": texts, "language": ["eng", "isl"] * (RECORDS // 2), "doc": range(RECORDS)}
    ).write_ndjson(folder / "news.jsonl")
    (folder / "shares.csv").write_text("iso639_3,share\neng,0.5\nisl,0.01\n")
    news = str(folder / "news.jsonl")
    return {
        "image/omniglot": {"path": str(folder / "letters.npz")},
        "image/emoji": {"path": str(folder / "emoji.parquet")},
        "text/corpus": {"path": news, "group": "language"},
        "text/ntrex": {"path": news, "shares": str(folder / "shares.csv"), "tau": 0.0},
    }, kept
