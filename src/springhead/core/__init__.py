"""Nouns, protocols, registry, configuration and seeds: standard library, numpy and msgspec only."""
