"""What every metric must do: finite, an interval around the value, best on the same sample, blind to order."""

import math

import numpy as np
import pytest
from tests.contract.batches_of_metrics import batches, fitted_pair, least_needed, shuffled

from springhead.core import registry
from springhead.core.batch import take
from springhead.errors import SpringheadError

ALL = registry.names("metric")
KINDS = {name: registry.load("metric", name) for name in ALL}
OF_MODELS = [name for name in ALL if getattr(KINDS[name], "needs", None) == "model"]
SINCE_START = [name for name in ALL if getattr(KINDS[name], "needs", None) == "start"]
PLAIN = [name for name in ALL if name not in OF_MODELS + SINCE_START]
each = pytest.mark.parametrize("name", PLAIN)
#: These count what the sample has; the others compare with the reference and have a best value.
BEST = {
    "wasserstein": 0.0, "sliced-wasserstein": 0.0, "bures": 0.0, "frechet": 0.0, "mean-drift": 0.0,
    "log-variance": 0.0, "precision": 1.0, "recall": 1.0, "coverage": 1.0, "types-kept": 1.0,
    "types-kept-rare": 1.0, "types-kept-common": 1.0,
}  # fmt: skip
#: A real sample is no worse than this against another real one of 400 records.
SMALL = {
    "wasserstein": 0.2, "sliced-wasserstein": 0.3, "bures": 1.0, "frechet": 3.0, "mean-drift": 0.2,
    "log-variance": 0.2,
}  # fmt: skip


def measure(name, reference, sample):
    return KINDS[name]().measure(reference, sample)


def check(found):
    assert math.isfinite(found.value)
    assert math.isfinite(found.low)
    assert math.isfinite(found.high)
    assert found.low <= found.value <= found.high
    assert found.n > 0


@pytest.mark.parametrize("name", ALL)
def test_a_metric_says_its_name_and_direction(name):
    metric = KINDS[name]()
    assert metric.name == name.partition("/")[2]
    assert metric.worse in ("higher", "lower")
    assert (KINDS[name].__doc__ or "").split("\n")[0].endswith((".", ":"))


@each
def test_values_are_finite_and_inside_their_interval(name):
    reference, sample, worse = batches(name)
    check(measure(name, reference, sample))
    check(measure(name, reference, worse))
    check(measure(name, reference, reference))


@each
def test_the_same_sample_has_the_best_value(name):
    reference, _, worse = batches(name)
    same = measure(name, reference, reference).value
    short = name.partition("/")[2]
    if short in BEST:
        assert same == pytest.approx(BEST[short], abs=1e-6)
    elif short != "density":  # which a contraction raises
        direction = 1.0 if KINDS[name]().worse == "higher" else -1.0
        assert direction * (measure(name, reference, worse).value - same) >= 0.0


@each
def test_real_against_real_is_better_than_a_collapsed_sample(name):
    reference, sample, worse = batches(name)
    real, collapsed = measure(name, reference, sample), measure(name, reference, worse)
    short = name.partition("/")[2]
    if short in SMALL:
        assert abs(real.value) <= SMALL[short]
    if short in ("density", "coverage", "precision"):
        return  # a contraction does not lower these: why recall is reported beside them
    direction = 1.0 if KINDS[name]().worse == "higher" else -1.0
    assert direction * (collapsed.value - real.value) > 0.0


@each
def test_the_order_of_records_does_not_matter(name):
    reference, sample, _ = batches(name)
    straight = measure(name, reference, sample)
    other = measure(name, shuffled(reference, 1), shuffled(sample, 2))
    assert other.value == pytest.approx(straight.value, rel=1e-6, abs=1e-9)
    width = straight.high - straight.low
    assert other.high - other.low == pytest.approx(width, rel=0.5, abs=1e-3)


@each
def test_it_measures_the_same_twice(name):
    reference, sample, _ = batches(name)
    assert measure(name, reference, sample) == measure(name, reference, sample)


@each
def test_too_few_records_are_an_error_that_says_so(name):
    reference, sample, _ = batches(name)
    nothing = np.zeros(0, np.int64)
    with pytest.raises(SpringheadError) as caught:
        measure(name, take(reference, nothing), take(sample, nothing))
    assert "0" in str(caught.value)
    assert least_needed(caught.value) > 0


@pytest.mark.parametrize("name", [name for name in PLAIN if not name.startswith("text/")])
def test_values_that_are_not_finite_are_an_error(name):
    reference, sample, _ = batches(name)
    broken = sample._replace(pixels=sample.pixels.copy()) if hasattr(sample, "pixels") else sample.copy()
    (broken.pixels if hasattr(broken, "pixels") else broken)[3, 0] = np.nan
    with pytest.raises(SpringheadError, match="finite"):
        measure(name, reference, broken)


@pytest.mark.parametrize("name", OF_MODELS)
def test_metrics_of_models(name):
    first, fitted, held_out, sample = fitted_pair()
    found = KINDS[name]().measure(first, fitted, held_out, sample)
    check(found)
    assert found.value >= 1.0
    again = KINDS[name]().measure(first, fitted, shuffled(held_out, 1), shuffled(sample, 2))
    assert again.value == pytest.approx(found.value)
    with pytest.raises(SpringheadError, match="probabilities"):
        KINDS[name]().measure(object(), object(), held_out, sample)


def test_a_contraction_shows_in_recall_and_log_variance_and_not_in_coverage():
    rng = np.random.default_rng(3)
    reference, sample = rng.standard_normal((2000, 64)), 0.8 * rng.standard_normal((2000, 64))
    real = rng.standard_normal((2000, 64))

    def value(name, batch):
        return measure(f"vector/{name}", reference, batch)

    assert value("coverage", sample).value > 0.99
    assert value("density", sample).value > 5.0
    assert value("precision", sample).value > 0.99
    assert value("recall", sample).high < 0.12 < 0.5 < value("recall", real).low
    found = value("log-variance", sample)
    assert found.low <= 2.0 * math.log(0.8) <= found.high
    assert value("tail-mass", sample).high < 0.01 < value("tail-mass", real).low
    assert value("vendi", sample).high < value("vendi", real).low


def test_every_metric_of_vectors_is_one_of_images():
    vector = {name.partition("/")[2] for name in ALL if name.startswith("vector/")}
    image = {name.partition("/")[2] for name in ALL if name.startswith("image/")}
    assert vector - {"wasserstein", "bures"} == image - {"frechet"}


@pytest.mark.parametrize("name", SINCE_START)
def test_metrics_since_the_start_are_finite_best_at_the_start_and_blind_to_order(name):
    reference, sample, worse = batches(name)
    metric = KINDS[name]()
    for generation, one in ((0, reference), (1, sample), (2, worse)):
        check(metric.measure(reference, generation, one))
    assert metric.measure(reference, 0, reference).value == pytest.approx(0.0)
    direction = 1.0 if metric.worse == "higher" else -1.0
    assert (
        direction * (metric.measure(reference, 1, worse).value - metric.measure(reference, 1, sample).value)
        > 0.0
    )
    order = np.random.default_rng(0).permutation(len(sample))
    assert metric.measure(reference, 1, take(sample, order)) == metric.measure(reference, 1, sample)
