"""Fake results for tests of whatever reads them: a `ScanResult` and a folder with its tables, any size.

Numbers are made up but consistent: counts add up, intervals hold their estimates, tables follow the schemas.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from springhead.results.folder import (
    CLAIMS_FILE,
    EVIDENCE_FOLDER,
    EXAMPLES_FILE,
    RESULT,
    ResultFolder,
    encode,
)
from springhead.results.scan import (
    CLAIMS,
    EVIDENCE,
    EXAMPLES,
    Assumption,
    DetectorInfo,
    Duplicates,
    GroupRow,
    Misfit,
    Power,
    Prevalence,
    Records,
    ReferenceBand,
    ScanResult,
    Temporal,
    WhatIf,
)

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    " \u202ereversed\u202c zero\u200bwidth \x1b[31m NUL\x00 {{ 7*7 }} &amp; ]]> "
    "<style>body{display:none}</style>"
)
"""Text that tries to break out of a page, a template or a terminal."""


def make_prevalence(
    group: dict[str, str] | None = None, verdict: str = "estimated", share: float = 0.2, **changes: Any
) -> Prevalence:
    """Make a share of that verdict around `share`; any field can be overridden by name."""
    told, n = verdict == "estimated", int(changes.pop("n", 1000))
    fields: dict[str, Any] = {
        "group": group or {}, "unit": "records", "definition": "records whose text is mostly machine-made",
        "verdict": verdict, "estimate": share if told else None,
        "low": max(0.0, 0.8 * share) if told else None, "high": min(1.0, 1.25 * share) if told else None,
        "confidence": 0.95, "lower_bound": None if verdict == "cannot tell" else 0.8 * share,
        "what_if": WhatIf(reference="mirror", estimate=share, low=0.8 * share, high=min(1.0, 1.4 * share))
        if verdict == "bounded" else None,
        "n": n, "n_scored": 0 if verdict == "cannot tell" else n * 9 // 10,
        "reference": None if verdict == "cannot tell" else "human: old news; synthetic: mirror",
        "misfit": Misfit(statistic=1.31, worst_effect=0.004, allowed=0.02) if told else None,
        "reason": {"estimated": "", "bounded": "the reference may not cover the generators"}.get(
            verdict, "no known-human text to compare with"
        ),
    }  # fmt: skip
    return Prevalence(**(fields | changes))


def make_group(group: dict[str, str], **changes: Any) -> GroupRow:
    """Make a row of the group table; any field can be overridden by name."""
    fields: dict[str, Any] = {
        "group": group, "n": 1000, "words": 250_000, "abstained": 100, "unknown": 100,
        "declared_synthetic": 12,
        "residue": 7, "procedural": 31, "human_reference": 400, "nominal": 0.05, "false_positive_rate": 0.045,
        "false_positive_low": 0.027, "false_positive_high": 0.07, "ratio_lower_limit": 0.6,
    }  # fmt: skip
    return GroupRow(**(fields | changes))


def make_result(prevalence: Sequence[Prevalence] | None = None, **changes: Any) -> ScanResult:
    """Make a result with all parts filled; any field can be overridden by name."""
    shares = tuple(prevalence) if prevalence is not None else default_shares()
    groups = tuple(make_group(one.group, n=one.n) for one in shares if one.group and one.unit == "records")
    fields: dict[str, Any] = {
        "schema": "springhead.scan", "version": 1, "modality": "text", "sampled": None,
        "finding": "20 % of the judged records are machine-made (95 % interval 16 % to 25 %).",
        "records": Records(
            read=10_300, kept=10_000, dropped=0, quarantined=300, abstained=900, words=2_512_345,
            characters=14_000_000,
        ),
        "prevalence": shares, "groups": groups,
        "power": (
            Power(group={"language": "en"}, n_scored=9100, smallest_share=0.013, detection_rate=0.71,
                  detection_low=0.66, detection_high=0.76, false_positive_rate=0.05),
            Power(group={"language": "de"}, n_scored=120, smallest_share=None, detection_rate=None,
                  detection_low=None, detection_high=None, false_positive_rate=None),
        ),
        "references": (
            ReferenceBand(language="en", human=2000, synthetic=800, nominal=0.05, realised_low=0.041,
                          realised_high=0.06, newest="2021-06-30"),
        ),
        "temporal": (
            Temporal(period="before 2022-11-30, en", n_scored=1500, estimate=0.003, low=0.0, high=0.011,
                     is_control=True),
            Temporal(period="2023", n_scored=900, estimate=0.12, low=0.09, high=0.16, is_control=False),
            Temporal(period="2024", n_scored=40, estimate=None, low=None, high=None, is_control=False),
        ),
        "detectors": (
            DetectorInfo(name="statistical", version="1", kind="statistical", scored=9100),
            DetectorInfo(name="residue", version="1", kind="residue", scored=10_000),
        ),
        "duplicates": Duplicates(
            exact_clusters=12, exact_copies=40, near_clusters=30, near_records=95, largest=9,
            procedural_share=0.031,
        ),
        "assumptions": (
            Assumption(text="A record that declares itself so is believed.", setting="strengths.declared"),
            Assumption(text="Records dated before 2022-11-30 are human.", setting="human_before"),
        ),
        "cannot_tell": ("Texts below 80 words are not judged.", "Edited machine text may pass as human."),
    }  # fmt: skip
    return ScanResult(**(fields | changes))


def default_shares() -> tuple[Prevalence, ...]:
    """Shares of all verdicts over languages, sources, hosts, years and a cross."""
    rows = [
        make_prevalence(n=10_000),
        make_prevalence({"language": "en"}, n=8000, share=0.21),
        make_prevalence({"language": "de"}, "bounded", 0.04, n=1500),
        make_prevalence({"language": "sw"}, "cannot tell", n=400),
        make_prevalence({"language": "unknown"}, "cannot tell", n=100, low=0.2, high=0.7),
        make_prevalence({"source": "crawl-2024.jsonl.gz"}, n=7000, share=0.26),
        make_prevalence({"source": "vendor.parquet"}, n=3000, share=0.012),
        make_prevalence({"host": "example.org"}, n=900, share=0.02),
        make_prevalence({"host": "content-farm.example"}, n=300, share=0.42, small=False),
        make_prevalence({"host": "tiny.example"}, n=20, share=0.3, small=True),
        make_prevalence({"year": "2021"}, n=3000, share=0.002),
        make_prevalence({"year": "2023"}, n=2000, share=0.12),
        make_prevalence({"language": "en", "topic": "health"}, n=700, share=0.33),
    ]
    by_words = [msgspec.structs.replace(one, unit="words") for one in rows]
    return (*rows, *by_words)


def evidence_table(rows: int, seed: int = 0, languages: Sequence[str] = ("en", "de", "sw")) -> pa.Table:
    """Make an evidence table of `rows` records with the channels declared, dated, residue and statistical."""
    rng = np.random.default_rng(seed)
    statistical = rng.normal(-1.5, 2.0, rows).astype(np.float32)
    kind = rng.choice(5, rows, p=(0.6, 0.05, 0.15, 0.05, 0.15))
    declared = [6.0 if k == 1 else None for k in kind]
    dated = [-8.0 if k == 2 else None for k in kind]
    residue = [4.5 if k == 3 else None for k in kind]
    soft = [None if k == 4 else float(value) for k, value in zip(kind, statistical, strict=True)]
    nats = [_carrying(*parts) for parts in zip(declared, dated, residue, soft, strict=True)]
    level = [0 if value is None else int(np.clip(128 + 12 * value, 1, 255)) for value in nats]
    columns: dict[str, list[Any]] = {name: [None] * rows for name in EVIDENCE.names}
    columns |= {
        "key": [f"record-{i}" for i in range(rows)], "content": [bytes(32)] * rows,
        "canonical": [bytes(32)] * rows,
        "source": ["crawl.jsonl"] * rows, "position": [str(i) for i in range(rows)],
        "language": [languages[i % len(languages)] for i in range(rows)],
        "abstained": ["short" if k == 4 else "" for k in kind], "origin": ["unknown"] * rows, "nats": nats,
        "p_value": [None if k == 4 else float(u) for k, u in zip(kind, rng.random(rows) ** 1.3, strict=True)],
        "level": level, "reasons": [[]] * rows,
    }  # fmt: skip
    table = pa.Table.from_pydict(columns, EVIDENCE)
    for name, values in (
        ("dated", dated),
        ("declared", declared),
        ("residue", residue),
        ("statistical", soft),
    ):
        table = table.append_column(f"nats_{name}", pa.array(values, pa.float32()))
    return table


def _carrying(
    declared: float | None, dated: float | None, residue: float | None, soft: float | None
) -> float | None:
    for hard in (declared, dated):
        if hard is not None:
            return hard
    held = [value for value in (residue, soft) if value is not None]
    return max(held) if held else None


def example_row(
    text: str, name: str = "most suspicious", key: str = "record-1", **changes: Any
) -> dict[str, Any]:
    """Make a row of the examples table; any column can be overridden by name."""
    row: dict[str, Any] = {
        "key": key, "source": "crawl.jsonl", "position": "17", "language": "en", "list": name, "nats": 5.4,
        "p_value": 0.002, "score": 3.1, "text": text, "spans": [], "reasons": [],
    }  # fmt: skip
    return row | changes


def default_examples() -> list[dict[str, Any]]:
    """Make readable excerpts with spans, and one hostile one."""
    first = (
        "As an AI language model, I cannot browse the internet, but here is an overview of the spring "
        "festival. It is important to note that every village keeps its own customs, and that the rich "
        "tapestry of songs continues to evolve."
    )
    spans = [
        {"start": first.index(text), "end": first.index(text) + len(text), "text": why}
        for text, why in (
            ("As an AI language model", "chat boilerplate"),
            ("It is important to note", "phrase far more frequent in machine text"),
        )
    ]
    human = "Rain again. Took the ferry across with two hens and the post; old Marten swore at the engine."
    return [
        example_row(first, spans=spans, reasons=["residue: chat boilerplate", "statistical: common phrases"]),
        example_row(HOSTILE, key=HOSTILE, spans=[{"start": 0, "end": 9, "text": HOSTILE}], reasons=[HOSTILE]),
        example_row(human, "least suspicious", "diary-7", nats=-6.2, p_value=0.94, score=-4.0),
    ]


def make_folder(
    path: Path,
    result: ScanResult | None = None,
    evidence: pa.Table | None = None,
    examples: Sequence[dict[str, Any]] | None = None,
) -> ResultFolder:
    """Write a result folder at `path` with its tables, and open it."""
    made = result if result is not None else make_result()
    (path / EVIDENCE_FOLDER).mkdir(parents=True, exist_ok=True)
    (path / RESULT).write_bytes(encode(made))
    table = evidence if evidence is not None else evidence_table(300)
    pq.write_table(table, path / EVIDENCE_FOLDER / "part-0.parquet")
    rows = list(examples) if examples is not None else default_examples()
    pq.write_table(pa.Table.from_pylist(rows, EXAMPLES), path / EXAMPLES_FILE)
    pq.write_table(CLAIMS.empty_table(), path / CLAIMS_FILE)
    return ResultFolder.open(path)


def all_unknown_result(groups: int = 3) -> ScanResult:
    """Make a result in which nothing can be told: every share "cannot tell", every group unknown."""
    shares = [make_prevalence(verdict="cannot tell")]
    shares += [make_prevalence({"language": f"x{i}"}, "cannot tell") for i in range(groups)]
    return make_result(
        shares, finding="How much of this corpus is machine-made cannot be told.", power=(), temporal=(),
        groups=tuple(make_group(one.group, unknown=one.n, abstained=one.n) for one in shares if one.group),
    )  # fmt: skip


def empty_result() -> ScanResult:
    """Make the result of a corpus without records."""
    nothing = Records(read=0, kept=0, dropped=0, quarantined=0, abstained=0, words=0, characters=0)
    return make_result(
        (), finding="", groups=(), power=(), references=(), temporal=(), detectors=(), assumptions=(),
        cannot_tell=(), records=nothing,
        duplicates=msgspec.structs.replace(make_result().duplicates, exact_clusters=0, exact_copies=0,
                                           near_clusters=0, near_records=0, largest=0, procedural_share=0.0),
    )  # fmt: skip
