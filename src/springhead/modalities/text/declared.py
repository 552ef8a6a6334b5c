"""The declared channel: what a record, its front matter or its columns say about how it was made.

A claim is what was said, not what is so: its trust is "declared", and how much it weighs is for the trust
table of the configuration. The spans that declare are cut from the text before any feature
is computed (`strip`), or a detector would learn the label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from springhead.modalities.text import front_matter
from springhead.modalities.text.source_types import AIGC_LABELS, AUTHORS, GENERATORS, Origin, of_term, of_word

_WORD_TRUE, _WORD_FALSE = (
    frozenset(["true", "yes", "1", "on", "full", "fully"]),
    frozenset(["false", "no", "0", "off", "none"]),
)
_FLAG = re.compile(
    r"(?:^|\.)(?:is[_-]?)?(?:ai|aigc|llm|machine)[_-]?(generated|written|assisted|authored|created|edited)?$"
)
_MAKER = re.compile(r"(?:^|\.)(?:generator|generated[_-]?(?:by|with)|ai[_-]?model|ai[_-]?tool)$")
_AUTHOR = re.compile(r"(?:^|\.)(?:authors?|creators?|(?:written|created)[_-]?(?:by|with))(?:\.name)?$")
_SOURCE_TYPE = re.compile(r"(?:^|[.:])digital[_-]?source[_-]?type$")
_TYPE_IN_TEXT = re.compile(
    r"digital[_-]?source[_-]?type[\"']?\s*(?:[:=>]|content=)\s*[\"']?\s*((?:https?://[\w./-]*/)?[A-Za-z]{5,60})",
    re.IGNORECASE,
)
_META = re.compile(r"<meta\b[^<>]{0,400}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(name|property|itemprop|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_AI_META = frozenset(
    ["ai-disclosure", "ai_disclosure", "ai-generated", "ai-content", "ai:generated", "ai-content-declaration"]
)
_DISCLOSURES: dict[str, Origin] = {
    "none": "human", "human": "human", "no": "human", "ai-assisted": "mixed", "assisted": "mixed",
    "partial": "mixed", "ai-modified": "mixed", "mixed": "mixed", "ai-generated": "synthetic",
    "ai-originated": "synthetic", "generated": "synthetic", "autonomous": "synthetic",
    "machine-generated": "synthetic", "full": "synthetic",
}  # fmt: skip
_WRAPPER = re.compile("\ufeff[\ufe00-\ufe0f\U000e0100-\U000e01ef]{8,}")
_VISIBLE = re.compile(
    r"^[\s\W]{0,6}(?:(?:this|the) (?:article|text|post|content|page|story|document|summary|answer|response"
    r"|blog post) (?:was|has been|is)"
    r" (?:automatically |entirely |fully |partly |partially )?(?:generated|written|created|produced|drafted)"
    r"(?: automatically| entirely| in part)? (?:by|with|using) (?:the help of |an? )?(?P<en>[^.\n]{2,60})"
    r"|(?:generated|written) (?:by|with) (?P<by>chatgpt|gpt-[\w.]+|claude|gemini|copilot|ai)\b"
    r"|(?:本文|本内容|以上内容|此内容|内容|该内容|文章)?(?:由|为)?(?:ai|人工智能|chatgpt)(?:大模型)?(?:辅助)?(?:自动)?(?:生成|创作|撰写)[^\n]{0,20})"
    r"[\s\W]{0,6}$",
    re.IGNORECASE,
)


class Claim(msgspec.Struct, frozen=True):
    """One statement: row, kind, value as written, trust, span to cut (-1, -1: a column), origin implied.

    Kinds: aigc, label, disclosure, generator, producer, source-type, c2pa, visible, origin. Origin "unknown"
    means that the statement says nothing about human or machine.
    """

    row: int
    kind: str
    value: str
    start: int
    end: int
    origin: Origin
    trust: str = "declared"


def examine(texts: Sequence[str], columns: Mapping[str, Sequence[object]] | None = None, /) -> list[Claim]:
    """Return the claims of texts as read, and of the named origin columns beside them, ordered by row."""
    claims: list[Claim] = []
    for row, text in enumerate(texts):
        labels = _front_matter(row, text)
        claims.extend(labels)
        if "<meta" in text or "<META" in text:
            claims.extend(_meta(row, text))
        if "ource" in text and "igital" in text:
            claims.extend(_source_types(row, text, labels[0].end if labels else 0))
        if "\ufeff" in text:
            claims.extend(_wrapper(row, text))
        claims.extend(_visible(row, text))
    for name, values in (columns or {}).items():
        claims.extend(_column(name, values))
    return sorted(claims, key=lambda claim: (claim.row, claim.start, claim.kind, claim.value))


def strip(text: str, claims: Sequence[Claim], /) -> str:
    """Return the text of one record without the spans that its claims were read from."""
    spans = sorted({(claim.start, claim.end) for claim in claims if claim.end > claim.start >= 0})
    parts, reached = [], 0
    for start, end in spans:
        if start > reached:
            parts.append(text[reached:start])
        reached = max(reached, end)
    return "".join([*parts, text[reached:]])


def _front_matter(row: int, text: str) -> list[Claim]:
    block = front_matter.read(text)
    if block is None:
        return []
    found: list[tuple[str, str, Origin]] = []
    for key, value in block.values.items():
        found.extend(_statement(key, value))
    return [Claim(row, kind, value, block.start, block.end, origin) for kind, value, origin in found]


def _statement(key: str, value: str) -> list[tuple[str, str, Origin]]:
    """Return what one key of the front matter says: (kind, value, origin) or nothing."""
    flag = _FLAG.search(key)
    if key.startswith("aigc."):
        return _aigc(key.rsplit(".", 1)[1], value)
    if not value:
        return []
    if _SOURCE_TYPE.search(key):
        origin = of_term(value)
        return [("source-type", value, origin)] if origin else []
    if key in _AI_META or key in ("ai_disclosure", "disclosure.ai"):
        return [("disclosure", value, _disclosed(value))]
    return _flag(key, flag[1], value.lower()) if flag else _maker(key, value)


def _aigc(member: str, value: str) -> list[tuple[str, str, Origin]]:
    """Read a member of the label of GB 45438-2025: Label 1 is, 2 declared by its user, 3 suspected."""
    if member == "label":
        return [("aigc", f"Label {value}", AIGC_LABELS.get(value.strip(), "unknown"))]
    return (
        [("producer", value, "unknown")]
        if member in ("contentproducer", "contentpropagator") and value
        else []
    )


def _maker(key: str, value: str) -> list[tuple[str, str, Origin]]:
    if _MAKER.search(key) and GENERATORS.search(value):
        return [("generator", value, "synthetic")]
    if _AUTHOR.search(key) and AUTHORS.search(value):
        return [("generator", value, "mixed" if "," in value or " and " in value else "synthetic")]
    return []


def _flag(key: str, verb: str | None, value: str) -> list[tuple[str, str, Origin]]:
    said = f"{key}: {value}"
    if value in _WORD_TRUE:
        return [("label", said, "mixed" if verb in ("assisted", "edited") else "synthetic")]
    if value in _WORD_FALSE:
        return [("label", said, "human")]
    origin = _DISCLOSURES.get(value)
    return [("label", said, origin)] if origin else []


def _disclosed(value: str) -> Origin:
    word = value.strip().lower().replace("_", "-").replace(" ", "-")
    if word in _WORD_TRUE:
        return "synthetic"
    return "human" if word in _WORD_FALSE else _DISCLOSURES.get(word, "unknown")


def _meta(row: int, text: str) -> list[Claim]:
    claims = []
    for tag in _META.finditer(text):
        attributes = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(tag.group())}
        name = (
            attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        ).lower()
        content = attributes.get("content", "")
        if name in _AI_META and content:
            claims.append(Claim(row, "disclosure", content, tag.start(), tag.end(), _disclosed(content)))
        elif name == "generator" and GENERATORS.search(content):
            claims.append(Claim(row, "generator", content, tag.start(), tag.end(), "synthetic"))
    return claims


def _source_types(row: int, text: str, begin: int) -> list[Claim]:
    claims = []
    for found in _TYPE_IN_TEXT.finditer(text, begin):
        origin = of_term(found[1])
        if origin:
            claims.append(Claim(row, "source-type", found[1], found.start(), found.end(), origin))
    return claims


def decode_wrapper(text: str, /) -> bytes:
    """Return the bytes that variation selectors carry (C2PA 2.3, text wrapper): 0-15, then 16-255."""
    codes = [ord(character) for character in text.lstrip("\ufeff")]
    return bytes(code - 0xFE00 if code <= 0xFE0F else code - 0xE0100 + 16 for code in codes)


def _wrapper(row: int, text: str) -> list[Claim]:
    claims: list[Claim] = []
    for found in _WRAPPER.finditer(text):
        store = decode_wrapper(found.group())
        if not store.startswith(b"C2PATXT"):
            continue
        named = re.findall(rb"digitalsourcetype/([A-Za-z]{5,60})", store, re.IGNORECASE)
        terms = [term.decode("ascii") for term in named] or ["no source type"]
        claims.extend(
            Claim(row, "c2pa", term, found.start(), found.end(), of_term(term) or "unknown")
            for term in dict.fromkeys(terms)
        )
    return claims


def _visible(row: int, text: str) -> list[Claim]:
    """Read a line of its own among the first or last two lines that says who wrote the text."""
    lines = _edges(text)
    claims = []
    for start, end in lines:
        found = _VISIBLE.match(text[start:end])
        if found and (found["en"] is None or AUTHORS.search(found["en"])):
            claims.append(Claim(row, "visible", text[start:end].strip(), start, end, "synthetic"))
    return claims


def _edges(text: str) -> list[tuple[int, int]]:
    """Return the spans of the first and last two lines that are short enough for a label."""
    head, tail = text[:400], max(0, len(text) - 400)
    spans, place = [], 0
    for line in head.splitlines(keepends=True)[:3]:
        spans.append((place, place + len(line.rstrip("\r\n"))))
        place += len(line)
    place = len(text)
    for line in reversed(text[tail:].splitlines(keepends=True)[-3:]):
        place -= len(line)
        spans.append((place, place + len(line.rstrip("\r\n"))))
    return sorted({(start, end) for start, end in spans if 4 <= end - start <= 160})


def _column(name: str, values: Sequence[object]) -> list[Claim]:
    known: dict[str, Origin | None] = {}
    claims = []
    for row, value in enumerate(values):
        if not isinstance(value, str):
            continue
        if value not in known:
            known[value] = of_word(value)
        origin = known[value]
        if origin is not None:
            claims.append(Claim(row, "origin", f"{name}: {value[:200]}", -1, -1, origin))
    return claims
