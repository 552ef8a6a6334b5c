"""Images: reading, hashes, claims in headers, watermarks and statistics of pixels."""
