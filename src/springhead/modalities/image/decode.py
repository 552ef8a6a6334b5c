"""Decode one image under caps: its size is checked before a pixel is made; a fault is a reason, never a crash.

JPEG is decoded reduced (by 2, 4 or 8 in the DCT domain) where less than the full size is asked for. Formats
are told by content, and only six decoders are ever tried. No metadata of the file is believed here.
"""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

FORMATS = {
    "PNG": "png",
    "JPEG": "jpeg",
    "MPO": "jpeg",
    "WEBP": "webp",
    "AVIF": "avif",
    "GIF": "gif",
    "TIFF": "tiff",
}
"""Pillow's name of each format that is read -> ours; MPO is JPEG with further pictures behind the first."""
_TRIED = tuple(name for name in FORMATS if name != "MPO")  # the JPEG decoder finds MPO itself
PIXELS = 64_000_000
"""Most pixels of an image: 256 MB while it is decoded."""
SIDE = 65_535
"""Longest side, the largest that JPEG allows."""
_PNG = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """One image, or the reason why it could not be decoded.

    `pixels` is uint8 (h, w, 3) RGB, transparent places over white; None with an `error`. `width` and `height`
    are of the image as stored (`pixels` may be smaller), 0 where no header was understood. `mode` is Pillow's
    ("RGB", "CMYK", "I;16", ...), `format` "png", "jpeg", "webp", "avif", "gif", "tiff" or "". `animated`: there
    are further frames or pages, of which none was decoded. `rgba` uint8 (h, w, 4): as stored, of an image in
    mode RGBA that was decoded at full size.
    """

    pixels: NDArray[np.uint8] | None
    width: int
    height: int
    mode: str
    format: str
    animated: bool
    error: str
    rgba: NDArray[np.uint8] | None = None


def decoded(data: bytes, /, *, side: int | None = None, pixels: int = PIXELS) -> Decoded:
    """Decode the first frame of an encoded image to RGB.

    With `side` the pixels may come reduced, by a whole factor and with no side below `side`; without it at full
    size. More than `pixels` pixels, or a side above 65,535, is an error before anything is decoded. Never
    raises for what the bytes hold.
    """
    if not data:
        return _failed("empty file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = _open(data)
        except UnidentifiedImageError:
            return _failed("not an image of a known format")
        except MemoryError:
            return _failed("the decoder ran out of memory")
        except Image.DecompressionBombError:
            return _failed(f"more than {pixels} pixels")
        except Exception as error:  # a hostile file may raise anything
            return _failed(f"damaged header: {_brief(error)}")
        with image:
            return _load(image, side, pixels)


def _open(data: bytes) -> Image.Image:
    """Open an image; a PNG that fails for its text or other extra chunks is tried again without them."""
    try:
        return Image.open(io.BytesIO(data), formats=_TRIED)
    except Image.DecompressionBombError:
        raise
    except Exception:
        if not data.startswith(_PNG):
            raise
        return Image.open(io.BytesIO(_critical(data)), formats=("PNG",))


def _critical(data: bytes) -> bytes:
    """A PNG's chunks that pixels need, without all others."""
    parts, position = [_PNG], len(_PNG)
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + size
        if kind in _CRITICAL:
            parts.append(data[position:end])
        position = end
    return b"".join(parts)


def _load(image: Image.Image, side: int | None, most: int) -> Decoded:
    width, height = image.size
    mode, kind, animated = image.mode, FORMATS.get(image.format or "", ""), False

    def failed(error: str) -> Decoded:
        return Decoded(None, width, height, mode, kind, animated, error)

    if width * height > most:
        return failed(f"{width} x {height} pixels, more than {most}")
    if max(width, height) > SIDE:
        return failed(f"{width} x {height} pixels: a side is beyond {SIDE}")
    if min(width, height) < 1:
        return failed(f"{width} x {height} pixels")
    try:
        animated = bool(getattr(image, "is_animated", False))
        image.seek(0)
        if side is not None and kind == "jpeg":
            image.draft(None, (side, side))
        image.load()
        rgba = np.asarray(image) if mode == "RGBA" and side is None else None
        shown = np.asarray(_rgb(_reduced(image, side)))
    except MemoryError:
        return failed("the decoder ran out of memory")
    except Exception as error:  # a hostile file may raise anything
        return failed(_fault(error))
    return Decoded(shown, width, height, mode, kind, animated, "", rgba)


def _reduced(image: Image.Image, side: int | None) -> Image.Image:
    """Average whole blocks of pixels while no side falls below `side`; palettes and 16 bits stay as they are."""
    factor = 1 if side is None else min(image.size) // max(1, side)
    if factor < 2 or image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"):
        return image
    return image.reduce(factor)


def _rgb(image: Image.Image) -> Image.Image:
    """Convert any mode to RGB: 16 bits and floats scaled, transparent places over white."""
    if image.mode == "RGB":
        return image if "transparency" not in image.info else _over_white(image.convert("RGBA"))
    if image.mode.startswith(("I", "F")):
        return _scaled(image).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return _over_white(image.convert("RGBA"))
    return image.convert("RGB")


def _over_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _scaled(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and float grey to 8 bits: 16 bits by their range, others by the values found."""
    values: NDArray[Any] = np.asarray(image)
    if image.mode.startswith("I;16") or (
        image.mode == "I" and values.size and 0 <= values.min() <= values.max() < 1 << 16
    ):
        return Image.fromarray((values.astype(np.uint32) >> 8).astype(np.uint8))
    wide = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(wide.min()), float(wide.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    return Image.fromarray(((wide - low) * scale).round().astype(np.uint8))


def _failed(error: str) -> Decoded:
    return Decoded(None, 0, 0, "", "", False, error)


def _fault(error: BaseException) -> str:
    text = _brief(error)
    ended = "truncated" in text.lower() or isinstance(error, EOFError)
    return f"truncated image: {text}" if ended else f"damaged image: {text}"


def _brief(error: BaseException) -> str:
    """The first line of an error, printable and capped: it may quote the file."""
    text = (str(error).splitlines() or [""])[0] or type(error).__name__
    return "".join(one if one.isprintable() else "?" for one in text)[:120]
