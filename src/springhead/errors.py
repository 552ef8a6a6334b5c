"""Every error a user can cause, built from facts: what was found, what was expected, what to do next.

Each class takes the facts, never a finished sentence, so that messages stay uniform and tests compare facts.
The command line prints the message without a traceback and exits with `exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary whole: a subclass cannot be rebuilt from its message alone."""
        return _rebuild, (type(self), self.args, dict(self.__dict__))


def _rebuild(
    kind: type[SpringheadError], args: tuple[object, ...], facts: dict[str, object]
) -> SpringheadError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


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


class BadComponent(UsageError):
    """A component is registered but what it names cannot be imported."""

    def __init__(self, component: str, target: str, problem: str) -> None:
        """Name the component, the `module:attribute` that it is registered as and what went wrong."""
        self.component, self.target, self.problem = component, target, problem
        super().__init__(
            f"{component} is registered as {target!r}, which cannot be loaded ({problem})",
            "an importable component",
            "Repair or remove the distribution that registers it.",
        )


class BadResult(SpringheadError):
    """A result folder or file is missing, damaged or of another version."""

    def __init__(self, path: str, problem: str) -> None:
        """Name the path and what is wrong with it."""
        self.path, self.problem = path, problem
        super().__init__(
            f"{path}: {problem}", "a result of springhead scan", "Name the folder given to --out."
        )


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


class NothingFound(UsageError):
    """An input names no file, or no file in it can be read as records."""

    def __init__(self, inputs: Iterable[str], reasons: Iterable[str] = ()) -> None:
        """Name the inputs and why what was found there cannot be used."""
        self.inputs, self.reasons = tuple(inputs), tuple(reasons)
        why = f" ({'; '.join(self.reasons[:3])})" if self.reasons else ""
        super().__init__(
            f"no readable file in {', '.join(map(repr, self.inputs)) or 'an empty list of inputs'}{why}",
            "JSONL, Parquet, WARC or text files",
            "Check the path or pattern.",
        )


class NotReadable(SpringheadError):
    """An input exists but may not be read."""

    def __init__(self, path: str, problem: str) -> None:
        """Name the path and what the system said."""
        self.path, self.problem = path, problem
        super().__init__(f"cannot read {path!r}: {problem}", "a readable file", "Check its permissions.")


class UnknownFormat(UsageError):
    """A file is in none of the formats that are read."""

    def __init__(self, path: str, found: str) -> None:
        """Name the path and what its first bytes look like."""
        self.path = path
        super().__init__(
            f"{path!r} is {found}",
            "JSONL (plain, .gz, .zst), Parquet, WARC/WET (plain, .gz) or text (.txt, .md, .rst)",
            "Convert it, or name other files.",
        )


class WhichColumn(UsageError):
    """No column, or more than one, looks like the text: asks which one it is."""

    def __init__(
        self, columns: Mapping[str, float], plausible: Iterable[str] = (), what: str = "text"
    ) -> None:
        """List the string columns with their mean length in characters; `plausible` are the candidates.

        `what` is sought: text, image or caption; the option that names it is told.
        """
        self.columns, self.plausible = dict(columns), tuple(plausible)
        listed = ", ".join(f"{name!r} (mean {mean:.0f} characters)" for name, mean in self.columns.items())
        count = f"{len(self.plausible)} columns could be" if self.plausible else "no column is clearly"
        super().__init__(
            f"{count} the {what}; string columns: {listed or 'none'}",
            f"one {what} column",
            f"Which one holds the {what}? Name it with --{'image' if what == 'image' else 'text'}-column.",
        )


class ReservedColumn(UsageError):
    """A column is asked for whose name is that of the payload, while another column holds the payload."""

    def __init__(self, name: str, payload: str) -> None:
        """Name the column asked for and the column that holds the payload."""
        self.name, self.payload = name, payload
        super().__init__(
            f"column {name!r} is asked for, but the payload is read from {payload!r}",
            f"no further column named {name!r}",
            "Rename that column, or take it as the payload.",
        )


class DiskFull(SpringheadError):
    """The disk or the quota is full."""

    def __init__(self, path: str) -> None:
        """Name the path that was being written."""
        self.path = path
        super().__init__(
            f"no space left while writing {path!r}",
            "free disk space",
            "Make room and run the same command again: it goes on where it stopped.",
        )


class NotWritable(SpringheadError):
    """An output path may not be written."""

    def __init__(self, path: str, problem: str) -> None:
        """Name the path and what the system said."""
        self.path, self.problem = path, problem
        super().__init__(
            f"cannot write {path!r}: {problem}", "a writable folder", "Name another folder with --out."
        )


class OutputInUse(SpringheadError):
    """Another process is writing into the output folder."""

    def __init__(self, path: str) -> None:
        """Name the folder."""
        self.path = path
        super().__init__(
            f"{path!r} is in use by another run", "a free folder", "Wait for it, or name another with --out."
        )


class OutputOfAnotherRun(UsageError):
    """The output folder holds files of another run, or files that no run wrote."""

    def __init__(self, path: str, found: str) -> None:
        """Name the folder and what was found there."""
        self.path = path
        super().__init__(
            f"{path!r} holds {found}",
            "an empty folder or the same run",
            "Name another folder with --out, or empty this one.",
        )


