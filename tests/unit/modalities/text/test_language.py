"""Language identification: tags, scripts, an explicit unknown, and figures on shared data where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from springhead.errors import UnknownName
from springhead.modalities.text import language
from springhead.modalities.text.language import identify, iso639_3
from springhead.modalities.text.language_grams import fold, hash_grams
from springhead.modalities.text.script import HIRAGANA, SCRIPTS, dominant_scripts, script_runs, script_table

SENTENCES = {
    "en": "The committee decided yesterday that the old bridge over the river would be closed for repairs until spring.",
    "de": "Der Ausschuss hat gestern entschieden, dass die alte Brücke über den Fluss bis zum Frühjahr gesperrt wird.",
    "fr": "Le comité a décidé hier que le vieux pont sur la rivière serait fermé pour des travaux jusqu'au printemps.",
    "es": "El comité decidió ayer que el viejo puente sobre el río se cerrará por reparaciones hasta la primavera.",
    "ru": "Вчера комитет решил, что старый мост через реку будет закрыт на ремонт до самой весны этого года.",
    "el": "Η επιτροπή αποφάσισε χθες ότι η παλιά γέφυρα πάνω από το ποτάμι θα κλείσει για επισκευές ως την άνοιξη.",
    "ar": "قررت اللجنة أمس أن الجسر القديم فوق النهر سوف يغلق من أجل الإصلاحات حتى فصل الربيع من هذا العام.",
    "zh": "委员会昨天决定，河上的旧桥将关闭维修，直到明年春天才会重新开放，附近的居民对此表示不满。",
    "ja": "委員会は昨日、川に架かる古い橋を修理のために春まで閉鎖することを決めました。住民は困っています。",
    "ko": "위원회는 어제 강 위의 오래된 다리를 수리하기 위하여 봄까지 닫기로 결정하였다고 발표했습니다.",
}


def test_large_languages_are_found() -> None:
    """One sentence of news suffices for ten large languages."""
    found = identify(list(SENTENCES.values()))
    assert found.language == list(SENTENCES)
    assert found.script == ["Latn"] * 4 + ["Cyrl", "Grek", "Arab", "Hani", "Jpan", "Hang"]
    assert found.confidence.dtype == np.float32
    assert (found.confidence >= 0.5).all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "12 345 67 890,50 3.1415 2024-11-24 17:03",
        "ab",
        "🙂🙃🙂 !!! ???",
        "def area(self): return {k: v[0] * (w + 1) for k, v in self._rows.items() if w > 0 and k != '_'}",
        '<div class="a"><a href="/b?c=1&d=2">x</a></div>' * 5,
        "xqzv kjwpt gghhq zzxcv bnmqw rtplk jhgfd sqxzw vvbnk pllkq wrtzx ccvbq mmnqx zxkjq",
        "𐌰𐌽𐍃𐍄𐌰𐌹 𐌸𐌴𐌹𐌽𐌰𐌹 𐌲𐌿𐌳𐌹𐍃 𐌹𐌼 𐌸𐌰𐍄𐌴𐌹 𐌹𐌼",
    ],
)
def test_no_language_is_unknown(text: str) -> None:
    """Nothing, numbers, code, mark-up, noise and scripts without a model are unknown, and never English."""
    assert identify([text]).language == ["unknown"]


def test_hostile_text_is_answered() -> None:
    """Lone surrogates, NUL, private use and a long line of spaces give an answer of the right length."""
    texts = [
        "\ud800\udfff" * 50,
        "\x00" * 100,
        "\ue000" * 100,
        " " * 100_000,
        "\U0010ffff" * 30,
        "a\u0301" * 600,
    ]
    found = identify(texts)
    assert len(found.language) == len(found.script) == len(found.confidence) == len(texts)
    assert set(found.language[:5]) == {"unknown"}


def test_batches_do_not_matter() -> None:
    """The answer for a text does not depend on its neighbours, nor on characters after the first thousand."""
    texts = list(SENTENCES.values()) * 60
    together = identify(texts)
    for place in (0, 7, 511, 512, 599):
        alone = identify([texts[place]])
        assert alone.language[0] == together.language[place]
        assert alone.confidence[0] == together.confidence[place]
    long = (SENTENCES["fr"] + " ") * 20
    assert identify([long[:1000] + SENTENCES["ru"] * 9]).language == ["fr"]
    assert identify([]).language == []


def test_decomposed_text_is_the_same() -> None:
    """NFD text gets the answer of its NFC form."""
    import unicodedata

    text = SENTENCES["fr"]
    both = identify([text, unicodedata.normalize("NFD", text)])
    assert both.language == ["fr", "fr"]
    assert both.confidence[0] == both.confidence[1]


def test_tags_and_codes() -> None:
    """More than 400 languages are known; codes are of three letters; unknown tags are refused with a hint."""
    assert len(language.KNOWN) >= 400
    assert "unknown" not in language.KNOWN
    assert {iso639_3(tag) for tag in ("en", "zh", "ar", "sr-Cyrl", "yue")} == {
        "eng",
        "zho",
        "ara",
        "srp",
        "yue",
    }
    assert iso639_3("unknown") == "und"
    assert all(len(iso639_3(tag)) == 3 for tag in language.KNOWN)
    with pytest.raises(UnknownName):
        iso639_3("klingon")


def test_scripts() -> None:
    """Letters have the script that Unicode gives them, and runs cover a text without gaps."""
    table = script_table()
    for character, code in {
        "a": "Latn",
        "я": "Cyrl",
        "ω": "Grek",
        "ش": "Arab",
        "क": "Deva",
        "漢": "Hani",
    }.items():
        assert SCRIPTS[table[ord(character)]] == code
    text = "Hello, мир! 漢字かな 12"
    runs = script_runs(text)
    assert [code for _, _, code in runs] == ["Latn", "Cyrl", "Hani", "Hira"]
    assert [start for start, _, _ in runs] == [0, *[end for _, end, _ in runs[:-1]]]
    assert runs[-1][1] == len(text)
    assert script_runs("") == []
    assert script_runs("1, 2") == [(0, 4, "Zyyy")]
    assert dominant_scripts(fold(["漢字とかな"]).scripts).tolist() == [HIRAGANA]


def test_grams() -> None:
    """A word of two letters between separators gives its nine n-grams of one to four characters."""
    folded = fold(["Ab!"])
    codes = folded.codes[: folded.lengths[0]]
    assert "".join(map(chr, codes)) == " ab "
    out = np.empty(64, dtype=np.int32)
    assert hash_grams(codes, True, np.uint64((1 << 15) - 1), out) == len(
        {" a", " ab", " ab ", "a", "ab", "ab ", "b", "b "}
    )


@pytest.mark.skipif("SPRINGHEAD_DATA" not in os.environ, reason="SPRINGHEAD_DATA is not set")
def test_news_in_many_languages() -> None:
    """On news the answer is right in 95 % per language on average, and text in unknown languages is not English."""
    frame = pl.read_parquet(Path(os.environ["SPRINGHEAD_DATA"]) / "ntrex_96.parquet")
    frame = frame.filter(
        pl.col("language").is_in(["deu", "fin", "tur", "vie", "tha", "amh", "kat", "hun", "fuc"])
    )
    found = identify([text[:300] for text in frame["text"]]).language
    tags = {
        "deu": "de",
        "fin": "fi",
        "tur": "tr",
        "vie": "vi",
        "tha": "th",
        "amh": "am",
        "kat": "ka",
        "hun": "hu",
    }
    right = [tag == tags[code] for tag, code in zip(found, frame["language"], strict=True) if code in tags]
    assert np.mean(right) >= 0.95
    assert "en" not in [tag for tag, code in zip(found, frame["language"], strict=True) if code == "fuc"]
