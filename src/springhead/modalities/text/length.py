"""Length in words or characters, and the reasons for which the statistical channel abstains.

A text is "short" below 80 words, or below 150 characters where the script does not separate words; "code",
"table" and "list" are told by their punctuation and lines. The tests err on the side of prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.modalities.text.scripts import UNSPACED, UNSPACED_LANGUAGES

LEAST_WORDS = 80
LEAST_CHARACTERS = 150
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LETTER = re.compile(r"[^\W\d_]")
_CAP = 20_000
_CODE_LINE = re.compile(
    r"^\s*(?:(?:def|class|import|from \S+ import|return|if\s*\(|for\s*\(|while\s*\(|else\b\s*[:{]|elif"
    r"|#include|using \w+|public |private |protected |static |const |let |var |function\b|fn |func "
    r"|package |struct |enum |print\w*\(|echo |SELECT |INSERT |@\w+|</?[a-zA-Z][\w-]*[^<>]*>).*"
    r"|.*[;{}]\s*|.*\)\s*=>.*|\s*\w[\w.\[\]'\", ]*\s*[-+*/]?=\s*\S.*|\s*(?:\w+ )?[\w.]+\(.*\)?:?"
    r"|\s*(?:raise|yield|assert|pass|break|continue|try|except|finally|with|while|if|for|not|and|or)\b.*[:(\[]\s*"
    r"|\s*(?:else|try|finally|pass|break|continue):?|\s*(?://|/\*|\*/|#!|--\s).*)$"
)
_TABLE_LINE = re.compile(
    r"^\s*\|.*\|.*$|^[^\n]*\t[^\n]*\t[^\n]*$|^(?:[^,;|]{0,40}[|]){2,}[^|]*$"
    r"|^(?:\"?[^,\".!?]{0,24}\"?,){4,}\"?[^,\"]{0,24}\"?$"
)
_ITEM = re.compile(r"^\s*(?:[-*•·‣▪–—]|\(?\d{1,3}[.)]|[a-z][.)])\s+\S")
_NUMBERS = re.compile(r"\d[\d.,:%/-]*")


class Lengths(msgspec.Struct, frozen=True):
    """Lengths of n texts: `words` and `characters` int32 (n,), and `unspaced` bool (n,).

    Where words are not separated, `words` is an estimate, characters by 1.7, so that corpora can be summed.
    """

    words: NDArray[np.int32]
    characters: NDArray[np.int32]
    unspaced: NDArray[np.bool_]


def lengths(texts: Sequence[str], languages: Sequence[str | None] | None = None, /) -> Lengths:
    """Count words and characters of canonical texts; a language decides where the script does not."""
    size = len(texts)
    words, characters = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    unspaced = np.zeros(size, dtype=bool)
    for row, text in enumerate(texts):
        language = languages[row] if languages else None
        characters[row] = len(text)
        unspaced[row] = is_unspaced(text, language)
        letters = len(text) - text.count(" ")
        words[row] = round(letters / 1.7) if unspaced[row] else _words(text)
    return Lengths(words=words, characters=characters, unspaced=unspaced)


def _words(text: str) -> int:
    """Count words; of a long canonical text by its spaces, without a list of its words."""
    return len(text.split()) if len(text) < 1 << 20 else text.count(" ") + 1


def is_unspaced(text: str, language: str | None = None) -> bool:
    """Say whether the text is written without spaces between words: by its letters, else by its language."""
    if text.isascii():
        return False
    start = text[:2000]
    found = len(_UNSPACED.findall(start))
    if not found:
        return False
    spaces = start.count(" ")
    sure = found * 3 > len(start) and spaces * 8 < len(start)
    known = (language or "").lower().replace("_", "-").split("-")[0] in UNSPACED_LANGUAGES
    return sure or (known and found * 5 > len(start))


def too_short(sizes: Lengths, /) -> NDArray[np.bool_]:
    """Say which texts are below 80 words, or below 150 characters where words are not separated."""
    return np.where(sizes.unspaced, sizes.characters < LEAST_CHARACTERS, sizes.words < LEAST_WORDS)


def abstentions(texts: Sequence[str], sizes: Lengths, /) -> list[str | None]:
    """Return for each text as read (line ends kept) "short", "code", "table", "list", or None for prose."""
    short = too_short(sizes)
    return ["short" if short[row] else shape(text) for row, text in enumerate(texts)]


def shape(text: str) -> str | None:
    """Return "code", "table" or "list" for a text that is mostly that, None for prose."""
    start = text[:_CAP]
    lines = [line for line in start.splitlines() if line.strip()]
    if not lines:
        return None
    if is_code(start, lines):
        return "code"
    if is_table(start, lines):
        return "table"
    return "list" if _is_list(lines) else None


def is_code(text: str, lines: Sequence[str] | None = None) -> bool:
    """Say whether most lines read as statements, or a quarter of a text that is mostly indented.

    Fewer than five lines are called code only when one character in eight is a mark of code.
    """
    lines = [line for line in text.splitlines() if line.strip()] if lines is None else lines
    marks = sum(text.count(mark) for mark in "{}()[]<>=;_:.\\$&|*")
    dense = marks / max(len(text), 1)
    if dense < 0.03:
        return False
    if len(lines) < 5:
        return sum(text.count(mark) for mark in "{}<>=;$&|_\\") / len(text) > 0.125 and text.count("$") < 4
    statements = [line for line in lines if len(line) < 200 and _CODE_LINE.match(line)]
    indented = sum(1 for line in lines if line.startswith(("    ", "\t", "  ")))
    share = sum(map(len, statements)) / max(sum(map(len, lines)), 1)
    return share > 0.5 or (share > 0.25 and indented > 0.4 * len(lines))


def is_table(text: str, lines: Sequence[str] | None = None) -> bool:
    """Say whether most lines are rows of cells, or the text is mostly numbers."""
    lines = [line for line in text.splitlines() if line.strip()] if lines is None else lines
    if len(lines) >= 4:
        rows = sum(1 for line in lines if _TABLE_LINE.match(line[:400]))
        if rows > 0.6 * len(lines):
            return True
    numbers = sum(len(number) for number in _NUMBERS.findall(text))
    return numbers > 0.35 * max(len(text), 1)


def _is_list(lines: Sequence[str]) -> bool:
    """Say whether nearly all of at least six lines are short items."""
    if len(lines) < 6:
        return False
    items = [line for line in lines if _ITEM.match(line)]
    short = sum(1 for line in items if len(line.split()) <= 12 and len(line) < 80)
    return short > 0.8 * len(lines)
