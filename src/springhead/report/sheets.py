"""Contact sheets: the most and least suspicious pictures of every group, with the evidence in words.

Only thumbnails that springhead made itself are shown, as `data:` addresses of PNG or JPEG whose first bytes are
those of the format; nothing of a corpus's own files enters the page.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from springhead.errors import BadResult
from springhead.report import words
from springhead.report.visible import plain
from springhead.results.folder import ResultFolder

BEGINNINGS: Final = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
LARGEST: Final = 64_000
REASONS_SHOWN: Final = 3
LISTS: Final = ("most suspicious", "least suspicious")


@dataclass(frozen=True, slots=True)
class Picture:
    """One thumbnail: its address ("" where none can be shown), name, numbers, caption and reasons in words."""

    address: str
    name: str
    numbers: str
    caption: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pictures of one group: title, then (list name, pictures)."""

    title: str
    lists: tuple[tuple[str, tuple[Picture, ...]], ...]


def contact_sheets(folder: ResultFolder) -> list[Sheet]:
    """The sheets of a result whose records are pictures: the whole corpus, then groups; else none."""
    try:
        table = folder.examples()
    except BadResult:
        return []
    if "thumbnail" not in table.columns:
        return []
    table = table.filter(pl.col("thumbnail").is_not_null() & (pl.col("thumbnail") != b""))
    order = list(dict.fromkeys(table["group"].to_list()))
    return [_sheet(group, table.filter(pl.col("group") == group)) for group in order]


def _sheet(group: str, rows: pl.DataFrame) -> Sheet:
    column, _, value = group.partition("=")
    title = words.group_words({column: value}) if group else "whole corpus"
    lists = []
    for name in LISTS:
        chosen = rows.filter(pl.col("list") == name)
        if not group:
            chosen = chosen.sort(
                pl.col("nats").fill_null(0.0), descending=name == LISTS[0], maintain_order=True
            )
        lists.append((name, tuple(_picture(row) for row in chosen.head(12).iter_rows(named=True))))
    return Sheet(title, tuple(lists))


def _picture(row: dict[str, Any]) -> Picture:
    nats, p_value = row["nats"], row["p_value"]
    numbers = (
        [] if nats is None else [f"{words.number(nats, 1)} nats for {'machine' if nats > 0 else 'human'}"]
    )
    if p_value is not None:
        numbers.append(f"p {words.number(p_value, 3)}")
    reasons = tuple(plain(reason) for reason in (row["reasons"] or ())[:REASONS_SHOWN])
    return Picture(
        address=address(row["media_type"] or "", row["thumbnail"] or b""),
        name=words.label(row["position"] or row["key"] or ""),
        numbers=" · ".join(numbers) or "no evidence",
        caption=plain((row["text"] or "")[:200]),
        reasons=reasons,
    )


def address(media_type: str, data: bytes) -> str:
    """A data address of a thumbnail; "" unless it is a PNG or JPEG of at most 64 kB."""
    beginning = BEGINNINGS.get(media_type)
    if beginning is None or not data.startswith(beginning) or len(data) > LARGEST:
        return ""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
