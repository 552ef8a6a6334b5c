"""`springhead tour`: build a real polluted corpus with a known truth, scan it, show finding beside truth, and loop."""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from springhead.cli.progress import TerminalProgress
from springhead.cli.tour_images import Pictured, build_images, scan_images, told
from springhead.cli.tour_loop import run_loop, sentence
from springhead.cli.tour_texts import human_texts, machine_texts
from springhead.errors import OutputOfAnotherRun
from springhead.results.folder import ResultFolder, encode
from springhead.results.lab_folder import LabFolder
from springhead.scan.run import References, run_scan
from springhead.scan.settings import ScanSettings

SITES = {"reference": 0.10, "tutorials": 0.45, "answers": 0.25}
"""English sites of the tour's corpus, and how a machine-made text's chances to land there compare."""


@dataclass
class Built:
    """The tour's files and its truth: share of machine-made records by group."""

    corpus: Path
    human: Path
    synthetic: Path
    truth: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def build(folder: Path) -> Built:
    """Write corpus, references and truth; the split is by hash, the same on every run."""
    human = human_texts()
    mirror = machine_texts("mirror-*")
    known_human = [one for one in human if _half(one["id"])]
    known_machine = [one for one in mirror if _half(one["id"])]
    rest_human = [one for one in human if not _half(one["id"])]
    rest_machine = [one for one in mirror if not _half(one["id"])]
    rows: list[dict[str, object]] = [_row(one, "human") for one in rest_human]
    rows += [_row(one, "synthetic") for one in rest_machine]
    rows += [
        _row(one, "synthetic") for name in ("residue.jsonl", "declared.jsonl") for one in machine_texts(name)
    ]
    rows += [_row(one, "mixed") for one in polished(rest_human)]
    rows += [_row(one, "synthetic") for one in machine_texts("languages.jsonl")]
    random.Random(0).shuffle(rows)  # noqa: S311  (an order, not a secret)
    folder.mkdir(parents=True, exist_ok=True)
    built = Built(folder / "corpus.jsonl", folder / "known-human.jsonl", folder / "known-machine.jsonl")
    _write(built.corpus, [{name: row[name] for name in ("id", "site", "text")} for row in rows])
    _write(built.human, [{"id": one["id"], "text": one["text"]} for one in known_human])
    _write(built.synthetic, [{"id": one["id"], "text": one["text"]} for one in known_machine])
    _write(
        folder / "truth.jsonl", [{name: row[name] for name in ("id", "origin", "language")} for row in rows]
    )
    built.truth = _truth(rows)
    built.counts = {"records": len(rows), "human": len(rest_human), "known human": len(known_human),
                    "known machine": len(known_machine)}  # fmt: skip
    return built


def polished(humans: list[dict[str, str]]) -> list[dict[str, str]]:
    """Human openings of about 60 words with machine-written second halves: mostly machine, so they count."""
    openings = {one["topic"]: one["text"] for one in humans}
    made = []
    for one in machine_texts("polished.jsonl"):
        if one["topic"] in openings:
            opening = " ".join(openings[one["topic"]].split()[:60])
            made.append(one | {"text": f"{opening}\n\n{one['text']}"})
    return made


def _half(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def _row(one: dict[str, str], origin: str) -> dict[str, object]:
    if one.get("language", "en") != "en":
        return {
            "id": one["id"],
            "site": "world",
            "text": one["text"],
            "origin": origin,
            "language": one["language"],
        }
    made = origin != "human"
    weights = [share if made else 1.0 - share for share in SITES.values()]
    point = (
        int.from_bytes(hashlib.sha256(f"site {one['id']}".encode()).digest()[:4], "big")
        / 2**32
        * sum(weights)
    )
    site = ""
    for name, weight in zip(SITES, weights, strict=True):
        site = name
        point -= weight
        if point < 0:
            break
    return {
        "id": one["id"],
        "site": site,
        "text": one["text"],
        "origin": origin,
        "language": one.get("language", "en"),
    }


def _truth(rows: list[dict[str, object]]) -> dict[str, float]:
    groups: dict[str, list[bool]] = {}
    for row in rows:
        for name in ("", f"language={row['language']}", f"site={row['site']}"):
            groups.setdefault(name, []).append(row["origin"] != "human")
    return {name: sum(flags) / len(flags) for name, flags in groups.items()}


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def tour(
    *,
    out: Path = Path("springhead-tour"),
    json: Annotated[bool, Parameter(negative=())] = False,
    quiet: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Scan a real polluted corpus whose truth is known, and train a model on its own output.

    Parameters
    ----------
    out
        Folder for the corpus and the result; a tour's folder is made anew.
    json
        Print the result as JSON.
    quiet
        Print nothing but errors.
    """
    _make_anew(out)
    with TerminalProgress(quiet or json) as progress:
        built = build(out / "corpus")
        progress.note(
            f"corpus: {built.counts['records']} documents, the human ones from Python's own reference and docstrings, "
            "the others written by a language model for this tour"
        )
        folder = run_scan(
            [str(built.corpus)], out / "scan",
            ScanSettings(id_column="id", group=(("site",),), reference_covers_all=True),
            References((str(built.human),), (str(built.synthetic),)),
            progress=progress,
        )  # fmt: skip
        pictured = build_images(out / "images")
        images = scan_images(pictured, out / "images-scan", progress)
        loop = run_loop(out / "loop", progress)
    _show_images(images, pictured, silent=json or quiet)
    _show(folder, built, loop, json=json, quiet=quiet)
    return 0


def _show_images(folder: ResultFolder, built: Pictured, *, silent: bool) -> None:
    from springhead.report.page import write_report

    page = write_report(folder, built.truth)
    if not silent:
        from rich.console import Console

        console = Console()
        for line in told(folder, built):
            console.print(line, highlight=False, markup=False)
        console.print(f"report: {page.resolve()}", highlight=False, markup=False, soft_wrap=True)


def _show(folder: ResultFolder, built: Built, loop: LabFolder, *, json: bool, quiet: bool) -> None:
    from springhead.report.lab_page import write_lab_report
    from springhead.report.page import write_report

    said = sentence(loop)
    page = write_report(folder, built.truth, loop, said)
    write_lab_report(loop)
    if json:
        sys.stdout.write(encode(folder.result).decode())
    elif not quiet:
        from rich.console import Console

        from springhead.report.terminal import print_summary

        console = Console()
        print_summary(folder.result, console, built.truth)
        console.print(f"\n{said}\n", highlight=False, markup=False)
        console.print(f"report: {page.resolve()}", highlight=False, markup=False, soft_wrap=True)


def _make_anew(out: Path) -> None:
    """Empty the folder of an earlier tour; any other folder with files in it is refused."""
    mark = out / "tour.mark"
    if out.exists() and any(out.iterdir()) and not mark.exists():
        raise OutputOfAnotherRun(str(out), "files that no tour wrote")
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    mark.write_text("made by springhead tour; the next tour empties this folder\n")
