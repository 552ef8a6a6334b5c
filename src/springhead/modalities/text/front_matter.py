"""A reader for what labels need of YAML and TOML front matter: keys, scalars, nesting, flat lists.

Never a YAML loader: no tags, anchors, aliases, merges or types. What it does not understand it skips.
"""

from __future__ import annotations

import re

import msgspec

_BLOCK = re.compile(
    r"\ufeff?\s{0,8}(---|\+\+\+)[ \t]*\r?\n(.{0,16000}?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_PAIR = re.compile(r"^(\s*)(?:- )?([\"']?)([\w][\w .:/@-]{0,80}?)\2\s*[:=](?:\s+(.*)|\s*)$")
_ITEM = re.compile(r"^\s*- +([^:]+)$")
_TABLE = re.compile(r"^\[+([\w.\-]{1,80})\]+\s*$")
_INLINE = re.compile(r"[\"']?([A-Za-z_][\w-]{0,60})[\"']?\s*[:=]\s*(?:\"([^\"]*)\"|'([^']*)'|([^,}\]]*))")


class FrontMatter(msgspec.Struct, frozen=True):
    """The block's span in the text (fences included) and its values: dotted lower-case key to string."""

    start: int
    end: int
    values: dict[str, str]


def read(text: str, /) -> FrontMatter | None:
    """Return the front matter at the beginning of a text (at most 16,000 characters), or None."""
    if not text[:12].lstrip("\ufeff \t\r\n").startswith(("---", "+++")):
        return None
    found = _BLOCK.match(text)
    if found is None:
        return None
    values = _values(found.group(2).splitlines())
    return FrontMatter(start=found.start(), end=found.end(), values=values) if values else None


def _values(lines: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in lines[:400]:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        table, pair, item = _TABLE.match(line), _PAIR.match(line), _ITEM.match(line)
        if table:
            path = [(-1, table[1].lower())]
        elif pair:
            indent = len(pair[1])
            path = [(depth, name) for depth, name in path if depth < indent][:6]
            path.append((indent, pair[3].strip().lower()))
            _store(values, ".".join(name for _, name in path), (pair[4] or "").strip())
        elif item and path:
            key = ".".join(name for _, name in path)
            values[key] = ", ".join(filter(None, [values.get(key, ""), _scalar(item[1].strip())]))[:1000]
    return values


def _store(values: dict[str, str], key: str, raw: str) -> None:
    """Keep a scalar; of an inline map, quoted or not, keep its members as well."""
    scalar = _scalar(raw)
    values[key] = scalar[:1000]
    if scalar[:1] == "{":
        for found in _INLINE.finditer(scalar[:4000]):
            member = next((group for group in found.groups()[1:] if group is not None), "")
            values[f"{key}.{found[1].lower()}"] = member.strip()[:1000]


def _scalar(raw: str) -> str:
    if len(raw) >= 2 and raw[0] == raw[-1] and raw[0] in "\"'":
        return raw[1:-1].replace('\\"', '"').replace("''", "'")
    if raw[:1] == "[" and raw[-1:] == "]":
        return ", ".join(part.strip().strip("\"'") for part in raw[1:-1].split(","))
    return re.sub(r"\s+#.*$", "", raw)
