"""`springhead calibrate`: references and fits saved to a file that the next crawl reuses."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from springhead.cli.progress import TerminalProgress
from springhead.core.config import apply_assignments, decode
from springhead.errors import BadReference, UsageError
from springhead.io.running import make_engine, running
from springhead.scan.calibration import save_calibration
from springhead.scan.prepare import References, calibrate_from
from springhead.scan.recognise import recognise_modality
from springhead.scan.run import observe_reference
from springhead.scan.settings import ScanSettings


def today() -> str:
    """The date that a saved calibration carries."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


Paths = Annotated[tuple[Path, ...], Parameter(negative=())]


def calibrate(
    *,
    out: Path,
    human_reference: Paths = (),
    synthetic_reference: Paths = (),
    reference_covers_all: Annotated[bool, Parameter(negative=())] = False,
    modality: str | None = None,
    text_column: str | None = None,
    image_column: str | None = None,
    workers: int | None = None,
    seed: int = 0,
    set_: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = (),
    quiet: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Fit the references once and save scores, fits and their date; no text is saved.

    Parameters
    ----------
    out
        File to write (.npz).
    human_reference
        Texts known to be human, of the corpus's own domain.
    synthetic_reference
        Texts known to be machine-made, on the corpus's topics.
    reference_covers_all
        You vouch that the synthetic reference covers the generators in the corpus.
    modality
        text or image; recognised when not given.
    text_column
        Column that holds the text; recognised when only one fits.
    image_column
        Column with the bytes of images or names of their files; recognised when only one fits.
    workers
        Number of processes; all cores by default.
    seed
        Root of all random streams.
    set_
        One setting, as name=value; may be repeated.
    quiet
        Print nothing but errors.
    """
    if not human_reference:
        raise UsageError("no known-human text", "--human-reference", "Name files of texts known to be human.")
    given = {"text_column": text_column, "seed": seed, "reference_covers_all": reference_covers_all}
    given |= {"image_column": image_column} | ({"modality": modality} if modality else {})
    values = apply_assignments(given, set_)
    references = References(tuple(map(str, human_reference)), tuple(map(str, synthetic_reference)))
    if "modality" not in values:
        values["modality"] = recognise_modality(references.human, text_column, image_column)
    settings = decode(values, ScanSettings, "the settings")
    with (
        TerminalProgress(quiet) as progress,
        tempfile.TemporaryDirectory() as scratch,
        running(make_engine("local", workers, 2)) as engine,
    ):
        human, synthetic = (
            observe_reference(paths, settings, engine, Path(scratch), progress, name)
            for name, paths in (
                ("human reference", references.human),
                ("synthetic reference", references.synthetic),
            )
        )
        calibration = calibrate_from(human, synthetic, [], settings, references, made=today())
    if not calibration.languages:
        unfit = next(iter(calibration.unfit.values()), None)
        raise BadReference(
            "human reference",
            unfit or "no language has enough texts long enough to judge",
            "Give at least 100 of one language.",
        )
    save_calibration(calibration, out)
    if not quiet:
        sizes = ", ".join(
            f"{name}: {len(one.human)} human, {len(one.synthetic)} machine"
            for name, one in calibration.languages.items()
        )
        Console().print(
            f"saved {out} ({sizes or 'no language had enough texts'})", highlight=False, markup=False
        )
    return 0
