"""Metrics of text against their definitions, other implementations and simulated coverage."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from springhead.core import registry
from springhead.core.protocols import Compute
from springhead.errors import NotMeasurable, TooFewToMeasure
from springhead.modalities.text.counted_words import Words, grams, words_of
from springhead.modalities.text.distinct import Distinct1, Distinct2, Heaps
from springhead.modalities.text.documents import from_rows
from springhead.modalities.text.perplexity import HeldOutPerplexity, SamplePerplexityLow, quantile
from springhead.modalities.text.rarefaction import rarefy
from springhead.modalities.text.repeats import TextCopies, TextDuplicates
from springhead.modalities.text.self_bleu import SelfBleu, self_bleu
from springhead.modalities.text.vocabulary_kept import RareTypesKept, TextTailMass, TypesKept
from springhead.modalities.text.zipf import Zipf, exponent

TYPES = 300
VOCABULARY = ("<a>", *(f"w{i}" for i in range(TYPES)))
SHARES = np.arange(1.0, TYPES + 1) ** -1.1
SHARES /= SHARES.sum()
TRIALS = 300


def enough(covered, trials=TRIALS, rate=0.95):
    return covered >= stats.binom.ppf(1e-4, trials, rate)


def draw(rng, documents=60, low=5, high=25, shares=SHARES, clump=0.0):
    """Documents of independent words; with `clump`, a word often repeats the one before."""
    rows = []
    for _ in range(documents):
        words = rng.choice(len(shares), size=rng.integers(low, high), p=shares)
        for at in range(1, len(words)):
            if rng.random() < clump:
                words[at] = words[at - 1]
        rows.append([0, *(1 + words).tolist()])
    return from_rows(rows, [0] * documents, VOCABULARY)


def rows_without_tags(documents):
    return [
        documents.tokens[start + 1 : end].tolist()
        for start, end in zip(documents.offsets[:-1], documents.offsets[1:], strict=True)
    ]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_grams_stay_within_documents(n):
    documents = draw(np.random.default_rng(n), 20, 1, 9)
    found = grams(words_of("x", documents), n)
    expected = [
        (number, tuple(row[at : at + n]))
        for number, row in enumerate(rows_without_tags(documents))
        for at in range(len(row) - n + 1)
    ]
    assert found.document.tolist() == [number for number, _ in expected]
    assert len(set(found.tokens.tolist())) == len({gram for _, gram in expected})
    assert len(set(zip(found.tokens.tolist(), (gram for _, gram in expected), strict=True))) == len(
        {gram for _, gram in expected}
    )


def test_rarefaction_is_the_mean_of_random_draws():
    rng = np.random.default_rng(0)
    words = words_of("x", draw(rng))
    for m in (1, 50, 300, len(words.tokens)):
        drawn = [len(set(rng.permutation(words.tokens)[:m].tolist())) for _ in range(600)]
        error = np.std(drawn) / math.sqrt(600)
        assert abs(rarefy("x", words, m, "words").different - np.mean(drawn)) <= 4.5 * error + 1e-9


def test_what_a_document_adds_is_what_leaving_it_out_takes_away():
    words = words_of("x", draw(np.random.default_rng(1), 40))
    m = len(words.tokens) // 2
    whole = rarefy("x", words, m, "words")
    for document in range(0, 40, 7):
        kept = words.document != document
        less = rarefy("x", Words(words.tokens[kept], words.document[kept], 40), m, "words").different
        assert whole.added[document] == pytest.approx(whole.different - less, abs=0.35)


@pytest.mark.parametrize("length", [100, 400])
def test_distinct_covers_its_law(length):
    truth = float((1.0 - (1.0 - SHARES) ** length).sum()) / length
    rng = np.random.default_rng(length)
    found = [
        Distinct1(length=length).measure(sample, sample) for sample in (draw(rng) for _ in range(TRIALS))
    ]
    assert enough(sum(item.low <= truth <= item.high for item in found))


def test_distinct_does_not_grow_with_the_corpus():
    rng = np.random.default_rng(2)
    small, large = draw(rng, 80), draw(rng, 1600)
    metric = Distinct1(length=500)
    assert metric.measure(small, large).value == pytest.approx(metric.measure(small, small).value, rel=0.1)
    # The negative control: the plain ratio falls by a factor of several.
    ratios = [len(set(batch.tokens.tolist())) / len(batch.tokens) for batch in (small, large)]
    assert ratios[1] < 0.3 * ratios[0]


def test_too_few_words_are_named():
    documents = draw(np.random.default_rng(0), 5)
    with pytest.raises(TooFewToMeasure, match="2-grams; expected at least 1000"):
        Distinct2().measure(documents, documents)


def test_heaps_covers_its_law():
    def types(m):
        return float((1.0 - (1.0 - SHARES) ** m).sum())

    truth = math.log(types(400) / types(100)) / math.log(4)
    rng = np.random.default_rng(4)
    found = [Heaps(length=400).measure(sample, sample) for sample in (draw(rng) for _ in range(TRIALS))]
    assert enough(sum(item.low <= truth <= item.high for item in found))


def test_the_exponent_solves_its_equation():
    logs = np.log(np.arange(1.0, 501))
    for s in (0.0, 0.7, 1.3, 3.0):
        weights = np.exp(-s * logs)
        weights /= weights.sum()
        assert exponent(float(weights @ logs), logs)[0] == pytest.approx(s, abs=1e-9)


@pytest.mark.parametrize("clump", [0.0, 0.6])
def test_zipf_covers_also_when_words_come_in_clumps(clump):
    few = np.arange(1.0, 9) ** -1.0
    few /= few.sum()
    rng = np.random.default_rng(5)
    found = [
        Zipf().measure(sample, sample) for sample in (draw(rng, 120, 10, 30, few, clump) for _ in range(150))
    ]
    assert enough(sum(item.low <= 1.0 <= item.high for item in found), 150)


def plain_self_bleu(rows, order):
    def count(row, n):
        return Counter(tuple(row[at : at + n]) for at in range(len(row) - n + 1))

    scores = []
    for number, row in enumerate(rows):
        logs = []
        for n in range(1, order + 1):
            own, extra = count(row, n), int(n > 1)
            others = [count(other, n) for at, other in enumerate(rows) if at != number]
            matches = sum(min(times, max(other[gram] for other in others)) for gram, times in own.items())
            total = (matches + extra) / (sum(own.values()) + extra)
            logs.append(math.log(total) if total else -math.inf)
        scores.append(math.exp(sum(logs) / order))
    return scores


def equal_rows(seed, documents=25, length=9, types=12):
    return np.random.default_rng(seed).integers(types, size=(documents, length))


@pytest.mark.parametrize("order", [1, 2, 4])
def test_self_bleu_equals_the_definition(order):
    rows = equal_rows(order)
    words = Words(rows.ravel(), np.repeat(np.arange(len(rows)), rows.shape[1]), len(rows))
    assert self_bleu(words, rows.shape[1], order) == pytest.approx(plain_self_bleu(rows.tolist(), order))


def test_self_bleu_equals_sacrebleu():
    sacrebleu = pytest.importorskip("sacrebleu")
    rows = equal_rows(9)
    texts = [" ".join(f"w{token}" for token in row) for row in rows]
    bleu = sacrebleu.BLEU(smooth_method="add-k", smooth_value=1, tokenize="none", effective_order=False)
    expected = [
        bleu.sentence_score(text, texts[:at] + texts[at + 1 :]).score / 100 for at, text in enumerate(texts)
    ]
    words = Words(rows.ravel(), np.repeat(np.arange(len(rows)), rows.shape[1]), len(rows))
    assert self_bleu(words, rows.shape[1], 4) == pytest.approx(expected, rel=1e-6)


def test_self_bleu_covers_its_expectation():
    metric = SelfBleu(length=6, documents=50, order=2)
    rng = np.random.default_rng(6)
    found = [metric.measure(sample, sample) for sample in (draw(rng, 60, 7, 12) for _ in range(TRIALS))]
    truth = np.mean([item.value for item in found])
    assert enough(sum(item.low <= truth <= item.high for item in found))


def test_self_bleu_needs_enough_long_documents():
    documents = draw(np.random.default_rng(0), 30, 3, 6)
    with pytest.raises(TooFewToMeasure, match="0 documents of at least 8 words"):
        SelfBleu().measure(documents, documents)
    with pytest.raises(NotMeasurable, match="order = 5"):
        SelfBleu(length=4, order=5).measure(documents, documents)


def test_the_tail_covers_its_mass_given_the_reference():
    rng = np.random.default_rng(7)
    reference = draw(rng, 300)
    counts = np.bincount(reference.tokens, minlength=TYPES + 1)[1:]
    most = max(most for most in range(1, counts.max()) if counts[counts <= most].sum() <= 0.1 * counts.sum())
    truth = SHARES[counts <= most].sum()
    found = [TextTailMass().measure(reference, draw(rng)) for _ in range(TRIALS)]
    assert enough(sum(item.low <= truth <= item.high for item in found))
    narrow = TextTailMass().measure(reference, draw(rng, 300, shares=SHARES**1.5 / (SHARES**1.5).sum()))
    assert narrow.high < truth


@pytest.mark.parametrize("clump", [0.0, 0.5])
def test_types_kept_cover_their_expectation(clump):
    rng = np.random.default_rng(8)
    reference = draw(rng, 150)
    for metric in (TypesKept(), RareTypesKept()):
        found = [metric.measure(reference, draw(rng, 150, clump=clump)) for _ in range(200)]
        truth = np.mean([item.value for item in found])
        assert enough(sum(item.low <= truth <= item.high for item in found), 200)


def test_types_kept_by_one_neutral_resampling_follow_the_law():
    # A word with c occurrences survives one resampling of the same size with probability 1 - exp(-c).
    rng = np.random.default_rng(9)
    reference = draw(rng, 2000, shares=np.full(TYPES, 1 / TYPES)[:TYPES])
    words = reference.tokens[reference.tokens > 0][:1500]
    rows = [[0, *row] for row in words.reshape(-1, 10).tolist()]
    small = from_rows(rows, [0] * len(rows), VOCABULARY)
    counts = np.bincount(words, minlength=TYPES + 1)
    kept = []
    for _ in range(200):
        drawn = rng.choice(words, size=words.size).reshape(-1, 10).tolist()
        sample = from_rows([[0, *row] for row in drawn], [0] * len(drawn), VOCABULARY)
        kept.append(TypesKept(least=1, most=3).measure(small, sample).value)
    band = counts[(counts >= 1) & (counts <= 3)]
    assert np.mean(kept) == pytest.approx((1 - np.exp(-band)).mean(), abs=0.02)


def test_repeats_and_copies():
    rows = [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 5, 6, 7, 8], [0, 9]]
    sample = from_rows(rows, [0] * 4, VOCABULARY)
    reference = from_rows([[0, 5, 6, 7, 8], [0, 9], [0, 1, 2, 3, 5]], [0] * 3, VOCABULARY)
    assert TextDuplicates().measure(reference, sample).value == 0.25
    assert TextDuplicates(least=4).measure(reference, sample).value == pytest.approx(1 / 3)
    found = TextCopies().measure(reference, sample)
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)


def test_vocabularies_must_agree():
    first = draw(np.random.default_rng(0), 4)
    other = from_rows([[0, 1, 2, 3]] * 4, [0] * 4, ("<a>", "x", "y", "z"))
    with pytest.raises(NotMeasurable, match="vocabularies"):
        TypesKept().measure(first, other)


class Unigram:
    """A model of known probabilities: words by share, each document ends with probability 1 / 10."""

    def log_probability(self, documents):
        counts = documents.lengths
        result = np.empty(len(documents.tokens) + len(documents))
        at = 0
        for number, start in enumerate(documents.offsets[:-1]):
            for token in documents.tokens[start : start + counts[number]]:
                result[at] = 0.0 if token == 0 else math.log(0.9 * SHARES[token - 1])
                at += 1
            result[at] = math.log(0.1)
            at += 1
        return result


def test_perplexity_is_the_exponential_of_the_mean_over_all_symbols():
    documents = draw(np.random.default_rng(3), 20)
    model = Unigram()
    found = HeldOutPerplexity().measure(model, model, documents, documents)
    assert found.value == pytest.approx(math.exp(-model.log_probability(documents).mean()))


def test_perplexity_of_a_real_model_rises_with_fewer_documents():
    rng = np.random.default_rng(4)
    model = registry.load("model", "text/kneser-ney")()

    def fit(batch):
        return model.fit(batch, np.ones(len(batch), np.int64), start=None, compute=Compute(), rng=rng)

    held_out, many, few = draw(rng, 200), fit(draw(rng, 600)), fit(draw(rng, 15))
    metric = HeldOutPerplexity()
    good = metric.measure(many, many, held_out, held_out)
    poor = metric.measure(many, few, held_out, held_out)
    assert good.high < poor.low
    with pytest.raises(TooFewToMeasure, match="at least 20"):
        SamplePerplexityLow().measure(many, many, held_out, draw(rng, 19))


def test_the_quantile_covers():
    rng = np.random.default_rng(5)
    truth = stats.norm.ppf(0.05)
    found = [quantile(rng.standard_normal(200), 0.05) for _ in range(1000)]
    assert enough(sum(item.low <= truth <= item.high for item in found), 1000)
