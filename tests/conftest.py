"""One home for the whole run of the tests, set before the settings are read, and removed with the run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django

HOME = Path(tempfile.mkdtemp(prefix="yizheng-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ["YIZHENG_HOME"] = str(HOME)
os.environ["YIZHENG_AGENCY"] = str(Path(__file__).parent.parent / "agencies" / "demo")
os.environ["YIZHENG_DEMO"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "yizheng.settings"
django.setup()
