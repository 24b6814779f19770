"""A simulated gateway to the photos of identity cards (公安人像核验)."""
