"""Typed, frozen configuration: TOML files and `--set a.b=c`, decoded strictly, with "did you mean".

Components and settings are frozen msgspec Structs that forbid unknown fields; this module turns text into
them and every mistake into one clear sentence with the file and the line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from springhead.errors import BadConfiguration, did_you_mean

Settings = TypeVar("Settings", bound=msgspec.Struct)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a syntax error names the line."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(str(path), str(error), "correct the file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(str(path), f"cannot be read ({error})", "check its name and rights") from error


def apply_assignments(values: Mapping[str, Any], assignments: Sequence[str]) -> dict[str, Any]:
    """Apply `a.b=c` assignments to nested values; c is read as TOML, else taken as text."""
    result: dict[str, Any] = dict(values)
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals or not path.strip():
            raise BadConfiguration("--set", f"{assignment!r} has no name and value", "write --set name=value")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        *parents, last = path.strip().split(".")
        place = result
        for name in parents:
            inner = place.get(name, {})
            place[name] = dict(inner) if isinstance(inner, Mapping) else {}
            place = place[name]
        place[last] = value
    return result


def _line_of(text: str, name: str) -> str:
    pattern = re.compile(rf"^\s*\[?{re.escape(name)}\b", re.MULTILINE)
    match = pattern.search(text)
    return f", line {text[: match.start()].count(chr(10)) + 1}" if match else ""


def decode(values: Mapping[str, Any], kind: type[Settings], source: str = "configuration") -> Settings:
    """Decode nested values strictly into a settings struct; `source` names the file in errors."""
    try:
        return msgspec.convert(values, kind, strict=True)
    except msgspec.ValidationError as error:
        message = str(error)
        unknown = re.search(r"unknown field `([^`]+)`(?: - at `\$\.?([^`]*)`)?", message)
        action = f"correct {source}"
        where = ""
        if unknown:
            known = _fields_at(kind, unknown.group(2) or "")
            action = did_you_mean(unknown.group(1), known)
            path = Path(source)
            if path.suffix == ".toml" and path.is_file():
                where = _line_of(path.read_text("utf-8"), unknown.group(1))
        raise BadConfiguration(source + where, message, action) from error


def _fields_at(kind: type[msgspec.Struct], path: str) -> list[str]:
    current: Any = kind
    for part in filter(None, path.split(".")):
        by_name = {field.encode_name: field.type for field in msgspec.structs.fields(current)}
        inner = by_name.get(part)
        if not (isinstance(inner, type) and issubclass(inner, msgspec.Struct)):
            break
        current = inner
    return [field.encode_name for field in msgspec.structs.fields(current)]
