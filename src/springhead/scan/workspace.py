"""Where a scan keeps the results of its maps: sealed folders addressed by input, settings and code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from springhead.io.checkpoint import Checkpoints, address
from springhead.io.engines import Engine
from springhead.io.running import Progress
from springhead.io.shards import Shard
from springhead.scan.observe import ObserveTask, Summary, observe

Item = TypeVar("Item")
Result = TypeVar("Result")


class ObserveShard(msgspec.Struct, frozen=True):
    """The picklable task of the first map: observe a shard unless its result is already there."""

    task: ObserveTask
    root: str
    code: str

    def key(self, shard: Shard) -> str:
        """Address of a shard's result."""
        return address(shard.digest, self.task.digest(), self.code)

    def __call__(self, shard: Shard) -> tuple[str, Summary]:
        """Observe one shard; returns the folder of its tables and its counts."""
        checkpoints = Checkpoints(Path(self.root))
        key = self.key(shard)
        folder = checkpoints.find(key)
        if folder is None:
            with checkpoints.create(key) as temporary:
                summary = observe(self.task, shard, temporary)
                (temporary / "summary.json").write_bytes(msgspec.json.encode(summary))
            return str(checkpoints.path(key)), summary
        return str(folder), msgspec.json.decode((folder / "summary.json").read_bytes(), type=Summary)


def run_map(
    engine: Engine,
    task: Callable[[Item], Result],
    items: Sequence[Item],
    progress: Progress,
    stage: str,
    records: Callable[[Result], int] = lambda _: 0,
) -> list[Result]:
    """Map a task over items on an engine with progress; results in the order of the items."""
    progress.start(stage, len(items))
    results: list[Result] = []
    for _, result in engine.map(task, items):
        results.append(result)
        progress.advance(stage, records(result))
    return results
