"""Payloads that are bytes: held in a column, or in a file that a column names, which never leads outside.

A name is taken relative to the folder of the file that holds it; absolute names, names that climb out of that
folder and links that lead out of it are refused.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Any

from springhead.io.batches import ReadOptions


class Payloads:
    """Turns the value of a payload column into bytes and a name, or into the reason why it is none."""

    def __init__(self, folder: Path, options: ReadOptions) -> None:
        """`folder` is where names are looked for."""
        self._folder = folder
        self._root = os.path.realpath(folder)
        self._most = options.record_bytes

    def take(self, value: object) -> tuple[bytes, str] | str:
        """Return (bytes, name) of bytes, of a file's name, or of a mapping {"bytes", "path"}; else the reason."""
        if isinstance(value, bytes | bytearray | memoryview):
            return self._capped(bytes(value), "")
        if isinstance(value, dict):
            return self._mapping(value)
        if isinstance(value, str):
            return self.file(value)
        if value is None:
            return "payload is null"
        return f"payload is neither bytes nor a file name but {type(value).__name__}"

    def _mapping(self, value: dict[str, Any]) -> tuple[bytes, str] | str:
        data, name = value.get("bytes"), value.get("path")
        if isinstance(data, bytes):
            return self._capped(data, PurePosixPath(str(name or "")).name)
        if isinstance(name, str):
            return self.file(name)
        return "payload is a structure without bytes and path"

    def _capped(self, data: bytes, name: str) -> tuple[bytes, str] | str:
        if len(data) > self._most:
            return f"record too large: {len(data)} bytes, cap {self._most}"
        return data, name

    def file(self, name: str) -> tuple[bytes, str] | str:
        """Read the file of that name below the folder."""
        shown = name[:120]
        fault = _name_fault(name)
        if fault:
            return f"file name {shown!r} {fault}"
        path = self._folder / name
        try:
            real = os.path.realpath(path)
            if os.path.commonpath([real, self._root]) != self._root:
                return f"file name {shown!r} leads out of the folder through a link"
            if not Path(real).is_file():
                return f"no file {shown!r}"
            data = read_capped(Path(real), self._most)
        except (OSError, ValueError) as error:
            return f"cannot read {shown!r}: {getattr(error, 'strerror', None) or error}"
        return data if isinstance(data, str) else (data, PurePosixPath(name).name)


def _name_fault(name: str) -> str:
    if not name or "\0" in name:
        return "is empty or holds a NUL"
    if "://" in name:
        return "is an address: nothing is fetched"
    plain = PurePosixPath(name.replace("\\", "/"))
    return "leads out of the folder" if plain.is_absolute() or ".." in plain.parts else ""


def read_capped(path: Path, most: int) -> bytes | str:
    """Return the content of a file, or why it cannot serve: it is larger than `most` bytes."""
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            return f"record too large: {size} bytes, cap {most}"
        data = file.readall()
    return data if len(data) <= most else f"record too large: more than {most} bytes"
