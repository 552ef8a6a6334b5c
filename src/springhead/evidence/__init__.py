"""Calibrate, quantify and bound: from scores to nats, p-values and shares; no payloads, no files."""
