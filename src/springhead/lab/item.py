"""The unit of work: some arms of one replicate, kept as a sealed folder so that a killed run goes on after it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from springhead.io.checkpoint import Checkpoints, address
from springhead.io.tables import write_table
from springhead.lab.components import components
from springhead.lab.loop import Loop
from springhead.lab.settings import LabSettings, arms_of
from springhead.lab.tables import draws_table, examples_table, series_table, unknowns


class Item(msgspec.Struct, frozen=True):
    """Some arms of one replicate; `baseline` says whether the replicate's baseline goes with it."""

    replicate: int
    arms: tuple[str, ...]
    baseline: bool


class Outcome(msgspec.Struct, frozen=True):
    """What an item left: the folder of its tables and what the whole run needs to know of it."""

    folder: str
    arms: tuple[str, ...]
    replicate: int
    records: int
    fits: int
    reused: bool
    groups: tuple[str, ...]
    group_sizes: tuple[int, ...]
    unknown: dict[str, str]


class RunItem(msgspec.Struct, frozen=True):
    """The picklable task: run an item unless its result is already there."""

    settings: LabSettings
    root: str
    code: str

    def key(self, item: Item) -> str:
        """Address of an item's result."""
        part = f"{item.replicate}/{item.baseline}/{'|'.join(item.arms)}"
        return address(part, self.settings.digest(), self.code)

    def __call__(self, item: Item) -> Outcome:
        """Run the arms of one replicate."""
        checkpoints = Checkpoints(Path(self.root))
        key = self.key(item)
        folder = checkpoints.find(key)
        if folder is None:
            with checkpoints.create(key) as temporary:
                outcome = self._run(item, temporary, str(checkpoints.path(key)))
                (temporary / "outcome.json").write_bytes(msgspec.json.encode(outcome))
            return outcome
        found = msgspec.json.decode((folder / "outcome.json").read_bytes(), type=Outcome)
        return msgspec.structs.replace(found, folder=str(folder))

    def _run(self, item: Item, folder: Path, final: str) -> Outcome:
        arms = arms_of(self.settings)
        loop = Loop(self.settings, components(self.settings), item.replicate)
        found = loop.run({name: arms[name] for name in item.arms})
        write_table(series_table(found, item.baseline), folder / "series.parquet")
        write_table(draws_table(found), folder / "draws.parquet")
        write_table(examples_table(found), folder / "examples.parquet")
        return Outcome(
            final, item.arms, item.replicate, found.records, found.fits, found.reused, found.groups,
            found.group_sizes, unknowns(found.arms),
        )  # fmt: skip


def items_of(settings: LabSettings, workers: int) -> list[Item]:
    """Cut a run into items: arms of a replicate stay together, to share models, unless cores would idle."""
    names = tuple(arms_of(settings))
    parts = min(len(names), max(1, workers // settings.replicates))
    if settings.replicates >= workers:
        parts = 1
    pieces = [names[part::parts] for part in range(parts)]
    return [
        Item(replicate, piece, number == 0)
        for replicate in range(settings.replicates)
        for number, piece in enumerate(pieces)
    ]
