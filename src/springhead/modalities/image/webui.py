"""AUTOMATIC1111's parameters, and the tools that write the same: Forge, SD.Next, Fooocus, Civitai, Draw Things.

Three parts: the prompt, "Negative prompt:", and one line of settings that starts with "Steps:".
"""

from __future__ import annotations

import re

from springhead.modalities.image.statements import Statement, generator, named, prompt

_SETTINGS = re.compile(r"(?:^|\n) {0,4}Steps: ?\d{1,6},[^\n]{0,4000}")
_CONFIRMING = re.compile(r"\b(?:Sampler|CFG scale|Guidance Scale|Seed|Model hash|Size): ?\S")
_MODEL = re.compile(r"(?:^|, )Model: ?([^,\n]{1,200})")
_HASH = re.compile(r"(?:^|, )Model hash: ?([0-9A-Fa-f]{6,64})")
_SEED = re.compile(r"(?:^|, )Seed: ?(\d{1,20})")
_VERSION = re.compile(r"(?:^|, )Version: ?([^,\n]{1,80})")
_APP = re.compile(r"(?:^|, )(?:App|Parser): ?([^,\n]{1,60})")
_NEGATIVE = re.compile(r"(?:^|\n)Negative prompt:")


def read(text: str, /) -> list[Statement]:
    """Return the statements of a parameters text; nothing without its line of settings."""
    if "Steps:" not in text:
        return []
    line = _SETTINGS.search(text)
    if line is None or not _CONFIRMING.search(line[0]):
        return []
    settings = line[0].strip()
    negative = _NEGATIVE.search(text)
    end = min(line.start(), negative.start()) if negative else line.start()
    version, name = _tool(settings)
    if name == "Draw Things" and negative is None:  # its negative prompt is a line that starts with a dash
        dash = text.rfind("\n-", 0, end)
        end = dash if dash >= 0 else end
    found = [generator(name), *_first(_MODEL, "model", settings), *_first(_HASH, "model-hash", settings)]
    found += [*prompt(text[:end]), *_first(_SEED, "seed", settings)]
    return [*found, *named("software", version)]


def _first(pattern: re.Pattern[str], kind: str, text: str) -> list[Statement]:
    match = pattern.search(text)
    return named(kind, match[1].strip()) if match else []


def _tool(settings: str) -> tuple[str, str]:
    """(version as written, name of the tool) from the version and application that the settings name."""
    match, app = _VERSION.search(settings), _APP.search(settings)
    version = match[1].strip() if match else ""
    low = f"{version} {app[1] if app else ''}".lower()
    for mark, name in (
        ("fooocus", "Fooocus"), ("comfyui", "ComfyUI"), ("sd.next", "SD.Next"), ("sdnext", "SD.Next"),
        ("invoke", "InvokeAI"), ("neo", "Forge"), ("forge", "Forge"), ("swarm", "SwarmUI"),
    ):  # fmt: skip
        if mark in low:
            return version, name
    if "Guidance Scale:" in settings and "CFG scale:" not in settings:
        return version, "Draw Things"
    if re.match(r"f\d", version):
        return version, "Forge"
    return version, "AUTOMATIC1111"
