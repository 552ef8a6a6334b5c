"""The page: safe with hostile text, true to its result, whole for empty, unknown and large results."""

import re
from html.parser import HTMLParser

import msgspec
import pytest

from springhead.errors import BadResult
from springhead.report.page import build_report, write_report
from springhead.results.folder import EVIDENCE_FOLDER, EXAMPLES_FILE, ResultFolder
from springhead.testing.result_folders import (
    HOSTILE,
    all_unknown_result,
    empty_result,
    evidence_table,
    example_row,
    make_folder,
    make_group,
    make_prevalence,
    make_result,
)

VOID = {"meta", "link", "img", "br", "hr", "input"}
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x08\x0b-\x1f\x7f]")


class Page(HTMLParser):
    """Tags, attributes and text of a page; complains about tags that do not match."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.open, self.parts = [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.parts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.parts).split())


def plain_spaces(text):
    return " ".join(text.split())


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "result")


def hostile_result():
    group = {HOSTILE: HOSTILE}
    share = make_prevalence(group, reason=HOSTILE, definition=HOSTILE, reference=HOSTILE, verdict="bounded")
    base = make_result([make_prevalence(reason=HOSTILE), share])
    replace = msgspec.structs.replace
    return replace(
        base,
        modality=HOSTILE,
        finding=HOSTILE,
        groups=(make_group(group, unknown=900, warning=HOSTILE, ratio_lower_limit=3.0),),
        power=tuple(replace(one, group=group) for one in base.power),
        references=tuple(replace(one, language=HOSTILE, newest=HOSTILE) for one in base.references),
        temporal=tuple(replace(one, period=HOSTILE) for one in base.temporal),
        detectors=tuple(replace(one, name=HOSTILE, version=HOSTILE, kind=HOSTILE) for one in base.detectors),
        assumptions=tuple(replace(one, text=HOSTILE, setting=HOSTILE) for one in base.assumptions),
        cannot_tell=(HOSTILE,),
        warnings=(HOSTILE,),
    )


def test_hostile_text_in_every_field_stays_text(tmp_path):
    row = example_row(
        HOSTILE, key=HOSTILE, source=HOSTILE, position=HOSTILE, language=HOSTILE, reasons=[HOSTILE],
        spans=[{"start": 3, "end": 50, "text": HOSTILE}],
    )  # fmt: skip
    made = make_folder(tmp_path, hostile_result(), evidence_table(9, languages=(HOSTILE,)), [row])
    html = build_report(made, {f"{HOSTILE}={HOSTILE}": 0.1})
    page = Page(html)
    assert not {"script", "img", "iframe", "object"} & set(page.tags)
    assert page.tags.count("style") == 1
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not UNSEEN.search(html), "an unseen character reached the page"
    assert "{{ 7*7 }}" in page.text and "49 }}" not in page.text
    assert "RLO" in page.text and "ZWSP" in page.text


def test_the_page_reaches_nothing_outside_itself(folder):
    html = build_report(folder)
    page = Page(html)
    links = [value for name, value in page.attributes if name in ("href", "src", "action", "data")]
    assert links and all(link.startswith("#") or link == "data:," for link in links)
    assert not re.search(r"https?://|@import|url\((?!#)", html)
    assert "default-src 'none'" in html


def test_same_result_same_bytes(tmp_path):
    first = build_report(make_folder(tmp_path / "a"))
    second = build_report(make_folder(tmp_path / "b"))
    assert first == second


def test_the_finding_stands_first_and_the_order_holds(folder):
    html = build_report(folder)
    text = Page(html).text
    assert html.index("<h1>") < html.index("records read")
    places = [
        text.index(part) for part in (
            "How much is machine-made", "Which evidence carries it", "Most suspicious", "Least suspicious",
            "Known-human records flagged", "Power", "Over time", "What was read", "Duplicates",
            "What this cannot tell", "Taken for granted", "Detectors that ran", "Files beside this page",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_numbers_come_from_the_result(tmp_path):
    share = make_prevalence(
        {"language": "en"}, n=4321, estimate=0.3141, low=0.2718, high=0.3777, n_scored=3456
    )
    made = make_folder(tmp_path, make_result([share], finding=""), examples=[])
    text = Page(build_report(made)).text
    for shown in (
        "31 % (27 to 38 %)",
        "3 456 / 4 321",
        "10 300 read = 10 000 kept + 0 not sampled + 300 set aside",
    ):
        assert shown in plain_spaces(text), shown


NUMBER = re.compile(r"\d[\d\u202f]*(?:\.\d+)?")


def test_every_number_shown_moves_with_the_result(tmp_path):
    """Doubling nothing but the shares changes the shares' numbers: none of them is written by hand."""

    def numbers(share):
        shares = [make_prevalence(share=share), make_prevalence({"host": "h"}, "bounded", share)]
        made = make_folder(tmp_path / str(share), make_result(shares, finding=""), examples=[])
        html = build_report(made)
        return {n for part in re.findall(r'class="value">([^<]*)<', html) for n in NUMBER.findall(part)}

    first, second = numbers(0.23), numbers(0.57)
    assert {"23", "57"} <= first | second
    assert "23" not in second and "57" not in first


