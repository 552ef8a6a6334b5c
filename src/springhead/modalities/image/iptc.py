"""Read IPTC-IIM, the older block of captions that Photoshop keeps in 8BIM resources (IIM 4.2)."""

from __future__ import annotations

from springhead.modalities.image.pngtext import decode

NAMES = {5: "Title", 40: "Instructions", 55: "Date", 65: "Program", 80: "Author", 110: "Credit", 115: "Source",
         116: "Copyright", 120: "Caption"}  # fmt: skip
"""Datasets of record 2 that are read, by number."""
_MOST = 512


def read(block: bytes, /) -> list[tuple[str, str]]:
    """Return (name, text) of the datasets that say how a picture was made; damage ends the list."""
    if block[:4] == b"8BIM":
        return [field for part in _resources(block) for field in _datasets(part)]
    return _datasets(block)


def _resources(block: bytes) -> list[bytes]:
    """The IPTC resources (0x0404) among Photoshop's."""
    found, at = [], 0
    for _ in range(_MOST):
        if block[at : at + 4] != b"8BIM" or at + 12 > len(block):
            break
        name = block[at + 6]
        start = at + 6 + (name + 2) // 2 * 2
        size = int.from_bytes(block[start : start + 4])
        if block[at + 4 : at + 6] == b"\x04\x04":
            found.append(block[start + 4 : start + 4 + size])
        at = start + 4 + size + (size & 1)
    return found


def _datasets(block: bytes) -> list[tuple[str, str]]:
    found, at = [], 0
    for _ in range(_MOST):
        if at + 5 > len(block) or block[at] != 0x1C:
            break
        record, number, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        if size & 0x8000:  # extended length: so many bytes of length follow
            step = size & 0x7FFF
            if step > 4:
                break
            size = int.from_bytes(block[at + 5 : at + 5 + step])
            at += step
        if record == 2 and number in NAMES:
            found.append((NAMES[number], decode(block[at + 5 : at + 5 + size])))
        at += 5 + size
    return found
