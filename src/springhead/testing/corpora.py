"""Made-up texts of two styles, and corpora of a known share of each in every format that is read.

The texts are nonsense from a small grammar of our own. The styles differ as a human's and a chat's may, so
that a detector can learn them; they say nothing about how well it does on real text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Scores
from springhead.errors import UnknownName
from springhead.testing.lexicon import LEXICONS, Lexicon

Format = Literal["jsonl", "parquet", "warc", "folder"]
SYLLABLES = ("bar", "del", "fen", "gor", "hul", "kin", "lam", "mor", "nid", "pol", "ras", "sel", "tov", "wen")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a corpus of n records: its path, keys and texts, and who is synthetic, bool (n,)."""

    path: Path
    keys: tuple[str, ...]
    texts: tuple[str, ...]
    synthetic: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Share of synthetic records, exact."""
        return float(self.synthetic.mean()) if len(self.synthetic) else 0.0


def human_texts(n: int, rng: Generator, language: str = "en", words: int = 160) -> list[str]:
    """Make n texts of at least `words` words: uneven sentences, names, numbers, first person."""
    lexicon = _lexicon(language)
    return [_text(lexicon, lexicon.human, words, rng) for _ in range(n)]


def machine_texts(n: int, rng: Generator, language: str = "en", words: int = 160) -> list[str]:
    """Make n texts of at least `words` words: even sentences, connectives, threes, large abstract words."""
    lexicon = _lexicon(language)
    return [_text(lexicon, lexicon.machine, words, rng) for _ in range(n)]


def polluted_corpus(
    path: Path,
    n: int,
    share: float,
    rng: Generator,
    format: Format = "jsonl",  # noqa: A002 - the word that the command line uses, too
    language: str = "en",
) -> Truth:
    """Write a corpus of n records, round(n * share) of them synthetic in random places; returns the truth.

    `path` is the file, for "folder" the folder, that is made. Columns are id, text, source and date.
    """
    synthetic = rng.permutation(n) < round(n * share)
    human = iter(human_texts(int((~synthetic).sum()), rng, language))
    machine = iter(machine_texts(int(synthetic.sum()), rng, language))
    texts = [next(machine) if made else next(human) for made in synthetic]
    rows: list[dict[str, str]] = [
        {"id": f"record-{i:06d}", "text": text, "source": f"site-{i % 7}", "date": f"20{15 + i % 10}-03-01"}
        for i, text in enumerate(texts)
    ]
    _WRITERS[format](path, rows)
    return Truth(path, tuple(row["id"] for row in rows), tuple(texts), synthetic)


def gaussian_scores(
    n_human: int, n_synthetic: int, separation: float, rng: Generator
) -> tuple[Scores, Scores]:
    """Draw scores of both classes: unit normal around 0 (human) and around `separation` (synthetic)."""
    return Scores(rng.standard_normal(n_human)), Scores(rng.standard_normal(n_synthetic) + separation)


def _lexicon(language: str) -> Lexicon:
    if language not in LEXICONS:
        raise UnknownName("language of made-up texts", language, LEXICONS)
    return LEXICONS[language]


def _text(lexicon: Lexicon, patterns: tuple[str, ...], words: int, rng: Generator) -> str:
    paragraphs: list[str] = []
    count = 0
    while count < words:
        sentences = [_sentence(lexicon, patterns, rng) for _ in range(int(rng.integers(3, 7)))]
        paragraphs.append(" ".join(sentences))
        count += sum(len(sentence.split()) for sentence in sentences)
    return "\n\n".join(paragraphs)


def _sentence(lexicon: Lexicon, patterns: tuple[str, ...], rng: Generator) -> str:
    pieces = patterns[int(rng.integers(len(patterns)))].split("{")
    made = [pieces[0]]
    for piece in pieces[1:]:
        role, _, rest = piece.partition("}")
        made.append(_word(lexicon, role, rng) + rest)
    return "".join(made)


def _word(lexicon: Lexicon, role: str, rng: Generator) -> str:
    if role == "name":
        first, second, third = rng.integers(len(SYLLABLES), size=3)
        return (SYLLABLES[first] + SYLLABLES[second] + (SYLLABLES[third] if third % 2 else "")).capitalize()
    if role == "year":
        return str(rng.integers(1900, 2020))
    if role == "number":
        return str(rng.integers(3, 5000))
    choices = lexicon.words[role]
    # The square makes the first words of a list frequent and the last ones rare, as words are.
    return choices[int(len(choices) * rng.random() ** 2)]


def _write_jsonl(path: Path, rows: list[dict[str, str]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), "utf-8")


def _write_parquet(path: Path, rows: list[dict[str, str]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in ("id", "text", "source", "date")])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, row_group_size=64)


def _write_warc(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_bytes(b"".join(map(_response, rows)))


def _response(row: dict[str, str]) -> bytes:
    paragraphs = "".join(f"<p>{escape(piece)}</p>\n" for piece in row["text"].split("\n\n"))
    head = "<!doctype html><html><head><meta charset='utf-8'></head>"
    body = f"{head}<body><main>{paragraphs}</main></body></html>".encode()
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    block = http.encode() + body
    fields = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: http://{row['source']}.example/{row['id']}\r\n"
        f"WARC-Date: {row['date']}T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{int(row['id'][-6:]):012d}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return fields.encode() + block + b"\r\n\r\n"


def _write_folder(path: Path, rows: list[dict[str, str]]) -> None:
    path.mkdir(parents=True)
    for row in rows:
        (path / f"{row['id']}.txt").write_text(row["text"], "utf-8")


_WRITERS: dict[str, Callable[[Path, list[dict[str, str]]], None]] = {
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
    "warc": _write_warc,
    "folder": _write_folder,
}
