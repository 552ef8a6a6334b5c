"""The second map: give every observed record the score that the references speak about."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from springhead.io.checkpoint import Checkpoints
from springhead.scan.calibration import Calibration, load_calibration
from springhead.scan.decide import judged_scores
from springhead.scan.neural import join_scores, read_scores
from springhead.scan.settings import ScanSettings


@lru_cache(maxsize=2)
def calibration_at(path: str, digest: str, settings: ScanSettings) -> Calibration:  # noqa: ARG001
    """The calibration of a file, loaded once per process; `digest` tells files of one name apart."""
    return load_calibration(Path(path), settings)


@lru_cache(maxsize=1)
def scores_at(paths: tuple[str, ...], digest: str) -> pl.DataFrame | None:  # noqa: ARG001  (part of the key)
    """The neural scores, read once per process; `digest` tells files of one name apart."""
    return read_scores(paths)


class Observed(msgspec.Struct, frozen=True):
    """One observed shard: the folder of its tables and the rows that key conflicts take out."""

    folder: str
    conflicts: tuple[int, ...] = ()


class JudgeShard(msgspec.Struct, frozen=True):
    """Picklable task: judge one observed shard; rows with key conflicts are left out."""

    calibration: str
    settings: ScanSettings
    root: str
    digest: str

    def key(self, shard: Observed) -> str:
        """Address of the judged tables of a shard."""
        name = f"{Path(shard.folder).parent.name}/{Path(shard.folder).name}/{shard.conflicts}/{self.digest}"
        return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()

    def path(self, shard: Observed) -> Path:
        """Folder of the judged tables of a shard; empty where the shard has no records."""
        return Checkpoints(Path(self.root)).path(self.key(shard))

    def __call__(self, shard: Observed) -> int:
        """Judge one shard unless that was done; returns its number of records."""
        checkpoints = Checkpoints(Path(self.root))
        key = self.key(shard)
        if checkpoints.find(key) is not None:
            return 0
        source = Path(shard.folder) / "observed.parquet"
        with checkpoints.create(key) as temporary:
            if not source.is_file():
                return 0
            calibration = calibration_at(self.calibration, self.digest, self.settings)
            frame = pl.read_parquet(source).with_row_index("row")
            frame = frame.filter(~pl.col("row").is_in(list(shard.conflicts)))
            frame = join_scores(frame, scores_at(self.settings.score_files, self.digest))
            frame = frame.with_columns(
                pl.Series("score_judged", judged_scores(frame, calibration), pl.Float64)
            )
            frame = frame.drop("payload", strict=False)
            frame.write_parquet(temporary / "judged.parquet", compression="zstd", compression_level=1)
            with np.load(Path(shard.folder) / "signatures.npz") as arrays:
                np.save(temporary / "sketch.npy", arrays["sketch"][frame["row"].to_numpy()])
            return frame.height
