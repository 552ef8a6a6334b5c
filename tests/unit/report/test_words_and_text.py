"""Plain words, visible text, charts and counts."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.report import charts, words
from springhead.report.summary import summarise
from springhead.report.visible import pieces, plain
from springhead.testing.result_folders import evidence_table, make_folder, make_prevalence


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0 %"), (1, "100 %"),
     (0.5, "50 %"), (0.0312, "3.1 %"), (0.0042, "0.42 %"), (0.00001, "below 0.01 %"),
     (0.997, "99.70 %"), (0.965, "96.5 %")],
)  # fmt: skip
def test_percent_has_sensible_digits(share, shown):
    assert words.percent(share).replace("\u00a0", " ") == shown


def test_sentences_say_the_verdict():
    said = {
        v: words.sentence(make_prevalence({"language": "en"}, v))
        for v in ("estimated", "bounded", "cannot tell")
    }
    assert (
        "20\u00a0% of records are machine-made" in said["estimated"]
        and "95\u00a0% interval" in said["estimated"]
    )
    assert "at least 16\u00a0%" in said["bounded"] and "like mirror" in said["bounded"]
    assert said["cannot tell"] == "Cannot tell for language en: no known-human text to compare with."


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90), st.just("why")), max_size=5),
)
def test_pieces_lose_and_repeat_no_visible_character(text, spans):
    cut = pieces(text, spans)
    kept = "".join(piece.text for piece in cut if piece.kind == "text")
    tokens = sum(piece.kind == "control" for piece in cut)
    assert len(kept) + tokens == len(text)
    assert re.sub(r"\s", "", kept) in re.sub(r"\s", "", text) or tokens


@given(st.text(max_size=60))
def test_plain_text_is_one_line_without_unseen_characters(text):
    shown = plain(text)
    assert "\n" not in shown and not re.search("[\x00-\x1f\u202a-\u202e\u200b]", shown)


def test_spans_mark_what_they_name():
    cut = pieces("one two three", [(4, 7, "a"), (5, 9, "b")])
    assert [(p.text, p.reason) for p in cut] == [("one ", None), ("two", "a"), (" t", "b"), ("hree", None)]


def test_zalgo_stacks_are_cut():
    assert sum(p.kind == "control" for p in pieces("a" + "\u0301" * 50, [])) == 46


def test_axis_holds_every_interval():
    small, large = make_prevalence(share=0.05), make_prevalence(share=0.3)
    assert charts.scale_for([small]) == 0.1
    assert charts.scale_for([small, large]) == 0.5
    assert charts.scale_for([small], [0.9]) == 1.0
    assert charts.scale_for([make_prevalence(verdict="cannot tell")]) == 1.0


def test_an_axis_is_cut_only_where_every_share_has_an_upper_limit():
    bound = make_prevalence(verdict="bounded", share=0.02)
    assert charts.scale_for([make_prevalence(share=0.05), bound]) == 1.0
    assert charts.scale_of([0.03, None]) == 1.0 and charts.scale_of([0.03]) == 0.1


def test_a_share_bounded_on_both_sides_is_said_and_drawn_as_such():
    one = make_prevalence({"site": "a"}, "bounded", low=0.2, high=0.6, what_if=None)
    assert words.share_words(one).replace("\u00a0", " ") == "20 to 60 %"
    assert "counted both ways" in words.sentence(one)
    drawn = charts.interval(one, 1.0)
    assert 'x1="20%" x2="60%"' in drawn and "path" not in drawn and "circle" not in drawn


def test_no_upper_limit_is_no_interval():
    one = make_prevalence({"site": "a"}, "bounded", low=0.2, high=1.0, lower_bound=0.25)
    assert words.share_words(one).replace("\u00a0", " ") == "at least 25 %"


def test_interval_is_drawn_to_scale():
    drawn = charts.interval(make_prevalence(estimate=0.2, low=0.1, high=0.4), 0.5)
    assert 'x1="20%" x2="80%"' in drawn and 'cx="40%"' in drawn


def test_bound_is_an_arrow_and_unknown_is_hatched():
    bound = charts.interval(make_prevalence(verdict="bounded", lower_bound=0.1, what_if=None), 1.0)
    assert 'class="bound"' in bound and 'x1="10%"' in bound and "circle" not in bound
    untold = charts.interval(make_prevalence(verdict="cannot tell"), 1.0)
    assert 'class="hatched" x="0%" width="100%"' in untold


def test_counts_agree_with_the_table(tmp_path):
    table = evidence_table(500)
    found = summarise(make_folder(tmp_path, evidence=table))
    frame = pl.from_arrow(table)
    assert found.rows == 500
    assert found.unknown == frame.filter(pl.col("level") == 0).height
    assert sum(found.levels) == 500 - found.unknown
    assert sum(found.p_values) == frame["p_value"].drop_nulls().len()
    whole = {(channel, side): n for channel, side, n in found.carried[0].parts}
    assert whole["declared", "machine"] == frame["nats_declared"].drop_nulls().len()
    assert whole["dated", "human"] == frame["nats_dated"].drop_nulls().len()
    assert found.carried[0].silent == frame["nats"].null_count()
    assert sum(one.total for one in found.carried[1:]) == 500
