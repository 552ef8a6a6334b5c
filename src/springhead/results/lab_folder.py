"""Read and write the folder of a lab run: `result.json` and the tables and plots beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from springhead.results.lab import SCHEMA, VERSION, LabResult
from springhead.results.reading import RESULT, encode, read_result, read_table

__all__ = ["RESULT", "LabFolder", "encode", "is_lab"]

SERIES_FILE = "series.parquet"
DRAWS_FILE = "draws.parquet"
EXAMPLES_FILE = "examples.parquet"
PLOTS_FOLDER = "plots"
RUN_FILE = "run.toml"


class LabFolder:
    """A finished lab run on disk: the typed result and its tables."""

    def __init__(self, path: Path, result: LabResult) -> None:
        """Hold the folder's path and its decoded result."""
        self.path, self.result = path, result

    @classmethod
    def open(cls, path: Path | str) -> LabFolder:
        """Open the folder of a finished run; raises BadResult when it is none."""
        folder = Path(path)
        return cls(folder, read_result(folder, SCHEMA, VERSION, LabResult))

    def series(self) -> pl.DataFrame:
        """Return every measured value: one row per arm, replicate, generation, metric and group."""
        return read_table(self.path / SERIES_FILE)

    def draws(self) -> pl.DataFrame:
        """Return what policies were asked for, what was expected and what the draws gave."""
        return read_table(self.path / DRAWS_FILE)

    def examples(self) -> pl.DataFrame:
        """Return capped samples by arm and generation."""
        return read_table(self.path / EXAMPLES_FILE)

    def plots(self) -> list[Path]:
        """Return the plots, PNG and SVG, sorted by name."""
        return sorted((self.path / PLOTS_FOLDER).glob("*"))


def is_lab(path: Path | str) -> bool:
    """Tell whether a folder says that it holds a lab run, whatever else is wrong with it."""
    try:
        raw: Any = msgspec.json.decode((Path(path) / RESULT).read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError):
        return False
    return isinstance(raw, dict) and raw.get("schema") == SCHEMA
