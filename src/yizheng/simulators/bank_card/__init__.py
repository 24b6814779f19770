"""A simulated gateway that says whose a bank account is (银行卡核验)."""
