"""What the cards beside a corpus declare of it as a whole: Hugging Face front matter and Croissant files.

A card speaks of a data set, never of one record, so it decides nothing: what it says becomes a claim with an
empty key and a line at the head of the report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

LIMIT = 4_000_000
_FRONT = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(
    r"^(language_creators|annotations_creators|source_datasets|tags|synthetic|ai_generated|machine_generated)"
    r"\s*:\s*(.*(?:\n\s*-\s.*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_SYNTHETIC = re.compile(
    r"machine-generated|\bsynthetic\b|\bdistilabel\b|ai-generated|\btrue\b", re.IGNORECASE
)
_CROISSANT = ("rai:hasSyntheticData", "hasSyntheticData", "prov:wasGeneratedBy", "digitalSourceType")


class CardClaim(msgspec.Struct, frozen=True):
    """One statement of a card: the file's name, what it speaks of and the value as written."""

    file: str
    kind: str
    value: str
    synthetic: bool

    @property
    def sentence(self) -> str:
        """The statement in words."""
        what = "declares machine-made data" if self.synthetic else "says"
        return f"The data-set card {self.file} {what}: {self.kind} = {self.value}"


def read_cards(paths: Sequence[str]) -> list[CardClaim]:
    """Read the statements about origin in all cards; what cannot be read says nothing."""
    claims: list[CardClaim] = []
    for path in map(Path, paths):
        try:
            raw = path.read_bytes()[:LIMIT]
        except OSError:
            continue
        if path.suffix == ".json":
            claims += _croissant(path.name, raw)
        else:
            claims += _front_matter(path.name, raw.decode("utf-8", "replace"))
    return claims


def _front_matter(name: str, text: str) -> list[CardClaim]:
    block = _FRONT.match(text)
    found = []
    for key, value in _ENTRY.findall(block.group(1)) if block else []:
        flat = " ".join(value.replace("- ", " ").split())[:200]
        if _SYNTHETIC.search(flat):
            found.append(CardClaim(name, key.lower(), flat, True))
    return found


def _croissant(name: str, raw: bytes) -> list[CardClaim]:
    try:
        decoded: Any = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return []
    if not isinstance(decoded, dict):
        return []
    found = []
    for key in _CROISSANT:
        if key in decoded:
            value = (
                decoded[key] if isinstance(decoded[key], str) else msgspec.json.encode(decoded[key]).decode()
            )
            no = value.strip().lower() in ("false", "no", "[]", "null", "")
            found.append(CardClaim(name, key, value[:200], not no and key.endswith("hasSyntheticData")))
    return found
