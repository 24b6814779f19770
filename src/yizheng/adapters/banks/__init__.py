"""Clients of banks' gateways."""
