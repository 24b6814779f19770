"""The views of the citizens' web, one module a subject."""
