"""A batch of images: encoded bytes as read, their names and the columns beside them; no pixels are held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from springhead.core.nouns import Columns

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ImageBatch:
    """n images.

    `data` are the encoded files as read, `names` their file names ("" where there is none), `columns` the
    named columns, all of length n. What is derived from the batch is computed once and kept under a name
    (`once`); whoever derives it keeps facts, hashes or features there, never decoded images.
    """

    data: tuple[bytes, ...]
    names: tuple[str, ...]
    columns: Columns
    derived: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        """Number of images."""
        return len(self.data)

    def once(self, name: str, make: Callable[[], Value], /) -> Value:
        """Return what is kept under `name`, made by `make` the first time."""
        if name not in self.derived:
            self.derived[name] = make()
        return cast("Value", self.derived[name])
