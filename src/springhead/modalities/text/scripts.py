"""Which code points belong to which script, as far as the canonical form and the length need it.

The standard library has no script property; whole Unicode blocks are precise enough here, because a block is
only asked "may a joiner stand here", "is this letter Latin", "does this script separate words".
"""

from __future__ import annotations

ALPHABETS: dict[str, str] = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0250-\u02af\u1d00-\u1d25"
    "\u1d2c-\u1d5c\u1d62-\u1d65\u1d6b-\u1d77\u1d79-\u1dbe\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua787\ua78b-\ua7ff\uab30-\uab5a",
    "greek": "\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03e1\u03f0-\u03ff\u1f00-\u1fff",
    "cyrillic": "\u0400-\u0482\u048a-\u052f\u1c80-\u1c8f\ua640-\ua66e\ua680-\ua69d",
    "armenian": "\u0531-\u0556\u0561-\u0587",
    "cherokee": "\u13a0-\u13fd\uab70-\uabbf",
}
"""Bodies of character classes for the alphabets whose letters are mistaken for each other."""

MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Combining marks shared by those alphabets."""

_JOINED = (
    (0x0600, 0x08FF),  # Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic
    (0x0900, 0x109F),  # Indic, Thai, Lao, Tibetan, Myanmar
    (0x1700, 0x18AF),  # Philippine scripts, Khmer, Mongolian
    (0x1900, 0x1C7F),  # Limbu to Ol Chiki
    (0x1CD0, 0x1CFF),
    (0xA800, 0xABFF),  # Syloti Nagri, Phags-pa, Javanese, Cham, Meetei
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x10840, 0x10EFF),
    (0x11000, 0x11FFF),  # Brahmi and its descendants
    (0x1E900, 0x1E95F),
)
_SPACELESS = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),  # Tai Le, New Tai Lue, Khmer symbols
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0xA980, 0xA9DF),  # Javanese
    (0xA9E0, 0xA9FF),
    (0xAA00, 0xAADF),  # Cham, Myanmar extended, Tai Viet
)
_SELECTED = (
    (0x1000, 0x109F),
    (0x1800, 0x18AF),
    (0x2010, 0x2BFF),  # punctuation and symbols with a text and an emoji form
    (0x2E80, 0xA4CF),  # Han, kana, Yi
    (0xA840, 0xA87F),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0x10AC0, 0x10AFF),
    (0x1F000, 0x1FAFF),
    (0x20000, 0x3FFFF),
)
_JAMO = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))
_EMOJI = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF))

RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Character class of the scripts that are written from right to left."""

UNSPACED = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ua000-\ua4cf"
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9df"
    "\uaa60-\uaadf"
)
"""Character class of the scripts that do not put spaces between words."""

UNSPACED_LANGUAGES = frozenset(
    [
        "zh",
        "zho",
        "cmn",
        "ja",
        "jpn",
        "yue",
        "wuu",
        "nan",
        "hak",
        "gan",
        "hsn",
        "lzh",
        "th",
        "tha",
        "lo",
        "lao",
        "km",
        "khm",
        "my",
        "mya",
        "bur",
        "bo",
        "bod",
        "tib",
        "dz",
        "dzo",
        "ii",
        "iii",
        "shn",
        "nod",
        "khb",
        "tdd",
        "kxm",
        "zh-hans",
        "zh-hant",
    ]
)
"""ISO 639 codes of languages whose writing does not separate words by spaces."""


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def joins(character: str) -> bool:
    """Say whether a zero-width joiner or non-joiner may follow this character (joining and Indic scripts)."""
    return _within(ord(character), _JOINED)


def indic(character: str) -> bool:
    """Say whether the character is Indic, where a joiner may also end a word (chillu letters)."""
    return 0x0900 <= ord(character) <= 0x0DFF


def emoji(character: str) -> bool:
    """Say whether the character is a pictograph that a zero-width joiner may link to another."""
    return _within(ord(character), _EMOJI)


def spaceless(character: str) -> bool:
    """Say whether the script of the character uses the zero-width space as a word separator."""
    return _within(ord(character), _SPACELESS)


def selectable(character: str) -> bool:
    """Say whether a variation selector after this character has a meaning (symbols, Han, Mongolian ...)."""
    return _within(ord(character), _SELECTED) or character in "#*0123456789\u00a9\u00ae\u203c\u2049"


def jamo(character: str) -> bool:
    """Say whether the character is a conjoining Hangul letter, beside which a filler has a meaning."""
    return _within(ord(character), _JAMO)
