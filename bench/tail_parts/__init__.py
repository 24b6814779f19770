"""Parts of the bench of the hard tail: the made world with truth, the methods that are compared, FEBRL."""
