"""Signing in (登录): everybody's factors, sessions and accounts, and what an act asks for by its risk."""
