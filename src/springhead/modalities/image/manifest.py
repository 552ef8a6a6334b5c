"""Read a verified manifest's report: source types of its actions, generator, signer, time, parents.

C2PA 2.2, actions and ingredients. An edited file says what it is through the parent that it was opened from, so
parents are followed to the first that names a source type. A parent that was broken or signed by anybody makes
what rests on it no surer than itself, whoever signed the edit.
"""

from __future__ import annotations

from typing import Any

from springhead.core.nouns import Origin, Trust
from springhead.modalities.image.standing import Standing
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
    terms, source, labels = _terms(report.get("active_manifest") or "", manifests)
    origin = origin_of(terms)
    sure = Standing(report).weakest(labels, trust)
    if sure is Trust.DECLARED and origin is Origin.HUMAN:
        origin = Origin.UNKNOWN
    if terms:
        found.append(Statement("source-type", clean(" + ".join(terms)), origin, sure))
    made = origin in (Origin.SYNTHETIC, Origin.MIXED)
    tools = _agents(source if made else active) or _claimed(source if made else active)
    if made and tools:
        found.append(Statement("generator", clean(tools[0]), origin, sure))
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


def _terms(label: str, manifests: dict[str, Any]) -> tuple[list[str], dict[str, Any], list[str]]:
    """Source types along the chain of parents, oldest first; the manifest that says them; parents relied on."""
    active = _mapping(manifests.get(label))
    terms: list[str] = []
    source, relied = active, list[str]()
    chain = _chain(label, manifests)
    for place in reversed(range(len(chain))):
        own = _own(_mapping(manifests.get(chain[place])))
        if own and not terms:
            source, relied = _mapping(manifests[chain[place]]), chain[1 : place + 1]
        terms += own
    for part in _ingredients(active):
        name = str(part.get("active_manifest") or "")
        inner = manifests.get(name)
        if part.get("relationship") != "componentOf" or not isinstance(inner, dict):
            continue
        if any(of_term(term) in ("synthetic", "mixed") for term in _own(inner)):
            terms.append("compositeWithTrainedAlgorithmicMedia")
            source, relied = inner, [*relied, name]
    return list(dict.fromkeys(terms)), source, relied


def _chain(label: str, manifests: dict[str, Any]) -> list[str]:
    """Labels of a manifest, of the parent that it was opened from, and so on."""
    chain = [label]
    for _ in range(DEEPEST):
        above = next((str(one.get("active_manifest") or "") for one in _ingredients(_mapping(manifests.get(chain[-1])))
                      if one.get("relationship") == "parentOf"), "")  # fmt: skip
        if not above or above in chain or above not in manifests:
            break
        chain.append(above)
    return chain


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
