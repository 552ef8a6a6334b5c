"""Policies by name: settings of a file become the registered policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.core import registry
from springhead.core.config import decode
from springhead.core.protocols import Policy


def make(name: str, settings: Mapping[str, Any] | None = None, source: str = "policy") -> Policy:
    """Build the policy registered under `name` from its settings; `source` names the file in errors.

    Raises UnknownName for a name that is not registered, BadConfiguration for a parameter that the policy does
    not have and BadPolicy for a value out of range.
    """
    policy: Policy = decode(dict(settings or {}), registry.load("policy", name), source)
    return policy
