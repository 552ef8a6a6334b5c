"""Policies: pure functions from a census to a table of weights, and the draws that make whole copies of them.

Nothing here sees a record, a file or a modality: the same policy treats a corpus of any size and a simulated
loop. `make` builds a policy from its registered name, `draw` turns weights into copies, `check_draw` compares
what was drawn with what was expected.
"""

from springhead.policies.check import Realised, check_draw
from springhead.policies.draws import KINDS, draw
from springhead.policies.locate import locate
from springhead.policies.making import make
from springhead.policies.promises import evaluate

__all__ = ["KINDS", "Realised", "check_draw", "draw", "evaluate", "locate", "make"]
