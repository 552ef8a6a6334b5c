"""What every engine promises: the same results in the order of the items, and errors that name the shard.

A third party's engine registers under the entry point group `springhead.engine` and is held to the same.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from springhead.core import registry
from springhead.errors import NothingFound, WorkerDied
from springhead.io.batches import ReadOptions
from springhead.io.checkpoint import Checkpoints, address
from springhead.io.engines import LocalEngine, SerialEngine
from springhead.io.readers import read
from springhead.io.shards import Shard, shards
from springhead.io.sources import discover


class ThreadEngine:
    """An engine as a third party would write it."""

    def map(self, task: Callable, items: Sequence, /, *, progress=None) -> Iterator:
        with ThreadPoolExecutor(2) as pool:
            for index, result in enumerate(pool.map(task, items)):
                if progress is not None:
                    progress(index + 1, len(items))
                yield index, result


@pytest.fixture(params=["serial", "local one", "local two", "third party"])
def engine(request, monkeypatch):
    if request.param == "serial":
        return registry.load("engine", "serial")()
    if request.param != "third party":
        return registry.load("engine", "local")(1 if request.param.endswith("one") else 2)
    point = EntryPoint("threads", f"{__name__}:ThreadEngine", "springhead.engine")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == point.group else [])
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    return registry.load("engine", "threads")()


def square(item: int) -> tuple[int, str]:
    return item * item, str(item)


def slow_first(item: int) -> int:
    time.sleep(0.3 if item == 0 else 0)
    return item


def fail(item: int) -> int:
    if item == 3:
        raise NothingFound([f"item {item}"], ["made to fail"])
    return item


def die_once(folder: str, item: int) -> int:
    mark = Path(folder) / "died"
    if item == 5 and not mark.exists():
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def die_always(item: int) -> int:
    if item == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def identify(_: int) -> int:
    return os.getpid()


def threads(_: int) -> str | None:
    return os.environ.get("OMP_NUM_THREADS")


def test_same_results_in_order(engine):
    assert list(engine.map(square, range(25))) == [(i, (i * i, str(i))) for i in range(25)]
    assert list(engine.map(square, [])) == []


def test_order_is_that_of_the_items(engine):
    assert [index for index, _ in engine.map(slow_first, range(6))] == list(range(6))


def test_progress_counts_every_item(engine):
    seen: list[tuple[int, int]] = []
    list(engine.map(square, range(7), progress=lambda done, total: seen.append((done, total))))
    assert seen == [(i, 7) for i in range(1, 8)]


def test_what_a_task_raises_arrives_with_its_facts(engine):
    with pytest.raises(NothingFound) as caught:
        list(engine.map(fail, range(6)))
    assert caught.value.inputs == ("item 3",) and "made to fail" in str(caught.value)


def test_killed_worker_loses_nothing(tmp_path):
    results = list(LocalEngine(2).map(partial(die_once, str(tmp_path)), range(20)))
    assert (tmp_path / "died").exists()
    assert results == [(i, i) for i in range(20)]


def test_item_that_kills_every_worker_is_named():
    done = []
    with pytest.raises(WorkerDied) as caught:
        for _, result in LocalEngine(2, attempts=2).map(die_always, range(20)):
            done.append(result)
    assert caught.value.item == "5" and caught.value.attempts == 2
    assert done == [0, 1, 2, 3, 4]


def test_workers_are_other_processes_with_one_thread():
    workers = {pid for _, pid in LocalEngine(2).map(identify, range(8))}
    assert os.getpid() not in workers and 1 <= len(workers) <= 2
    assert {name for _, name in LocalEngine(1).map(threads, [0])} == {"1"}
    assert {pid for _, pid in SerialEngine().map(identify, range(3))} == {os.getpid()}


def test_leaving_early_ends_the_workers():
    results = LocalEngine(2).map(identify, range(100))
    _, worker = next(results)
    results.close()
    assert not alive(worker)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def gone(pids: list[int], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.1)
    return not any(map(alive, pids))


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_a_killed_parent(tmp_path, kind):
    script = tmp_path / "main.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, time
            from springhead.io.engines import LocalEngine
            def task(item):
                print(os.getpid(), flush=True)
                time.sleep(60)
            if __name__ == "__main__":
                list(LocalEngine(2).map(task, range(4)))
            """
        )
    )
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    parent.send_signal(kind)
    assert parent.wait(15) != 0
    parent.stdout.close()
    assert gone(workers)


def count_once(root: str, shard: Shard) -> str:
    """A task that remembers, as scan's are: it counts a shard's records and logs that it did."""
    store, key = Checkpoints(Path(root)), address(shard.digest, "configuration", "1")
    if store.find(key) is None:
        with store.create(key) as folder:
            (folder / "count").write_text(str(sum(len(batch) for batch in read(shard, ReadOptions()))))
        with (Path(shard.path).parent / "log").open("a") as log:
            log.write(f"{shard}\n")
    return str(store.path(key))


def test_results_of_shards_are_found_again(engine, tmp_path):
    (tmp_path / "a.jsonl").write_text("".join(f'{{"text": "record {n}"}}\n' for n in range(100)))
    pieces = shards(discover([tmp_path / "a.jsonl"]).sources, target_bytes=500)
    task = partial(count_once, str(tmp_path / "kept"))
    first = [path for _, path in engine.map(task, pieces)]
    again = [path for _, path in SerialEngine().map(task, pieces)]
    assert first == again and len(set(first)) == len(pieces) > 3
    assert sum(int((Path(path) / "count").read_text()) for path in first) == 100
    assert len((tmp_path / "log").read_text().splitlines()) == len(pieces)
