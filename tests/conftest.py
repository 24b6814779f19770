"""One home for the whole run of the tests, set before the settings are read, and removed with the run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest

HOME = Path(tempfile.mkdtemp(prefix="yizheng-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ["YIZHENG_HOME"] = str(HOME)
os.environ["YIZHENG_AGENCY"] = str(Path(__file__).parent.parent / "agencies" / "demo")
os.environ["YIZHENG_DEMO"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "yizheng.settings"
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that share the work each make a home of their own: they start with what stands here."""
    if config.getoption("dist", "no") != "no":
        for name in ("YIZHENG_HOME", "DJANGO_SETTINGS_MODULE"):
            os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs in one process: the tests of a file, and all those that walk through the one served agency."""
    tests = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(tests).parts
        item.add_marker(pytest.mark.xdist_group("browser" if place[0] == "browser" else "/".join(place)))
