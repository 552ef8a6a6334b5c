"""What a container's walk collects: text fields, EXIF, XMP, IPTC and whether a C2PA manifest is present.

All caps of the header reader stand here. Whatever goes beyond one is cut or skipped and leaves a fault.
"""

from __future__ import annotations

TEXT_BYTES = 1 << 20
"""Most bytes of one text field, after inflation: a longer one is cut."""
TOTAL_BYTES = 1 << 23
"""Most bytes of all metadata kept of one file."""
FIELDS = 256
"""Most metadata blocks kept of one file."""
BLOCKS = 100_000
"""Most chunks, segments or boxes walked in one file."""


class Header:
    """The metadata blocks of one file, still encoded, with the faults met on the way.

    `texts` are (name, value) fields that are text already (PNG keywords, comments), `exif` TIFF blocks, `xmp`
    packets, `iptc` IPTC-IIM blocks; `manifest` says that a C2PA manifest is embedded and `store` holds its first
    bytes, unverified. `rgba`: a PNG of 8 bits with an alpha channel. `lossless`: pixels as they were written.
    """

    __slots__ = (
        "exif",
        "faults",
        "format",
        "iptc",
        "lossless",
        "manifest",
        "rgba",
        "store",
        "texts",
        "total",
        "xmp",
    )

    def __init__(self) -> None:
        self.format = ""
        self.texts: list[tuple[str, str]] = []
        self.exif: list[bytes] = []
        self.xmp: list[bytes] = []
        self.iptc: list[bytes] = []
        self.manifest = False
        self.store = b""
        self.rgba = False
        self.lossless = False
        self.faults: list[str] = []
        self.total = 0

    def take(self, data: bytes, start: int, end: int, /) -> bytes:
        """Return data[start:end] within the caps; what is over them is cut, with a fault."""
        if end > len(data):
            self.fault("a metadata block runs past the end of the file")
            end = len(data)
        room = min(TEXT_BYTES, TOTAL_BYTES - self.total)
        if end - start > room:
            self.fault("a metadata block is longer than is read")
            end = start + max(0, room)
        self.total += max(0, end - start)
        return data[start:end]

    def room(self) -> bool:
        """Whether another block may be kept."""
        if (
            len(self.texts) + len(self.exif) + len(self.xmp) + len(self.iptc) < FIELDS
            and self.total < TOTAL_BYTES
        ):
            return True
        self.fault("more metadata blocks than are read")
        return False

    def text(self, name: str, value: str, /) -> None:
        """Keep a text field."""
        self.texts.append((name, value))

    def found_manifest(self, data: bytes, start: int, end: int, /) -> None:
        """Note an embedded C2PA manifest and keep what its bytes say, up to the cap."""
        self.manifest = True
        if len(self.store) < TEXT_BYTES:
            self.store += data[start : min(end, start + TEXT_BYTES - len(self.store))]

    def fault(self, what: str, /) -> None:
        """Note damage or an excess, each kind once."""
        if what not in self.faults and len(self.faults) < 16:
            self.faults.append(what)
