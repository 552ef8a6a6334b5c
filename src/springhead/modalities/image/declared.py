"""All that the header of one image declares: generators, source types, labels, dates, signed manifests.

The one function that turns bytes into statements. An unsigned statement has trust "declared"; what it weighs is
for the trust table of the configuration.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from springhead.core.nouns import Origin
from springhead.modalities.image import aigc, generators
from springhead.modalities.image.c2pa import Verifier, peek
from springhead.modalities.image.containers import read_header
from springhead.modalities.image.fields import Field, Fields, gather
from springhead.modalities.image.header import Header
from springhead.modalities.image.statements import Statement, clean, named
from springhead.modalities.source_types import of_term

_REMOTE = re.compile(r"https?://\S+", re.IGNORECASE)
_SIGNATURE = re.compile(r"^Signature: ?[A-Za-z0-9+/=]{40,}$")
_UUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$")


class Declared(NamedTuple):
    """What one file declares: statements in order of trust, its format, and the faults of its header."""

    statements: list[Statement]
    format: str
    faults: list[str]
    header: Header
    fields: Fields


def read(data: bytes, /, verifier: Verifier | None = None) -> Declared:
    """Return all statements of one encoded image; a manifest is verified where a verifier is given.

    Never raises for what the bytes hold; costs a walk of the container, about 10 microseconds for a plain file.
    """
    header = read_header(data)
    if not (header.texts or header.exif or header.xmp or header.iptc or header.manifest):
        return Declared([], header.format, header.faults, header, Fields([], False))
    fields = gather(header)
    found: list[Statement] = []
    if header.manifest:
        found += verifier.examine(data, header) if verifier else peek(header, "not verified")
    for field in fields.all:
        if field.value:
            found += _source_type(field) or _remote(field, header) or generators.recognise(field)
    found += aigc.read(fields.all) + _signed_by_xai(fields.all)
    return Declared(_merged(found), header.format, header.faults, header, fields)


def _source_type(field: Field) -> list[Statement]:
    if field.carrier != "xmp" or not field.name.startswith("DigitalSource"):
        return []
    origin = of_term(field.value)
    return [Statement("source-type", clean(field.value).rsplit("/", 1)[-1], Origin(origin))] if origin else []


def _remote(field: Field, header: Header) -> list[Statement]:
    """A manifest that stands elsewhere is never fetched: that it exists is a state of its own."""
    if (
        field.carrier != "xmp"
        or field.name != "provenance"
        or header.manifest
        or not _REMOTE.match(field.value)
    ):
        return []
    return [Statement("c2pa", "must fetch remote")]


def _signed_by_xai(fields: list[Field]) -> list[Statement]:
    """Grok signs its description and puts an id in the place of the artist."""
    given = {field.name: field.value for field in fields if field.carrier == "exif"}
    if _SIGNATURE.match(given.get("ImageDescription", "")) and _UUID.match(given.get("Artist", "")):
        return [Statement("generator", "xAI", Origin.SYNTHETIC)]
    return []


def _merged(found: list[Statement]) -> list[Statement]:
    """Each statement once; of two names for the same tool, the first."""
    return list(dict.fromkeys(found))


def camera(fields: Fields, /) -> list[Statement]:
    """Make and model, where EXIF holds an exposure as cameras write it."""
    given = {field.name: field.value for field in fields.all if field.carrier == "exif"}
    if not fields.exposed or not given.get("Make"):
        return []
    return named("camera", f"{given['Make']} {given.get('Model', '')}".strip())
