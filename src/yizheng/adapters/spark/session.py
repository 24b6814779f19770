"""A Spark session for the comparison, or one sentence that says what is missing.

Always holds: nothing is opened to the network (no web page of Spark's own, everything bound to this machine) unless a
cluster is named; pyspark is looked for only when a session is asked for, so the product runs without it.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from yizheng.adapters.spark.why import Why
from yizheng.kernel.errors import Refused

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
"""What Spark 4 runs on."""

_HERE = "127.0.0.1"


def open_session(*, work: Path, master: str = "local[2]", memory: str = "2g") -> "SparkSession":
    """A session, on this machine if no other master is named. `work` is for its spilled data; close it with `stop`.

    Raises Refused where pyspark or Java is missing or too old.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 (an optional extra: asked for only here)
    except ImportError as error:
        raise Refused(Why.PYSPARK_MISSING) from error
    check_java()
    work.mkdir(parents=True, exist_ok=True)
    builder = (
        SparkSession.Builder()
        .master(master)
        .appName("yizheng")
        .config("spark.driver.memory", memory)
        .config("spark.local.dir", str(work))
        .config("spark.sql.warehouse.dir", str(work / "warehouse"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "8")
    )
    if master.startswith("local"):
        builder = builder.config("spark.driver.bindAddress", _HERE).config("spark.driver.host", _HERE)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def check_java() -> None:
    """Raises Refused where there is no Java that Spark can run on."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        raise Refused(Why.JAVA_MISSING, oldest=OLDEST_JAVA)
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 (found above)
    version = java_version(told)
    if version < OLDEST_JAVA:
        raise Refused(Why.JAVA_TOO_OLD, oldest=OLDEST_JAVA, java=java, version=version)


def java_version(told: str) -> int:
    """The major version out of what `java -version` says; 0 where it says none. Old ones call themselves 1.8."""
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0
