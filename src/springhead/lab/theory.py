"""What theory expects of the first arm, generation by generation, where a law is known."""

from __future__ import annotations

from springhead.lab.settings import LabSettings
from springhead.laws.normal import expected_log_variance

LOG_VARIANCE = "log-variance"


def expected(settings: LabSettings, records: int, reference: int) -> dict[str, tuple[float, ...]]:
    """Return the expected value of a metric by generation, from 0, by metric name; empty where none is known.

    Gaussian under replace without truncation: the log-variance of the samples of generation t is that of t
    fits and one more sample, against a reference of its own size; E log v_k = k (psi((n-1)/2) - ln(d/2)), for
    every coordinate alone.
    """
    arm = next(iter(settings.arms.values()))
    decoding = settings.decoding if arm.decoding is None else arm.decoding
    plain = (
        settings.model.get("name") == settings.source.get("name") == "vector/gaussian"
        and [table.get("name") for table in arm.policies()] == ["replace"]
        and decoding.get("truncation", 1.0) == 1.0
        and not arm.fresh and arm.samples is None
        and arm.budget in ("keep", "records") and (arm.draw or settings.draw) != "multinomial"
    )  # fmt: skip
    if not plain or records < 2 or reference < 2:
        return {}
    biased = settings.model.get("estimate", "unbiased") == "mle"
    step = expected_log_variance(n=records, generations=1, estimator="biased" if biased else "unbiased")
    start = expected_log_variance(n=records, generations=1) - expected_log_variance(
        n=reference, generations=1
    )
    return {LOG_VARIANCE: tuple(start + step * t for t in range(settings.generations + 1))}
