"""What every model must do, run on toys of the three kinds and on every registered model."""

import numpy as np
import pytest
from tests.contract.toys import ConditionalModel, CopyingModel, Labelled, WarmModel

from springhead.core import batch as batches
from springhead.core import registry
from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.errors import BadBatch, UnknownName
from springhead.modalities.image.arrays import Images
from springhead.modalities.text.documents import Documents, from_rows

N = 40


def rng(seed=0):
    return np.random.default_rng(seed)


def flat_batch():
    return rng(1).standard_normal(N) + 3.0


def labelled_batch():
    labels = np.arange(N) % 3
    return Labelled(rng(1).standard_normal(N) + 10.0 * labels, labels)


def repeated(batch, copies):
    if isinstance(batch, Labelled):
        return Labelled(np.repeat(batch.values, copies), np.repeat(batch.labels, copies))
    return batches.take(batch, np.repeat(np.arange(batches.length(batch)), copies))


def values(batch):
    if isinstance(batch, Documents):
        return np.array(batch.texts())
    return batch[0] if isinstance(batch, tuple) else batch


def vector_batch():
    return rng(1).standard_normal((N, 2)) + 3.0


def category_batch():
    return rng(1).integers(1, 9, size=(N, 1)).astype(float)


def text_batch():
    words = ("<a>", "<b>", *"uvwxyz")
    rows = [[i % 2, *rng(i).integers(2, 8, size=1 + i % 5)] for i in range(N)]
    return from_rows(rows, [row[0] for row in rows], words)


def image_batch():
    labels = np.arange(N) % 2
    pixels = 0.5 + 0.1 * rng(1).standard_normal((N, 16)) * (1 + np.arange(16) % 4)
    return Images(np.clip(pixels + 0.2 * labels[:, None], 0.0, 1.0).astype(np.float32), labels)


MODELS = [
    (ConditionalModel, labelled_batch),
    (WarmModel, flat_batch),
    (CopyingModel, flat_batch),
    (registry.load("model", "image/ppca"), image_batch),
    (registry.load("model", "image/factors"), image_batch),
    (registry.load("model", "text/bigram"), text_batch),
    (registry.load("model", "text/kneser-ney"), text_batch),
    (registry.load("model", "vector/gaussian"), vector_batch),
    (registry.load("model", "vector/kde"), vector_batch),
    (registry.load("model", "vector/mixture"), vector_batch),
    (registry.load("model", "vector/categorical"), category_batch),
]
model_and_batch = pytest.mark.parametrize(("model", "make"), MODELS, ids=lambda item: item.__name__)


registered_models = pytest.mark.parametrize(
    ("model", "make"),
    [case for case in MODELS if case[0] not in (ConditionalModel, WarmModel, CopyingModel)],
    ids=lambda item: item.__name__,
)


def parts(batch):
    if isinstance(batch, Documents):
        return [batch.tokens]
    return list(batch) if isinstance(batch, tuple) else [batch]


def fit(model, batch, copies=None, start=None, **compute):
    copies = np.ones(len(values(batch)), np.int64) if copies is None else copies
    return model().fit(batch, copies, start=start, compute=Compute(**compute), rng=rng(2))


@model_and_batch
def test_as_many_samples_as_asked(model, make):
    fitted = fit(model, make())
    for count in (0, 1, 17):
        assert len(values(fitted.sample(Request(count), rng()).batch)) == count


@model_and_batch
def test_the_generator_decides(model, make):
    samples = [values(fit(model, make()).sample(Request(9), rng(seed)).batch) for seed in (1, 1, 2)]
    assert np.array_equal(samples[0], samples[1])
    assert not np.array_equal(samples[0], samples[2])


@model_and_batch
def test_copies_count_as_repeated_records(model, make):
    batch, copies = make(), rng(3).integers(0, 4, size=N)
    weighted = fit(model, batch, copies).sample(Request(9), rng()).batch
    plain = fit(model, repeated(batch, copies)).sample(Request(9), rng()).batch
    first, second = values(weighted), values(plain)
    assert np.array_equal(first, second) if first.dtype.kind == "U" else np.allclose(first, second)


@model_and_batch
def test_parents_are_rows_of_the_batch(model, make):
    batch = make()
    copies = rng(3).integers(0, 2, size=N)
    sampled = fit(model, batch, copies).sample(Request(30), rng())
    if sampled.parents is None:
        assert model is not CopyingModel
        return
    assert sampled.parents.shape == (30,)
    assert (copies[sampled.parents] > 0).all()


