"""The text fields of a header, whatever carried them: PNG keywords, EXIF tags, XMP properties, IPTC, comments."""

from __future__ import annotations

from typing import NamedTuple

from springhead.modalities.image import exif, iptc, xmp
from springhead.modalities.image.header import Header

_NAMES = {
    exif.DESCRIPTION: "ImageDescription",
    exif.MAKE: "Make",
    exif.MODEL: "Model",
    exif.SOFTWARE: "Software",
    exif.ARTIST: "Artist",
    exif.COPYRIGHT: "Copyright",
    exif.ORIGINAL: "DateTimeOriginal",
    exif.DIGITIZED: "DateTimeDigitized",
}
_WIDE = {exif.TITLE_XP: "XPTitle", exif.COMMENT_XP: "XPComment", exif.SUBJECT_XP: "XPSubject"}
_EXPOSED = (exif.EXPOSURE, exif.APERTURE, exif.ISO)


class Field(NamedTuple):
    """One text field: the carrier ("png", "exif", "xmp", "iptc"), its name there, and its value."""

    carrier: str
    name: str
    value: str


class Fields(NamedTuple):
    """All text fields of a file, and whether its EXIF holds what only a camera writes (an exposure)."""

    all: list[Field]
    exposed: bool


def gather(header: Header, /) -> Fields:
    """Decode the metadata blocks of a header to fields, in the order of the file."""
    found = [Field("png", name, value) for name, value in header.texts]
    exposed = False
    for block in header.exif:
        tags = exif.read(block, header)
        exposed = exposed or any(tag in tags for tag in _EXPOSED)
        found.extend(_exif(tags, block[:2] == b"MM"))
    for packet in header.xmp:
        found.extend(Field("xmp", name, value) for name, value in xmp.read(packet))
    for block in header.iptc:
        found.extend(Field("iptc", name, value) for name, value in iptc.read(block))
    return Fields(found, exposed)


def _exif(tags: dict[int, exif.Value], big: bool) -> list[Field]:
    found = []
    for tag, value in tags.items():
        if isinstance(value, str):
            name = _NAMES.get(tag, "Other")
            if value:
                found.append(Field("exif", name, value))
        elif isinstance(value, bytes):
            if tag == exif.COMMENT:
                found.append(Field("exif", "UserComment", exif.comment(value, big=big)))
            elif tag in _WIDE:
                found.append(Field("exif", _WIDE[tag], exif.sixteen(value)))
            elif tag == exif.MAKER_NOTE and len(value) <= 64 and value[:1].isalpha():
                found.append(Field("exif", "MakerNote", value.rstrip(b"\0").decode("latin-1")))
    return found
