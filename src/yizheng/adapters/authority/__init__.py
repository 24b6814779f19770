"""Clients of authorities' gateways."""
