"""ComfyUI's node graphs: `prompt` (what ran) and `workflow` (what the editor shows), in PNG text or EXIF tags."""

from __future__ import annotations

import re

from springhead.modalities.image.fields import Field
from springhead.modalities.image.loose_json import parse
from springhead.modalities.image.statements import Statement, generator, named, prompt

_NODE = re.compile(r"\"class_type\"\s{0,4}:\s{0,4}\"[\w .:+&()/-]{1,120}\"")
_MODELS = ("ckpt_name", "unet_name", "base_ckpt_name", "model_name", "gguf_name")
_SEEDS = ("seed", "noise_seed")
_TEXTS = ("text", "text_g", "t5xxl", "clip_l", "prompt", "positive")
NODES = 2000
"""Most nodes looked at."""


def read(field: Field, /) -> list[Statement]:
    """Read a field named `prompt` or `workflow`."""
    value = parse(field.value)
    if isinstance(value, dict):
        return of_object(value)
    # Cut off by a cap or damaged: the first nodes are enough to know the tool.
    return [generator("ComfyUI")] if _NODE.search(field.value[:20000]) else []


def tagged(field: Field, /) -> list[Statement]:
    """Read an EXIF tag whose text starts with `prompt:` or `workflow:`, as in WebP and JPEG."""
    head, mark, _ = field.value[:12].partition(":")
    if not mark or head.lower() not in ("prompt", "workflow"):
        return []
    return read(Field(field.carrier, head.lower(), field.value[len(head) + 1 :]))


def of_object(value: dict[str, object], /) -> list[Statement]:
    """Statements of a graph in either form; nothing where the object is none."""
    for key in ("prompt", "workflow"):
        inner = value.get(key)
        if isinstance(inner, dict) and (found := of_object(inner)):
            return found
    nodes = {key: node for key, node in list(value.items())[:NODES] if _is_node(node)}
    if nodes:
        return _graph(nodes)
    listed = value.get("nodes")
    if isinstance(listed, list) and listed and ("links" in value or "last_node_id" in value):
        return _editor(listed)
    return []


def _is_node(node: object) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
    )


def _graph(nodes: dict[str, object]) -> list[Statement]:
    found = [generator("ComfyUI")]
    inputs: dict[str, dict[str, object]] = {}
    for key, node in nodes.items():
        assert isinstance(node, dict)
        inputs[key] = node["inputs"]
    found += _first(inputs, _MODELS, "model")
    found += prompt(_positive(inputs))
    return found + _first(inputs, _SEEDS, "seed")


def _first(inputs: dict[str, dict[str, object]], names: tuple[str, ...], kind: str) -> list[Statement]:
    for given in inputs.values():
        for name in names:
            if statements := named(kind, given.get(name)):
                return statements
    return []


def _positive(inputs: dict[str, dict[str, object]]) -> str:
    """Text at the end of a sampler's `positive` link, else the first text of any node."""
    for given in inputs.values():
        link, steps = given.get("positive"), 0
        while isinstance(link, list) and link and steps < 32:
            node = inputs.get(str(link[0]), {})
            for name in _TEXTS:
                text = node.get(name)
                if isinstance(text, str) and text.strip():
                    return text
                if isinstance(text, list):
                    link = text
                    break
            else:
                link = next(
                    (node[name] for name in ("conditioning", "conditioning_1", "positive") if name in node),
                    None,
                )
            steps += 1
    for given in inputs.values():
        text = given.get("text")
        if isinstance(text, str) and text.strip():
            return text
    return ""


def _editor(nodes: list[object]) -> list[Statement]:
    """The editor's form keeps settings as unnamed lists: only a loader's file name is told apart."""
    kinds = [node for node in nodes[:NODES] if isinstance(node, dict) and isinstance(node.get("type"), str)]
    if not kinds:
        return []
    found = [generator("ComfyUI")]
    for node in kinds:
        values = node.get("widgets_values")
        if "Loader" in str(node["type"]) and isinstance(values, list):
            files = [
                one
                for one in values[:8]
                if isinstance(one, str) and one.endswith((".safetensors", ".ckpt", ".gguf"))
            ]
            if files:
                return [*found, *named("model", files[0])]
    return found
