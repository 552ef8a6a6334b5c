"""`springhead lab reproduce`: run published claims as contracts and say which hold."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter


def reproduce(
    *identifiers: str,
    quick: Annotated[bool, Parameter(negative=())] = False,
    full: Annotated[bool, Parameter(negative=())] = False,
    seed: int = 0,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run published claims, each with a negative control that must fail; exit code 1 when one does not hold.

    Parameters
    ----------
    identifiers
        Claims to run, such as T1 T10; all where none is named.
    quick
        Few replicates: all claims in under three minutes on two cores (the default).
    full
        As many replicates as the literature used.
    seed
        Root of all random streams.
    json
        Print the judged values as JSON.
    """
    from springhead.errors import UsageError
    from springhead.lab.reproduction import Scale, ids
    from springhead.lab.reproduction import reproduce as judged

    if quick and full:
        raise UsageError("--quick and --full are both given", "one of them", "Leave one out.")
    names = list(identifiers) or ids()
    place = 0

    def started(name: str) -> None:
        nonlocal place
        place += 1
        if not json:
            sys.stderr.write(f"{name}: {place} of {len(names)}\n")

    rows = list(judged(names, scale=Scale(quick=not full), seed=seed, started=started))
    if json:
        import msgspec

        plain = [msgspec.to_builtins(row) | {"passed": row.passed} for row in rows]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n")
    else:
        from springhead.report.reproductions import print_reproductions

        print_reproductions(rows)
    return 0 if all(row.passed for row in rows) else 1
