"""Tell the modality of a corpus from its files: by their endings, and the columns of tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from springhead.core import registry
from springhead.core.traits import Traits, traits_of
from springhead.errors import SpringheadError, UnknownFormat
from springhead.io.batches import ReadOptions
from springhead.io.inflate import open_stream
from springhead.io.jsonl import CAPTION_NAMES
from springhead.io.payload_columns import payload_columns, records_of
from springhead.io.shards import Shard
from springhead.io.sources import Source, discover
from springhead.io.tar import DamagedError, members

DEFAULT = "text"
CAPTIONED = 0.5
"""Share of payload files with a caption beside them from which both are looked at together."""
_TABLES = 8
_MEMBERS = 64


def recognise_modality(
    inputs: Sequence[str], text_column: str | None = None, payload_column: str | None = None
) -> str:
    """Name the modality whose payloads make up most of the files, "text" where none of bytes does.

    With captions (a text beside most files, or a column of that name) it is the modality that is captioned.
    Faults of the inputs are left to the scan itself, which tells them better.
    """
    for plain, captioned in _binary_modalities():
        traits = traits_of(plain)
        try:
            sources = discover(inputs, traits.suffixes).sources
        except SpringheadError:
            continue
        try:
            texts = sum(one.format in ("text", "warc") for one in discover(inputs).sources)
        except SpringheadError:
            texts = 0
        found, with_text = _counts(sources, traits, text_column)
        described = sum(any(not name.endswith(".json") for name in one.beside) for one in sources)
        if payload_column is None and found <= max(0, texts - described):
            continue
        return captioned if captioned and found and with_text >= CAPTIONED * found else plain
    return DEFAULT


def _binary_modalities() -> list[tuple[str, str]]:
    """Registered modalities of bytes without captions, each with the captioned one of the same files."""
    names = {name: traits_of(name) for name in registry.names("modality")}
    pairs = []
    for name, traits in names.items():
        if traits.payload != "text" and not traits.captioned:
            other = [one for one, its in names.items() if its.captioned and its.suffixes == traits.suffixes]
            pairs.append((name, other[0] if other else ""))
    return pairs


def _counts(sources: Sequence[Source], traits: Traits, text_column: str | None) -> tuple[int, int]:
    """How many payloads the files show, and how many of them with a caption."""
    files = [one for one in sources if one.format == "binary"]
    found = len(files)
    captioned = sum(any(not name.endswith(".json") for name in one.beside) for one in files)
    captions = {text_column} if text_column else set(CAPTION_NAMES)
    for one in [one for one in sources if one.format in ("jsonl", "parquet", "arrow", "tar")][:_TABLES]:
        shard = Shard(one.name, one.path, one.format, 0, -1, 0, one.size, "")
        if one.format == "tar":
            here, texts = _in_archive(Path(one.path), traits)
        else:
            records = records_of(shard)
            columns = payload_columns(records, traits.suffixes)
            here = len(records) if any(_is_payload(name, columns, traits, records) for name in columns) else 0
            texts = here if any(captions & set(record) for record in records) else 0
        found, captioned = found + here, captioned + texts
    return found, captioned


def _is_payload(
    name: str, columns: dict[str, int], traits: Traits, records: Sequence[dict[str, object]]
) -> bool:
    """Whether a column is one of payloads: named so, or most of its values can be one."""
    return name.lower() in traits.columns or columns[name] * 2 > len(records)


def _in_archive(path: Path, traits: Traits) -> tuple[int, int]:
    found = texts = 0
    try:
        with open_stream(path, ReadOptions()) as stream:
            for number, (entry, _) in enumerate(members(stream, 1 << 25)):
                ending = Path(entry.name).suffix.lower()
                found += ending in traits.suffixes
                texts += ending in (".txt", ".caption", ".text", ".json")
                if number >= _MEMBERS:
                    break
    except (DamagedError, OSError, UnknownFormat):
        pass
    return found, texts
