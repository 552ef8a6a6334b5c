"""Scripts of characters: which writing system a letter or mark belongs to, and which one dominates a text.

The standard library has no script property, so the ranges stand here: every letter and combining mark of Unicode
15 up to U+1FFFF by its ISO 15924 code; digits, punctuation, symbols and unassigned code points belong to none.
Code points from U+20000 on are Han. Source: Unicode Scripts.txt (licence Unicode-3.0), ranges joined over gaps.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

COMMON = 0
"""Number of everything that is no letter: digits, punctuation, symbols, spaces."""
INHERITED = 1
"""Number of combining marks that take the script of the letter before them."""
SIZE = 0x20000
"""Code points below this one are in the table; as many above it are Han, the rest belongs to no script."""

_RANGES = {
    "Latn": (
        "41-5a 61-7a aa ba c0-d6 d8-f6 f8-2b8 2e0-2e4 1d00-1d25 1d2c-1d5c 1d62-1d65 1d6b-1d77 1d79-1dbe "
        "1e00-1eff 2071 207f 2090-209c 212a-212b 2132 214e 2183-2184 2c60-2c7f a722-a787 a78b-a7ff "
        "ab30-ab5a ab5c-ab64 ab66-ab69 fb00-fb06 ff21-ff3a ff41-ff5a 10780-107ba 1df00-1df1e"
    ),
    "Zinh": (
        "300-36f 485-486 64b-655 670 951-954 1ab0-1ace 1cd0-1cd2 1cd4-1ce0 1ce2-1ce8 1ced 1cf4 1cf8-1cf9 "
        "1dc0-1dff 20d0-20f0 302a-302d 3099-309a fe00-fe0f fe20-fe2d 101fd 102e0 1133b 1cf00-1cf46 "
        "1d167-1d169 1d17b-1d182 1d185-1d18b 1d1aa-1d1ad"
    ),
    "Grek": (
        "370-373 376-37d 37f 386 388-3e1 3f0-3f5 3f7-3ff 1d26-1d2a 1d5d-1d61 1d66-1d6a 1dbf 1f00-1fbc "
        "1fbe 1fc2-1fcc 1fd0-1fdb 1fe0-1fec 1ff2-1ffc 2126 ab65 1d242-1d244"
    ),
    "Copt": "3e2-3ef 2c80-2ce4 2ceb-2cf3",
    "Cyrl": "400-481 483-484 487-52f 1c80-1c88 1d2b 1d78 2de0-2dff a640-a672 a674-a67d a67f-a69f fe2e-fe2f",
    "Armn": "531-559 560-588 fb13-fb17",
    "Hebr": "591-5bd 5bf 5c1-5c2 5c4-5c5 5c7-5f2 fb1d-fb28 fb2a-fb4f",
    "Arab": (
        "610-61a 620-63f 641-64a 656-65f 66e-66f 671-6d3 6d5-6dc 6df-6e8 6ea-6ef 6fa-6fc 6ff 750-77f "
        "870-887 889-88e 898-8e1 8e3-8ff fb50-fbb1 fbd3-fd3d fd50-fdc7 fdf0-fdfb fe70-fefc 1ee00-1eebb"
    ),
    "Syrc": "710-74f 860-86a",
    "Thaa": "780-7b1",
    "Nkoo": "7ca-7f5 7fa-7fd",
    "Samr": "800-82d",
    "Mand": "840-85b",
    "Deva": "900-950 955-963 971-97f a8e0-a8f7 a8fb a8fd-a8ff",
    "Beng": "980-9e3 9f0-9f1 9fc 9fe",
    "Guru": "a01-a5e a70-a75",
    "Gujr": "a81-ae3 af9-aff",
    "Orya": "b01-b63 b71",
    "Taml": "b82-bd7",
    "Telu": "c00-c63",
    "Knda": "c80-c83 c85-ce3 cf1-cf2",
    "Mlym": "d00-d4e d54-d57 d5f-d63 d7a-d7f",
    "Sinh": "d81-ddf df2-df3",
    "Thai": "e01-e3a e40-e4e",
    "Laoo": "e81-ecd edc-edf",
    "Tibt": "f00 f18-f19 f35 f37 f39 f3e-f84 f86-fbc fc6",
    "Mymr": "1000-103f 1050-108f 109a-109d a9e0-a9ef a9fa-a9fe aa60-aa76 aa7a-aa7f",
    "Geor": "10a0-10fa 10fc-10ff 1c90-1cbf 2d00-2d2d",
    "Hang": "1100-11ff 302e-302f 3131-318e a960-a97c ac00-d7fb ffa0-ffdc",
    "Ethi": "1200-135f 1380-138f 2d80-2dde ab01-ab2e 1e7e0-1e7fe",
    "Cher": "13a0-13fd ab70-abbf",
    "Cans": "1401-166c 166f-167f 18b0-18f5 11ab0-11abf",
    "Ogam": "1681-169a",
    "Runr": "16a0-16ea 16f1-16f8",
    "Tglg": "1700-171f",
    "Hano": "1720-1734",
    "Buhd": "1740-1753",
    "Tagb": "1760-1773",
    "Khmr": "1780-17d3 17d7 17dc-17dd",
    "Mong": "180b-180d 180f 1820-18aa",
    "Limb": "1900-193b",
    "Tale": "1950-1974",
    "Talu": "1980-19c9",
    "Bugi": "1a00-1a1b",
    "Lana": "1a20-1a7f 1aa7",
    "Bali": "1b00-1b4c 1b6b-1b73",
    "Sund": "1b80-1baf 1bba-1bbf",
    "Batk": "1bc0-1bf3",
    "Lepc": "1c00-1c37 1c4d-1c4f",
    "Olck": "1c5a-1c7d",
    "Glag": "2c00-2c5f 1e000-1e02a",
    "Tfng": "2d30-2d6f 2d7f",
    "Hani": "3005 303b 3400-4dbf 4e00-9fff f900-fad9 16fe3 16ff0-16ff1",
    "Hira": "3041-3096 309d-309f 1b001-1b11f 1b150-1b152",
    "Kana": "30a1-30fa 30fd-30ff 31f0-31ff ff66-ff6f ff71-ff9d 1aff0-1b000 1b120-1b122 1b164-1b167",
    "Bopo": "3105-312f 31a0-31bf",
    "Yiii": "a000-a48c",
    "Lisu": "a4d0-a4fd 11fb0",
    "Vaii": "a500-a60c a610-a61f a62a-a62b",
    "Bamu": "a6a0-a6e5 a6f0-a6f1 16800-16a38",
    "Sylo": "a800-a827 a82c",
    "Phag": "a840-a873",
    "Saur": "a880-a8c5",
    "Kali": "a90a-a92d",
    "Rjng": "a930-a953",
    "Java": "a980-a9c0",
    "Cham": "aa00-aa4d",
    "Tavt": "aa80-aadd",
    "Mtei": "aae0-aaef aaf2-aaf6 abc0-abea abec-abed",
    "Linb": "10000-100fa",
    "Lyci": "10280-1029c",
    "Cari": "102a0-102d0",
    "Ital": "10300-1031f 1032d-1032f",
    "Goth": "10330-10340 10342-10349",
    "Perm": "10350-1037a",
    "Ugar": "10380-1039d",
    "Xpeo": "103a0-103cf",
    "Dsrt": "10400-1044f",
    "Shaw": "10450-1047f",
    "Osma": "10480-1049d",
    "Osge": "104b0-104fb",
    "Elba": "10500-10527",
    "Aghb": "10530-10563",
    "Vith": "10570-105bc",
    "Lina": "10600-10767",
    "Cprt": "10800-1083f",
    "Armi": "10840-10855",
    "Palm": "10860-10876",
    "Nbat": "10880-1089e",
    "Hatr": "108e0-108f5",
    "Phnx": "10900-10915",
    "Lydi": "10920-10939",
    "Mero": "10980-1099f",
    "Merc": "109a0-109b7 109be-109bf",
    "Khar": "10a00-10a3f",
    "Sarb": "10a60-10a7c",
    "Narb": "10a80-10a9c",
    "Mani": "10ac0-10ac7 10ac9-10ae6",
    "Avst": "10b00-10b35",
    "Prti": "10b40-10b55",
    "Phli": "10b60-10b72",
    "Phlp": "10b80-10b91",
    "Orkh": "10c00-10c48",
    "Hung": "10c80-10cf2",
    "Rohg": "10d00-10d27",
    "Yezi": "10e80-10eac 10eb0-10eb1",
    "Sogo": "10f00-10f1c 10f27",
    "Sogd": "10f30-10f50",
    "Ougr": "10f70-10f85",
    "Chrs": "10fb0-10fc4",
    "Elym": "10fe0-10ff6",
    "Brah": "11000-11046 11070-1107f",
    "Kthi": "11080-110ba 110c2",
    "Sora": "110d0-110e8",
    "Cakm": "11100-11134 11144-11147",
    "Mahj": "11150-11173 11176",
    "Shrd": "11180-111c4 111c9-111cc 111ce-111cf 111da 111dc",
    "Khoj": "11200-11237 1123e",
    "Mult": "11280-112a8",
    "Sind": "112b0-112ea",
    "Gran": "11300-11339 1133c-11374",
    "Newa": "11400-1144a 1145e-11461",
    "Tirh": "11480-114c5 114c7",
    "Sidd": "11580-115c0 115d8-115dd",
    "Modi": "11600-11640 11644",
    "Takr": "11680-116b8",
    "Ahom": "11700-1172b 11740-11746",
    "Dogr": "11800-1183a",
    "Wara": "118a0-118df 118ff",
    "Diak": "11900-11943",
    "Nand": "119a0-119e1 119e3-119e4",
    "Zanb": "11a00-11a3e 11a47",
    "Soyo": "11a50-11a99 11a9d",
    "Pauc": "11ac0-11af8",
    "Bhks": "11c00-11c40",
    "Marc": "11c72-11cb6",
    "Gonm": "11d00-11d47",
    "Gong": "11d60-11d98",
    "Maka": "11ee0-11ef6",
    "Xsux": "12000-12399 12480-12543",
    "Cpmn": "12f90-12ff0",
    "Egyp": "13000-1342e",
    "Hluw": "14400-14646",
    "Mroo": "16a40-16a5e",
    "Tnsa": "16a70-16abe",
    "Bass": "16ad0-16af4",
    "Hmng": "16b00-16b36 16b40-16b43 16b63-16b8f",
    "Medf": "16e40-16e7f",
    "Plrd": "16f00-16f9f",
    "Tang": "16fe0 17000-18aff 18d00-18d08",
    "Nshu": "16fe1 1b170-1b2fb",
    "Kits": "16fe4 18b00-18cd5",
    "Dupl": "1bc00-1bc99 1bc9d-1bc9e",
    "Sgnw": "1da00-1da36 1da3b-1da6c 1da75 1da84 1da9b-1daaf",
    "Hmnp": "1e100-1e13d 1e14e",
    "Toto": "1e290-1e2ae",
    "Wcho": "1e2c0-1e2ef",
    "Mend": "1e800-1e8c4 1e8d0-1e8d6",
    "Adlm": "1e900-1e94b",
}

_JAPANESE = ("Hira", "Kana")


def _numbered() -> tuple[str, ...]:
    rest = sorted(code for code in _RANGES if code not in ("Zinh", *_JAPANESE, "Hani"))
    return ("Zyyy", "Zinh", "Hani", "Hira", "Kana", *rest)


SCRIPTS: tuple[str, ...] = _numbered()
"""ISO 15924 code by script number: Zyyy (none), Zinh (marks), Hani, Hira, Kana, then the others by name."""
HAN, HIRAGANA, KATAKANA = 2, 3, 4


@cache
def script_table() -> NDArray[np.uint8]:
    """Return the script number of every code point below `SIZE`, shape (SIZE,)."""
    table = np.zeros(SIZE, dtype=np.uint8)
    for number, code in enumerate(SCRIPTS):
        for part in _RANGES.get(code, "").split():
            first, _, last = part.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] = number
    return table


def script_runs(text: str) -> list[tuple[int, int, str]]:
    """Cut a text into runs of one script: (start, end, ISO 15924 code), half-open, in characters.

    Characters of no script and marks join the run before them (at the start of a text, the run after them); a text
    without letters is one run "Zyyy". Hiragana, katakana and Han are separate runs.
    """
    if not text:
        return []
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = script_table()[np.minimum(codes, SIZE - 1)]
    kinds[codes >= SIZE] = np.where(codes[codes >= SIZE] < 2 * SIZE, HAN, COMMON)
    lettered = np.flatnonzero(kinds > INHERITED)
    if len(lettered) == 0:
        return [(0, len(text), SCRIPTS[COMMON])]
    change = np.flatnonzero(np.diff(kinds[lettered])) + 1
    starts = [0, *lettered[change].tolist()]
    numbers = kinds[lettered[np.concatenate([[0], change])]].tolist()
    ends = [*starts[1:], len(text)]
    return [(start, end, SCRIPTS[number]) for start, end, number in zip(starts, ends, numbers, strict=True)]


def dominant_scripts(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the script number with most letters of every row of `counts` (texts, numbers), 0 if there are none.

    Kana beside Han speak for Japanese, which writes both: the three are summed, and the sum is returned under
    `HIRAGANA` when at least a tenth of it is kana, under `HAN` otherwise.
    """
    joined = counts.copy()
    joined[:, : INHERITED + 1] = 0
    kana = counts[:, HIRAGANA] + counts[:, KATAKANA]
    asian = kana + counts[:, HAN]
    joined[:, HAN : KATAKANA + 1] = 0
    japanese = kana * 10 >= asian
    joined[:, HIRAGANA] = np.where(japanese, asian, 0)
    joined[:, HAN] = np.where(japanese, 0, asian)
    return np.where(joined.any(axis=1), joined.argmax(axis=1), COMMON).astype(np.int64)
