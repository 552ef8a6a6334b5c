"""Hold an output folder for one run: refused while another process writes or where other files lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from springhead.errors import OutputInUse, OutputOfAnotherRun
from springhead.io.files import replacing, writing

FOLDER = ".springhead"
"""Name of the folder inside the output that holds the lock, the run's mark and its checkpoints."""

MARK = "run.json"


@contextmanager
def output_lock(out: Path, run: str) -> Iterator[Path]:
    """Hold `out` for the run with digest `run`; gives the private folder inside it.

    Raises `OutputInUse` while another process holds it, `OutputOfAnotherRun` where files of another run or of
    no run lie there, `NotWritable` or `DiskFull`. The lock ends with the process, however it ends.
    """
    private = out / FOLDER
    with writing(out):
        foreign = _foreign(out, private)
        private.mkdir(parents=True, exist_ok=True)
        handle = os.open(private / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with writing(out):
            free = _try_lock(handle)
        if not free:
            raise OutputInUse(str(out))
        _claim(out, private / MARK, run, foreign)
        yield private
    finally:
        os.close(handle)


def disown(private: Path) -> None:
    """Take back a run's mark after it was refused: the corrected run may then use the same output folder."""
    (private / MARK).unlink(missing_ok=True)


def _foreign(out: Path, private: Path) -> str | None:
    """Name a file in a folder that no run has marked, or None."""
    if not out.exists() or private.exists():
        return None
    return next((entry.name for entry in sorted(out.iterdir())), None)


def _claim(out: Path, mark: Path, run: str, foreign: str | None) -> None:
    try:
        found = msgspec.json.decode(mark.read_bytes(), type=dict[str, str]).get("run")
    except FileNotFoundError:
        found = None
    except (OSError, msgspec.MsgspecError) as error:
        raise OutputOfAnotherRun(str(out), "a run's mark that cannot be read") from error
    if found is not None and found != run:
        raise OutputOfAnotherRun(str(out), "a run with other inputs or settings")
    if found is None and foreign is not None:
        (mark.parent / "lock").unlink(missing_ok=True)
        mark.parent.rmdir()
        raise OutputOfAnotherRun(str(out), f"files that no run wrote ({foreign!r})")
    if found is None:
        with replacing(mark) as file:
            file.write(msgspec.json.encode({"run": run}))


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _try_lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_windows(handle: int) -> bool:
    import importlib

    system = importlib.import_module("msvcrt")
    try:
        system.locking(handle, system.LK_NBLCK, 1)
    except OSError:
        return False
    return True
