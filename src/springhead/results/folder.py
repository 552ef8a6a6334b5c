"""Read and write a result folder: `result.json` and the tables beside it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from springhead.errors import BadResult, MissingExtra
from springhead.results.scan import SCHEMA, VERSION, ScanResult

RESULT = "result.json"
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
        file = folder / RESULT
        if not file.is_file():
            raise BadResult(str(folder), f"has no {RESULT}")
        try:
            raw: Any = msgspec.json.decode(file.read_bytes())
            if not isinstance(raw, dict) or raw.get("schema") != SCHEMA or raw.get("version") != VERSION:
                raise BadResult(str(file), f"is not {SCHEMA} version {VERSION}")
            return cls(folder, msgspec.convert(raw, ScanResult))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
            raise BadResult(str(file), str(error)) from error

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
        return self._table(CLAIMS_FILE)

    def examples(self) -> pl.DataFrame:
        """Return the capped excerpts that the report shows."""
        return self._table(EXAMPLES_FILE)

    def _table(self, name: str) -> pl.DataFrame:
        try:
            return pl.read_parquet(self.path / name)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise BadResult(str(self.path / name), str(error)) from error


def encode(result: ScanResult) -> bytes:
    """Encode a result as indented JSON; the same result gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
