"""The laboratory: what happens when a model is trained on its own output, and whether a remedy holds.

>>> from springhead.lab import run
>>> folder = run("gaussian", out="result", generations=20)  # doctest: +SKIP
>>> folder.result.finding, folder.series()  # doctest: +SKIP
"""

from __future__ import annotations

from springhead.lab.api import run
from springhead.lab.settings import ArmSettings, DetectorSettings, LabSettings

__all__ = ["ArmSettings", "DetectorSettings", "LabSettings", "run"]
