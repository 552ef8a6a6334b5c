"""`springhead report`: write the page of a finished result again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from springhead.report.lab_page import write_lab_report
from springhead.report.page import write_report
from springhead.results.folder import ResultFolder, encode
from springhead.results.lab_folder import LabFolder, is_lab


def report(result: Path, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Write the report page of a result again and print its path.

    Parameters
    ----------
    result
        Folder that was given to --out.
    json
        Print the result as JSON instead.
    """
    if is_lab(result):
        lab = LabFolder.open(result)
        sys.stdout.write(encode(lab.result).decode() if json else f"{write_lab_report(lab)}\n")
        return 0
    folder = ResultFolder.open(result)
    if json:
        sys.stdout.write(encode(folder.result).decode())
        return 0
    sys.stdout.write(f"{write_report(folder)}\n")
    return 0
