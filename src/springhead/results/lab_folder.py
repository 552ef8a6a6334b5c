"""Read and write the folder of a lab run: `result.json` and the tables and plots beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from springhead.errors import BadResult
from springhead.results.lab import SCHEMA, VERSION, LabResult

RESULT = "result.json"
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
        file = folder / RESULT
        if not file.is_file():
            raise BadResult(str(folder), f"has no {RESULT}")
        try:
            raw: Any = msgspec.json.decode(file.read_bytes())
            if not isinstance(raw, dict) or raw.get("schema") != SCHEMA or raw.get("version") != VERSION:
                raise BadResult(str(file), f"is not {SCHEMA} version {VERSION}")
            return cls(folder, msgspec.convert(raw, LabResult))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
            raise BadResult(str(file), str(error)) from error

    def series(self) -> pl.DataFrame:
        """Return every measured value: one row per arm, replicate, generation, metric and group."""
        return self._table(SERIES_FILE)

    def draws(self) -> pl.DataFrame:
        """Return what policies were asked for, what was expected and what the draws gave."""
        return self._table(DRAWS_FILE)

    def examples(self) -> pl.DataFrame:
        """Return capped samples by arm and generation."""
        return self._table(EXAMPLES_FILE)

    def plots(self) -> list[Path]:
        """Return the plots, PNG and SVG, sorted by name."""
        return sorted((self.path / PLOTS_FOLDER).glob("*"))

    def _table(self, name: str) -> pl.DataFrame:
        try:
            return pl.read_parquet(self.path / name)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise BadResult(str(self.path / name), str(error)) from error


def is_lab(path: Path | str) -> bool:
    """Tell whether a folder says that it holds a lab run, whatever else is wrong with it."""
    try:
        raw: Any = msgspec.json.decode((Path(path) / RESULT).read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError):
        return False
    return isinstance(raw, dict) and raw.get("schema") == SCHEMA


def encode_lab(result: LabResult) -> bytes:
    """Encode a result as indented JSON; the same result gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
