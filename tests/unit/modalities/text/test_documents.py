"""Documents and their tokens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.core import batch as batches
from springhead.errors import BadBatch
from springhead.modalities.text.documents import from_rows
from springhead.modalities.text.tokenise import intern, is_tag, join, tag, tokenise


def made(*texts):
    rows, vocabulary = intern([[tag(group), *tokenise(text)] for group, text in texts], ["<en>", "<ja>"])
    return from_rows(rows, [["en", "ja"].index(group) for group, _ in texts], vocabulary)


DOCUMENTS = made(("en", "a cat, a dog"), ("ja", "笑顔の猫"), ("en", ""))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello, world!", ["Hello", ",", "world", "!"]),
        ("it's well-known: 1,000.5 x_y", ["it's", "well-known", ":", "1,000.5", "x", "_", "y"]),
        ("笑顔cat2です。", ["笑", "顔", "cat2", "で", "す", "。"]),
        ("हिन्दी भाषा।", ["हिन्दी", "भाषा", "।"]),
        ("คนยิ้ม", ["ค", "น", "ยิ้", "ม"]),
        ("مَدْرَسَةٌ، می‌خواهم", ["مَدْرَسَةٌ", "،", "می‌خواهم"]),
        ("<en>", ["<", "en", ">"]),
        (" \n\t", []),
    ],
)
def test_words_characters_and_punctuation(text, tokens):
    assert tokenise(text) == tokens


@given(st.text())
def test_nothing_but_space_is_lost_and_no_text_holds_a_tag(text):
    tokens = tokenise(text)
    assert "".join(tokens) == "".join(text.split())
    assert not any(is_tag(token) for token in tokens)


@pytest.mark.parametrize("text", ["Hello, world! (Or so.)", "笑顔の猫。", "คนยิ้มกว้าง", "¿Qué tal?"])
def test_tokens_are_written_as_they_were_read(text):
    assert join(tokenise(text)) == text


def test_rows_of_documents():
    assert batches.length(DOCUMENTS) == 3
    assert DOCUMENTS.tags == 2
    assert DOCUMENTS.texts() == ["a cat, a dog", "笑顔の猫", ""]
    taken = batches.take(DOCUMENTS, np.array([1, 1, 0]))
    assert taken.texts() == ["笑顔の猫", "笑顔の猫", "a cat, a dog"]
    assert taken.groups.tolist() == [1, 1, 0]
    both = batches.concatenate([taken, DOCUMENTS])
    assert both.texts() == taken.texts() + DOCUMENTS.texts()
    assert both.offsets[-1] == len(both.tokens)
    assert len(batches.take(DOCUMENTS, np.zeros(0, np.int64))) == 0


def test_documents_of_another_vocabulary_are_refused():
    with pytest.raises(BadBatch, match="vocabulary"):
        batches.concatenate([DOCUMENTS, made(("en", "zebra"))])
