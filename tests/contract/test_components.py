"""What every registered component must do, whatever its kind; a new registry line is covered at once."""

import inspect
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.PngImagePlugin import PngInfo

from springhead.core import registry
from springhead.core.nouns import Findings, Trust
from springhead.testing import human_texts, machine_texts
from springhead.testing.pictures import encoded, hostile_files, picture, pictures

COMPONENTS = [(kind, name) for kind in sorted(registry.BUILT_IN) for name in registry.names(kind)]
# Detectors of images get bytes: tests/contract/test_image_detectors.py.
DETECTORS = [name for name in registry.names("detector") if name.startswith("text/")]
MODALITIES = registry.names("modality")
TEXT_DETECTORS = [name for name in DETECTORS if name.startswith("text/")]

HOSTILE = [
    "",
    " ",
    "\n" * 1000,
    "\x00" * 50,
    "a\x00b " * 100,
    "\u200b\u200d\u2060\ufeff" * 50,
    "\u202e" + "evil " * 100 + "\u202c",
    "e" + "\u0301" * 2000,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 100,
    "\ud800 lone surrogate " * 30,
    "\uffff\ufffe\U0010ffff" * 50,
    "раураl " * 100,
    "ก็" * 300,
    "漢字仮名交じり文" * 60,
    "שלום עולם " * 80,
    "---\ngenerator: x\n---\n",
    "---\n" * 400,
    "<script>alert(1)</script>" * 20,
    "{" * 5000,
    "word " * 3000,
    "x" * 20000,
    " " * 100_000,
]


def some_texts():
    rng = np.random.default_rng(5)
    texts = [*human_texts(5, rng), *machine_texts(5, rng), *human_texts(2, rng, "de"), "short", ""]
    texts[3] = "---\ngenerator: some model\nai_generated: true\n---\n" + texts[3]
    texts[4] = "As an AI language model, I cannot help with that. " + texts[4]
    return texts


def some_payloads(modality):
    """Ordinary payloads of a modality, some of which declare themselves."""
    if modality == "text":
        return some_texts()
    rng = np.random.default_rng(5)
    images = pictures(len(some_texts()), rng)
    info = PngInfo()
    info.add_text(
        "parameters", "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64, Model: x"
    )
    images[0] = encoded(picture(rng), "png", pnginfo=info)
    return images if modality == "image" else list(zip(images, some_texts(), strict=True))


def hostile_payloads(modality):
    if modality == "text":
        return HOSTILE
    files = hostile_files(np.random.default_rng(6))
    return files if modality == "image" else [(one, HOSTILE[i % len(HOSTILE)]) for i, one in enumerate(files)]


def batch_of(modality, payloads):
    payloads = list(payloads)
    columns = {
        "id": [str(row) for row in range(len(payloads))],
        "date": [f"{2015 + row % 9}-02-03" for row in range(len(payloads))],
    }
    if modality == "text":
        columns |= {"text": payloads, "payload": payloads}
    else:
        both = payloads if modality == "pair" else [(one, "") for one in payloads]
        columns |= {"payload": [one for one, _ in both], "text": [text for _, text in both]}
        columns["payload_name"] = [""] * len(both)
    return registry.load("modality", modality)().read(columns)


def examine(name, payloads):
    modality = name.partition("/")[0]
    return registry.load("detector", name)().examine(batch_of(modality, payloads))


def check_findings(found, n):
    assert isinstance(found, Findings)
    assert found.score.shape == (n,)
    assert found.score.dtype == np.float64
    assert not np.isinf(found.score).any()
    if found.unit == "p-value":
        known = found.score[~np.isnan(found.score)]
        assert ((known >= 0) & (known <= 1)).all()
    for item in (*found.reasons, *found.claims):
        assert 0 <= item.row < n
        assert (item.start == -1 and item.end == -1) or 0 <= item.start <= item.end


@pytest.mark.parametrize(("kind", "name"), COMPONENTS)
def test_it_loads_and_says_what_it_is(kind, name):
    component = registry.load(kind, name)
    assert inspect.isclass(component) or kind in ("recipe", "reproduction")  # those two are functions
    assert (component.__doc__ or "").strip().endswith((".", ")")) or "\n" in (component.__doc__ or "")
    for attribute, value in vars(component).items():
        if callable(value) and not attribute.startswith("_"):
            assert inspect.getdoc(getattr(component, attribute)), f"{name}.{attribute} has no docstring"


@pytest.mark.parametrize(("kind", "name"), COMPONENTS)
def test_its_module_is_documented(kind, name):
    module = inspect.getmodule(registry.load(kind, name))
    assert module is not None
    assert module.__doc__


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_has_name_kind_and_version(name):
    detector = registry.load("detector", name)()
    assert detector.name == name.partition("/")[2]
    assert isinstance(detector.kind, Trust)
    assert str(detector.version)


