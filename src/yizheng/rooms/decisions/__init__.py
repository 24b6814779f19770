"""Decisions (决定): what a decision brings about, as values that every maker of decisions shares."""
