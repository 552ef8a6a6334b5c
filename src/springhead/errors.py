"""Every error a user can cause, built from facts: what was found, what was expected, what to do next.

Each class takes the facts, never a finished sentence, so that messages stay uniform and tests compare facts.
The command line prints the message without a traceback and exits with `exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SpringheadError(Exception):
    """Base of all errors a user can cause; `exit_code` is what the command line returns for it."""

    exit_code: int = 1

    def __init__(self, found: str, expected: str, action: str) -> None:
        """Build the message from what was found, what was expected and what to do next."""
        self.found = found
        self.expected = expected
        self.action = action
        super().__init__(f"{found}; expected {expected}. {action}")


class UsageError(SpringheadError):
    """The request itself is wrong (exit code 2): an option, a name, a column, a combination."""

    exit_code = 2


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known names, or lists what is known (at most 12)."""
    choices = sorted(set(known))
    close = get_close_matches(name, choices, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(repr(choice) for choice in close)}?"
    shown = ", ".join(choices[:12]) + (", ..." if len(choices) > 12 else "")
    return f"Known: {shown or 'none'}."


class UnknownName(UsageError):
    """A component, option, column or field of that name does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Name the kind of thing, the name given and the names that exist."""
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(f"unknown {kind} {name!r}", f"a known {kind}", did_you_mean(name, self.known))
