"""What of a text is prose: code-like tokens taken out before its language is identified.

A manual in English or Chinese that quotes identifiers is still English or Chinese; its identifiers belong to
no language and would make every model of languages call the text unknown.
"""

from __future__ import annotations

import re

LIMIT = 3000
_MARKS = re.compile(r"[_{}<>=`\\|@#()\[\]/]")
_TOKENS = re.compile(
    r"`[^`\n]*`|\S*[(){}\[\]<>=]\S*|\S*[_/\\@#$%^&*|~0-9:]\S*\w\S*|\w+(?:\.\w+)+\S*|'[^'\s]*'|\"[^\"\s]*\""
)
_LATIN_RUN = re.compile(r"[A-Za-z0-9_(){}\[\]<>=/\\@#$%^&*|~`'\":.,;+-]{3,}")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def has_marks(text: str) -> bool:
    """Say whether the first 3,000 characters hold marks that code is made of."""
    return _MARKS.search(text, 0, LIMIT) is not None


def prose(text: str) -> str:
    """Return the first 3,000 characters without code-like tokens.

    Where scripts without word spaces dominate, runs of Latin letters and marks are what is foreign.
    """
    start = text[:LIMIT]
    if 5 * len(_IDEOGRAPH.findall(start[:600])) > len(start[:600]):
        return _LATIN_RUN.sub(" ", start)
    return _TOKENS.sub(" ", start)
