"""The canonical form of texts: what every later step reads, and counts of what was taken out to get there.

Normal form C; look-alike letters folded inside mixed words; invisible characters, controls and bidirectional
marks removed except where the script uses them; curly quotes straightened; white space collapsed. Dashes,
letters of single-script words and all marks of a script's own stay. Idempotent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.modalities.text import scripts
from springhead.modalities.text.confusables import fold_words
from springhead.modalities.text.human_rates import HUMAN_RATES

KINDS = ("invisible", "bidi", "soft_hyphen", "confusable", "styled", "control")
"""What is counted: characters removed or replaced, by kind."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb]")
_SEPARATOR = re.compile("[\x1c-\x1f]")
_STYLED = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
_JOINERS, _BIDI, _OVERRIDES = "\u200c\u200d", "\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069", "\u202d\u202e"
_HIDDEN = (
    f"\u034f\u115f\u1160\u200b{_JOINERS}\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e01ef"
)
_RUN = re.compile(f"[\u00ad{_HIDDEN}{_BIDI}{_OVERRIDES}]+")
_IS_BIDI = re.compile(f"[{_BIDI}{_OVERRIDES}]")
_RIGHT_TO_LEFT = re.compile(f"[{scripts.RIGHT_TO_LEFT}]")
_SPECIAL = re.compile(
    f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad{_HIDDEN}{_BIDI}{_OVERRIDES}\ud800-\udfff\ufff9-\ufffb"
    "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]"
)
_LONG = 1 << 20
_SPACES = [chr(code) for code in range(1, 0x3001) if chr(code).isspace() and code != 0x20]
_QUOTES = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u201a", "'"), ("\u201b", "'"),
    ("\u201c", '"'), ("\u201d", '"'), ("\u201e", '"'), ("\u201f", '"'),
)  # fmt: skip


_THREE_LETTERS = {
    "be": "bel", "bs": "bos", "fa": "fas", "pes": "fas", "prs": "fas", "jv": "jav", "ja": "jpn", "kn": "kan",
    "kk": "kaz", "km": "khm", "lo": "lao", "mn": "mon", "khk": "mon", "my": "mya", "ne": "nep", "npi": "nep",
    "nl": "nld", "ny": "nya", "pa": "pan", "pl": "pol", "ps": "pus", "pbt": "pus", "ru": "rus", "si": "sin",
    "sm": "smo", "sd": "snd", "sr": "srp", "tt": "tat", "te": "tel", "tg": "tgk", "uk": "ukr", "uz": "uzb",
    "uzn": "uzb", "vi": "vie", "yi": "ydd",
}  # fmt: skip
"""Two-letter and individual codes of the languages of the table of human rates."""


class Canonical(msgspec.Struct, frozen=True):
    """Canonical texts of a batch and what was removed: `removed[kind]` is an int32 array, one per text."""

    texts: list[str]
    removed: dict[str, NDArray[np.int32]]


def canonicalise(texts: Sequence[str], /) -> Canonical:
    """Return the canonical form of each text and the number of characters removed or replaced, by kind.

    Any string is accepted, lone surrogates included (they count as controls). The counts are plain; `excess`
    makes evidence of them.
    """
    removed = {kind: np.zeros(len(texts), dtype=np.int32) for kind in KINDS}
    result: list[str] = []
    for row, text in enumerate(texts):
        canonical, counts = _one(text)
        for kind, count in counts.items():
            removed[kind][row] = count
        result.append(canonical)
    return Canonical(texts=result, removed=removed)


def excess(
    removed: Mapping[str, NDArray[np.int32]], lengths: NDArray[np.int64], languages: Sequence[str | None], /
) -> dict[str, NDArray[np.int32]]:
    """Return what was removed beyond the most that human text of the language was seen to hold.

    `lengths` are characters of the canonical texts, shape (n,); `languages` ISO 639 or BCP 47 tags. The
    human rate is per 1,000 characters (docs/residue.md tells how it was measured);
    a language without a measured rate has rate 0, and an expected fraction of a character is rounded up.
    """
    result = {}
    for kind, counts in removed.items():
        rates = np.array([human_rate(language, kind) for language in languages], dtype=np.float64)
        allowed = np.ceil(rates * np.maximum(lengths, 1) / 1000.0)
        result[kind] = np.maximum(counts - allowed, 0).astype(np.int32)
    return result


