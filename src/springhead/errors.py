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


class BadConfiguration(UsageError):
    """A configuration file or `--set` is wrong; says where and what was expected."""

    def __init__(self, source: str, problem: str, action: str) -> None:
        """Name the source (file and line where known), the problem and what to do."""
        self.source, self.problem = source, problem
        super().__init__(f"{source}: {problem}", "valid settings", action)


class MissingExtra(UsageError):
    """A component needs a library that is not installed."""

    def __init__(self, component: str, library: str, extra: str | None) -> None:
        """Name the component, the library and the extra that installs it, if there is one."""
        self.component, self.library, self.extra = component, library, extra
        target = f"'springhead[{extra}]'" if extra else library
        super().__init__(f"{component} needs {library!r}", "it installed", f"Run: pip install {target}")


class BadResult(SpringheadError):
    """A result folder or file is missing, damaged or of another version."""

    def __init__(self, path: str, problem: str) -> None:
        """Name the path and what is wrong with it."""
        self.path, self.problem = path, problem
        super().__init__(f"{path}: {problem}", "a result of springhead scan", "Name the folder given to --out.")


class BadReference(UsageError):
    """A reference cannot serve: empty, of one class only, or overlapping the target."""

    def __init__(self, which: str, problem: str, action: str) -> None:
        """Name the reference, the problem and what to do."""
        self.which, self.problem = which, problem
        super().__init__(f"{which}: {problem}", "a reference apart from the target", action)


class CountsDiffer(SpringheadError):
    """Records went missing: read does not equal kept + dropped + quarantined (an internal check)."""

    def __init__(self, read: int, kept: int, dropped: int, quarantined: int) -> None:
        """State the four counts."""
        super().__init__(
            f"read {read} records but kept {kept}, dropped {dropped}, quarantined {quarantined}",
            "read = kept + dropped + quarantined",
            "This is a fault of springhead: please report it.",
        )
