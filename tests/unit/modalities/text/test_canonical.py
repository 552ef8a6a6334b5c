"""The canonical form: idempotent, loses no letter of any script, undoes disguises, and never crashes."""

from __future__ import annotations

import argparse
import decimal
import inspect
import os
import statistics
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text import canonical
from springhead.modalities.text.canonical import canonicalise, excess
from springhead.modalities.text.confusables import script_of
from springhead.modalities.text.human_rates import HUMAN_RATES

anything = st.text(st.characters(exclude_categories=()), max_size=60)
tricky = st.text(
    st.sampled_from(
        "aeоaсєрΑο\u200b\u200c\u200d\u200e\u202e\ufe0f"
        "\u0301\u0327\u094dकمی❤🔥🏴\U000e0067 \n\x00\x1c\ufeffกក\u1160\uff21"
    ),
    max_size=25,
)


def one(text: str) -> str:
    return canonicalise([text]).texts[0]


def data(name: str) -> Path:
    folder = os.environ.get("SPRINGHEAD_DATA")
    if folder is None or not (Path(folder) / name).exists():
        pytest.skip("SPRINGHEAD_DATA is not set")
    return Path(folder) / name


@given(st.one_of(anything, tricky))
def test_a_second_pass_changes_nothing(text: str) -> None:
    first = one(text)
    second = canonicalise([first])
    assert second.texts == [first]
    assert sum(int(counts[0]) for counts in second.removed.values()) == 0


@given(anything)
def test_the_result_can_be_written_as_utf8(text: str) -> None:
    one(text).encode("utf-8")


@given(
    st.sampled_from(["abcdeéüñłøŋßö", "абвгдеёжзийї", "αβγδεζάέή", "աբգդեզհո", "ᎠᎡᎢᏣᎳᎩ", "אבגדה", "کتابی"]),
    st.data(),
)
def test_letters_of_one_script_are_unchanged(letters: str, draw: st.DataObject) -> None:
    words = draw.draw(st.lists(st.text(st.sampled_from(letters), min_size=1, max_size=8), max_size=6))
    assert one(" ".join(words)) == " ".join(words)


@pytest.mark.parametrize(
    ("disguised", "plain", "kind", "count"),
    [
        ("th\u0435 m\u0430tter", "the matter", "confusable", 2),
        ("пpивет дoм", "привет дом", "confusable", 2),
        ("zero\u200bwi\u200cdth\u2060", "zerowidth", "invisible", 3),
        ("soft\u00adhyphen", "softhyphen", "soft_hyphen", 1),
        ("a\x00b\x07c", "abc", "control", 2),
        ("left\u202eright", "leftright", "bidi", 1),
        ("\U0001d407\U0001d41e\U0001d425lo \uff37orld", "Hello World", "styled", 4),
        ("stego\ufe01\ufe02\U000e0100", "stego", "invisible", 3),
    ],
)
def test_disguises_are_undone_and_counted(disguised: str, plain: str, kind: str, count: int) -> None:
    result = canonicalise([disguised])
    assert result.texts == [plain]
    assert {name: int(counts[0]) for name, counts in result.removed.items() if counts[0]} == {kind: count}


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم", "കാര്\u200d", "क्\u200dष", "👩\u200d👩\u200d👧", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e007f", "שלום\u200f (abc)\u200e.", "ᠮᠣᠩᠭᠣᠯ\u180e\u1820", "葛\U000e0100",
        "SMSки kΩ TNFα IFNγ ISISро", "naïve — well–known «oui»", "ʻokina Hawaiʻi", "O\u02bczbek",
    ],
)  # fmt: skip
def test_what_a_script_uses_stays(text: str) -> None:
    result = canonicalise([text])
    assert result.texts == [text]
    assert sum(int(counts[0]) for counts in result.removed.values()) == 0


def test_quotes_and_white_space() -> None:
    assert one("\ufeff“It’s”\u00a0\u3000fine\r\n\tnow\u2028") == '"It\'s" fine now'


def test_long_texts_are_collapsed_the_same() -> None:
    text = "  a\u2003\n b\t\u3000" * 200_000
    assert one(text) == " ".join(text.split())


def test_excess_is_beyond_the_human_rate() -> None:
    removed = {"confusable": np.array([5, 5, 5, 0], dtype=np.int32)}
    languages = ["srp-Cyrl", "eng", "unknown", None]
    beyond = excess(removed, np.array([1000, 1000, 1000, 0]), languages)
    assert beyond["confusable"].tolist() == [0, 5, 0, 0]


def test_every_measured_language_is_known_by_its_short_code() -> None:
    assert set(canonical._THREE_LETTERS.values()) == set(HUMAN_RATES)
    assert canonical.human_rate("fa", "invisible") == canonical.human_rate("fas-Arab", "invisible") > 0


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_replaced_letters_of_a_text_are_folded_back(share: float) -> None:
    """At least 95 % of the words come back; the rest are all look-alikes and could be foreign words."""
    pairs = dict(zip("aeopcxyiTAEHOPCXBMKS", "аеорсхуіТАЕНОРСХВМКЅ", strict=True))
    rng = np.random.default_rng(8)
    text = canonicalise(
        [inspect.getdoc(argparse) + inspect.getdoc(statistics) + inspect.getdoc(decimal)]
    ).texts[0]
    disguised = "".join(pairs[c] if c in pairs and rng.random() < share else c for c in text)
    words, found = text.split(), one(disguised).split()
    assert sum(a == b for a, b in zip(words, found, strict=True)) >= 0.95 * len(words)


def test_a_foreign_word_in_one_script_stays_in_any_text() -> None:
    assert one("the Russian word сор means litter") == "the Russian word сор means litter"


def test_accented_lookalikes_are_derived() -> None:
    assert one("h\u0451llo") == "hëllo"
    assert script_of("ё") == "cyrillic"


def test_the_declaration_of_human_rights_loses_no_letter_and_gains_no_evidence() -> None:
    pl = pytest.importorskip("polars")
    table = pl.read_parquet(data("udhr.parquet"))
    assert table["script"].n_unique() == 43
    texts = table["text"].to_list()
    result = canonicalise(texts)
    for text, form in zip(texts, result.texts, strict=True):
        before = unicodedata.normalize("NFC", text)
        assert [c for c in before if c.isalpha()] == [c for c in form if c.isalpha()]
    lengths = np.array([len(text) for text in result.texts])
    beyond = excess(result.removed, lengths, table["iso639_3"].to_list())
    assert {kind: int(counts.sum()) for kind, counts in beyond.items() if counts.any()} == {}
