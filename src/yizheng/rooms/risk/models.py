"""Tables of risk (风险)."""
