"""Texts and labels for the language model: the declaration, emoji captions, news, and noise that is no language."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
import polars as pl

ONE_STANDARD = {
    "als": "sq", "azb": "az", "cat": "ca", "ckb": "ku", "cnr": "sr", "hau": "ha", "nb": "no", "quh": "qu", "qul": "qu",
    "quy": "qu",
    "qxu": "qu", "zlm": "ms", "cjy": "zh", "gan": "zh", "hak": "zh", "hsn": "zh", "nan": "zh", "wuu": "zh",
}  # fmt: skip
"""Tags merged into another: macro-languages, and Sinitic languages whose texts are written Mandarin."""
TWO_SCRIPTS = frozenset(("az", "bs", "sr", "tk", "uz"))
MAIN_SCRIPT = {"fuf": "Latn", "jv": "Latn", "ms": "Latn", "sa": "Deva", "ug": "Arab", "vi": "Latn"}
LEFT = ("khk_mong", "tzm_tfng", "tgl_tglg", "taj", "vie_han", "")
"""Translations of less than 300 characters, and Vietnamese in Han characters, out of use."""
MACRO = {
    "ak": "aka", "ar": "ara", "ay": "aym", "az": "aze", "bik": "bik", "et": "est", "fa": "fas", "gn": "grn",
    "hmn": "hmn", "iu": "iku", "kg": "kon", "kr": "kau", "ku": "kur", "lah": "lah", "lv": "lav", "man": "man",
    "mg": "mlg", "mn": "mon", "ms": "msa", "ne": "nep", "no": "nob", "om": "orm", "ps": "pus", "qu": "que",
    "bs": "bos", "sr": "srp", "sc": "srd", "sq": "sqi", "sw": "swa", "uz": "uzb", "yi": "yid", "za": "zha", "zh": "zho",
    "ca": "cat",
}  # fmt: skip
CAPTION_LABELS = {
    "fil": "tl", "sr": "sr-Cyrl", "sr-Cyrl-BA": "sr-Cyrl", "sr-Latn-BA": "sr-Latn", "yo-BJ": "yo",
    "yue-Hans": "yue", "zh-Hant": "zh", "pt-PT": "pt", "fr-CA": "fr", "es-MX": "es", "es-US": "es", "es-419": "es",
    "az": "az-Latn", "bs": "bs-Latn", "uz": "uz-Latn", "tk": "tk-Latn",
}  # fmt: skip
NEWS_LABELS = {
    "arb": "ar", "aze-Latn": "az-Latn", "bos": "bs-Latn", "srp-Cyrl": "sr-Cyrl", "srp-Latn": "sr-Latn", "prs": "fa",
    "fas": "fa", "zho-CN": "zh", "zho-TW": "zh", "fil": "tl", "uzb": "uz-Latn", "snd-Arab": "sd", "tgk-Cyrl": "tg",
    "nob": "no", "msa": "ms", "mon": "mn", "kmr": "ku", "nde": "nd", "est": "et", "lav": "lv", "mlg": "mg",
    "nep": "ne", "pus": "ps", "sqi": "sq", "swa": "sw", "uig": "ug",
}  # fmt: skip


def label_of(bcp47: str, script: str) -> str | None:
    """Return the label of a translation, None where its language has no tag."""
    base = bcp47.split("-", 1)[0]
    tag = ONE_STANDARD.get(base, base)
    if tag == "und":
        return None
    if (tag, script) == ("bs", "Cyrl"):
        return "sr-Cyrl"
    if tag in TWO_SCRIPTS or MAIN_SCRIPT.get(tag, script) != script:
        return f"{tag}-{script}"
    return tag


def _read(data: Path) -> pl.DataFrame:
    frame = pl.read_parquet(data / "udhr.parquet").filter(~pl.col("key").is_in(LEFT))
    pairs = frame.select("key", "bcp47", "script").unique("key").rows()
    labels = {key: label_of(bcp47, script) for key, bcp47, script in pairs}
    return frame.with_columns(pl.col("key").replace_strict(labels, return_dtype=pl.String).alias("label"))


def labelled(data: Path) -> pl.DataFrame:
    """Return the declaration's paragraphs that have a label: key, iso639_3, article, text, label; in fixed order."""
    frame = _read(data).filter(pl.col("label").is_not_null())
    return frame.select("key", "iso639_3", "article", "text", "label").sort("key", "article", "text")


