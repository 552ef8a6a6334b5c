"""Text: languages, canonical form, features, signatures and the detectors of each channel."""
