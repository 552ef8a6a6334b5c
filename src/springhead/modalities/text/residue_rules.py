"""The strict phrases that chat assistants leave behind, in seventeen languages.

Each row is: rule id, literals that must occur (lower case; one is enough to look closer), and a regular
expression on the lower-cased text with straight quotes. A phrase is listed only when a person has hardly a
reason to write it in their own name: "Here is" and "Title:" are not, because they hit 3 % of human abstracts
and 37 % of human essays.
"""

from __future__ import annotations

from springhead.modalities.text.residue_languages import OTHERS

REASONS: dict[str, tuple[str, float]] = {
    "identity": ("speaks of itself as an AI language model", 1.0),
    "cutoff": ("speaks of the limit of its own training data", 1.0),
    "refusal": ("declines a request as an assistant does", 1.0),
    "answer": ("opens by handing over what a user asked for", 0.8),
    "offer": ("offers a user to rework the text", 0.7),
    "placeholder": ("leaves a blank for a user to fill in", 0.4),
    "citation": ("holds citation marks of a chat tool", 1.0),
    "link": ("links carry the tracking mark of a chat tool", 0.6),
    "prompt": ("holds control tokens of a chat model", 0.7),
    "interface": ("holds a label of a chat window", 0.6),
}
"""Kind to the reason shown to people and the weight of one hit, in (0, 1]."""

_SAY = (
    r"(?:fulfil?l|assist|help|comply|provide|generate|create|write|continue|engage|answer|complete"
    r"|support)"
)
_WORK = (
    r"(?:rewritten|revised|paraphrased|rephrased|polished|improved|edited|corrected|shortened|expanded"
    r"|summar\w+|version|draft|story|essay|article|review|abstract|poem|paragraph|summary|response|email|letter"
    r"|blog|post|outline|continuation)"
)

