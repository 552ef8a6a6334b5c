"""`springhead lab`: run a self-consuming loop, list what one can be made of, show what came out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from springhead.core import registry
from springhead.errors import UsageError

KINDS = ("recipe", "source", "model", "policy", "metric")

app = App(name="lab", help="What happens when a model is trained on its own output, and does a remedy hold?")
app.command(
    "springhead.cli.lab_reproduce:reproduce", name="reproduce", help="Run published claims as contracts."
)


@app.command
def run(
    what: str,
    *,
    out: Path,
    engine: str = "local",
    workers: int | None = None,
    set_: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = (),
    json: Annotated[bool, Parameter(negative=())] = False,
    quiet: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run a loop over generations, arms and replicates.

    Exit codes: 0 done; 1 failure; 2 usage.

    Parameters
    ----------
    what
        A recipe's name or a TOML file with settings.
    out
        Folder for the result; a stopped run with the same settings goes on there.
    engine
        local (processes) or serial.
    workers
        Number of processes; all cores by default.
    set_
        One setting, as name=value; may be repeated.
    json
        Print the result as JSON.
    quiet
        Print nothing but errors.
    """
    from springhead.cli.progress import TerminalProgress
    from springhead.lab.api import settings_of
    from springhead.lab.runs import run_lab
    from springhead.report.lab_page import write_lab_report
    from springhead.results.lab_folder import encode

    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers}", "at least 1", "Leave it out to use all cores.")
    settings, file = settings_of(what, set_)
    with TerminalProgress(quiet or json) as progress:
        folder = run_lab(settings, out, file=file, engine=engine, workers=workers, progress=progress)
    page = write_lab_report(folder)
    if json:
        sys.stdout.write(encode(folder.result).decode())
    elif not quiet:
        _print(out)
        sys.stdout.write(f"report: {page.resolve()}\n")
    return 0


@app.command
def show(result: Path, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Show what a run found.

    Parameters
    ----------
    result
        Folder that was given to --out.
    json
        Print the result as JSON instead.
    """
    from springhead.results.lab_folder import LabFolder, encode

    if json:
        sys.stdout.write(encode(LabFolder.open(result).result).decode())
    else:
        _print(result)
    return 0


@app.command(name="list")
def list_parts(kind: str | None = None, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List what a loop can be made of.

    Parameters
    ----------
    kind
        recipe, source, model, policy or metric; all when not given.
    json
        Print as JSON.
    """
    if kind is not None and kind not in KINDS:
        from springhead.errors import UnknownName

        raise UnknownName("kind of component", kind, KINDS)
    found = {name: registry.names(name) for name in ([kind] if kind else KINDS)}
    if json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return 0
    for name, members in found.items():
        sys.stdout.write(f"{name}\n" + "".join(f"  {member}\n" for member in members))
    return 0


def _print(result: Path) -> None:
    from rich.console import Console

    from springhead.report.lab_terminal import print_lab
    from springhead.results.lab_folder import LabFolder

    print_lab(LabFolder.open(result), Console())
