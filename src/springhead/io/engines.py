"""Engines: map a task over shards, serially or in processes; results come in the order of the shards.

A task is a picklable callable of one item that depends on nothing else, so that every engine gives the same
results. A cluster engine is a class with the same `map`, registered through an entry point.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from typing import Protocol, TypeVar

from springhead.errors import WorkerDied

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Called with (items done, items in all) after each item, in the calling process."""


class Engine(Protocol):
    """Maps a task over items; the only thing that a verb knows about where work runs."""

    def map(
        self, task: Callable[[Item], Result], items: Sequence[Item], /, *, progress: Progress | None = None
    ) -> Iterator[tuple[int, Result]]:
        """Yield (index, result) in the order of the items; what a task raises is raised here."""
        ...


class SerialEngine:
    """Runs every item in this process, one after the other."""

    def map(
        self, task: Callable[[Item], Result], items: Sequence[Item], /, *, progress: Progress | None = None
    ) -> Iterator[tuple[int, Result]]:
        """Yield (index, result) in the order of the items."""
        for index, item in enumerate(items):
            result = task(item)
            if progress is not None:
                progress(index + 1, len(items))
            yield index, result


class LocalEngine:
    """Runs items in `workers` spawned processes; a shard that a dead worker left is tried again, alone.

    After a death, all items in flight are suspects and run one by one, so that a further death names its
    item; after `attempts` deaths on one item `WorkerDied` is raised. At most `ahead` items per worker are
    submitted or held back at any time. The processes stay for the next map, since a start costs a second of
    computing; `close` ends them, as do errors and a map that is left early.
    """

    def __init__(self, workers: int | None = None, *, attempts: int = 3, ahead: int = 3) -> None:
        """Use `workers` processes, as many as this process may use cores by default."""
        self.workers = max(1, workers if workers is not None else usable_cores())
        self.attempts = max(1, attempts)
        self.window = self.workers * max(1, ahead)
        self._idle: ProcessPoolExecutor | None = None

    def map(
        self, task: Callable[[Item], Result], items: Sequence[Item], /, *, progress: Progress | None = None
    ) -> Iterator[tuple[int, Result]]:
        """Yield (index, result) in the order of the items."""
        pending = deque(range(len(items)))
        flying: dict[int, Future[Result]] = {}
        done = 0
        pool, self._idle = self._idle or _pool(self.workers), None
        try:
            while pending or flying:
                try:
                    while pending and len(flying) < self.window:
                        flying[pending[0]] = pool.submit(task, items[pending[0]])
                        pending.popleft()
                    index = next(iter(flying))
                    result = flying[index].result()
                except BrokenProcessPool:
                    _stop(pool)
                    finished = self._recover(task, items, flying)
                    pool = _pool(self.workers)
                    for index, result in finished:
                        done += 1
                        _report(progress, done, len(items))
                        yield index, result
                    flying.clear()
                    continue
                del flying[index]
                done += 1
                _report(progress, done, len(items))
                yield index, result
            if self._idle is None:
                self._idle = pool
        finally:
            if self._idle is not pool:
                _stop(pool)

    def close(self) -> None:
        """End the processes that wait for a next map."""
        if self._idle is not None:
            _stop(self._idle)
        self._idle = None

    def _recover(
        self, task: Callable[[Item], Result], items: Sequence[Item], flying: dict[int, Future[Result]]
    ) -> Iterator[tuple[int, Result]]:
        """Finish the items in flight: what was done is kept, the rest runs alone in a pool of one."""
        for index, future in flying.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                yield index, future.result()
            else:
                yield index, self._alone(task, items[index])

    def _alone(self, task: Callable[[Item], Result], item: Item) -> Result:
        for _ in range(self.attempts):
            pool = _pool(1)
            try:
                return pool.submit(task, item).result()
            except BrokenProcessPool:
                continue
            finally:
                _stop(pool)
        raise WorkerDied(str(item), self.attempts)


def usable_cores() -> int:
    """Count the cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _report(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_prepare_worker)


def _stop(pool: ProcessPoolExecutor) -> None:
    """End a pool without waiting for what its workers are still doing."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)


def _prepare_worker() -> None:
    """Set up a worker: one thread per library, no reaction to Ctrl-C, an end when the parent ends."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    # A killed parent cannot stop its workers, and a pool's workers would wait for it for ever.
    connection.wait([sentinel])
    os._exit(1)
