"""Simulated devices of a counter or kiosk: card readers and others, with the faults that real ones have."""
