"""The report: reads results and nothing else, writes one self-contained page."""
