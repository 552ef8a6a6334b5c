"""Vectors: records are rows of a float64 (n, d) array; a 1-D law has d = 1."""
