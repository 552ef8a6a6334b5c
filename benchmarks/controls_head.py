"""What a domain head on a user's references gains, for benchmarks/controls.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from conformal import shipped_scores
from numpy.typing import NDArray

from springhead.modalities.text.canonical import canonicalise
from springhead.modalities.text.head import fit_head

if TYPE_CHECKING:
    from controls import Pools

Floats = NDArray[np.float64]
HELD = 350


def measure(
    pools: Pools,
    source: str,
    domain: str,
    sizes: tuple[int, ...],
    seeds: Sequence[int],
    auroc: Callable[[Floats, Floats], float],
) -> list[dict[str, Any]]:
    """Return AUROC on held-out texts before and after a head, for each size of the references."""
    rows: list[dict[str, Any]] = []
    for seed in seeds:
        rng = np.random.default_rng(300 + seed)
        human = pools.draw(source, domain, human=True, rng=rng)[: HELD + max(sizes)]
        synthetic = pools.draw(source, domain, human=False, rng=rng)[: HELD + max(sizes)]
        sides = [canonicalise(texts).texts for texts in (human, synthetic)]
        base = [shipped_scores(texts) for texts in sides]
        held = min(HELD, *(len(texts) - 100 for texts in sides))
        if held < 30:
            held = min(len(texts) for texts in sides) // 3
        tests = [(texts[:held], scores[:held]) for texts, scores in zip(sides, base, strict=True)]
        before = auroc(tests[0][1], tests[1][1])
        for size in sizes:
            room = min(len(texts) - held for texts in sides)
            if size > room and size != min(sizes):
                continue
            used = slice(held, held + min(size, room))
            keep = [np.flatnonzero(np.isfinite(scores[used])) + held for scores in base]
            kept = [[texts[i] for i in rows_] for texts, rows_ in zip(sides, keep, strict=True)]
            model = fit_head(kept[0], kept[1], base[0][keep[0]], base[1][keep[1]], clusters=None, rng=rng)
            language = pools.language(source, domain)
            after = [model.score(texts, [language] * len(texts), scores) for texts, scores in tests]
            rows.append({
                "domain": f"{source} {domain}", "references": min(size, room), "held": held, "before": before,
                "after": auroc(after[0], after[1]), "seed": seed,
                "cross_fitted": auroc(model.cross_fitted_human, model.cross_fitted_synthetic),
            })  # fmt: skip
    return rows
