"""Tables of biometrics (生物特征)."""