def test_empty_corpus(tmp_path):
    made = make_folder(tmp_path, empty_result(), evidence_table(0), [])
    text = Page(build_report(made)).text
    assert "There is nothing to tell" in text
    assert "nan" not in text.lower().split() and "None." in text


def test_tables_may_be_missing(tmp_path):
    made = make_folder(tmp_path)
    (tmp_path / EXAMPLES_FILE).unlink()
    (tmp_path / EVIDENCE_FOLDER / "part-0.parquet").unlink()
    text = Page(build_report(made)).text
    assert "No excerpts lie beside this result" in text
    assert "evidence tables are empty or not beside" in text


def test_all_unknown_heads_the_report(tmp_path):
    made = make_folder(tmp_path, all_unknown_result(9))
    html = build_report(made)
    assert "More than half unknown" in html[: html.index("<main>")]
    assert "Cannot tell for language x0, x1, x2, x3, x4, x5, x6, x7 and 1 more:" in html
    rows = re.findall(r'class="cannot-tell".*?</tr>', html)
    assert len(rows) == 10 and all('class="hatched"' in row for row in rows)


def test_half_unknown_is_no_note(tmp_path):
    group = make_group({"language": "en"}, n=100, unknown=50)
    made = make_folder(tmp_path, make_result(groups=(group,)))
    assert "More than half unknown" not in build_report(made)


def test_a_thousand_groups_are_capped_and_counted(tmp_path):
    shares = [make_prevalence({"host": f"host{i}.example"}, n=5000 - i) for i in range(1000)]
    made = make_folder(tmp_path, make_result(shares))
    html = build_report(made)
    assert html.count('role="rowheader"') < 100
    assert "970 groups are not shown" in html
    assert "host0.example" in html and "host999.example" not in html
    assert len(html) < 400_000


def test_passages_say_which_side_they_speak_for(tmp_path):
    spans = [
        {"start": 0, "end": 3, "text": "speaks for a machine (+0.31)"},
        {"start": 4, "end": 7, "text": "speaks for a human (-0.20)"},
        {"start": 8, "end": 13, "text": "speaks for a human (-0.10)"},
    ]
    html = build_report(make_folder(tmp_path, examples=[example_row("one two three", spans=spans)]))
    assert '<mark title="speaks for a machine (+0.31)">one</mark>' in html
    assert '<mark class="human" title="speaks for a human (-0.20)">two</mark>' in html
    assert html.count("speaks for a human</mark>") == 1


def test_sampled_is_marked(tmp_path):
    records = msgspec.structs.replace(make_result().records, dropped=500, read=10_800)
    html = build_report(make_folder(tmp_path, make_result(sampled=10_000, records=records)))
    head = html[: html.index("<main>")]
    assert "<b>sampled</b>" in head and "500 others were not looked at" in head


def test_truth_is_drawn_beside_the_interval(folder):
    without, beside = build_report(folder), build_report(folder, {"language=en": 0.234})
    assert 'class="truth"' not in without
    assert "true 23\u00a0%" in beside and beside.count('<svg class="truth"') == 2  # one is the legend's


def test_a_warned_group_comes_first_in_the_false_positive_table(tmp_path):
    groups = (
        make_group({"language": "en"}, n=9000),
        make_group({"language": "fi"}, n=10, ratio_lower_limit=2.5),
    )
    html = build_report(make_folder(tmp_path, make_result(groups=groups)))
    table = html[html.index("Known-human records flagged") :]
    assert table.index("language fi") < table.index("language en")
    assert "more than twice as common" in table


def test_every_chart_has_a_name_and_every_table_a_caption(folder):
    html = build_report(folder, {"": 0.2})
    for svg in re.findall(r"<svg [^>]*role=\"img\"[^>]*>", html):
        assert re.search(r'aria-label="[^"]+"', svg)
    assert html.count("<table") == html.count("<caption")


def test_write_puts_the_page_beside_the_result(folder):
    path = write_report(folder)
    assert path == folder.path / "report.html"
    assert path.read_text("utf-8") == build_report(ResultFolder.open(folder.path))
    assert not list(folder.path.glob(".*.part"))


def test_no_result_is_refused(tmp_path):
    with pytest.raises(BadResult):
        ResultFolder.open(tmp_path)
