"""A third party's engine, registered by entry point, runs a whole scan; scan knows nothing of it."""

import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint

import numpy as np

from springhead.core import registry
from springhead.scan import scan
from springhead.testing import polluted_corpus

mapped: list[str] = []


class Backwards:
    """Runs the items last to first and yields them in order, as a cluster may."""

    def map(self, task, items: Sequence, /, *, progress=None) -> Iterator:
        mapped.append(type(task).__name__)
        results = {index: task(items[index]) for index in reversed(range(len(items)))}
        for index in range(len(items)):
            if progress is not None:
                progress(index + 1, len(items))
            yield index, results[index]


def test_an_engine_from_elsewhere_gives_the_same_bytes(tmp_path, monkeypatch):
    point = EntryPoint("backwards", f"{__name__}:Backwards", "springhead.engine")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == point.group else [])
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    truth = polluted_corpus(tmp_path / "a.jsonl", 40, 0.5, np.random.default_rng(1))
    outs = [tmp_path / "serial", tmp_path / "elsewhere"]
    for out, engine in zip(outs, ("serial", "backwards"), strict=True):
        scan(truth.path, out, engine=engine, shard_bytes=10_000)
    names = ["result.json", "claims.parquet", "examples.parquet", "quarantine.jsonl"]
    names += [f"evidence/{path.name}" for path in (outs[0] / "evidence").iterdir()]
    assert len(names) >= 7
    for name in names:
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes(), name
    assert {"ObserveShard", "JudgeShard", "DecideShard"} <= set(mapped)
