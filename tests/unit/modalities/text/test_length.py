"""Length and shape: words where they are separated, characters where not; prose is never called code."""

from __future__ import annotations

import inspect
import json.decoder
import os
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text.length import abstentions, is_unspaced, lengths, shape, too_short


def test_words_and_characters() -> None:
    sizes = lengths(["one two  three", "自然语言处理很有意思", "ภาษาไทยไม่เว้นวรรค", "안녕 세상", ""])
    assert sizes.words.tolist()[0] == 3
    assert sizes.unspaced.tolist() == [False, True, True, False, False]
    assert sizes.characters.tolist()[1] == 10


def test_the_limit_is_80_words_or_150_characters() -> None:
    texts = ["word " * 79, "word " * 80, "字" * 149, "字" * 150]
    assert too_short(lengths(texts)).tolist() == [True, False, True, False]


def test_a_few_foreign_letters_do_not_make_a_text_unspaced() -> None:
    assert not is_unspaced("The word 漢字 means Chinese characters, " * 5)
    assert is_unspaced("东京 2020 奥运会 Olympic 开幕式 在 日本", "zh")


C = """#include <stdio.h>
int main(void) {
    int i = 0;
    for (i = 0; i < 10; i++) {
        printf("%d", i);
    }
    return 0;
}
"""
JAVASCRIPT = """const a = require('a');
function go(x) {
  return x.map(y => y * 2);
}
let z = go([1, 2]);
console.log(z);
"""
PROSE = "A plain sentence, and another.\nThen a third; with a semicolon (and brackets)."
HTML = '<div class="a">\n<ul>\n<li><a href="x">x</a></li>\n<li><a href="y">y</a></li>\n</ul>\n</div>\n'
TABLE = "| year | people |\n|---|---|\n| 2019 | 12 |\n| 2020 | 14 |\n| 2021 | 19 |\n"
TABS = "name\tyear\tvalue\nann\t2019\t3\nbob\t2020\t5\ncid\t2021\t7\n"
NUMBERS = "12.5 13.7 19.2 22.1\n18.3 19.9 20.0 21.2\n11.1 12.2 13.3 14.4\n"
LIST = "- eggs\n- milk\n- bread\n- butter\n- salt\n- sugar\n- rice\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(C, "code"), (JAVASCRIPT, "code"), (HTML, "code"), (TABLE, "table"), (TABS, "table"), (NUMBERS, "table"),
     (LIST, "list"), (PROSE, None), ("", None)],
)  # fmt: skip
def test_shapes(text: str, expected: str | None) -> None:
    assert shape(text) == expected


def test_most_source_code_of_this_language_is_called_code() -> None:
    source = inspect.getsource(json.decoder) + inspect.getsource(tokenize)
    parts = [source[start : start + 1500] for start in range(0, len(source), 1500)]
    found = sum(shape(part) == "code" for part in parts)
    assert found >= 0.7 * len(parts)


def test_the_reason_is_short_before_anything_else() -> None:
    texts = [LIST, "字" * 200, C * 8]
    assert abstentions(texts, lengths(texts)) == ["short", None, "code"]


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_shape(text: str) -> None:
    assert abstentions([text], lengths([text]))[0] in (None, "short", "code", "table", "list")


def test_human_prose_is_hardly_ever_called_code_or_table() -> None:
    folder = os.environ.get("SPRINGHEAD_DATA")
    if folder is None or not (Path(folder) / "ntrex_96.parquet").exists():
        pytest.skip("SPRINGHEAD_DATA is not set")
    pl = pytest.importorskip("polars")
    texts = pl.read_parquet(Path(folder) / "ntrex_96.parquet")["text"].to_list()
    more = pl.read_parquet(Path(folder) / "text" / "hc3-chinese.parquet").filter(pl.col("label") == "human")
    texts += more["text"].to_list()
    reasons = abstentions(texts, lengths(texts))
    long = [reason for reason in reasons if reason != "short"]
    assert len(long) > 10_000
    assert sum(reason is not None for reason in long) < 0.005 * len(long)
