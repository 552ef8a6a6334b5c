import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from making import cut, jsonl_bytes, parquet_file, warc_bytes

from springhead.errors import ReservedColumn, UnknownName, WhichColumn
from springhead.io.batches import ReadOptions
from springhead.io.columns import choose_columns
from springhead.io.readers import read

LONG = "a sentence that is long enough to be taken for the text of a document, for it goes on and on"


def corpus(tmp_path, *records):
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(record) for record in records))
    return cut(tmp_path)


@pytest.mark.parametrize("name", ["text", "content", "Body", "raw_content"])
def test_recognised_by_name(tmp_path, name):
    assert choose_columns(corpus(tmp_path, {"id": "x", name: "short", "title": LONG})) == name


def test_recognised_by_length(tmp_path):
    assert choose_columns(corpus(tmp_path, {"id": "x", "story": LONG, "n": 5})) == "story"


def test_two_names_are_a_question(tmp_path):
    with pytest.raises(WhichColumn) as caught:
        choose_columns(corpus(tmp_path, {"text": "a", "content": LONG, "id": "q"}))
    assert set(caught.value.plausible) == {"text", "content"}
    assert list(caught.value.columns) == ["content", "id", "text"]
    assert "--text-column" in str(caught.value) and "mean 92" in str(caught.value)
    assert caught.value.exit_code == 2


def test_no_name_is_a_question(tmp_path):
    with pytest.raises(WhichColumn):
        choose_columns(corpus(tmp_path, {"a": "x", "b": "y"}))


def test_unknown_column_says_what_was_meant(tmp_path):
    shards = corpus(tmp_path, {"text": "a", "language": "en"})
    with pytest.raises(UnknownName, match="Did you mean 'language'"):
        choose_columns(shards, others=("langauge",))
    with pytest.raises(UnknownName, match="Did you mean 'text'"):
        choose_columns(shards, text_column="txet")
    assert choose_columns(shards, text_column="language") == "language"


def test_the_payload_key_is_reserved(tmp_path):
    shards = corpus(tmp_path, {"text": "a", "body": LONG})
    with pytest.raises(ReservedColumn):
        choose_columns(shards, text_column="body", others=("text",))
    (batch,) = read(shards[0], ReadOptions(columns=("text", "body")))
    assert batch.columns == {"text": ["a"], "body": [LONG]}
    (batch,) = read(shards[0], ReadOptions(text_column="body", columns=("body",)))
    assert batch.columns == {"text": [LONG], "body": [LONG]}


def test_a_column_of_the_last_of_many_files_is_known(tmp_path):
    for number in range(40):
        record = {"text": "a"} | ({"rare": 1} if number == 38 else {})
        (tmp_path / f"{number:02}.jsonl").write_text(json.dumps(record))
    assert choose_columns(cut(tmp_path), others=("rare",)) == "text"


def test_parquet_and_columns_without_rows(tmp_path):
    parquet_file(tmp_path / "a.parquet")
    assert choose_columns(cut(tmp_path), others=("id",)) == "text"
    pq.write_table(pa.table({"body": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert choose_columns(cut(tmp_path)) == "body"


def test_formats_that_bring_their_columns(tmp_path):
    (tmp_path / "a.warc").write_bytes(warc_bytes())
    assert choose_columns(cut(tmp_path), others=("host", "date")) == "text"
    with pytest.raises(UnknownName, match="Did you mean 'host'"):
        choose_columns(cut(tmp_path), others=("hots",))
    (tmp_path / "b.jsonl").write_bytes(jsonl_bytes(["a"], extra=1))
    assert choose_columns(cut(tmp_path), others=("host", "extra")) == "text"


def test_nothing_decodable_is_left_to_quarantine(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"broken\n\xff\n[1]\n")
    assert choose_columns(cut(tmp_path)) == "text"
    assert choose_columns(cut(tmp_path), text_column="body") == "body"
    (tmp_path / "a.jsonl").write_text('{"text": 5}\n{"text": null}')
    assert choose_columns(cut(tmp_path)) == "text"
