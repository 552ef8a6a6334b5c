"""Read a verified manifest's report: source types of its actions, generator, signer, time, parents.

C2PA 2.2, actions and ingredients. An edited file says what it is through the parent that it was opened from, so
parents are followed to the first that names a source type.
"""

from __future__ import annotations

from typing import Any

from springhead.core.nouns import Origin, Trust
from springhead.modalities.image.statements import Statement, clean
from springhead.modalities.source_types import of_term

DEEPEST = 64
"""Most generations of parents followed."""
_PARTS = 64


def statements_of(report: dict[str, Any], state: str, trust: Trust, /) -> list[Statement]:
    """Return the statements of a report; only a machine's are believed of an invalid manifest."""
    manifests = _mapping(report.get("manifests"))
    active = _mapping(manifests.get(report.get("active_manifest") or ""))
    signature = _mapping(active.get("signature_info"))
    found = [Statement("c2pa", state, trust=trust)]
    terms, source = _terms(active, manifests)
    origin = origin_of(terms)
    if trust is Trust.DECLARED and origin is Origin.HUMAN:
        origin = Origin.UNKNOWN
    if terms:
        found.append(Statement("source-type", clean(" + ".join(terms)), origin, trust))
    made = origin in (Origin.SYNTHETIC, Origin.MIXED)
    tools = _agents(source if made else active) or _claimed(source if made else active)
    if made and tools:
        found.append(Statement("generator", clean(tools[0]), origin, trust))
    found += [Statement("software", clean(name), trust=trust) for name in _claimed(active)[:2]]
    signer = signature.get("issuer") or signature.get("common_name")
    if signer:
        found.append(Statement("signer", clean(signer), trust=trust))
    if isinstance(signature.get("time"), str):
        found.append(Statement("signed", clean(signature["time"]), trust=trust))
    return found + _parents(active, trust)


def origin_of(terms: list[str], /) -> Origin:
    """Origin of a file whose actions name these source types: a machine's part in a human's work is mixed."""
    origins = [Origin(of_term(term) or "unknown") for term in terms]
    known = [origin for origin in origins if origin is not Origin.UNKNOWN]
    if not known:
        return Origin.UNKNOWN
    if known[0] is Origin.SYNTHETIC:
        return Origin.SYNTHETIC  # edits of what a machine made leave it a machine's
    if any(origin in (Origin.SYNTHETIC, Origin.MIXED) for origin in known):
        return Origin.MIXED
    return known[0]


def _terms(active: dict[str, Any], manifests: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Source types from the first manifest up the chain of parents that has any, then those of the edits."""
    chain, seen, current = [active], set[str](), active
    for _ in range(DEEPEST):
        label = next((str(one.get("active_manifest") or "") for one in _ingredients(current)
                      if one.get("relationship") == "parentOf"), "")  # fmt: skip
        if not label or label in seen or label not in manifests:
            break
        seen.add(label)
        current = _mapping(manifests[label])
        chain.append(current)
    terms: list[str] = []
    source = active
    for one in reversed(chain):
        own = _own(one)
        if own and not terms:
            source = one
        terms += own
    for part in _ingredients(active):
        inner = manifests.get(str(part.get("active_manifest") or ""))
        if part.get("relationship") != "componentOf" or not isinstance(inner, dict):
            continue
        if any(of_term(term) in ("synthetic", "mixed") for term in _own(inner)):
            terms.append("compositeWithTrainedAlgorithmicMedia")
            source = inner
    return list(dict.fromkeys(terms)), source


def _actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for assertion in _listed(manifest.get("assertions")):
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            found += _listed(_mapping(assertion.get("data")).get("actions"))
    return found


def _own(manifest: dict[str, Any]) -> list[str]:
    """Names of the source types of a manifest's actions and of its creative-work assertion."""
    values = [action.get("digitalSourceType") for action in _actions(manifest)]
    for assertion in _listed(manifest.get("assertions")):
        data = _mapping(assertion.get("data"))
        values += [data.get("digitalSourceType"), data.get("Iptc4xmpExt:DigitalSourceType")]
    names = [value.rstrip("/").rsplit("/", 1)[-1] for value in values if isinstance(value, str) and value]
    return [name for name in names if of_term(name)]


def _agents(manifest: dict[str, Any]) -> list[str]:
    """Software agents of the actions that name a source type."""
    found = []
    for action in _actions(manifest):
        agent = action.get("softwareAgent")
        name = agent.get("name") if isinstance(agent, dict) else agent
        if action.get("digitalSourceType") and isinstance(name, str) and name:
            found.append(name)
    return found


def _claimed(manifest: dict[str, Any]) -> list[str]:
    """Names of the software that made the claim."""
    infos = [one for one in _listed(manifest.get("claim_generator_info")) if isinstance(one.get("name"), str)]
    names = [f"{one['name']} {one.get('version') or ''}".strip() for one in infos]
    whole = manifest.get("claim_generator")
    return names or ([whole] if isinstance(whole, str) and whole else [])


def _parents(active: dict[str, Any], trust: Trust) -> list[Statement]:
    found = []
    for one in _ingredients(active):
        name = one.get("instance_id") or one.get("document_id") or one.get("active_manifest")
        if isinstance(name, str) and name:
            found.append(
                Statement("parent", clean(f"{one.get('relationship', 'componentOf')} {name}"), trust=trust)
            )
    return found


def _ingredients(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return _listed(manifest.get("ingredients"))


def _listed(value: object) -> list[dict[str, Any]]:
    return [one for one in value[:_PARTS] if isinstance(one, dict)] if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
