"""Duplicate clusters: against brute force and datasketch, for any order and number of shards."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from springhead.modalities.text.signatures import sign
from springhead.scan.duplicates import Hashes, cluster, halves

WORDS = [f"w{index}" for index in range(4000)]


def corpus(seed: int, families: int, copies: int) -> list[str]:
    """Return texts in families: an original, an exact copy, and edits of growing size."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(families):
        words = list(rng.choice(WORDS, size=150))
        texts.append(" ".join(words))
        for copy in range(copies):
            edited = list(words)
            for place in rng.integers(0, 150, size=copy):
                edited[place] = str(rng.choice(WORDS))
            texts.append(" ".join(edited))
    return texts


def hashes(texts: list[str], numbers: NDArray[np.int64], keys: list[str] | None = None) -> Hashes:
    digests = halves(hashlib.sha256(text.encode()).digest() for text in texts)
    names = keys or [str(number) for number in numbers]
    signatures = sign(texts)
    return Hashes(
        record=numbers,
        key=halves(hashlib.sha256(name.encode()).digest() for name in names),
        content=digests,
        canonical=digests,
        bands=signatures.bands,
        sketch=signatures.sketch,
        signed=signatures.shingles > 0,
    )


def jaccard(one: str, other: str) -> float:
    sets = [
        {tuple(words[i : i + 5]) for i in range(len(words) - 4)} for words in (one.split(), other.split())
    ]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_clusters_agree_with_brute_force(tmp_path: Path) -> None:
    texts = corpus(1, families=30, copies=6)
    found = cluster([hashes(texts, np.arange(len(texts)))], len(texts), tmp_path, threshold=0.8)
    exact = [texts.index(text) for text in texts]
    assert found.exact.tolist() == exact
    assert found.rank.tolist() == [texts[:row].count(text) for row, text in enumerate(texts)]
    missed = wrong = sure = far = 0
    for one, other in itertools.combinations(range(len(texts)), 2):
        similarity = jaccard(texts[one], texts[other])
        together = found.near[one] == found.near[other]
        sure += similarity >= 0.92
        missed += similarity >= 0.92 and not together
        far += similarity <= 0.3
        wrong += similarity <= 0.3 and together
    assert sure > 30
    assert far > 10_000
    assert missed == 0
    assert wrong == 0
    assert all(
        found.near[row] == min(np.flatnonzero(found.near == found.near[row])) for row in range(len(texts))
    )


def test_pairs_agree_with_datasketch(tmp_path: Path) -> None:
    datasketch = pytest.importorskip("datasketch")
    texts = corpus(2, families=40, copies=4)
    index = datasketch.MinHashLSH(threshold=0.8, num_perm=128)
    sketches = []
    for row, text in enumerate(texts):
        words = text.split()
        sketch = datasketch.MinHash(num_perm=128, seed=1)
        sketch.update_batch([" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)])
        index.insert(row, sketch)
        sketches.append(sketch)
    theirs = {
        (row, other)
        for row in range(len(texts))
        for other in index.query(sketches[row])
        if row < other and sketches[row].jaccard(sketches[other]) >= 0.8
    }
    near = cluster([hashes(texts, np.arange(len(texts)))], len(texts), tmp_path, threshold=0.8).near
    ours = {(a, b) for a, b in itertools.combinations(range(len(texts)), 2) if near[a] == near[b]}
    certain = {pair for pair in theirs if jaccard(texts[pair[0]], texts[pair[1]]) >= 0.92}
    assert certain <= ours
    assert all(jaccard(texts[a], texts[b]) > 0.4 for a, b in ours)


@pytest.mark.parametrize("memory", [1 << 27, 20_000])
def test_any_order_of_shards_and_any_memory_gives_the_same(tmp_path: Path, memory: int) -> None:
    texts = corpus(3, families=25, copies=5)
    whole = tmp_path / "whole"
    whole.mkdir()
    expected = cluster([hashes(texts, np.arange(len(texts)))], len(texts), whole)
    order = np.random.default_rng(4).permutation(len(texts))
    parts = np.array_split(order, 7)
    shards = [hashes([texts[row] for row in part], part) for part in parts]
    found = cluster(shards, len(texts), tmp_path, memory=memory)
    for name in ("exact", "rank", "near", "conflicts"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    assert not list(tmp_path.glob("*.part"))


def test_one_key_with_two_contents_is_named(tmp_path: Path) -> None:
    texts = ["one", "two", "one", "three"]
    shard = hashes(texts, np.arange(4), keys=["a", "a", "a", "b"])
    found = cluster([shard], 4, tmp_path)
    assert found.conflicts.tolist() == [[1, 0]]
    assert found.exact.tolist() == [0, 1, 0, 3]
    assert found.rank.tolist() == [0, 0, 1, 0]


def test_texts_without_a_signature_are_alone(tmp_path: Path) -> None:
    texts = ["too short", "also short", ""]
    assert cluster([hashes(texts, np.arange(3))], 3, tmp_path).near.tolist() == [0, 1, 2]


def test_an_empty_corpus_has_no_clusters(tmp_path: Path) -> None:
    assert cluster([], 0, tmp_path).near.size == 0
