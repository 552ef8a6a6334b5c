"""The terminal summary: within its width, true to the result, safe with hostile names, in ASCII too."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from springhead.report.terminal import print_summary
from springhead.testing.result_folders import (
    HOSTILE,
    all_unknown_result,
    empty_result,
    make_group,
    make_prevalence,
    make_result,
)


def printed(result, width=100, truth=None, encoding="utf-8"):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    print_summary(result, Console(file=file, width=width), truth)
    file.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_asked(width):
    for line in printed(make_result(), width, {"": 0.19}).splitlines():
        assert cell_len(line.rstrip()) <= min(width, 100)


def test_finding_first_and_truth_drawn():
    text = printed(make_result(), truth={"language=en": 0.2}).replace("\u00a0", " ")
    assert text.strip().startswith("20 % of the judged records")
    assert "◆" in text and "true" in text
    assert "at least 3.2" in text and "cannot tell" in text


def test_hostile_names_send_no_control_characters():
    share = make_prevalence({"host": HOSTILE})
    text = printed(
        make_result([share], groups=(make_group({"host": HOSTILE}, warning=HOSTILE),), finding=HOSTILE)
    )
    assert "\x1b" not in text and "\u202e" not in text and "[RLO]" in text


@pytest.mark.parametrize("result", [empty_result(), all_unknown_result(1000)], ids=["empty", "unknown"])
def test_odd_results_print(result):
    text = printed(result)
    assert "Records" in text
    assert len(text.splitlines()) < 120


def test_an_ascii_terminal_gets_ascii():
    assert printed(make_result(), encoding="ascii", truth={"": 0.2}).isascii()
