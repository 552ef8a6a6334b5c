"""Declared labels: read in every form met, implied origin right, spans cut, nothing found in plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text.declared import Claim, decode_wrapper, examine, strip
from springhead.modalities.text.source_types import TERMS, of_term, of_word

AIGC = [("aigc", "synthetic"), ("producer", "unknown")]
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def said(text: str) -> list[tuple[str, str]]:
    return [(claim.kind, claim.origin) for claim in examine([text])]


def wrap(store: bytes) -> str:
    return "\ufeff" + "".join(chr(0xFE00 + b) if b < 16 else chr(0xE0100 + b - 16) for b in store)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ('---\nAIGC:\n    Label: "1"\n    ContentProducer: 0011\n---\nBody', AIGC),
        ("---\nAIGC: '{\"Label\":\"3\",\"ProduceID\":\"q\"}'\n---\nBody", [("aigc", "unknown")]),
        ("---\nAIGC: {Label: 2, ContentProducer: x}\n---\nBody", AIGC),
        ("---\r\ntitle: a\r\nai_generated: true\r\n---\r\nBody", [("label", "synthetic")]),
        ("---\nai-assisted: yes\n---\nBody", [("label", "mixed")]),
        ("---\nai_generated: false\n---\nBody", [("label", "human")]),
        ("---\ngenerator: Hugo 0.120\n---\nBody", []),
        ("---\ngenerator: GPT-4\n---\nBody", [("generator", "synthetic")]),
        ("---\nauthors:\n  - Ann\n  - ChatGPT\n---\nBody", [("generator", "mixed")]),
        ("---\nauthor: Claude Monet\n---\nBody", []),
        ("+++\nai_generated = true\n+++\nBody", [("label", "synthetic")]),
        (f"---\ndigitalSourceType: {IPTC}compositeSynthetic\n---\nBody", [("source-type", "mixed")]),
        ('<meta name="ai-disclosure" content="ai-assisted">Body', [("disclosure", "mixed")]),
        ("<META content='none' name='ai-disclosure'>Body", [("disclosure", "human")]),
        ('<meta name="generator" content="WordPress 6.2">Body', []),
        (f'{{"digitalSourceType": "{IPTC}trainedAlgorithmicMedia"}} Body', [("source-type", "synthetic")]),
        ("digital_source_type: https://schema.org/DataDrivenMediaDigitalSource",
         [("source-type", "procedural")]),
        ("Body\n本文由AI生成", [("visible", "synthetic")]),
        ("Body\nThis article was written by ChatGPT.", [("visible", "synthetic")]),
        ("Body\nThis article was written by an AI assistant.", [("visible", "synthetic")]),
        ("Body\nThis article was written by Claude Dupont.", []),
        (wrap(b"C2PATXT\0\1" + IPTC.encode() + b"trainedAlgorithmicMedia") + "B", [("c2pa", "synthetic")]),
        (wrap(b"C2PATXT\x00\x01....") + "Body", [("c2pa", "unknown")]),
        ("\ufeffBody with a byte-order mark", []),
        ("--- not front matter\nai_generated: true\n", []),
        ("The digital source type of a photograph is explained in the standard.", []),
    ],
)  # fmt: skip
def test_what_is_said(text: str, claims: list[tuple[str, str]]) -> None:
    assert said(text) == claims


def test_the_declaring_spans_are_cut() -> None:
    for text in (
        "---\nai_generated: true\n---\nBody",
        '<meta name="ai-disclosure" content="full">Body',
        wrap(b"C2PATXT\x00\x01") + "Body",
    ):
        assert strip(text, examine([text])) == "Body"
    text = "---\ntitle: no claim here\n---\nBody"
    assert strip(text, examine([text])) == text


def test_columns_name_origins() -> None:
    claims = examine(["a", "b", "c", "d"], {"label": ["human", "AI", "0", "IPTC:digitalCapture"]})
    assert [(claim.row, claim.origin) for claim in claims] == [(0, "human"), (1, "synthetic"), (3, "human")]
    assert {(claim.trust, claim.start, claim.end) for claim in claims} == {("declared", -1, -1)}
    assert of_word("1") is None


def test_all_source_types_have_an_origin() -> None:
    assert len(TERMS) == 23
    assert of_term(IPTC + "digitalCreation") == "human"
    assert of_term("https://schema.org/TrainedAlgorithmicMediaDigitalSource") == "synthetic"
    assert of_term("http://example.org/other") is None


@given(st.binary(max_size=80))
def test_the_wrapper_carries_any_bytes(store: bytes) -> None:
    assert decode_wrapper(wrap(store)) == store


pieces = st.sampled_from(["---\n", "+++\n", "AIGC: ", "{", "'", '"', "Label: 1", "\n",
                          "  - ", "ai: true",
                          "<meta name=", "\ufeff", "\ufe00", "digitalSourceType: ", "print",
                          "&a *a !!x"])  # fmt: skip


@given(st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(st.characters(exclude_categories=()))))
def test_any_text_is_read_without_a_crash_and_spans_are_inside(text: str) -> None:
    claims = examine([text])
    assert all(isinstance(claim, Claim) and 0 <= claim.start <= claim.end <= len(text) for claim in claims)
    assert len(strip(text, claims)) <= len(text)
