"""Whose cards are trusted."""
