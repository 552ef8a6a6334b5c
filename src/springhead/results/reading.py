"""What every result folder has in common: a `result.json` that names its schema, and tables beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
import polars as pl

from springhead.errors import BadResult

RESULT = "result.json"
Result = TypeVar("Result", bound=msgspec.Struct)


def read_result(folder: Path, schema: str, version: int, kind: type[Result]) -> Result:
    """Decode the result of a folder; raises BadResult when it is none of that schema and version."""
    file = folder / RESULT
    if not file.is_file():
        raise BadResult(str(folder), f"has no {RESULT}")
    try:
        raw: Any = msgspec.json.decode(file.read_bytes())
        if not isinstance(raw, dict) or raw.get("schema") != schema or raw.get("version") != version:
            raise BadResult(str(file), f"is not {schema} version {version}")
        return msgspec.convert(raw, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise BadResult(str(file), str(error)) from error


def read_table(file: Path) -> pl.DataFrame:
    """Read a table of a result; raises BadResult when it cannot be read."""
    try:
        return pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadResult(str(file), str(error)) from error


def encode(result: msgspec.Struct) -> bytes:
    """Encode a result as indented JSON; the same result gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
