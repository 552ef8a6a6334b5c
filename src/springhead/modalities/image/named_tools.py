"""Generators told by a name in a field that names tools, and the text conventions of hosted services."""

from __future__ import annotations

import re

from springhead.modalities.image.fields import Field
from springhead.modalities.image.statements import Statement, generator, named, prompt

_JOB = re.compile(r"\bJob ID: ?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_VERSION = re.compile(r"--(v|version|niji)\s{1,4}(\d[\d.]{0,5})")
_OPTION = re.compile(r"\s--[a-z]+\b")
_TOOL_FIELDS = frozenset(
    {"Software", "CreatorTool", "Make", "Model", "Credit", "Source", "source", "Artist", "Author", "creator", "Program",
     "generator", "GeneratedBy", "AISystemUsed", "Instructions"}
)  # fmt: skip
_NAMES = (
    ("NovelAI", r"novelai"),
    ("Midjourney", r"midjourney"),
    ("OpenAI", r"open-?ai\b|dall[·.\-– ]?e\b|chatgpt|gpt-?4o|gpt-image|openai sora"),
    ("Adobe Firefly", r"adobe firefly|^firefly\b"),
    (
        "Google AI",
        r"made with google ai|edited with google ai|^google (?:ai|imagen|gemini)|\bimagen ?\d|nano banana",
    ),
    ("Meta AI", r"imagined with ai|^meta ai\b|made with ai\b"),
    ("Microsoft", r"bing image creator|microsoft designer|^image creator from"),
    ("Stability AI", r"stability ai|dreamstudio|stable image (?:core|ultra)"),
    ("Stable Diffusion", r"stable ?diffusion"),
    ("Black Forest Labs", r"black forest labs|\bflux\.?1?[ ._-]?(?:dev|pro|schnell|kontext)\b"),
    ("InvokeAI", r"invoke ?-?ai\b"),
    ("ComfyUI", r"comfyui"),
    ("Fooocus", r"fooocus"),
    ("SwarmUI", r"swarmui"),
    ("Draw Things", r"^draw things"),
    ("AUTOMATIC1111", r"automatic1111|stable-diffusion-webui"),
    ("Leonardo.Ai", r"leonardo\.?ai\b"),
    ("Ideogram", r"\bideogram"),
    ("Recraft", r"\brecraft"),
    ("xAI", r"^grok\b|^x\.?ai\b|aurora by xai"),
    ("Playground", r"playground ?ai|playgroundai"),
    ("NightCafe", r"nightcafe"),
    ("Krea", r"^krea\b|krea\.ai"),
    ("DiffusionBee", r"diffusionbee"),
    ("Easy Diffusion", r"easy ?diffusion"),
    ("Doubao", r"豆包|doubao|即梦|jimeng|seedream"),
    ("Kling", r"可灵|kling ?ai"),
    ("Ernie", r"文心|ernie[ -](?:bot|vilg|image)"),
    ("Qwen", r"通义|qwen-?image|tongyi"),
)
_ANY = re.compile("|".join(f"(?P<g{i}>{pattern})" for i, (_, pattern) in enumerate(_NAMES)), re.IGNORECASE)


def read(field: Field, /) -> list[Statement]:
    """Return the generator that the field names, with the model where the convention gives one."""
    value = field.value
    if "Job ID:" in value and _JOB.search(value):
        return _midjourney(value)
    if field.name not in _TOOL_FIELDS or not value:
        return []
    match = _ANY.search(value[:200])
    if match is None or match.lastgroup is None:
        return []
    name = _NAMES[int(match.lastgroup[1:])][0]
    found = [generator(name)]
    if field.name == "Source" and name in ("NovelAI", "Stable Diffusion"):
        return found + named("model", value)
    if field.name in ("Software", "CreatorTool", "Program") and value.strip().lower() != name.lower():
        found += named("software", value)
    return found


def _midjourney(value: str) -> list[Statement]:
    """Midjourney's description: the prompt, its options, and the job's id."""
    version = _VERSION.search(value)
    option, job = _OPTION.search(value), _JOB.search(value)
    ends = [match.start() for match in (option, job) if match]
    found = [generator("Midjourney")]
    if version:
        found += named("model", f"{'Niji' if version[1] == 'niji' else 'Midjourney'} {version[2]}")
    return found + prompt(value[: min(ends)])
