"""The residue channel: phrases that chat assistants leave in text, found with position and reason.

Two steps: one pass over the joined batch looks for the rarest three letters of each rule's literals, and only
records that hold a literal are matched against its rule. A phrase in quotation marks or in code weighs a
quarter, because a text that talks about such phrases quotes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.modalities.text.literals import GRAM, grams_in, index_of, table_of
from springhead.modalities.text.residue_rules import REASONS, RULES

QUOTED = 0.25
_MATCHERS = {name: re.compile(pattern) for name, _, pattern in RULES}
_OPENERS = [name for name, _, _ in RULES if name.startswith("answer.")]
_LITERALS = [(literal, name) for name, literals, _ in RULES if name not in _OPENERS for literal in literals]
_BY_GRAM = index_of(_LITERALS)
_TABLE = table_of(_BY_GRAM)
_WINDOW = 1 << 20
_SAME_LENGTH = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00a0": " ", "\uff0c": ",", "\uff01": "!", "\uff1a": ":"}
)
_MARKS = '"\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d`'


class Hit(msgspec.Struct, frozen=True):
    """One phrase: the row in the batch, the span in the text as given, the rule, why, and its weight."""

    row: int
    start: int
    end: int
    rule: str
    reason: str
    weight: float


def find(texts: Sequence[str], /) -> list[Hit]:
    """Return all residue in a batch, ordered by row and start; one hit per rule and place."""
    lowered = [_lower(text) for text in texts]
    candidates = _candidates(lowered)
    hits: list[Hit] = []
    for row, rules in sorted(candidates.items()):
        found = [
            _hit(texts[row], row, rule, match)
            for rule in rules
            for match in _MATCHERS[rule].finditer(lowered[row])
        ]
        hits.extend(_without_overlaps(sorted(found, key=lambda hit: (hit.start, -hit.end, hit.rule))))
    return hits


def score(hits: Sequence[Hit], size: int, /) -> NDArray[np.float64]:
    """Return one number per record, shape (n,): 0 without residue, towards 1 with more of it.

    Each rule counts once per record, by its heaviest hit: 1 - product of (1 - 0.9 weight).
    """
    heaviest: dict[tuple[int, str], float] = {}
    for hit in hits:
        place = (hit.row, hit.rule)
        heaviest[place] = max(heaviest.get(place, 0.0), hit.weight)
    remaining = np.ones(size, dtype=np.float64)
    for (row, _), weight in sorted(heaviest.items()):
        remaining[row] *= 1.0 - 0.9 * weight
    return 1.0 - remaining


def _lower(text: str) -> str:
    """Lower-case with straight apostrophes and spaces for line ends, keeping every position."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    if not lowered.isascii():
        lowered = lowered.translate(_SAME_LENGTH)
    return lowered


def _candidates(lowered: list[str]) -> dict[int, set[str]]:
    """Return the rules worth matching for each row: those whose literals occur, and fitting openers."""
    candidates: dict[int, set[str]] = {}
    for row, text in enumerate(lowered):
        start = text[:200]
        for rule in _OPENERS:
            if _MATCHERS[rule].match(start):
                candidates.setdefault(row, set()).add(rule)
    joined = "\x00".join(lowered)
    ends = np.cumsum(np.array([len(text) + 1 for text in lowered], dtype=np.int64))
    for begin in range(0, len(joined), _WINDOW):
        part = joined[begin : begin + _WINDOW + GRAM - 1]
        codes = np.frombuffer(part.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        for place in grams_in(codes, _TABLE).tolist():
            for offset, literal, rule in _BY_GRAM.get(part[place : place + GRAM], ()):
                where = begin + place - offset
                if where >= 0 and joined.startswith(literal, where):
                    row = int(np.searchsorted(ends, where, side="right"))
                    candidates.setdefault(row, set()).add(rule)
    return candidates


def _hit(text: str, row: int, rule: str, match: re.Match[str]) -> Hit:
    reason, weight = REASONS[rule.split(".", maxsplit=1)[0]]
    start, end = match.span()
    quoted = _quoted(text, start, end)
    return Hit(
        row=row,
        start=start,
        end=end,
        rule=rule,
        reason=f"{reason}: {text[start:end].strip()[:80]!r}" + (" (quoted)" if quoted else ""),
        weight=weight * (QUOTED if quoted else 1.0),
    )


def _quoted(text: str, start: int, end: int) -> bool:
    """Say whether the span stands in quotes or code: a mark right before it, or an open pair around."""
    before, after = text[max(0, start - 160) : start], text[end : end + 400]
    if text.count("```", 0, start) % 2:
        return True
    if before.rstrip()[-1:] in _MARKS and before.rstrip():
        return True
    for opening, closing in (
        ("\u201c", "\u201d"),
        ("\u00ab", "\u00bb"),
        ("\u300c", "\u300d"),
        ("\u201e", "\u201c"),
    ):
        if before.rfind(opening) > before.rfind(closing) and closing in after:
            return True
    mark = before.rfind('"')
    opens = (
        mark >= 0
        and not before[mark - 1 : mark].strip(" \n\t([")
        and before[mark + 1 : mark + 2].strip() != ""
    )
    return opens and '"' in after


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    """Keep the first and longest of hits that overlap, so that one phrase counts once."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept
