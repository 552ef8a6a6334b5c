"""Scan as a library: `scan` a corpus into a result folder, `score` a few texts.

>>> from springhead.scan import scan
>>> folder = scan(["corpus.jsonl"], out="result", human_reference=["old.jsonl"])  # doctest: +SKIP
>>> folder.result.finding, folder.to_polars()  # doctest: +SKIP
"""

from __future__ import annotations

from springhead.scan.api import Scored, scan, score

__all__ = ["Scored", "scan", "score"]
