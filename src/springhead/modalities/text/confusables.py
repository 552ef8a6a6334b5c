"""Look-alike letters of Latin, Cyrillic, Greek, Armenian and Cherokee, folded inside mixed words only.

The pairs below were chosen by eye for this project: only letters that common fonts draw (nearly) alike, and
none that people mix on purpose (a Greek alpha, gamma, kappa or rho beside Latin letters is a gene, a unit or
a formula). Accented letters are derived from their Unicode decompositions.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from springhead.modalities.text.scripts import ALPHABETS, MARKS

_TO_LATIN: dict[str, tuple[str, str]] = {
    "cyrillic": ("АВСЕНІЈКМОРЅТХУҮԌԚԜӀасеіјорѕхуүһԁԛԝӏ", "ABCEHIJKMOPSTXYYGQWIaceijopsxyyhdqwl"),
    "greek": ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳοιν", "ABEZHIKMNOPTYXCjoiv"),
    "armenian": ("ՕՍՏԼհոսօցզ", "OUSLhnuogq"),
    "cherokee": ("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᎩᏃ", "ABCDEGHJKLMPRSTVWYZ"),
}
_SCRIPTS = tuple(ALPHABETS)
_LETTERS = "".join(ALPHABETS.values())
_OTHERS = "".join(body for name, body in ALPHABETS.items() if name != "latin")
FOREIGN = re.compile(f"[{_OTHERS}]")
"""Finds a letter of the four alphabets that imitate Latin: without one there is nothing to fold."""
_BOUNDARY = re.compile(
    "|".join(
        f"[{body}][{MARKS}]*(?=[{''.join(other for name2, other in ALPHABETS.items() if name2 != name)}])"
        for name, body in ALPHABETS.items()
    )
)
_WORD = re.compile(f"[{_LETTERS}][{_LETTERS}{MARKS}]+")
_SCRIPT_OF = {name: re.compile(f"[{body}]") for name, body in ALPHABETS.items()}


def _accented(pairs: dict[str, str]) -> dict[str, str]:
    """Add the pairs of precomposed letters whose base letters and marks correspond."""
    found: dict[str, str] = {}
    for source, target in pairs.items():
        for mark in map(chr, range(0x0300, 0x0330)):
            one = unicodedata.normalize("NFC", source + mark)
            other = unicodedata.normalize("NFC", target + mark)
            if len(one) == len(other) == 1:
                found[one] = other
    return found


def _tables() -> dict[str, dict[str, str]]:
    """Return for each script the look-alikes of other scripts' letters in it, by way of the Latin letter."""
    latin = {name: dict(zip(*pair, strict=True)) for name, pair in _TO_LATIN.items()}
    tables: dict[str, dict[str, str]] = {"latin": {}}
    for pairs in latin.values():
        tables["latin"].update(pairs)
    for name, pairs in latin.items():
        back: dict[str, str] = {}
        for letter, shape in pairs.items():
            back.setdefault(shape, letter)
        through = {
            letter: back[shape]
            for other, more in latin.items()
            if other != name
            for letter, shape in more.items()
            if shape in back
        }
        tables[name] = back | through
    return {name: table | _accented(table) for name, table in tables.items()}


TABLES = _tables()
"""Script name to a mapping of single letters of other scripts to their look-alike in that script."""


def script_of(letter: str) -> str | None:
    """Return the alphabet that a letter belongs to, or None for marks and all other scripts."""
    return next((name for name in _SCRIPTS if _SCRIPT_OF[name].match(letter)), None)


def _acronym(word: str, scripts: list[str | None]) -> bool:
    """Say whether the word is capitals of one script with a lower-case ending of another ("ISISро")."""
    for end in range(2, len(word)):
        head, tail = set(scripts[:end]) - {None}, set(scripts[end:]) - {None}
        if len(head) == 1 and len(tail) == 1 and head != tail:
            return word[:end].isupper() and word[end:].islower()
    return False


def _fold_word(word: str, around: str) -> tuple[str, int]:
    """Fold one word to a script that all its letters can be of; `around` is the script of the text."""
    scripts = [script_of(letter) for letter in word]
    sizes = Counter(script for script in scripts if script is not None)
    if len(sizes) < 2 or _acronym(word, scripts):
        return word, 0
    pairs = list(zip(word, scripts, strict=True))
    possible = [
        own
        for own in sizes
        if all(script in (None, own) or letter in TABLES[own] for letter, script in pairs)
    ]
    if not possible:
        return word, 0
    largest = max(possible, key=lambda name: (sizes[name], -scripts.index(name)))
    own = around if around in possible else largest
    table = TABLES[own]
    folded = "".join(letter if script in (None, own) else table[letter] for letter, script in pairs)
    return folded, sum(sizes.values()) - sizes[own]


def _main_script(text: str) -> str:
    """Return the alphabet that most letters among the first 5,000 characters are of."""
    start = text[:5000]
    return max(_SCRIPTS, key=lambda name: len(_SCRIPT_OF[name].findall(start)))


def fold_words(text: str) -> tuple[str, int]:
    """Fold look-alikes in words that mix alphabets, towards a script that all its letters can be of.

    A word is changed only when every foreign letter in it has a look-alike, so that the result is of one
    script: an acronym with a native ending ("SMSки") or a unit ("kΩ") stays as it is. Where two scripts are
    possible, the one of the text around is taken, else the one of most letters of the word.

    Returns the text and the number of letters folded.
    """
    if not FOREIGN.search(text) or not _BOUNDARY.search(text):
        return text, 0
    around = _main_script(text)
    total = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal total
        word, count = _fold_word(found.group(), around)
        total += count
        return word

    return _WORD.sub(replace, text), total
