"""China's label of generated content (GB 45438-2025): `AIGC` in XMP, PNG text, EXIF or a comment.

Annex E: Label 1 (generated), 2 (declared so by its user), 3 (suspected), producer and propagator with their ids.
"""

from __future__ import annotations

import re

from springhead.core.nouns import Origin
from springhead.modalities.image.fields import Field
from springhead.modalities.image.statements import Statement, named
from springhead.modalities.source_types import AIGC_LABELS

_QUOTE = r"(?:\\{0,2}[\"'])?"
_LABEL = re.compile(rf"{_QUOTE}\bLabel{_QUOTE}\s{{0,4}}[:=]\s{{0,4}}{_QUOTE}([123])(?!\d)")
_PRODUCER = re.compile(
    rf"{_QUOTE}\b(Content(?:Producer|Propagator)){_QUOTE}\s{{0,4}}[:=]\s{{0,4}}\\{{0,2}}[\"']([^\"'\\]{{1,200}})"
)
_NEAR = 4000


def read(fields: list[Field], /) -> list[Statement]:
    """Return label and parties of every AIGC label in the fields."""
    found: list[Statement] = []
    loose: dict[str, str] = {}
    for field in fields:
        name, value = field.name, field.value
        if field.carrier == "xmp" and name in ("Label", "ContentProducer", "ContentPropagator", "ProduceID"):
            loose.setdefault(name, value)
        elif name == "AIGC" or name.endswith(":AIGC") or name == "TC260":
            found.extend(_label(value))
        elif "AIGC" in value and "Label" in value:
            at = value.find("AIGC")
            found.extend(_label(value[at : at + _NEAR]))
    # A colour label of a photo editor is an XMP Label too: without a producer or an id it is none of ours.
    if len(loose) > 1 and loose.get("Label", "").strip() in AIGC_LABELS:
        found.append(_said(loose["Label"].strip()))
        found += [
            one for name in loose if name.startswith("Content") for one in named("producer", loose[name])
        ]
    return list(dict.fromkeys(found))


def _label(text: str) -> list[Statement]:
    label = _LABEL.search(text[:_NEAR])
    if label is None:
        return []
    parties = [one for _, party in _PRODUCER.findall(text[:_NEAR])[:2] for one in named("producer", party)]
    return [_said(label[1]), *parties]


def _said(label: str) -> Statement:
    return Statement("aigc", f"Label {label}", Origin(AIGC_LABELS[label]))
