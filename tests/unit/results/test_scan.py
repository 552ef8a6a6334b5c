"""The schema of a scan's result: closed, frozen, and the same after a round trip through JSON."""

import msgspec
import pyarrow as pa
import pytest

from springhead.results import scan
from springhead.results.folder import encode
from springhead.results.scan import SCHEMA, VERSION, ScanResult
from springhead.testing.results import scan_result

STRUCTS = [
    value
    for value in vars(scan).values()
    if isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not scan.Frozen
]


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
def test_every_part_is_frozen_closed_and_documented(kind):
    assert kind.__struct_config__.frozen
    assert kind.__struct_config__.forbid_unknown_fields
    assert kind.__doc__


def test_round_trip():
    result = scan_result()
    assert msgspec.json.decode(encode(result), type=ScanResult) == result
    assert encode(result) == encode(scan_result())


def test_the_schema_names_itself():
    raw = msgspec.json.decode(encode(scan_result()))
    assert (raw["schema"], raw["version"]) == (SCHEMA, VERSION)


@pytest.mark.parametrize(
    ("field", "value"), [("schema", "springhead.other"), ("version", 2), ("surprise", 1), ("records", None)]
)
def test_another_schema_is_refused(field, value):
    raw = msgspec.json.decode(encode(scan_result()))
    raw[field] = value
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, ScanResult)


def test_only_the_three_verdicts_are_known():
    raw = msgspec.json.decode(encode(scan_result()))
    raw["prevalence"][0]["verdict"] = "probably"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, ScanResult)


def test_columns_that_later_verbs_rely_on():
    # Adding columns is free; removing or retyping one needs a new version of the schema.
    assert scan.EVIDENCE.field("key").type == pa.string()
    assert scan.EVIDENCE.field("content").type == pa.binary(32)
    assert scan.EVIDENCE.field("canonical").type == pa.binary(32)
    assert scan.EVIDENCE.field("level").type == pa.uint8()
    for name in ("source", "position", "date", "language", "words", "chars", "origin", "generation_low"):
        assert name in scan.EVIDENCE.names
    for name in (
        "generation_high",
        "nats",
        "p_value",
        "reasons",
        "exact_cluster",
        "near_cluster",
        "exact_rank",
    ):
        assert name in scan.EVIDENCE.names
    assert {"key", "kind", "value", "trust"} <= set(scan.CLAIMS.names)
    for schema in (scan.EVIDENCE, scan.CLAIMS, scan.EXAMPLES):
        assert len(set(schema.names)) == len(schema.names)
