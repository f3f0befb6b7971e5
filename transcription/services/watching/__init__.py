"""Folders into which call recorders drop files: each becomes a recording, once."""
