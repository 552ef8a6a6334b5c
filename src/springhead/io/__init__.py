"""Readers, shards, engines, checkpoints and tables: everything between bytes on a disk and batches."""
