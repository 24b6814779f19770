"""Decisions (决定): what follows once a decision is made."""
