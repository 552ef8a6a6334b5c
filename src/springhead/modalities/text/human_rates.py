"""Highest rates of removed characters seen in human text, per 1,000 characters, by ISO 639-3 code.

Made by benchmarks/removal_rates.py from UDHR paragraphs and human news in 96 languages; a language
or kind that is not named showed none.
"""

from __future__ import annotations

HUMAN_RATES: dict[str, dict[str, float]] = {
    "bel": {"confusable": 2.41, "invisible": 1.59},
    "bos": {"control": 4.89},
    "fas": {"invisible": 4.17},
    "jav": {"invisible": 6.76},
    "jpn": {"styled": 1.03},
    "kan": {"invisible": 4.99},
    "kaz": {"confusable": 0.75},
    "khm": {"invisible": 2.9},
    "lao": {"invisible": 4.94},
    "mon": {"confusable": 1.88},
    "mya": {"invisible": 0.98},
    "nep": {"invisible": 0.4},
    "nld": {"invisible": 3.28},
    "nya": {"invisible": 0.65},
    "pan": {"invisible": 2.41},
    "pol": {"control": 0.3},
    "pus": {"invisible": 0.21},
    "rus": {"invisible": 1.85},
    "sin": {"invisible": 2.3},
    "smo": {"invisible": 1.18},
    "snd": {"invisible": 1.44},
    "srp": {"confusable": 281.9},
    "tat": {"confusable": 2.62, "invisible": 1.92},
    "tel": {"invisible": 0.67},
    "tgk": {"confusable": 2.89},
    "ukr": {"confusable": 0.8},
    "uzb": {"confusable": 0.32},
    "vie": {"invisible": 3.12},
    "ydd": {"bidi": 7.41},
}
