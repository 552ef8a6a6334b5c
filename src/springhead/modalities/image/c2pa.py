"""Verify C2PA manifests with the extra `c2pa`, only where one is embedded, and never over the network.

States are kept apart: trusted (signed under a trust anchor), valid but untrusted (whole, by anybody), invalid,
not verified (the extra is not installed), and, told by the header alone, must fetch remote.
"""

from __future__ import annotations

import importlib
import io
import json
import re
from typing import Any

from springhead.core.nouns import Origin, Trust
from springhead.modalities.image.header import Header
from springhead.modalities.image.manifest import origin_of, statements_of
from springhead.modalities.image.statements import Statement, clean
from springhead.modalities.source_types import of_term

_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif", "tiff": "image/tiff",
          "avif": "image/avif", "heic": "image/heic"}  # fmt: skip
_TERM = re.compile(rb"digital[sS]ource[tT]ype/([A-Za-z]{4,60})")
_BEFORE_TERM = (b"ourcetype/", b"ourceType/")
_MOST_TERMS = 256
NOT_INSTALLED = "manifest present, not verified: the extra c2pa is not installed"


class Verifier:
    """Verifies manifests under given trust anchors (PEM text), or under none: then nothing is trusted."""

    def __init__(self, trust_anchors: str | None = None) -> None:
        """Prepare the library once; without it every manifest is "not verified"."""
        self._library: Any = _library()
        self._context: Any = None
        if self._library is not None:
            settings: dict[str, Any] = {
                "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
                "core": {"allowed_network_hosts": []},
            }
            if trust_anchors:
                settings["trust"] = {"trust_anchors": trust_anchors}
            self._context = self._library.Context(self._library.Settings.from_dict(settings))

    @property
    def installed(self) -> bool:
        """Whether manifests can be verified at all."""
        return self._library is not None

    def examine(self, data: bytes, header: Header, /) -> list[Statement]:
        """Return what the embedded manifest states, with the trust that its signature has."""
        if self._library is None:
            return peek(header, NOT_INSTALLED)
        try:
            reader = self._library.Reader(_TYPES.get(header.format), io.BytesIO(data), context=self._context)
        except Exception as error:  # the library raises several unrelated classes
            return _unreadable(str(error), header)
        try:
            report = json.loads(reader.json())
            return _stated(report, str(report.get("validation_state")))
        except Exception as error:
            return _unreadable(str(error), header)
        finally:
            reader.close()


def peek(header: Header, state: str, /) -> list[Statement]:
    """What an unverified manifest names: source types are an unsigned declaration, believed only of a machine."""
    found = [Statement("c2pa", state)]
    terms = _named_terms(header.store)
    origin = origin_of([term for term in terms if of_term(term)])
    if terms:
        believed = origin if origin in (Origin.SYNTHETIC, Origin.MIXED) else Origin.UNKNOWN
        found.append(Statement("source-type", clean(" + ".join(terms)), believed))
    return found


def _named_terms(store: bytes) -> list[str]:
    """Source types named in a store, in order; found by their fixed middle, as a store is mostly thumbnails."""
    found: dict[int, str] = {}
    for middle in _BEFORE_TERM:
        at = store.find(middle)
        while at >= 0 and len(found) < _MOST_TERMS:
            match = _TERM.match(store, max(0, at - len("digitals")))
            if match:
                found[at] = match[1].decode("ascii")
            at = store.find(middle, at + len(middle))
    return list(dict.fromkeys(found[at] for at in sorted(found)))


def _library() -> Any:
    try:
        return importlib.import_module("c2pa")
    except (ImportError, OSError):
        return None


def _unreadable(error: str, header: Header) -> list[Statement]:
    if error.startswith("Remote"):
        return [Statement("c2pa", "must fetch remote")]
    return peek(header, f"invalid: {clean(error)[:120]}")


def _stated(report: dict[str, Any], state: str) -> list[Statement]:
    """State and statements; the library calls whatever is whole "Valid", whoever signed it."""
    if state == "Trusted":
        return statements_of(report, "trusted", Trust.TRUSTED_SIGNATURE)
    if state == "Valid":
        return statements_of(report, "valid but untrusted", Trust.VALID_SIGNATURE)
    codes = [
        str(one.get("code", "")) for one in report.get("validation_status") or [] if isinstance(one, dict)
    ]
    failed = [code for code in codes if code != "signingCredential.untrusted"]
    return statements_of(
        report, clean(f"invalid: {', '.join(dict.fromkeys(failed or codes))}")[:160], Trust.DECLARED
    )
