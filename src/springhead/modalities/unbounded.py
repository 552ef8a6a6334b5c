"""Sources that are laws never run out, so they have to be told how many records to draw."""

from __future__ import annotations

from springhead.errors import BadConfiguration


def asked_count(source: str, count: int | None) -> int:
    """Return the number of records asked for; raises BadConfiguration without one."""
    if count is None or count < 0:
        raise BadConfiguration(
            f"source {source!r}", f"{count} records asked of a law that never runs out", "Give a number."
        )
    return count