def human_rate(language: str | None, kind: str) -> float:
    """Return the highest rate per 1,000 characters seen in human text of the language, 0 where none was seen.

    A tag with a script or region ("srp-Cyrl", "jav_java") has the rate of its language; an unknown language
    (None, "und", "unknown") has the highest rate of any, so that small languages gain no evidence.
    """
    base = (language or "und").replace("_", "-").split("-")[0].lower()
    if base in ("und", "unknown"):
        return max((rates.get(kind, 0.0) for rates in HUMAN_RATES.values()), default=0.0)
    return HUMAN_RATES.get(_THREE_LETTERS.get(base, base), {}).get(kind, 0.0)


def _one(text: str) -> tuple[str, dict[str, int]]:
    counts: dict[str, int] = {}
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")  # a byte-order mark is how files begin, not a trace of anything
    if _SPECIAL.search(text):
        text = _clean(text, counts)
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        text, folded = fold_words(text)
        if folded:
            counts["confusable"] = folded
            text = unicodedata.normalize("NFC", text)
        for curly, straight in _QUOTES:
            text = text.replace(curly, straight)
    return _collapse(text), counts


def _collapse(text: str) -> str:
    """Make every run of white space one space; long texts without a list of their words."""
    if len(text) < _LONG:
        return " ".join(text.split())
    for space in _SPACES:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip(" ")


def _clean(text: str, counts: dict[str, int]) -> str:
    text, separators = _SEPARATOR.subn(" ", text)
    text, controls = _CONTROL.subn("", text)
    if controls + separators:
        counts["control"] = controls + separators
    text, styled = _STYLED.subn(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    if styled:
        counts["styled"] = styled
    right_to_left = _RIGHT_TO_LEFT.search(text) is not None

    def replace(found: re.Match[str]) -> str:
        kept = _kept(text, found.start(), found.end(), right_to_left)
        _count(found.group(), kept, counts)
        return kept

    return _RUN.sub(replace, text)


def _count(run: str, kept: str, counts: dict[str, int]) -> None:
    """Add the characters of a run that were not kept to the counts of their kinds."""
    hyphens = run.count("\u00ad")
    bidi = len(_IS_BIDI.findall(run)) - len(_IS_BIDI.findall(kept))
    invisible = len(run) - len(kept) - hyphens - bidi
    for kind, count in (("soft_hyphen", hyphens), ("bidi", bidi), ("invisible", invisible)):
        if count:
            counts[kind] = counts.get(kind, 0) + count


def _kept(text: str, start: int, end: int, right_to_left: bool) -> str:
    """Return those characters of a run of invisible ones that its script or its neighbours give a meaning.

    The decision reads only the visible neighbours, the run itself and whether the text has right-to-left
    letters: all of these survive the removal, which is why a second pass keeps what the first one kept.
    """
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    run, kept = text[start:end], []
    selector = joiner = False
    for character in run:
        code = ord(character)
        if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
            keep = not selector and not joiner and scripts.selectable(before)
            selector |= keep
        elif character in _JOINERS:
            linked = scripts.emoji(before) and scripts.emoji(after)
            inside = scripts.joins(before) and (scripts.indic(before) or not after.isspace())
            keep = not joiner and (inside or linked)
            joiner |= keep
        elif character == "\u200b":
            keep = not joiner and scripts.spaceless(before) and (scripts.spaceless(after) or after.isspace())
            joiner |= keep
        elif 0xE0020 <= code <= 0xE007F:
            keep = before == "\U0001f3f4"
        elif code in (0x115F, 0x1160):
            keep = scripts.jamo(before) or scripts.jamo(after)
        else:
            keep = right_to_left and _IS_BIDI.match(character) is not None and character not in _OVERRIDES
        if keep:
            kept.append(character)
    return "".join(kept)
