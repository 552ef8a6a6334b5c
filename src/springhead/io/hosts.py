"""The registrable domain of a URL or host name, offline."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit


@lru_cache(maxsize=1)
def _suffixes() -> Any:
    """Load the public suffix list that tldextract carries; never the network, never a cache on disk."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=1 << 14)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of a host name by the public suffix list, else the host itself."""
    found = _suffixes().extract_str(host)
    return str(found.top_domain_under_public_suffix or host)


def host_of(url: str) -> str | None:
    """Return the registrable domain of a URL, None where it names no host."""
    try:
        host = urlsplit(url.strip().strip("<>")).hostname
    except ValueError:
        return None
    return registrable_domain(host.lower()) if host else None
