"""Tables of mandates (亲情代办)."""