class WorkerDied(SpringheadError):
    """A worker process died repeatedly on the same piece of work."""

    def __init__(self, item: str, attempts: int) -> None:
        """Name the piece of work and how often it was tried."""
        self.item, self.attempts = item, attempts
        super().__init__(
            f"a worker died {attempts} times on {item}",
            "every shard to finish",
            "Is memory short? Try fewer --workers, or set that input apart.",
        )


class BadScoreFile(UsageError):
    """A file of scores made elsewhere cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        """Name the file and the problem."""
        self.path, self.problem = path, problem
        super().__init__(
            f"score file {path}: {problem}", "Parquet with unique key and a number score", "Mend it."
        )


class BrokenWeights(SpringheadError):
    """A weights file of a detector is missing, truncated or not of its format."""

    def __init__(self, path: str, reason: str) -> None:
        """Name the file and what is wrong with it."""
        self.path, self.reason = path, reason
        super().__init__(
            f"weights {path!r} cannot be read ({reason})",
            "a file written by training/detector.py",
            "Reinstall the package or train the file again.",
        )


class BadBatch(UsageError):
    """Records were handed to a component that cannot use them: none, not finite, or of another kind."""

    def __init__(self, component: str, found: str, expected: str, action: str) -> None:
        """Name the component, what it was given, what it takes and what to do."""
        self.component = component
        super().__init__(f"{component} was given {found}", expected, action)


class BadCensus(SpringheadError):
    """A census cannot be weighed: empty, broken, or without an axis that a policy needs."""

    def __init__(self, problem: str) -> None:
        """Name the problem."""
        self.problem = problem
        super().__init__(
            problem,
            "a census with finite sizes, at least one record and the axes that the policy reads",
            "Check what was counted, or choose a policy that needs less.",
        )


class BadPolicy(UsageError):
    """A policy is asked for something that no weights can give: a parameter out of range, an empty step."""

    def __init__(self, policy: str, problem: str, action: str) -> None:
        """Name the policy, what is wrong with it and what to do."""
        self.policy, self.problem = policy, problem
        super().__init__(f"policy {policy}: {problem}", "parameters within their ranges", action)


class DrawDiffers(SpringheadError):
    """What a draw gave is not what the policy expects of it (an internal check)."""

    def __init__(self, realised: str, expected: str) -> None:
        """Say what was realised and what was expected."""
        self.realised = realised
        super().__init__(
            f"the draw gave {realised}",
            expected,
            "This is a fault of springhead, or cells and weights of different censuses were paired.",
        )


class TooFewToMeasure(UsageError):
    """A metric cannot be computed at this size."""

    def __init__(self, metric: str, n: int, least: int, unit: str) -> None:
        """Name the metric, what it was given, the least it needs and what is counted."""
        self.metric, self.n, self.least = metric, n, least
        super().__init__(
            f"metric {metric!r} was given {n} {unit}",
            f"at least {least}",
            "Draw more records per generation, or leave this metric out.",
        )


class NotMeasurable(UsageError):
    """A metric cannot be computed on these batches or of this model, whatever their size."""

    def __init__(self, metric: str, problem: str, expected: str) -> None:
        """Name the metric, what is wrong and what it needs."""
        self.metric, self.problem = metric, problem
        super().__init__(
            f"metric {metric!r}: {problem}", expected, "Mend the batch, or leave this metric out."
        )


class NothingDrawn(SpringheadError):
    """A policy leaves no record to train on."""

    def __init__(self, arm: str, generation: int, pool: int) -> None:
        """Name the arm, the generation and the size of the pool."""
        self.arm, self.generation, self.pool = arm, generation, pool
        super().__init__(
            f"arm {arm!r} draws none of {pool} records in generation {generation}",
            "at least one record to train on",
            "Give the policy a budget, backfill or more records.",
        )


class NotMeasured(UsageError):
    """A metric cannot be computed on what it was given."""

    def __init__(self, metric: str, arm: str, generation: int, n: int, problem: str) -> None:
        """Name the metric, where it stood in the run, the number of samples and what it says."""
        self.metric, self.arm, self.generation, self.n = metric, arm, generation, n
        super().__init__(
            f"metric {metric!r} cannot be computed for arm {arm!r}, generation {generation}, n = {n}: {problem}",
            "a metric that fits the samples",
            "Ask for more records, or leave the metric out.",
        )


class BeyondMemory(UsageError):
    """A run would need more memory than this machine has."""

    def __init__(self, needed: int, available: int) -> None:
        """State both in bytes."""
        self.needed, self.available = needed, available
        super().__init__(
            f"the run would need about {needed:,} bytes ({needed / 1e9:,.1f} GB), and {available:,} are there",
            "sizes that fit in memory",
            "Ask for fewer records, generations or arms.",
        )


class OutOfRange(UsageError):
    """A number given to a law is outside the range in which the law holds."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        """Name the quantity, the value given and what it must be."""
        self.name, self.value = name, value
        super().__init__(f"{name} = {value}", f"{name} {expected}", "Correct it.")


class LawNotExact(UsageError):
    """A law and a schedule are combined for which no sufficient statistic is exact."""

    def __init__(self, law: str, schedule: str, instead: str) -> None:
        """Name the law, the schedule and what can be done instead."""
        self.law, self.schedule = law, schedule
        super().__init__(
            f"law {law!r} under schedule {schedule!r} needs single records",
            "a pair whose statistics can be drawn exactly",
            instead,
        )
