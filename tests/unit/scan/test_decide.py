"""Levels and evidence of single records, by hand."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from springhead.core.level import to_log_odds
from springhead.results.scan import EVIDENCE
from springhead.scan.calibration import Calibration, LanguageCalibration
from springhead.scan.decide import decide, evidence_schema, generations, hard, judged_scores

NAN = float("nan")


class Line:
    """A likelihood ratio that is the score itself."""

    def nats(self, scores):
        return np.asarray(scores, np.float64)


def language(name="en", human=99, **changes):
    none = np.zeros(0)
    fields = {
        "language": name, "human": np.arange(human, dtype=float), "human_length": np.full(human, 200),
        "human_sketch": np.zeros((human, 2), np.float32), "human_cluster": np.arange(human),
        "human_key": np.arange(human, dtype=np.uint64), "synthetic": none, "synthetic_length": none,
        "synthetic_sketch": none, "synthetic_cluster": none, "ratio": Line(),
    }  # fmt: skip
    return LanguageCalibration(**(fields | changes))


def frame(**columns):
    n = max(len(values) for values in columns.values())
    fields = {
        "language": ["en"] * n, "words": [200] * n, "abstain": [""] * n, "score_judged": [1.0] * n,
        "nats_declared": [NAN] * n, "nats_dated": [NAN] * n, "nats_residue": [NAN] * n,
    }  # fmt: skip
    return pl.DataFrame(fields | columns)


def test_posterior_is_evidence_plus_prior():
    found = decide(frame(score_judged=[2.0, -3.0, NAN]), Calibration({"en": language()}), {"en": -1.0})
    assert to_log_odds(found.level[:2]) == pytest.approx([1.0, -4.0], abs=0.04)
    assert found.level[2] == 0 and found.statistical[:2].tolist() == [2.0, -3.0]


def test_level_is_unknown_without_prior_reference_or_judgement():
    calibration = Calibration({"en": language()})
    assert decide(frame(score_judged=[5.0]), calibration, {}).level.tolist() == [0]
    assert decide(frame(language=["de"]), calibration, {"en": 0.0}).level.tolist() == [0]
    assert decide(frame(abstain=["too short"]), calibration, {"en": 0.0}).level.tolist() == [0]


def test_hard_evidence_decides_alone():
    table = frame(
        score_judged=[9.0, -9.0, NAN, 1.0], abstain=["", "", "too short", ""],
        nats_declared=[NAN, 6.0, 6.0, 6.0], nats_dated=[-8.0, NAN, NAN, -8.0],
    )  # fmt: skip
    assert hard(table).tolist() == [-8.0, 6.0, 6.0, -8.0]
    found = decide(table, Calibration({"en": language()}), {"en": 3.0})
    assert found.nats.tolist() == [-8.0, 6.0, 6.0, -8.0]
    assert to_log_odds(found.level) == pytest.approx([-8.0, 6.0, 6.0, -8.0], abs=0.04)


def test_residue_never_lowers_evidence():
    table = frame(score_judged=[2.0, 7.0, NAN], nats_residue=[4.6, 4.6, 4.6])
    assert decide(table, Calibration({"en": language()}), {}).nats.tolist() == [4.6, 7.0, 4.6]


def test_p_values_count_the_humans_above():
    found = decide(frame(score_judged=[98.5, 98.0, 0.0, -1.0]), Calibration({"en": language()}), {})
    assert found.p_value.tolist() == pytest.approx([0.01, 0.02, 1.0, 1.0])


def test_p_values_use_the_length_band_where_it_is_large_enough():
    lengths = np.concatenate([np.full(99, 100), np.full(99, 500)])
    scores = np.concatenate([np.arange(99.0), np.arange(99.0) + 1000])
    one = dataclasses.replace(language(), human=scores, human_length=lengths)
    found = one.p_values(np.array([500.0, 500.0, 500.0]), np.array([100, 500, 200]))
    assert found.tolist() == pytest.approx([1 / 100, 1.0, 100 / 199])


def test_abstained_records_have_no_judged_score():
    table = pl.DataFrame(
        {"score_statistical": [1.0, 2.0], "language": ["en", "en"], "abstain": ["", "code"],
         "canonical": [b"a" * 32, b"b" * 32]}
    )  # fmt: skip
    found = judged_scores(table, Calibration())
    assert found[0] == 1.0 and np.isnan(found[1])


def test_generations_follow_the_origin():
    low, high = generations(["human", "synthetic", "mixed", "procedural", "unknown"])
    assert low == [0, 1, 1, 0, 0] and high == [0, None, None, None, None]


def test_schema_of_extra_columns():
    schema = evidence_schema([*EVIDENCE.names, "group_site", "nats_dated", "score_x"])
    assert [str(schema.field(name).type) for name in ("group_site", "nats_dated", "score_x")] == [
        "string", "float", "float",
    ]  # fmt: skip
