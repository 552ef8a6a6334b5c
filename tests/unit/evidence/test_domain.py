"""The check that known-human text is of the target's own domain, asked of low-scoring records alone."""

from __future__ import annotations

import numpy as np

from springhead.evidence.domain import foreign_domain
from springhead.evidence.misfit import Sketches
from springhead.evidence.samples import make_sample
from springhead.evidence.verdict import prevalence

WIDTH = 32


def drawn(rng: np.random.Generator, n: int, share: float, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores and sketches of n records; machine-made ones score higher and speak of other things."""
    machine = rng.random(n) < share
    scores = rng.normal(0, 1, n) + 2.5 * machine
    sketches = rng.normal(0, 1, (n, WIDTH)) / np.sqrt(WIDTH)
    sketches[:, 0] += shift / np.sqrt(WIDTH)
    sketches[machine, 1] += 2.0 / np.sqrt(WIDTH)
    return scores, sketches


def judged(rng: np.random.Generator, share: float, shift: float) -> bool:
    target, content = drawn(rng, 600, share, shift)
    human, known = drawn(rng, 400, 0.0, 0.0)
    samples = make_sample(target), make_sample(human)
    sketches = tuple(
        Sketches(rows, sample.weights, sample.clusters)
        for rows, sample in zip((content, known), samples, strict=True)
    )
    return foreign_domain(*samples, (sketches[0], sketches[1]))


def test_the_own_domain_is_never_called_foreign_whatever_the_share():
    rng = np.random.default_rng(0)
    assert not any(judged(rng, share, 0.0) for share in (0.0, 0.2, 0.5, 0.8) for _ in range(25))


def test_another_domain_is_found_whatever_the_share():
    rng = np.random.default_rng(1)
    assert all(judged(rng, share, 2.0) for share in (0.0, 0.2, 0.5) for _ in range(25))


def test_a_foreign_reference_gives_no_bound_at_all():
    rng = np.random.default_rng(2)
    target, content = drawn(rng, 600, 0.2, 2.0)
    human, known = drawn(rng, 400, 0.0, 0.0)
    found = prevalence(target + 1.0, human, None, covers_all=False, rng=rng, sketches=(content, known, None))
    blind = prevalence(target + 1.0, human, None, covers_all=False, rng=rng)
    assert blind.lower_bound is not None
    assert blind.lower_bound > 0.2  # without content nothing tells a foreign reference: the bound is false
    assert (found.verdict, found.lower_bound, found.what_if) == ("cannot tell", None, None)
    assert "another domain" in found.reason