@pytest.mark.parametrize("name", DETECTORS)
def test_scores_are_finite_or_nan_and_one_per_record(name):
    texts = some_payloads(name.partition("/")[0])
    check_findings(examine(name, texts), len(texts))


@pytest.mark.parametrize("name", TEXT_DETECTORS)
def test_spans_lie_inside_the_payload(name):
    texts = some_texts()
    found = examine(name, texts)
    for item in (*found.reasons, *found.claims):
        assert item.end <= len(texts[item.row])


@pytest.mark.parametrize("name", DETECTORS)
def test_an_empty_batch_gives_no_findings(name):
    found = examine(name, [])
    check_findings(found, 0)
    assert found.reasons == ()
    assert found.claims == ()


@pytest.mark.parametrize("name", DETECTORS)
def test_hostile_payloads_crash_nothing(name):
    payloads = hostile_payloads(name.partition("/")[0])
    check_findings(examine(name, payloads), len(payloads))


ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


@pytest.mark.parametrize("name", TEXT_DETECTORS)
@given(pieces=st.lists(ANY_TEXT, min_size=1, max_size=4), repeats=st.integers(1, 60))
@settings(max_examples=25, deadline=None)
def test_any_text_gets_findings(name, pieces, repeats):
    # Repeated, so that a text is often long enough not to be abstained on.
    texts = [" ".join([piece] * repeats) for piece in pieces]
    found = examine(name, texts)
    check_findings(found, len(texts))
    assert all(item.end <= len(texts[item.row]) for item in (*found.reasons, *found.claims))


@pytest.mark.parametrize("name", DETECTORS)
def test_the_same_batch_gets_the_same_findings(name):
    first, second = (
        examine(name, some_payloads(name.partition("/")[0])),
        examine(name, some_payloads(name.partition("/")[0])),
    )
    assert np.array_equal(first.score, second.score, equal_nan=True)
    assert (first.reasons, first.claims) == (second.reasons, second.claims)


def rows_of(items, place):
    return sorted((replace(item, row=int(place[item.row])) for item in items), key=repr)


@pytest.mark.parametrize("name", DETECTORS)
def test_findings_follow_the_rows(name):
    # The date column stays as it is per row here, so detectors of dates get the texts' own order only.
    texts = some_payloads(name.partition("/")[0])
    order = np.random.default_rng(1).permutation(len(texts))
    if name.endswith("/dated"):
        found = examine(name, texts)
        assert np.array_equal(found.score, examine(name, [texts[i] for i in order]).score, equal_nan=True)
        return
    whole, shuffled = examine(name, texts), examine(name, [texts[i] for i in order])
    assert np.array_equal(shuffled.score, whole.score[order], equal_nan=True)
    assert rows_of(shuffled.reasons, order) == rows_of(whole.reasons, range(len(texts)))
    assert rows_of(shuffled.claims, order) == rows_of(whole.claims, range(len(texts)))


@pytest.mark.parametrize("name", DETECTORS)
def test_a_score_does_not_depend_on_the_rest_of_the_batch(name):
    texts = some_payloads(name.partition("/")[0])
    whole = examine(name, texts).score
    alone = np.array([examine(name, [text]).score[0] for text in texts])
    if not name.endswith("/dated"):  # its evidence is the date column, which differs by row
        assert np.array_equal(alone, whole, equal_nan=True)


@pytest.mark.parametrize("name", MODALITIES)
def test_forms_are_one_per_record(name):
    modality = registry.load("modality", name)()
    for texts in (some_payloads(name), hostile_payloads(name), []):
        batch = batch_of(name, texts)
        forms = modality.forms(batch)
        for field in ("content", "canonical", "language", "script", "words", "chars", "abstain", "sketch"):
            assert len(getattr(forms, field)) == len(texts), field
        assert all(len(digest) == 32 for digest in (*forms.content, *forms.canonical))
        assert (forms.words >= 0).all()
        assert (forms.chars >= 0).all()
        assert forms.sketch.dtype == np.float32
        assert np.isfinite(forms.sketch).all()
        length = np.linalg.norm(forms.sketch, axis=1)
        assert ((np.abs(length - 1.0) < 1e-3) | (length == 0)).all()


@pytest.mark.parametrize("name", MODALITIES)
def test_contents_are_those_of_the_forms(name):
    modality = registry.load("modality", name)()
    assert list(modality.contents(batch_of(name, hostile_payloads(name)))) == list(
        modality.forms(batch_of(name, hostile_payloads(name))).content
    )


