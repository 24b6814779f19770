"""Clients of devices whose drivers run in a process of their own."""
