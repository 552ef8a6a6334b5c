"""All that knows what a payload is, one folder per modality; reached through the registry only."""
