"""Read the few XMP properties that say how a picture was made, by pattern: no XML parser, no entities.

A packet is RDF/XML; properties stand as attributes or as elements, under any prefix. Document types are never
read, so an entity that a packet defines means nothing; the five of XML and character numbers are replaced.
"""

from __future__ import annotations

import re

from springhead.modalities.image.header import TEXT_BYTES

NAMES = (
    "DigitalSourceType", "DigitalSourcefileType", "CreatorTool", "UserComment", "description", "AIGC", "Label",
    "ContentProducer", "ProduceID", "ContentPropagator", "provenance", "Credit", "DigImageGUID", "Software",
    "AISystemUsed", "AISystemVersionUsed", "AIPromptInformation", "parameters", "DateTimeOriginal", "creator",
    "prompt", "Source", "GeneratedBy", "generator", "source",
)  # fmt: skip
"""Local names of the properties that are read."""
_ALTERNATION = "|".join(sorted(NAMES, key=len, reverse=True))
# Starts at the colon, which is rare: from the white space before a prefix, padding would cost a try per blank.
_PROPERTY = re.compile(rf":({_ALTERNATION})(?=[\s=/>])")
_PREFIX = re.compile(r"([\s<])([A-Za-z][\w.-]{0,40})\Z")
_QUICK = re.compile(rf":(?:{_ALTERNATION})".encode())
_ATTRIBUTE = re.compile(r"\s{0,8}=\s{0,8}(?:\"([^\"]*)\"|'([^']*)')")
_TAG_END = re.compile(r"[^<>]{0,4000}>")
_RESOURCE = re.compile(r"\b(?:rdf:)?resource\s{0,4}=\s{0,4}[\"']([^\"']{0,400})[\"']")
_ITEM = re.compile(r"<rdf:li\b([^<>]{0,400})>([^<]*)<")
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]{1,6}|#\d{1,7}|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
PROPERTIES = 64
"""Most properties read of one packet."""


def read(packet: bytes, /) -> list[tuple[str, str]]:
    """Return (local name, value) of the wanted properties in order; a list gives one pair per item."""
    packet = packet[:TEXT_BYTES]
    if b"\0" in packet[:16]:
        packet = packet.decode("utf-16", "replace").encode()
    if not _QUICK.search(packet):
        return []
    text = packet.decode("utf-8", "replace")
    found: list[tuple[str, str]] = []
    closed: set[str] = set()
    for match in _PROPERTY.finditer(text):
        if len(found) >= PROPERTIES:
            break
        before = _PREFIX.search(text[max(0, match.start() - 42) : match.start()])
        if before is None:
            continue
        (lead, prefix), name = before.groups(), match[1]
        if lead == "<":
            found.extend((name, value) for value in _element(text, match.end(), f"</{prefix}:{name}", closed))
        else:
            value = _ATTRIBUTE.match(text, match.end())
            if value:
                found.append((name, unescape(value[1] or value[2] or "")))
    return found


def _element(text: str, at: int, close: str, unclosed: set[str]) -> list[str]:
    """Values of the element whose name ends at `at`: its text, its list items, or what it refers to."""
    tag = _TAG_END.match(text, at)
    if tag is None or close in unclosed:
        return []
    if text[tag.end() - 2] == "/":
        resource = _RESOURCE.search(tag[0])
        return [unescape(resource[1])] if resource else []
    end = text.find(close, tag.end())
    if end < 0:  # said once: a hostile packet may open a thousand
        unclosed.add(close)
        return []
    inner = text[tag.end() : end]
    if "<" not in inner:
        return [unescape(inner.strip())]
    if "<![CDATA[" in inner:
        return [inner.partition("<![CDATA[")[2].partition("]]>")[0]]
    items = [_item(attributes, value) for attributes, value in _ITEM.findall(inner)[:PROPERTIES]]
    return [item for item in items if item] or [unescape(value) for value in _RESOURCE.findall(inner)[:4]]


def _item(attributes: str, value: str) -> str:
    resource = _RESOURCE.search(attributes)
    return unescape(resource[1] if resource and not value.strip() else value.strip())


def unescape(value: str, /) -> str:
    """Replace the five entities of XML and character numbers, once; any other entity stays as it is written."""
    return _ENTITY.sub(_character, value) if "&" in value else value


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return _NAMED[name]
    code = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
