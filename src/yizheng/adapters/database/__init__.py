"""The database as a whole: which tables it has, and the steps that bring them up to this version."""
