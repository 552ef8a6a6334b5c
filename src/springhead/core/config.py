"""Typed, frozen configuration: TOML files and `--set a.b=c`, decoded strictly, with "did you mean".

Components and settings are frozen msgspec Structs that forbid unknown fields; this module turns text into
them and every mistake into one clear sentence with the file and the line.
"""

from __future__ import annotations

import datetime
import re
import tomllib
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from springhead.errors import BadConfiguration, did_you_mean

Settings = TypeVar("Settings", bound=msgspec.Struct)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a syntax error names the line."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(str(path), str(error), "Correct the file.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(
            str(path), f"cannot be read ({error})", "Check its name and rights."
        ) from error


def apply_assignments(values: Mapping[str, Any], assignments: Sequence[str]) -> dict[str, Any]:
    """Apply `a.b=c` assignments to nested values; c is read as TOML, else taken as text.

    Dates stay text, because a shell eats the quotes that TOML would want; decoding makes dates of them where
    a setting is one.
    """
    result: dict[str, Any] = dict(values)
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals or not path.strip():
            raise BadConfiguration(
                "--set", f"{assignment!r} has no name and value", "Write --set name=value."
            )
        value = _value_of(text)
        *parents, last = (part.strip() for part in path.split("."))
        place = result
        for name in parents:
            inner = place.get(name, {})
            place[name] = dict(inner) if isinstance(inner, Mapping) else {}
            place = place[name]
        place[last] = value
    return result


def _value_of(text: str) -> object:
    try:
        document = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    value = document["value"]
    return text if len(document) > 1 or isinstance(value, datetime.date | datetime.time) else value


def decode(
    values: Mapping[str, Any],
    kind: type[Settings],
    source: str = "configuration",
    *,
    at: Sequence[str] = (),
    file: str | None = None,
) -> Settings:
    """Decode nested values strictly into a settings struct; `source` names the file in errors.

    Values that are a part of the file stand there below the keys `at`; `file` is its path where `source` is
    only its name in words.
    """
    try:
        return msgspec.convert(values, kind, strict=True)
    except msgspec.ValidationError as error:
        message = str(error)
        place = re.search(r" - at `\$\.?([^`]*)`", message)
        path = [part for part in re.sub(r"\[[^]]*\]", "", place.group(1) if place else "").split(".") if part]
        unknown = re.search(r"unknown field `([^`]+)`", message)
        action = f"Correct {source}."
        if "Invalid enum value" in message:
            action = did_you_mean(message.partition("value '")[2].partition("'")[0], _choices_at(kind, path))
        if unknown:
            action = did_you_mean(unknown.group(1), _fields_at(kind, path))
            path.append(unknown.group(1))
        line = line_of(source if file is None else file, [*at, *path])
        raise BadConfiguration(source + line, message, action) from error


def line_of(source: str, path: Sequence[str]) -> str:
    """Return ", line N" where a key stands in a TOML file, or the table that holds it; "" where it does not."""
    file = Path(source)
    if not path or file.suffix != ".toml" or not file.is_file():
        return ""
    table: list[str] = []
    found = ""
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1):
        header = re.match(r"\s*\[+([^]]+)\]", line)
        if header:
            table = _dotted(header.group(1))
        name = None if header else re.match(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*'|\s*\.\s*)+?)\s*=""", line)
        here = table + _dotted(name.group(1)) if name else table
        if (header or name) and here == list(path):
            return f", line {number}"
        if not found and name and here and here == list(path[: len(here)]):
            found = f", line {number}"  # an inline table that holds the name
    return found


def _dotted(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(".")]


def _fields_at(kind: type[msgspec.Struct], path: Sequence[str]) -> list[str]:
    current = kind
    for part in path:
        by_name = {field.encode_name: field.type for field in msgspec.structs.fields(current)}
        inner = _struct_in(by_name.get(part))
        if inner is None:
            break
        current = inner
    return [field.encode_name for field in msgspec.structs.fields(current)]


def _choices_at(kind: type[msgspec.Struct], path: Sequence[str]) -> list[str]:
    current: type[msgspec.Struct] = kind
    annotation: Any = None
    for part in path:
        annotation = typing.get_type_hints(current).get(part)
        current = _struct_in(annotation) or current
    return [str(value) for value in typing.get_args(annotation)]


def _struct_in(annotation: Any) -> type[msgspec.Struct] | None:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    for part in typing.get_args(annotation):
        found = _struct_in(part)
        if found is not None:
            return found
    return None
