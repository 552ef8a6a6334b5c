"""Typed, versioned outputs of a run; the only thing that report reads."""
