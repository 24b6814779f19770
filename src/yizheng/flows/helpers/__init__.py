"""Helpers (代办人): who may act for whom, from the request to the end."""
