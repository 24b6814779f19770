"""Telling (告知): notices, and words that must reach a phone at once."""
