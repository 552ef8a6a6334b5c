"""Labelled text for training and measuring the detector: loading, cleaning, balancing, cropping.

Data lies beside the project (`--data DIR` or SPRINGHEAD_DATA) and is never copied into it.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from springhead.modalities.text.canonical import canonicalise

LICENSED = (
    "biscope",
    "hc3-chinese",
    "gptid",
    "fast-detect-gpt-main",
    "outfox",
    "imbd-multilang",
    "imbd-train",
    "airabic",
)
"""Files whose licence lets weights trained on them ship (data/README.md)."""
RESEARCH = ("DetectRL", "hatc", "c-red", "m4-glimpse")
"""Files without a stated licence: measured beside the shipped model, never shipped."""

BASE_MODELS = ("gpt2-xl", "opt-2.7b", "gpt-neo-2.7B", "gpt-j-6B", "gpt-neox-20b", "flan_t5_xxl")
"""Models without chat tuning: they write like hasty people, the opposite of what tells chat models."""
BASE_WEIGHT = 0.15
"""Share of their weight they keep: at 1 they cost .18 AUROC on essays of chat models never seen."""
RESEARCH_BASE_WEIGHT = 0.5
"""The same for all sources, chosen on the validation split (LOG.md): beside DetectRL they cost nothing."""

HUMAN_CAP, MACHINE_CAP = 1_400, 350

_OPENING = re.compile(
    r"(?i)^\s*(?:(?:sure|certainly|of course|absolutely)[,!.][^.:!\n]{0,120}[.:!]\s*"
    r"|(?:here is|here's|here are|below is|this is)\b[^.:\n]{0,120}:\s*"
    r"|(?:title|abstract|review|article|answer|story|essay|summary|response)\s*:\s*)"
)
_PHRASE = re.compile(
    r"(?i)\b(as an ai|as a language model|i am an ai|i'm an ai|i hope (this|that) helps|let me know if|"
    r"feel free to ask)\b|作为(一个|一名)?(AI|人工智能)"
)
_SENTENCES = re.compile(r"(?<=[.!?。！？])")


def without_boilerplate(text: str) -> str:
    """Return the text without a chat opening and without sentences in which an assistant speaks of itself."""
    text = _OPENING.sub("", text, count=1)
    if not _PHRASE.search(text):
        return text
    return "".join(part for part in _SENTENCES.split(text) if not _PHRASE.search(part))


def load(data: Path, files: tuple[str, ...]) -> pl.DataFrame:
    """Return the tables one below another, canonical, without boilerplate, each text once.

    A text that occurs with both labels is dropped altogether. Columns: text, human (bool), generator, domain,
    language, source, variant, group, split.
    """
    columns = ["text", "label", "generator", "domain", "language", "source", "variant", "group", "split"]
    frame = pl.concat([pl.read_parquet(data / "text" / f"{name}.parquet").select(columns) for name in files])
    texts = [without_boilerplate(text) for text in frame["text"].to_list()]
    texts = [" ".join(text.split()) for text in canonicalise(texts).texts]
    frame = frame.with_columns(pl.Series("text", texts), (pl.col("label") == "human").alias("human"))
    frame = frame.filter(pl.col("text").str.len_chars() >= 40)
    frame = frame.with_columns(
        pl.col("human").n_unique().over(pl.col("text").str.to_lowercase()).alias("labels")
    )
    frame = frame.filter(pl.col("labels") == 1).drop("labels", "label")
    return frame.unique(subset="text", keep="first", maintain_order=True)


def subsample(frame: pl.DataFrame, rng: np.random.Generator, scale: float = 1.0) -> pl.DataFrame:
    """Return at most 1,400 human and 350 machine texts of each source, domain and generator, times `scale`."""
    shuffled = frame.with_columns(pl.Series("order", rng.permutation(frame.height)))
    rank = pl.col("order").rank("ordinal").over("source", "domain", "language", "generator", "human")
    cap = pl.when(pl.col("human")).then(int(HUMAN_CAP * scale)).otherwise(int(MACHINE_CAP * scale))
    return shuffled.filter(rank <= cap).drop("order")


def balance(frame: pl.DataFrame, base_weight: float = BASE_WEIGHT) -> NDArray[np.float64]:
    """Return weights of mean 1: sources' domains by the root of their size, classes half each, generators alike."""
    cell = ["source", "domain", "language"]
    weights = frame.select(
        (pl.len().over(cell) ** 0.5 / pl.len().over([*cell, "human"]).clip(1)).alias("class"),
        (pl.len().over([*cell, "human"]) / pl.len().over([*cell, "generator"])).alias("share"),
        pl.col("generator").n_unique().over([*cell, "human"]).alias("generators"),
    )
    values = (weights["class"] * weights["share"] / weights["generators"]).to_numpy()
    base = frame["generator"].is_in(BASE_MODELS) | frame["source"].str.starts_with("fast-detect-gpt")
    values = np.where(base.to_numpy(), base_weight * values, values)
    return np.asarray(values / values.mean(), dtype=np.float64)


def environments(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Return a number per kind of text; sources that share a kind (two sets of reviews) share the number."""
    kinds = {
        "arxiv_ml_abstract": "arxiv_abstract",
        "creative": "writing_prompts",
        "wiki_lorenz": "wiki_squad",
    }
    names = frame["domain"].replace(kinds)
    return names.rank("dense").to_numpy().astype(np.int64) - 1


def crop(frame: pl.DataFrame, rng: np.random.Generator) -> list[str]:
    """Return each text cut to a random length, the same law for both classes, so that length says nothing.

    Lengths are log-uniform over 450-3,000 characters (150-900 in Chinese); half begin where the text does.
    """
    out = []
    for text, language in zip(frame["text"].to_list(), frame["language"].to_list(), strict=True):
        low, high = (150, 900) if language == "zh" else (450, 3_000)
        wanted = int(np.exp(rng.uniform(np.log(low), np.log(high))))
        slack = len(text) - wanted
        begin = int(rng.integers(0, slack)) if slack > 0 and rng.random() < 0.5 else 0
        if begin and language != "zh":
            begin = max(text.find(" ", begin) + 1, 0)
        piece = text[begin : begin + wanted]
        if language != "zh" and len(text) > begin + wanted:
            piece = piece.rsplit(" ", 1)[0]
        out.append(piece)
    return out
