"""The folder of a finished scan: opened whole, or refused with a clear error."""

import importlib.util

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from springhead.errors import BadResult, MissingExtra
from springhead.results.folder import (
    CLAIMS_FILE,
    EVIDENCE_FOLDER,
    EXAMPLES_FILE,
    RESULT,
    ResultFolder,
    encode,
)
from springhead.results.scan import CLAIMS, EVIDENCE, EXAMPLES
from springhead.testing.results import scan_result


@pytest.fixture
def folder(tmp_path):
    (tmp_path / RESULT).write_bytes(encode(scan_result()))
    (tmp_path / EVIDENCE_FOLDER).mkdir()
    for shard in range(2):
        table = pa.table(
            {
                field.name: pa.array(
                    [f"{shard}-0", f"{shard}-1"] if field.name == "key" else [None, None], field.type
                )
                for field in EVIDENCE
            }
        )
        pq.write_table(table, tmp_path / EVIDENCE_FOLDER / f"{shard}.parquet")
    pq.write_table(CLAIMS.empty_table(), tmp_path / CLAIMS_FILE)
    pq.write_table(EXAMPLES.empty_table(), tmp_path / EXAMPLES_FILE)
    return tmp_path


def test_a_finished_scan_opens(folder):
    opened = ResultFolder.open(str(folder))
    assert opened.result == scan_result()
    assert opened.to_polars()["key"].to_list() == ["0-0", "0-1", "1-0", "1-1"]
    assert opened.claims().columns == CLAIMS.names
    assert opened.examples().height == 0


def test_evidence_is_lazy(folder):
    assert ResultFolder.open(folder).evidence().select("key").collect().height == 4


def test_pandas_is_the_users_own(folder, monkeypatch):
    monkeypatch.setattr("springhead.results.folder.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"springhead\[pandas\]"):
        ResultFolder.open(folder).to_pandas()


@pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="pandas is not installed")
def test_pandas_frame(folder):
    assert list(ResultFolder.open(folder).to_pandas()["key"])[:1] == ["0-0"]


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(BadResult, match=r"result\.json"):
        ResultFolder.open(tmp_path)
    with pytest.raises(BadResult):
        ResultFolder.open(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"schema": "springhead.scan", "version": 2}', b"[" * 100_000],
)
def test_a_damaged_result_is_refused(folder, content):
    (folder / RESULT).write_bytes(content)
    with pytest.raises(BadResult):
        ResultFolder.open(folder)


def test_a_result_of_another_version_says_so(folder):
    whole = (folder / RESULT).read_bytes()
    (folder / RESULT).write_bytes(whole.replace(b'"version": 1', b'"version": 2', 1))
    with pytest.raises(BadResult, match=r"is not springhead\.scan version 1"):
        ResultFolder.open(folder)


@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_damage_is_read_or_refused(folder, place, patch):
    whole = encode(scan_result())
    place %= len(whole)
    (folder / RESULT).write_bytes(whole[:place] + patch + whole[place + len(patch) :])
    try:
        ResultFolder.open(folder)
    except BadResult as error:
        assert error.exit_code == 1


@pytest.mark.parametrize(
    ("name", "ask"),
    [(CLAIMS_FILE, ResultFolder.claims), (EXAMPLES_FILE, ResultFolder.examples)],
)
@pytest.mark.parametrize("damage", [None, b"PAR1 not"])
def test_a_missing_or_damaged_table_is_a_clear_error(folder, name, ask, damage):
    (folder / name).unlink()
    if damage:
        (folder / name).write_bytes(damage)
    with pytest.raises(BadResult, match=name):
        ask(ResultFolder.open(folder))


def test_missing_evidence_is_a_clear_error(folder):
    for table in (folder / EVIDENCE_FOLDER).iterdir():
        table.unlink()
    with pytest.raises(BadResult, match="evidence"):
        ResultFolder.open(folder).to_polars()
    with pytest.raises(BadResult, match="evidence"):
        ResultFolder.open(folder).evidence()
