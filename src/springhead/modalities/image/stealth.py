"""Text that generators hide in the lowest bits of a PNG's pixels ("stealth PNG info"), alpha or colour.

Format, as NovelAI and the web UI's extension write it: column by column, a signature of 15 bytes, the length in
bits as 32-bit big-endian, then the text, gzip-compressed where the signature ends in "comp".
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from springhead.modalities.image.fields import Field
from springhead.modalities.image.generators import recognise
from springhead.modalities.image.header import TEXT_BYTES
from springhead.modalities.image.statements import Statement, generator

SIGNATURES = {
    b"stealth_pnginfo": (True, False), b"stealth_pngcomp": (True, True),
    b"stealth_rgbinfo": (False, False), b"stealth_rgbcomp": (False, True),
}  # fmt: skip
"""Signature to (in alpha, compressed)."""
_HEAD = 15 * 8
_LENGTH = 32


def read(rgba: NDArray[np.uint8], /) -> list[Statement]:
    """Return what the hidden text of an image (h, w, 4) states; nothing where no signature stands.

    A signature of 120 bits appears by chance in 1 of 10^36 images.
    """
    for alpha in (True, False):
        signature = _packed(rgba, alpha, 0, _HEAD)
        kind = SIGNATURES.get(signature)
        if kind is not None and kind[0] is alpha:
            text = _text(rgba, alpha, kind[1])
            return recognise(Field("png", "parameters", text)) or [generator("stealth PNG info")]
    return []


def _text(rgba: NDArray[np.uint8], alpha: bool, packed: bool) -> str:
    size = int.from_bytes(_packed(rgba, alpha, _HEAD, _LENGTH))
    start = _HEAD + _LENGTH
    room = rgba.shape[0] * rgba.shape[1] * (1 if alpha else 3) - start
    raw = _packed(rgba, alpha, start, max(0, min(size, room, 8 * TEXT_BYTES)) // 8 * 8)
    if packed:
        try:
            raw = zlib.decompressobj(wbits=31).decompress(raw, TEXT_BYTES)
        except zlib.error:
            return ""
    return raw.decode("utf-8", "replace")


def _packed(rgba: NDArray[np.uint8], alpha: bool, start: int, bits: int) -> bytes:
    """Bytes of `bits` lowest bits from bit `start` on, columns first, colours of one pixel in order."""
    height, each = rgba.shape[0], 1 if alpha else 3
    first, last = start // (height * each), -(-(start + bits) // (height * each))
    part = rgba[:, first:last, 3:] if alpha else rgba[:, first:last, :3]
    line = np.ascontiguousarray(part.transpose(1, 0, 2)).ravel() & 1
    offset = start - first * height * each
    return np.packbits(line[offset : offset + bits]).tobytes()
