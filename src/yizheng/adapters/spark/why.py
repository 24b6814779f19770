"""Why Spark does not start: the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What Spark misses on this machine."""

    PYSPARK_MISSING = "spark:pyspark_missing"
    JAVA_MISSING = "spark:java_missing"
    JAVA_TOO_OLD = "spark:java_too_old"
