"""Names of generators of text, beside the source types that every modality shares."""

from __future__ import annotations

import re

from springhead.modalities.source_types import (
    AIGC_LABELS,
    TERMS,
    WORDS,
    Origin,
    of_term,
    of_word,
)

__all__ = ["AIGC_LABELS", "AUTHORS", "GENERATORS", "TERMS", "WORDS", "Origin", "of_term", "of_word"]

_UNMISTAKABLE = (
    r"chat-?gpt|gpt-?[2345][\w.-]*|openai|anthropic|llama[ -]?\d[\w.-]*|mi[sx]tral[\w-]*|deep-?seek[\w-]*"
    r"|qwen[\w.-]*"
    r"|claude[ -](?:\d|opus|sonnet|haiku|instant)[\w.-]*|gemini[ -](?:\d|pro|flash|ultra)[\w.-]*"
    r"|grok-\d|perplexity|writesonic|command-r|phi-[34]|an? ai(?: \w+)?|artificial intelligence"
    r"|language model"
)
AUTHORS = re.compile(
    rf"\b(?:{_UNMISTAKABLE})\b|^ai$|^ai (?:assistant|model|tool|system|language|writer)"
    r"|人工智能|文心一言|通义千问|豆包",
    re.IGNORECASE,
)
"""Names of generators that are not names of people: what an author's name is tested against."""
GENERATORS = re.compile(
    rf"\b(?:{_UNMISTAKABLE}|claude|gemini|bard|copilot|llama|grok|ernie|doubao|kimi|jasper|gemma|ai|a\.i\.|llm)\b"
    r"|人工智能|文心一言|通义千问|豆包",
    re.IGNORECASE,
)
"""Names of generators of text, and of the kind itself."""
