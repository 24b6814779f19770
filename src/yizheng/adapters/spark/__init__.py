"""Spark: the comparison on many machines, by the same SQL file and the same buckets as on one. An optional extra."""
