"""`springhead scan`: options, exit codes and the summary; the work is in springhead.scan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from springhead.cli.progress import TerminalProgress
from springhead.core.config import apply_assignments, decode, read_toml
from springhead.errors import UsageError
from springhead.results.folder import ResultFolder, encode
from springhead.results.scan import Prevalence, ScanResult
from springhead.scan.recognise import recognise_modality
from springhead.scan.run import References, run_scan
from springhead.scan.settings import ScanSettings

Many = Annotated[tuple[str, ...], Parameter(negative=())]


def scan(
    *inputs: Path,
    out: Path,
    modality: str | None = None,
    id_column: str | None = None,
    text_column: str | None = None,
    image_column: str | None = None,
    group: Many = (),
    date_column: str | None = None,
    human_before: str | None = None,
    origin_column: str | None = None,
    c2pa_trust_anchors: Path | None = None,
    score_file: Many = (),
    human_reference: Annotated[tuple[Path, ...], Parameter(negative=())] = (),
    synthetic_reference: Annotated[tuple[Path, ...], Parameter(negative=())] = (),
    reference_covers_all: Annotated[bool, Parameter(negative=())] = False,
    calibration: Path | None = None,
    sample: int | None = None,
    engine: str = "local",
    workers: int | None = None,
    fail_above: float | None = None,
    allow_unknown: Annotated[bool, Parameter(negative=())] = False,
    seed: int | None = None,
    config: Path | None = None,
    set_: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = (),
    json: Annotated[bool, Parameter(negative=())] = False,
    quiet: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """How polluted is this corpus, per record and as a share, and how sure are we?

    Exit codes: 0 done; 1 failure; 2 usage; 3 above --fail-above; 4 cannot tell (only with --fail-above).

    Parameters
    ----------
    inputs
        Files, folders or globs: JSONL (plain, .gz, .zst), Parquet, Arrow, WARC/WET, text files; images as files,
        tar archives in WebDataset's layout, columns of bytes, or JSONL naming files.
    out
        Folder for the result; a stopped run with the same settings goes on there.
    modality
        text, image or pair (image and caption); recognised when not given.
    id_column
        Column whose value is the record's key; else source and position.
    text_column
        Column that holds the text, or the caption of an image; recognised when only one fits.
    image_column
        Column with the bytes of images or names of their files; recognised when only one fits.
    group
        Column, or columns joined by commas, to report shares for; may be repeated.
    date_column
        Column with the date of a record.
    human_before
        Records dated before this day (YYYY-MM-DD) are known to be human.
    origin_column
        Column with human, mixed, synthetic or procedural where the origin is declared.
    c2pa_trust_anchors
        PEM file with the roots under which a C2PA signature is trusted; without it none is.
    score_file
        Parquet file with columns key and score made by another detector.
    human_reference
        Texts known to be human, of the corpus's own domain.
    synthetic_reference
        Texts known to be machine-made, on the corpus's topics.
    reference_covers_all
        You vouch that the synthetic reference covers the generators in the corpus.
    calibration
        File made by `springhead calibrate`, in place of references.
    sample
        Look at this many records only, chosen by content hash.
    engine
        local (processes) or serial.
    workers
        Number of processes; all cores by default.
    fail_above
        Exit with 3 when the lower limit of a share is above this.
    allow_unknown
        With --fail-above: do not exit with 4 when the share cannot be told.
    seed
        Root of all random streams.
    config
        TOML file with settings.
    set_
        One setting, as name=value; may be repeated.
    json
        Print the result as JSON.
    quiet
        Print nothing but errors.
    """
    if not inputs:
        raise UsageError(
            "no input", "at least one file, folder or glob", "Write: springhead scan INPUT --out DIR"
        )
    check_limits(fail_above, workers)
    values = read_toml(config) if config else {}
    decode(values, ScanSettings, str(config))  # alone first, so that a fault is told of the file
    given = {
        "modality": modality, "image_column": image_column,
        "id_column": id_column, "text_column": text_column, "date_column": date_column,
        "human_before": human_before, "origin_column": origin_column, "sample": sample, "seed": seed,
        "group": tuple(tuple(part.split(",")) for part in group) or None,
        "c2pa_trust_anchors": str(c2pa_trust_anchors) if c2pa_trust_anchors else None,
        "score_files": score_file or None,
        "reference_covers_all": reference_covers_all or None,
    }  # fmt: skip
    values |= {name: value for name, value in given.items() if value is not None}
    values = apply_assignments(values, set_)
    if "modality" not in values:
        values["modality"] = recognise_modality([str(path) for path in inputs], text_column, image_column)
    settings = decode(values, ScanSettings, "the settings")
    references = References(
        tuple(map(str, human_reference)), tuple(map(str, synthetic_reference)),
        str(calibration) if calibration else None,
    )  # fmt: skip
    with TerminalProgress(quiet or json) as progress:
        folder = run_scan([str(path) for path in inputs], out, settings, references,
                          engine=engine, workers=workers, progress=progress)  # fmt: skip
    show(folder, json=json, quiet=quiet)
    return exit_code(folder.result, fail_above, allow_unknown)


def check_limits(fail_above: float | None, workers: int | None) -> None:
    """Refuse a share outside [0, 1] and fewer than one worker."""
    if fail_above is not None and not 0.0 <= fail_above <= 1.0:
        raise UsageError(f"--fail-above {fail_above:g}", "a share from 0 to 1", "Write for example 0.2.")
    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers}", "at least 1", "Leave it out to use all cores.")


def show(folder: ResultFolder, *, json: bool, quiet: bool) -> None:
    """Write the report page, and print the result as JSON or as a summary."""
    from springhead.report.page import write_report

    page = write_report(folder)
    if json:
        sys.stdout.write(encode(folder.result).decode())
    elif not quiet:
        from rich.console import Console

        from springhead.report.terminal import print_summary

        console = Console()
        print_summary(folder.result, console)
        console.print(f"report: {page}", highlight=False, markup=False, soft_wrap=True)


def exit_code(result: ScanResult, fail_above: float | None, allow_unknown: bool) -> int:
    """0; with a limit: 3 when the corpus or an unflagged group is surely above it, 4 when it cannot be told."""
    if fail_above is None:
        return 0
    shares = [one for one in result.prevalence if one.unit == "records" and not (one.group and one.small)]
    if any((surely_at_least(one) or 0.0) > fail_above for one in shares):
        return 3
    whole = [one for one in result.prevalence if one.unit == "records" and not one.group]
    untold = any(one.verdict == "cannot tell" for one in whole) or not whole
    return 4 if untold and not allow_unknown else 0


def surely_at_least(share: Prevalence) -> float | None:
    """The lower limit of a share: of its interval, else the lower bound."""
    return share.low if share.low is not None else share.lower_bound
