"""The laboratory as a library: `run` a recipe, a file or settings into a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from springhead.core import registry
from springhead.core.config import apply_assignments, decode, read_toml
from springhead.errors import BadConfiguration, did_you_mean
from springhead.io.running import Progress
from springhead.lab.runs import run_lab
from springhead.lab.settings import LabSettings
from springhead.results.lab_folder import LabFolder


def run(
    what: str | Path | LabSettings,
    out: str | Path | None = None,
    *,
    assignments: Sequence[str] = (),
    engine: str = "serial",
    workers: int | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> LabFolder:
    """Run a recipe by name, a TOML file or settings; keyword arguments replace fields of `LabSettings`.

    `engine` "local" uses all cores, and needs the caller's script to be importable (`if __name__ == "__main__"`).
    Without `out` the result goes to a new temporary folder. Returns the result folder: `.result` is the typed
    result, `.series()`, `.draws()` and `.examples()` the tables. Raises SpringheadError subclasses.
    """
    resolved, file = settings_of(what, assignments, settings)
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="springhead-lab-"))
    return run_lab(resolved, folder, file=file, engine=engine, workers=workers, progress=progress)


def settings_of(
    what: str | Path | LabSettings, assignments: Sequence[str] = (), fields: dict[str, Any] | None = None
) -> tuple[LabSettings, str]:
    """Return the settings that a name, file or object gives after `a.b=c` assignments, and the file's path."""
    file = ""
    if isinstance(what, LabSettings):
        values: dict[str, Any] = msgspec.to_builtins(what)
    elif str(what).endswith(".toml") or Path(what).is_file():
        file = str(what)
        values = read_toml(Path(what))
        decode(values, LabSettings, file)  # alone first, so that a fault is told of the file
    else:
        values = msgspec.to_builtins(recipe(str(what)))
    values |= fields or {}
    if not assignments and not fields and file:
        return decode(values, LabSettings, file), file
    return decode(apply_assignments(values, assignments), LabSettings, "the settings"), file


def recipe(name: str) -> LabSettings:
    """Return the settings of a recipe by name."""
    known = registry.names("recipe")
    if name not in known:
        raise BadConfiguration(name, "no such file, and no recipe of that name", did_you_mean(name, known))
    made: LabSettings = registry.load("recipe", name)()
    return made
