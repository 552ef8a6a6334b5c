"""The `springhead` command: registers verbs lazily, turns errors into one message and an exit code.

Exit codes: 0 done; 1 internal, input/output or a failed check; 2 usage; 3 above --fail-above; 4 cannot tell.
"""

from __future__ import annotations

import errno
import os
import sys

from cyclopts import App, CycloptsError

import springhead
from springhead.errors import SpringheadError, UnknownName

app = App(
    name="springhead",
    help="Measures, traces and treats machine-made data in training corpora.",
    version=lambda: springhead.__version__,
    suppress_keyboard_interrupt=False,
)
app.command(
    "springhead.cli.scan:scan",
    name="scan",
    help="How polluted is this corpus, and how sure are we?\n\nExit codes: 0 done; 1 failure; 2 usage; "
    "3 above --fail-above; 4 cannot tell (only with --fail-above).",
)
app.command(
    "springhead.cli.calibrate:calibrate", name="calibrate", help="Save references and fits for reuse."
)
app.command(
    "springhead.cli.explain:explain", name="explain", help="Which evidence weighs how much in a record."
)
app.command("springhead.cli.report:report", name="report", help="Write the report page of a result again.")
app.command("springhead.cli.tour:tour", name="tour", help="Scan a real polluted corpus whose truth is known.")
app.command(
    "springhead.cli.lab:app", name="lab", help="Run self-consuming loops and see what a remedy saves."
)
app.command("springhead.cli.listing:list_components", name="list", help="List registered components.")


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(main(arguments))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    tokens = sys.argv[1:] if arguments is None else arguments
    known = ("scan", "calibrate", "explain", "report", "tour", "lab", "list")
    try:
        if tokens and not tokens[0].startswith("-") and tokens[0] not in known:
            raise UnknownName("command", tokens[0], known)
        result = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except BrokenPipeError:
        return 1
    except (Exception, KeyboardInterrupt) as error:
        message, code = told(error)
        if code == 1 and os.environ.get("SPRINGHEAD_DEBUG") == "1":
            raise
        return _fail(message, code)
    return result if isinstance(result, int) else 0


def told(error: BaseException) -> tuple[str, int]:  # noqa: PLR0911  (a table of errors)
    """What the user is told of an error, and the exit code."""
    match error:
        case CycloptsError():
            return str(error), 2
        case SpringheadError():
            return str(error), error.exit_code
        case KeyboardInterrupt():
            return "stopped; run the same command again to go on where it stopped", 1
        case MemoryError():
            return "out of memory; use fewer --workers or a smaller --set batch_rows=...", 1
        case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return (
                "the disk is full; free some space and run the same command again to go on where it stopped",
                1,
            )
        case OSError():
            return f"{error}; check the path, its rights and the space on the disk", 1
    kind = type(error).__name__
    return f"internal error ({kind}: {error}); please report it with SPRINGHEAD_DEBUG=1 set", 1


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"springhead: {message}\n")
    return code