def nameless(data: Path) -> pl.DataFrame:
    """Return the paragraphs in Latin letters of translations whose language has no code: real unknown languages."""
    frame = _read(data).filter(pl.col("label").is_null() & (pl.col("script") == "Latn"))
    return frame.with_columns(pl.col("key").alias("label")).sort("key", "article", "text")


def names(frame: pl.DataFrame) -> dict[str, str]:
    """Return the ISO 639-3 code of every label, that of the macro-language where languages were merged."""
    first = frame.group_by("label", maintain_order=True).agg(pl.col("iso639_3").first())
    return {label: MACRO.get(label.split("-")[0], code) for label, code in first.rows()}


def captions(data: Path, half: int, each: int = 30, seed: int = 0) -> tuple[list[str], list[str]]:
    """Return texts of eight joined emoji captions, up to `each` a locale, and labels; the halves share no caption.

    Locales with fewer than 300 different captions are left out, Greenlandic (79 % of its
    captions are the Danish ones), and Hong Kong's Chinese, whose label (zh or yue) is open.
    """
    frame = pl.read_parquet(data / "emoji_captions.parquet").with_columns(pl.col("lang").cast(pl.String))
    texts: list[str] = []
    labels: list[str] = []
    for (locale,), part in sorted(frame.group_by(["lang"]), key=lambda item: str(item[0][0])):
        if locale in ("kl", "zh-Hant-HK"):
            continue
        different = sorted(set(part["caption"].to_list()))
        if len(different) < 300:
            continue
        mine = np.random.default_rng(seed).permutation(len(different))[half::2]
        for start in range(0, min(len(mine) - 8, 8 * each), 8):
            texts.append(", ".join(different[place] for place in mine[start : start + 8]))
            labels.append(CAPTION_LABELS.get(str(locale), str(locale)))
    return texts, labels


def news(data: Path, half: int, size: int = 300) -> tuple[list[str], list[str]]:
    """Return the first `size` characters of news documents, every second one, and their labels."""
    frame = pl.read_parquet(data / "ntrex_96.parquet")
    mine = sorted(frame["doc"].unique())[half::2]
    frame = frame.filter(pl.col("doc").is_in(mine)).sort("language", "doc")
    udhr = dict(_read(data).filter(pl.col("label").is_not_null()).select("iso639_3", "label").unique().rows())
    labels = []
    for code in frame["language"]:
        base = code.split("-")[0]
        labels.append(NEWS_LABELS.get(code) or NEWS_LABELS.get(base) or udhr.get(base, code))
    return [text[:size] for text in frame["text"]], labels


def noise(rng: np.random.Generator, each: int = 60) -> tuple[list[str], list[str]]:
    """Return text that is no language: random letters, and made-up words; all with label "noise"."""
    letters = np.array(list(string.ascii_lowercase))
    english = np.array(list("eeeeetttaaaooiinnsshhrrdlucmfwygpbvk"))
    vowels, others = np.array(list("aeiou")), np.array(list("bdfgklmnprstvz"))
    texts = []
    for _ in range(each):
        sizes = rng.integers(2, 10, size=40)
        texts.append(" ".join("".join(rng.choice(letters, size)) for size in sizes))
        texts.append(" ".join("".join(rng.choice(english, size)) for size in sizes))
        half = [max(1, size // 2) for size in sizes]
        words = [[rng.choice(others) + rng.choice(vowels) for _ in range(size)] for size in half]
        texts.append(" ".join("".join(word) for word in words))
        cyrillic = [chr(code) for code in rng.integers(0x430, 0x450, size=200)]
        texts.append("".join(letter if rng.random() > 0.15 else " " for letter in cyrillic))
        texts.append(" ".join("".join(rng.choice(letters, 11)) for _ in range(20)))
    return texts, ["noise"] * len(texts)
