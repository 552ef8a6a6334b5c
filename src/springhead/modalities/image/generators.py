"""What image generators write into their files, one reader per convention, each giving typed statements.

Every reader takes one field and returns nothing where the field is not of its convention. Prompts are hashed,
never kept. `recognise` asks the readers that a field's name or its text call for, so plain files cost little.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from springhead.modalities.image import comfyui, named_tools, webui
from springhead.modalities.image.fields import Field
from springhead.modalities.image.loose_json import parse
from springhead.modalities.image.statements import Statement, generator, named, prompt

Reader = Callable[[Field], list[Statement]]
_SCHEME = frozenset({"fooocus", "a1111"})
_DREAM = re.compile(r"^\"(.{0,4000})\" (?=.*-s ?\d+)(?=.*-S ?(\d+))", re.DOTALL)


def recognise(field: Field, /) -> list[Statement]:
    """Return the statements of one field under every convention that it may follow."""
    reader = _BY_NAME.get(field.name)
    found = reader(field) if reader else []
    if found:
        return found
    value = field.value
    if value[:1] in "{[ \n\t" and "{" in value[:64]:
        found = _json(field)
    return found or webui.read(value) or named_tools.read(field)


def _json(field: Field) -> list[Statement]:
    """Conventions told by the keys of a JSON object, in whatever field it stands."""
    value = parse(field.value)
    if not isinstance(value, dict):
        return []
    for reader in (_swarm, _fooocus, _draw_things, _novelai, _invoke, _easy):
        found = reader(value)
        if found:
            return found
    return comfyui.of_object(value)


def _swarm(value: dict[str, object]) -> list[Statement]:
    """SwarmUI: parameters under `sui_image_params`."""
    given = value.get("sui_image_params")
    if not isinstance(given, dict):
        return []
    found = [generator("SwarmUI"), *named("model", given.get("model")), *prompt(given.get("prompt") or "")]
    version = given.get("swarm_version")
    return [*found, *named("seed", given.get("seed")), *named("software", version and f"SwarmUI {version}")]


def _fooocus(value: dict[str, object]) -> list[Statement]:
    """Fooocus' own scheme: `base_model` or `Base Model` beside a prompt, under a version that says Fooocus."""
    low = {str(key).lower().replace(" ", "_"): one for key, one in value.items()}
    if "base_model" not in low or "prompt" not in low:
        return []
    version = low.get("version") or low.get("software")
    found = [
        generator("Fooocus"),
        *named("model", low["base_model"]),
        *named("model-hash", low.get("base_model_hash")),
    ]
    return [*found, *prompt(low["prompt"]), *named("seed", low.get("seed")), *named("software", version)]


def _draw_things(value: dict[str, object]) -> list[Statement]:
    """Draw Things: prompt `c` and negative prompt `uc`."""
    if not isinstance(value.get("c"), str) or not ("uc" in value or "sampler" in value):
        return []
    return [generator("Draw Things"), *named("model", value.get("model")), *prompt(value["c"]),
            *named("seed", value.get("seed"))]  # fmt: skip


def _novelai(value: dict[str, object]) -> list[Statement]:
    """NovelAI: a JSON comment with `uc` or a signed hash; as stealth data the whole set of fields in one object."""
    if isinstance(value.get("Comment"), str) and "NovelAI" in f"{value.get('Software')} {value.get('Title')}":
        inner = parse(str(value["Comment"]))
        found = _novelai(inner) if isinstance(inner, dict) else [generator("NovelAI")]
        return [*found, *named("model", value.get("Source"))]
    if "prompt" not in value or not ("uc" in value or "signed_hash" in value or "v4_prompt" in value):
        return []
    if not ({"sampler", "steps", "scale"} & set(value)):
        return []
    return [generator("NovelAI"), *prompt(value["prompt"]), *named("seed", value.get("seed"))]


def _invoke(value: dict[str, object]) -> list[Statement]:
    """InvokeAI, new (`generation_mode`, `positive_prompt`) and old (`app_id`, `image`) metadata."""
    if "invoke-ai" in str(value.get("app_id", "")).lower():
        inner = value.get("image")
        image: dict[str, object] = inner if isinstance(inner, dict) else {}
        text = image.get("prompt")
        if isinstance(text, list):
            text = " ".join(str(one.get("prompt", "")) for one in text[:64] if isinstance(one, dict))
        found = [generator("InvokeAI"), *named("model", value.get("model_weights") or value.get("model"))]
        found += [
            *named("model-hash", value.get("model_hash")),
            *prompt(text or ""),
            *named("seed", image.get("seed")),
        ]
        return [*found, *_version(value)]
    if "positive_prompt" not in value or not ({"generation_mode", "app_version", "scheduler"} & set(value)):
        return []
    model = value.get("model")
    described: dict[str, object] = model if isinstance(model, dict) else {"name": model}
    name = described.get("model_name") or described.get("name")
    found = [generator("InvokeAI"), *named("model", name), *named("model-hash", described.get("hash"))]
    return [*found, *prompt(value["positive_prompt"]), *named("seed", value.get("seed")), *_version(value)]


def _version(value: dict[str, object]) -> list[Statement]:
    version = value.get("app_version")
    return named("software", f"InvokeAI {version}") if version else []


def _easy(value: dict[str, object]) -> list[Statement]:
    """Easy Diffusion: the model under `use_stable_diffusion_model`."""
    model = value.get("use_stable_diffusion_model")
    if model is None:
        return []
    return [generator("Easy Diffusion"), *named("model", model), *prompt(value.get("prompt") or ""),
            *named("seed", value.get("seed"))]  # fmt: skip


def _invoke_named(field: Field) -> list[Statement]:
    """A field that only InvokeAI writes: what is inside may be cut or unknown, the name is enough."""
    value = parse(field.value)
    found = _invoke(value) if isinstance(value, dict) else []
    return found or [generator("InvokeAI")] if field.value.strip() else []


def _dream(field: Field) -> list[Statement]:
    """The command line that early InvokeAI (lstein's fork) wrote."""
    match = _DREAM.match(field.value[:8000])
    return [generator("InvokeAI"), *prompt(match[1]), *named("seed", match[2])] if match else []


def _easy_key(field: Field) -> list[Statement]:
    return [generator("Easy Diffusion"), *named("model", field.value)] if field.value else []


def _scheme(field: Field) -> list[Statement]:
    return [generator("Fooocus")] if field.value.strip().lower() in _SCHEME else []


_BY_NAME: dict[str, Reader] = {
    "prompt": comfyui.read,
    "workflow": comfyui.read,
    "Make": comfyui.tagged,
    "Model": comfyui.tagged,
    "ImageDescription": comfyui.tagged,
    "Other": comfyui.tagged,
    "invokeai_metadata": _invoke_named,
    "invokeai_graph": _invoke_named,
    "invokeai_workflow": _invoke_named,
    "sd-metadata": _invoke_named,
    "Dream": _dream,
    "dream": _dream,
    "fooocus_scheme": _scheme,
    "MakerNote": _scheme,
    "use_stable_diffusion_model": _easy_key,
}
