"""Factories and fakes that ship: corpora with a known truth, scores, results, components without payloads."""
