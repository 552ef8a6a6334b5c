"""A TIFF file is one large EXIF block: its directories hold XMP, IPTC and C2PA as tags."""

from __future__ import annotations

from springhead.modalities.image import exif
from springhead.modalities.image.header import Header

MAGIC = frozenset({b"II*\0", b"MM\0*"})
_XMP, _IPTC, _C2PA = 700, 33723, 0xCD41


def walk(data: bytes, header: Header, /) -> None:
    """Keep the file itself as EXIF, capped values in it, and the blocks that its tags hold."""
    tags = exif.read(data, header)
    for tag, blocks in ((_XMP, header.xmp), (_IPTC, header.iptc)):
        value = tags.get(tag)
        if isinstance(value, bytes) and value and header.room():
            blocks.append(header.take(value, 0, len(value)))
    manifest = tags.get(_C2PA)
    if isinstance(manifest, bytes) and manifest:
        header.found_manifest(manifest, 0, len(manifest))
    header.exif.append(data)