def test_samples_stay_near_their_parents():
    batch = flat_batch()
    sampled = fit(CopyingModel, batch).sample(Request(50, decoding={"noise": 0.0}), rng())
    assert np.array_equal(sampled.batch, batch[sampled.parents])


def test_conditions_are_followed():
    conditions = [2, 0, 2, 1, 0]
    sampled = fit(ConditionalModel, labelled_batch()).sample(
        Request(5, conditions=conditions, decoding={"temperature": 0.0}), rng()
    )
    assert sampled.batch.labels.tolist() == conditions
    assert np.round(sampled.batch.values / 10.0).astype(int).tolist() == conditions


def test_a_warm_start_goes_on_where_the_other_left_off():
    batch = flat_batch()
    whole = fit(WarmModel, batch, steps=6)
    half = fit(WarmModel, batch, steps=3)
    assert fit(WarmModel, batch, start=half, steps=3) == whole
    assert fit(WarmModel, batch, start=half, steps=0) == half
    assert half != whole


MODES = {"truncation": 0.5, "temperature": 0.7, "top_k": 2}
SAVED = [case for case in MODELS if hasattr(case[0], "from_arrays")]


@model_and_batch
def test_the_batch_is_left_as_it_was(model, make):
    batch, copies = make(), np.ones(N, np.int64)
    before = [np.copy(part) for part in parts(batch)]
    fit(model, batch, copies).sample(Request(20), rng())
    assert all(np.array_equal(a, b) for a, b in zip(before, parts(batch), strict=True))
    assert (copies == 1).all()


@model_and_batch
def test_samples_are_a_batch_of_the_same_kind(model, make):
    batch = make()
    sampled = fit(model, batch).sample(Request(11), rng())
    assert type(sampled.batch) is type(batch)
    for given, made in zip(parts(batch), parts(sampled.batch), strict=True):
        assert made.dtype == given.dtype
        assert made.shape[1:] == given.shape[1:]
    # What it made can be trained on beside what it was given.
    both = batches.concatenate([batch, sampled.batch])
    assert batches.length(fit(model, both).sample(Request(5), rng()).batch) == 5


@registered_models
def test_no_record_that_counts_is_refused(model, make):
    for copies in (np.zeros(N, np.int64), np.full(N, -1)):
        with pytest.raises(BadBatch):
            fit(model, make(), copies)


@registered_models
def test_a_setting_of_another_model_is_refused_by_name(model, make):
    with pytest.raises(UnknownName, match="trunkation"):
        fit(model, make()).sample(Request(3, decoding={"trunkation": 0.5}), rng())


@registered_models
def test_a_setting_that_it_has_changes_samples_and_its_neutral_value_does_not(model, make):
    fitted, known = fit(model, make()), 0
    plain = values(fitted.sample(Request(60), rng()).batch)
    for name, value in MODES.items():
        try:
            changed = values(fitted.sample(Request(60, decoding={name: value}), rng()).batch)
        except UnknownName:
            continue
        known += 1
        assert not np.array_equal(changed, plain), name
        neutral = {"top_k": 0.0}.get(name, 1.0)
        assert np.array_equal(
            values(fitted.sample(Request(60, decoding={name: neutral}), rng()).batch), plain
        )
    assert known


@pytest.mark.parametrize(("model", "make"), SAVED, ids=lambda item: item.__name__)
def test_what_is_saved_samples_as_before(model, make):
    fitted = fit(model, make())
    arrays = {key: np.asarray(value) for key, value in fitted.to_arrays().items()}
    assert all(value.dtype != object for value in arrays.values())
    again = model().from_arrays(arrays)
    for decoding in ({}, {"temperature": 0.7}, {"truncation": 0.5}):
        try:
            wanted = fitted.sample(Request(9, decoding=decoding), rng())
        except UnknownName:
            continue
        found = again.sample(Request(9, decoding=decoding), rng())
        assert np.array_equal(values(found.batch), values(wanted.batch))


def test_every_registered_model_is_covered_here():
    # A modality that registers a model adds it to MODELS with a batch to fit it on.
    known = {model().name for model, _ in MODELS}
    assert {name.rpartition("/")[2] for name in registry.names("model")} <= known
