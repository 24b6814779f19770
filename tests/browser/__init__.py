"""Both webs in a real browser."""
