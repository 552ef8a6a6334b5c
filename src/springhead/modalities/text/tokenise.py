"""Words, numbers and punctuation of text in any script, and one vocabulary for a run.

Scripts that write no spaces between words (Han, Kana, Thai, Lao, Khmer, Burmese, Tibetan) are split into
characters with their marks; everything else into words, with apostrophes and hyphens inside them kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_MARKS = "".join(
    chr(code)
    for first, last in ((0x300, 0x1FFF), (0x20D0, 0x20FF), (0x3099, 0x309A), (0xA66F, 0xAAFF))
    for code in range(first, last + 1)
    if unicodedata.category(chr(code))[0] == "M"
)
_LETTERS = rf"(?:(?![{_UNSPACED}_])[\w{_MARKS}])+"
_TOKEN = re.compile(
    rf"[{_UNSPACED}][{_MARKS}]*|\d+(?:[.,]\d+)+|{_LETTERS}(?:['’\-\u200c\u200d]{_LETTERS})*|\S"
)
_SINGLE = re.compile(rf"[{_UNSPACED}][{_MARKS}]*\Z")
_NO_SPACE_BEFORE = frozenset(".,;:!?%)]}»”’…。，、；：！？）】」』》۔،؛؟।")
_NO_SPACE_AFTER = frozenset("([{«“‘¿¡（【「『《")


def tag(group: str) -> str:
    """Return the tag token of a group: no text contains it as one token."""
    return f"<{group}>"


def is_tag(word: str) -> bool:
    """Tell whether a vocabulary entry is a tag."""
    return len(word) > 2 and word[0] == "<" and word[-1] == ">"


def tokenise(text: str, *, lower: bool = False) -> list[str]:
    """Split text into words, characters of scripts without spaces, and punctuation; spaces are dropped."""
    return _TOKEN.findall(text.lower() if lower else text)


def join(words: Sequence[str]) -> str:
    """Write tokens as readable text: no space before closing punctuation or between unspaced characters."""
    pieces: list[str] = []
    tight = True
    for word in words:
        single = _SINGLE.match(word) is not None
        if pieces and not tight and word not in _NO_SPACE_BEFORE and not (single and _last_single(pieces)):
            pieces.append(" ")
        pieces.append(word)
        tight = word in _NO_SPACE_AFTER
    return "".join(pieces)


def _last_single(pieces: list[str]) -> bool:
    return _SINGLE.match(pieces[-1]) is not None


def intern(rows: Iterable[Sequence[str]], tags: Sequence[str]) -> tuple[list[list[int]], tuple[str, ...]]:
    """Give every distinct token an index, in order of first appearance after the tags.

    Returns the rows as indices and the vocabulary.
    """
    index: dict[str, int] = {word: place for place, word in enumerate(tags)}
    numbered = [[index.setdefault(word, len(index)) for word in row] for row in rows]
    return numbered, tuple(index)
