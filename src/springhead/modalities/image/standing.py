"""How far each manifest of a verified report is to be trusted: a chain is as strong as its weakest signature.

The library's state is that of the active manifest alone. What an editor found of a parent is recorded in the
ingredient, and what the library finds anew in the deltas (C2PA 2.2, validation results); both name the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from springhead.core.nouns import Trust

_LABEL = re.compile(r"self#jumbf=/c2pa/([^/]{1,200})")
_UNTRUSTED = "signingCredential.untrusted"
_TRUSTED = "signingCredential.trusted"
_ORDER = (Trust.DECLARED, Trust.VALID_SIGNATURE, Trust.TRUSTED_SIGNATURE)
_MOST = 4096


class Standing:
    """Codes that a report gives of every manifest in it."""

    def __init__(self, report: dict[str, Any]) -> None:
        """Collect successes and failures by the label of the manifest that they name."""
        self._failed: dict[str, set[str]] = {}
        self._trusted: set[str] = set()
        manifests = report.get("manifests")
        for manifest in list(manifests.values())[:_MOST] if isinstance(manifests, dict) else []:
            for one in _listed(manifest.get("ingredients") if isinstance(manifest, dict) else None):
                label = str(one.get("active_manifest") or "")
                self._take(one.get("validation_results"), label)
                for status in _listed(one.get("validation_status")):
                    self._fail(status, label)
        # Last, so that what is found here and now counts over what an editor recorded.
        self._take(report.get("validation_results"), str(report.get("active_manifest") or ""))

    def of(self, label: str, /) -> Trust:
        """Trust of what one manifest states: broken, signed by anybody, or signed under a trust anchor."""
        failed = self._failed.get(label, set())
        if failed - {_UNTRUSTED}:
            return Trust.DECLARED
        return Trust.TRUSTED_SIGNATURE if label in self._trusted else Trust.VALID_SIGNATURE

    def weakest(self, labels: list[str], most: Trust, /) -> Trust:
        """The least trust among these manifests, at most `most`."""
        return min([most, *(self.of(label) for label in labels)], key=_ORDER.index)

    def _take(self, results: object, label: str) -> None:
        for codes in _results(results):
            for one in _listed(codes.get("success")):
                if one.get("code") == _TRUSTED:
                    self._trusted.add(_named(one, label))
            for one in _listed(codes.get("failure")):
                self._fail(one, label)

    def _fail(self, one: dict[str, Any], label: str) -> None:
        name, code = _named(one, label), str(one.get("code", ""))
        self._failed.setdefault(name, set()).add(code)
        if code == _UNTRUSTED:
            self._trusted.discard(name)


def _results(results: object) -> Iterator[dict[str, Any]]:
    """The code lists of one result: of the active manifest, then of each ingredient's delta."""
    if not isinstance(results, dict):
        return
    for found in (results.get("activeManifest"), *_deltas(results)):
        if isinstance(found, dict):
            yield found


def _deltas(results: dict[str, Any]) -> list[object]:
    return [one.get("validationDeltas") for one in _listed(results.get("ingredientDeltas"))]


def _named(one: dict[str, Any], label: str) -> str:
    """Label of the manifest that a code's address names, else that of the one it stands in."""
    match = _LABEL.match(str(one.get("url", "")))
    return match[1] if match else label


def _listed(value: object) -> list[dict[str, Any]]:
    return [one for one in value[:_MOST] if isinstance(one, dict)] if isinstance(value, list) else []
