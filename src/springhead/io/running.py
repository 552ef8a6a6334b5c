"""What every verb that runs for long needs: an engine by name, progress without a terminal, the code's hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import springhead
from springhead.core import registry
from springhead.io.engines import Engine


class Progress(Protocol):
    """What a run tells about its progress; the terminal implements it, silence is the default."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of `total` steps."""
        ...

    def advance(self, stage: str, records: int = 0) -> None:
        """One step is done, with that many records."""
        ...

    def note(self, text: str) -> None:
        """Say something in words."""
        ...


class Silence:
    """Progress for library use: says nothing."""

    def start(self, stage: str, total: int) -> None:
        """Say nothing."""

    def advance(self, stage: str, records: int = 0) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


def make_engine(name: str, workers: int | None, items: int) -> Engine:
    """Make the engine of that name; one worker or one item needs no processes."""
    if name == "local" and (workers == 1 or items <= 1):
        name = "serial"
    component: Any = registry.load("engine", name)
    engine: Engine = component(workers) if name == "local" else component()
    return engine


@contextmanager
def running(engine: Engine) -> Iterator[Engine]:
    """Give the engine for a while, then end the processes of one that keeps some between its maps."""
    try:
        yield engine
    finally:
        close = getattr(engine, "close", None)
        if close is not None:
            close()


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash of the package's own code and weights: results of other code are never taken for ours."""
    root = Path(springhead.__file__).parent
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(root.rglob("*")):
        if file.suffix in (".py", ".npz") and "__pycache__" not in file.parts:
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
