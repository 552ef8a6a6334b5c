"""`springhead explain`: which evidence weighs how much in one record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from springhead.results.folder import ResultFolder
from springhead.scan.explain import explain as explain_record


def explain(result: Path, key: str, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Say in words which evidence weighs how much in a record.

    Parameters
    ----------
    result
        Folder that was given to --out.
    key
        Key of the record: the id column's value, else source#position.
    json
        Print as JSON.
    """
    found = explain_record(ResultFolder.open(result), key)
    if json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return 0
    console = Console()
    console.print(Text(f"{found.key}  ({found.source}, {found.position}, {found.language})", style="bold"))
    console.print(Text(found.verdict))
    table = Table("channel", "nats", "what it says", box=None)
    for one in found.channels:
        table.add_row(one.channel, "" if one.nats is None else f"{one.nats:+.2f}", Text(one.words))
    console.print(table)
    for line in (*found.reasons, *found.claims):
        console.print(Text(f"- {line}"))
    return 0
