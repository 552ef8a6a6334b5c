"""Time and memory of the lab's metrics, beside prdc, vendi-score and sacrebleu where they are installed.

Usage: python benchmarks/lab_metrics.py [--records 5000] [--coordinates 64]
CPU seconds, the median of three after one warm run (compile time apart), and the peak of traced memory. A
reference's neighbours are searched anew every time here; in a run they are kept.
"""

from __future__ import annotations

import argparse
import logging
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from springhead.core import registry
from springhead.modalities.text.documents import Documents, from_rows
from springhead.modalities.vector import neighbours

TYPES = 5000


def clock(run: Callable[[], Any]) -> tuple[float, float]:
    """Return median CPU seconds and peak megabytes."""
    run()
    seconds = []
    for _ in range(3):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(np.median(seconds)), peak / 1e6


def show(name: str, run: Callable[[], Any]) -> None:
    seconds, megabytes = clock(run)
    print(f"| {name} | {seconds:.3f} | {megabytes:.0f} |", flush=True)


def fresh(metric: Any, reference: Any, sample: Any) -> Callable[[], Any]:
    """Measure without what was kept from before."""

    def run() -> Any:
        neighbours._cache.clear()
        return metric.measure(reference, sample)

    return run


def documents(rng: np.random.Generator, count: int) -> Documents:
    """Documents of 12 to 30 Zipf words."""
    vocabulary = ("<a>", *(f"w{i}" for i in range(TYPES)))
    weights = np.arange(1.0, TYPES + 1) ** -1.0
    weights /= weights.sum()
    rows = [[0, *(1 + rng.choice(TYPES, size=rng.integers(12, 30), p=weights))] for _ in range(count)]
    return from_rows(rows, [0] * count, vocabulary)


def peers(reference: Any, sample: Any, texts: Documents) -> None:
    """Time what is installed of the peers."""
    try:
        import prdc

        show("prdc: all four", lambda: prdc.compute_prdc(reference, sample, 5))
    except ImportError:
        print("| prdc: not installed | | |")
    try:
        from vendi_score import vendi

        unit = sample / np.linalg.norm(sample, axis=1, keepdims=True)
        few = unit[:2000]
        show("vendi-score: dual, cosine", lambda: vendi.score_dual(unit))
        show(f"vendi-score: kernel, {len(few)} records", lambda: vendi.score_K(few @ few.T))
    except ImportError:
        print("| vendi-score: not installed | | |")
    try:
        import sacrebleu

        logging.getLogger("sacrebleu").setLevel(logging.ERROR)

        bleu = sacrebleu.BLEU(smooth_method="add-k", smooth_value=1, tokenize="none")
        lines = [" ".join(text.split()[:8]) for text in texts.texts()[:200]]
        show(
            "sacrebleu: self-BLEU of 200 documents",
            lambda: [
                bleu.sentence_score(line, lines[:at] + lines[at + 1 :]) for at, line in enumerate(lines)
            ],
        )
    except ImportError:
        print("| sacrebleu: not installed | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--coordinates", type=int, default=64)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    shape = (options.records, options.coordinates)
    reference, sample = rng.standard_normal(shape), 0.8 * rng.standard_normal(shape)
    texts, others = documents(rng, options.records), documents(rng, options.records)
    print(f"{shape[0]} records of {shape[1]} coordinates; {len(texts.tokens)} tokens")
    print("| metric | CPU s | peak MB |\n|---|---|---|")
    for name in registry.names("metric"):
        kind = registry.load("metric", name)
        if name.startswith("vector/"):
            one = name == "vector/wasserstein"
            pair = (reference[:, :1], sample[:, :1]) if one else (reference, sample)
            show(name, fresh(kind(), *pair))
        elif name.startswith("text/") and not hasattr(kind, "needs"):
            show(name, fresh(kind(), texts, others))
    show(
        "vector/vendi, cosine",
        fresh(registry.load("metric", "vector/vendi")(kernel="cosine"), reference, sample),
    )
    peers(reference, sample, texts)


if __name__ == "__main__":
    main()
