"""`springhead list`: the registered components by kind."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
from cyclopts import Parameter

from springhead.core import registry


def list_components(kind: str | None = None, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List registered components.

    Parameters
    ----------
    kind
        detector, engine, modality or trainer; all when not given.
    json
        Print as JSON.
    """
    kinds = [kind] if kind else sorted(registry.BUILT_IN)
    found = {name: registry.names(name) for name in kinds}
    if json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return 0
    for name, members in found.items():
        sys.stdout.write(f"{name}\n" + "".join(f"  {member}\n" for member in members))
    return 0
