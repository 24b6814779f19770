"""One home for the whole run of the tests, set before the settings are read, and removed with the run."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

LONG = ("browser", "integration")
"""The folders whose tests take long: they begin first."""

HOME = Path(tempfile.mkdtemp(prefix="yizheng-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Modules and collected tests stay to the end: looking through them for garbage again and again takes a tenth of the time.
gc.set_threshold(50_000, 20, 100)

# Some hundred files would be compiled anew by each process that shares the tests and by each command that they start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

os.environ["YIZHENG_HOME"] = str(HOME)
os.environ["YIZHENG_AGENCY"] = str(Path(__file__).parent.parent / "agencies" / "demo")
os.environ["YIZHENG_DEMO"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "yizheng.settings"
django.setup()

from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: E402 (it reads the settings)

_FILES: dict[str, object] = {}
_found = WhiteNoiseMiddleware.add_files_from_finders


def _found_once(served: WhiteNoiseMiddleware) -> None:
    """Every client of a test looks for the files that pages need: they are the same for all of a process."""
    if not _FILES:
        _found(served)
        _FILES.update(served.files)
    served.files.update(_FILES)


WhiteNoiseMiddleware.add_files_from_finders = _found_once


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that share the work each make a home of their own: they start with what stands here."""
    if config.getoption("dist", "no") != "no":
        for name in ("YIZHENG_HOME", "DJANGO_SETTINGS_MODULE"):
            os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left with it in the end."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(tests).parts[0] not in LONG)


def pytest_collection_finish() -> None:
    """Look no more through what was collected: it stays."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let go of it at the end, or libraries complain of what was never freed."""
    gc.unfreeze()


class Together(LoadScopeScheduling):
    """Which tests run in one process: a file's; all that walk through the served agency.

    Two browsers at once beside other tests make the camera's pictures so late that a person is asked to look.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Share the tests among the processes."""
    return Together(config, log)
