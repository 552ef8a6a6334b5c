"""Read and write a result folder: `result.json` and the tables beside it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from springhead.errors import BadResult, MissingExtra
from springhead.results.reading import RESULT, encode, read_result, read_table
from springhead.results.scan import SCHEMA, VERSION, ScanResult

__all__ = ["RESULT", "ResultFolder", "encode"]

EVIDENCE_FOLDER = "evidence"
CLAIMS_FILE = "claims.parquet"
EXAMPLES_FILE = "examples.parquet"
QUARANTINE_FILE = "quarantine.jsonl"
RUN_FILE = "run.toml"
REPORT_FILE = "report.html"


class ResultFolder:
    """A finished scan on disk: the typed result and lazy access to the tables beside it."""

    def __init__(self, path: Path, result: ScanResult) -> None:
        """Hold the folder's path and its decoded result."""
        self.path, self.result = path, result

    @classmethod
    def open(cls, path: Path | str) -> ResultFolder:
        """Open the folder of a finished scan; raises BadResult when it is none."""
        folder = Path(path)
        return cls(folder, read_result(folder, SCHEMA, VERSION, ScanResult))

    def evidence(self) -> pl.LazyFrame:
        """Scan all evidence tables, one row per kept record."""
        folder = self.path / EVIDENCE_FOLDER
        if not any(folder.glob("*.parquet")):
            raise BadResult(str(self.path), f"has no table in {EVIDENCE_FOLDER}")
        return pl.scan_parquet(folder / "*.parquet")

    def to_polars(self) -> pl.DataFrame:
        """Return the evidence as a Polars frame, one row per kept record."""
        return self.evidence().collect()

    def to_pandas(self) -> Any:  # pandas is the user's own, not a dependency
        """Return the evidence as a pandas frame; pandas must be installed."""
        if find_spec("pandas") is None:
            raise MissingExtra("to_pandas", "pandas", "pandas")
        return self.to_polars().to_pandas()

    def claims(self) -> pl.DataFrame:
        """Return the claims found in or with the records."""
        return read_table(self.path / CLAIMS_FILE)

    def examples(self) -> pl.DataFrame:
        """Return the capped excerpts that the report shows."""
        return read_table(self.path / EXAMPLES_FILE)
