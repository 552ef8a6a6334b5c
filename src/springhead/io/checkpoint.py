"""Results of shards, addressed by input, configuration and code: a killed run finds what it had finished."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from springhead.io.files import filling, sync_folder, writing

_SEAL = "sealed.json"


def address(shard_digest: str, configuration_digest: str, code_version: str) -> str:
    """Return the address of a shard's result: equal addresses promise equal results."""
    parts = "\0".join((shard_digest, configuration_digest, code_version))
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


class Checkpoints:
    """A folder of finished results, one folder an address; any number of processes may share it."""

    def __init__(self, root: Path) -> None:
        """Keep results below `root`, which is made when the first one is written."""
        self.root = root

    def path(self, key: str) -> Path:
        """Return where the result of an address lies once it is finished."""
        return self.root / key[:2] / key

    def find(self, key: str) -> Path | None:
        """Return the folder of a finished, whole result, or None; what a power loss damaged is removed."""
        folder = self.path(key)
        try:
            sizes = msgspec.json.decode((folder / _SEAL).read_bytes(), type=dict[str, int])
            whole = all((folder / name).stat().st_size == size for name, size in sizes.items())
        except (OSError, msgspec.MsgspecError):
            whole = False
        if not whole and folder.exists():
            with writing(folder):
                shutil.rmtree(folder, ignore_errors=True)
        return folder if whole else None

    @contextmanager
    def create(self, key: str) -> Iterator[Path]:
        """Give an empty folder to write a result into; it takes its place whole, or not at all on failure.

        Raises `DiskFull` or `NotWritable`. A result that another process finished meanwhile is kept.
        """
        final = self.path(key)
        temporary = self.root / "unfinished" / f"{key}.{uuid.uuid4().hex}"
        with writing(temporary):
            temporary.mkdir(parents=True)
        try:
            with filling(temporary):
                yield temporary
            with writing(temporary):
                _seal(temporary)
                final.parent.mkdir(parents=True, exist_ok=True)
                try:
                    temporary.replace(final)
                except OSError:
                    if self.find(key) is None:
                        raise
                sync_folder(final.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def clean(self) -> None:
        """Remove what killed processes left unfinished; only for the process that holds the output's lock."""
        shutil.rmtree(self.root / "unfinished", ignore_errors=True)


def _seal(folder: Path) -> None:
    """Bring all files to the disk and write down their sizes, last of all."""
    sizes: dict[str, int] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            handle = os.open(file, os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            sizes[file.relative_to(folder).as_posix()] = file.stat().st_size
    with (folder / _SEAL).open("wb") as seal:
        seal.write(msgspec.json.encode(sizes))
        seal.flush()
        os.fsync(seal.fileno())
    sync_folder(folder)