_ENGLISH: list[tuple[str, tuple[str, ...], str]] = [
    ("identity.en", (
        "as an ai", "as a large language", "a language model", "an ai language model", "ai assistant",
        "as an artificial intelligence", "an artificial intelligence language",
    ),
     r"\bas an? (?:(?:large |ai )?language model|ai(?:-powered)? (?:language )?(?:model|assistant|"
     r"chatbot))\b(?: (?:developed|trained|created|made) by \w+)?(?=, | i\b|;)|\bas an ai,? i (?:do "
     r"not|don't|can't|cannot|am|have)|\bi(?: am|'m) (?:just |only |merely |simply )?an? (?:(?:large "
     r")?language model|(?:ai|artificial intelligence) (?:language )?model|ai assistant)\b|\bas an "
     r"artificial intelligence(?: language model)?,? i\b"),
    ("cutoff.en", ("my last", "my knowledge cut", "my training", "as of my"),
     r"\b(?:as of|up to|until) my (?:last|latest|most recent|current)? ?(?:knowledge|training)[ "
     r"-](?:update|cut-?off|data)|\bas of my last update|\bmy knowledge cut-?off\b|\bmy training data "
     r"(?:only )?(?:goes|extends|includes|ends|was)"),
    ("refusal.en", (
        "i'm sorry", "i am sorry", "i apologize", "i cannot ", "i can't ", "unable to", "not able to",
    ),
     r"\b(?:i'm sorry|i am sorry|i apologi[sz]e),? but (?:as an ai\b|i (?:cannot|can't|am unable to|"
     rf"am not able to|won't be able to) {_SAY} (?:with )?(?:that|this|your|the|any|content|"
     r"inappropriate|explicit)\b)|\bi (?:cannot|can't|am unable to|am not able to|won't) (?:fulfil?l|"
     r"comply with|assist with|help with) (?:this|that|your|the) (?:request|task|prompt)"),
    ("identity.opinions.en", (
        "personal opinions", "personal beliefs", "browse the internet", "real-time",
    ),
     r"\bi (?:do not|don't) have (?:personal (?:opinions|beliefs|experiences)(?: or (?:beliefs|"
     r"opinions|emotions|feelings))|the (?:ability|capability) to (?:browse|access) the internet|"
     r"access to real-time (?:data|information))"),
    ("answer.en", ("sure", "certainly", "of course", "absolutely", "here is", "here's"),
     r"^\W{0,4}(?:(?:sure|certainly|of course|absolutely)(?: thing)?[!,.:]{1,2} ?(?:here(?:'s| is| are"
     r"| you go)\b"
     r"|i(?:'d| would) be (?:happy|glad) to|i(?:'ll| will| can) (?:help|write|rewrite|provide))"
     r"|here(?:'s| is) (?:an?|the|your|my|one|another) (?:possible |potential |sample )?"
     rf"(?:[\w-]+ ){{0,4}}{_WORK}\b[^.\n]{{0,80}}:)"),
    ("offer.en", (
        "let me know if you", "would you like me to", "if you'd like, i can", "if you want, i can",
    ),
     r"\b(?:let me know if you(?:'d| would) like (?:me to|any (?:changes|adjustments|revisions|"
     r"modifications|further edits))|would you like me to (?:expand|elaborate|adjust|rewrite|revise|"
     r"continue|generate|create|draft|refine|tailor|make|also)|if you(?:'d like|'d prefer| want), i "
     r"can (?:also )?(?:expand|rewrite|tailor|adjust|draft|turn|generate|create|provide|make|help|"
     r"shorten))"),
    ("offer.changes.en", (
        "polished version", "revised version", "rewritten version", "improved version",
    ),
     r"\bin this (?:polished|revised|rewritten|improved) version, i(?: have|'ve| tried| aimed| made)\b"),
    ("placeholder.en", (
        "[your ", "[insert ", "[recipient", "[company name", "[sender", "[client's name",
    ),
     r"\[(?:your|recipient(?:'s)?|sender(?:'s)?|company|client's|author's) (?:full |company |first |"
     r"last |own |job )?(?:name|address|e?-?mail(?: address)?|phone(?: number)?|title|position|city|"
     r"company|university|institution|signature)[^\]\n]{0,40}\]|\[insert [a-z][a-z' ,/-]{2,60}\]"),
    ("citation.oaicite", ("oaicite", "contentreference["),
     r":?contentreference\[oaicite:?\d*\]|\boaicite:\d+"),
    ("citation.turn", ("turn0", "turn1", "turn2", "turn3", "turn4", "turn5"),
     r"(?:cite[\ue000-\uf8ff]?)?\bturn\d{1,2}(?:search|news|view|image|file|fetch|academia|product|"
     r"video)\d{1,3}\b|cite[\ue000-\uf8ff]?turn\d{1,2}(?:search|news|view|image|file|fetch)\d{1,3}"),
    ("citation.bracket", ("†source", "†http", *(f"†l{digit}" for digit in range(10))),
     r"[【\[]\d{1,3}(?::\d{1,3})?†[^】\]\n]{1,60}[】\]]"),
    ("citation.gemini", ("[cite_start]", "[cite: "),
     r"\[cite_start\]|\[cite: \d+(?:, ?\d+)*\]"),
    ("citation.grok", ("grok_card", "grok:render", "grok-card"),
     r"<?grok[-_:](?:card|render)\w*"),
    ("citation.files", ("sandbox:/mnt/data", "ppl-ai-file-upload", "attributableindex"),
     r"sandbox:/mnt/data/|ppl-ai-file-upload|attributableindex"),
    ("link.chat", (
        "utm_source=chatgpt", "utm_source=openai", "utm_source=copilot", "utm_source=perplexity",
        "referrer=grok.com", "utm_source=claude.ai",
    ),
     r"utm_source=(?:chatgpt\.com|openai|copilot\.com|perplexity|claude\.ai)|referrer=grok\.com"),
    ("prompt.tokens", (
        "<|im_", "<|endoftext|>", "<|assistant|>", "<|start_header", "<|eot_id|>", "[/inst]",
        "<think>",
    ),
     r"<\|(?:im_start|im_end|endoftext|assistant|start_header_id|eot_id)\|>|\[/inst\]|^\s{0,3}<think>"),
    ("interface.en", ("regenerate response", "chatgpt said:", "chatgpt can make mistakes"),
     r"(?:^|[\n.] ?)regenerate response(?:$|\n)|\bchatgpt said:|chatgpt can make mistakes\. "),
]  # fmt: skip

RULES = [*_ENGLISH, *OTHERS]
"""All rules; the kind is the part of the id before the first dot, the language the part after the last."""