@pytest.mark.parametrize("name", MODALITIES)
def test_signatures_have_the_types_that_tables_store(name):
    modality = registry.load("modality", name)()
    for texts in (some_payloads(name), []):
        signed = modality.signatures(batch_of(name, texts))
        assert signed.bands.dtype == np.uint64
        assert signed.minima.dtype == np.uint16
        assert len(signed.bands) == len(signed.minima) == len(texts)


@pytest.mark.parametrize("name", MODALITIES)
def test_equal_contents_and_only_those_have_equal_digests(name):
    modality = registry.load("modality", name)()
    texts = [*dict.fromkeys([*some_payloads(name), *hostile_payloads(name)])]
    forms = modality.forms(batch_of(name, texts + texts))
    assert list(forms.content[: len(texts)]) == list(forms.content[len(texts) :])
    assert len(set(forms.content)) == len(texts)


@pytest.mark.parametrize("name", MODALITIES)
def test_forms_and_signatures_do_not_depend_on_the_rest_of_the_batch(name):
    modality = registry.load("modality", name)()
    texts = some_payloads(name)
    whole, signed = modality.forms(batch_of(name, texts)), modality.signatures(batch_of(name, texts))
    for row, text in enumerate(texts):
        alone, sign = modality.forms(batch_of(name, [text])), modality.signatures(batch_of(name, [text]))
        for field in ("content", "canonical", "language", "script", "words", "chars", "abstain"):
            assert getattr(alone, field)[0] == getattr(whole, field)[row], (row, field)
        assert np.array_equal(alone.sketch[0], whole.sketch[row])
        assert np.array_equal(sign.bands[0], signed.bands[row])
        assert np.array_equal(sign.minima[0], signed.minima[row])


@pytest.mark.parametrize("name", MODALITIES)
def test_hostile_text_can_be_signed_and_shown(name):
    modality = registry.load("modality", name)()
    batch = batch_of(name, hostile_payloads(name))
    assert len(modality.signatures(batch).bands) == len(hostile_payloads(name))
    excerpts = modality.excerpt(batch, np.arange(len(hostile_payloads(name))))
    assert len(excerpts) == len(hostile_payloads(name))
    assert max(len(excerpt.text) for excerpt in excerpts) < 10_000
    assert modality.excerpt(batch, np.zeros(0, np.int64)) == []


def known_payloads(modality, n, rng):
    """What a trainer is given of n human and n machine-made records; machine-made images are blocky."""
    if modality == "text":
        return human_texts(n, rng), machine_texts(n, rng)
    smooth = [encoded(picture(rng, 48)) for _ in range(n)]
    blocky = [encoded(picture(rng, 24).resize((48, 48), 0)) for _ in range(n)]
    make = registry.load("modality", modality)()
    return tuple(make.payloads(batch_of(modality, one)) for one in (smooth, blocky))


def reference_columns(texts, first_cluster):
    scores = np.array([len(text) % 7 for text in texts], np.float64)
    clusters = np.arange(first_cluster, first_cluster + len(texts))
    return {"payload": texts, "language": ["en"] * len(texts), "score": scores, "cluster": clusters}


@pytest.mark.parametrize("name", registry.names("trainer"))
def test_a_trainer_learns_its_references_and_saves_them(name):
    rng = np.random.default_rng(8)
    human, synthetic = known_payloads(name.partition("/")[0], 120, rng)
    trainer = registry.load("trainer", name)()
    assert trainer.name == name.partition("/")[2]

    def fit():
        columns = reference_columns(human, 0), reference_columns(synthetic, 120)
        return trainer.fit(*columns, clusters=None, rng=np.random.default_rng(3))

    head, again = fit(), fit()
    assert head.cross_fitted_human.shape == head.cross_fitted_synthetic.shape == (120,)
    assert np.array_equal(head.cross_fitted_human, again.cross_fitted_human)
    fresh = [one for part in known_payloads(name.partition("/")[0], 20, rng) for one in part]
    score = head.score(reference_columns(fresh, 0))
    assert (score[:20, None] < score[None, 20:]).mean() > 0.9
    saved = {key: np.asarray(value) for key, value in head.to_arrays().items()}
    assert all(value.dtype != object for value in saved.values())
    assert np.array_equal(trainer.from_arrays(saved).score(reference_columns(fresh, 0)), score)


def test_components_of_a_modality_name_one_that_exists():
    for kind in ("detector", "trainer", "metric", "model"):
        for name in registry.names(kind):
            assert name.partition("/")[0] in [*MODALITIES, "vector"], name  # vectors are of the lab alone
