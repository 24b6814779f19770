"""Builds a demo as `yizheng demo` does, and keeps how its home stood when all was imported and nothing was certified.

python halfway.py PLACE WORD ...     type `yizheng WORD ...`; the copy of the home goes to PLACE
"""

import os
import shutil
import sys
from datetime import date
from pathlib import Path

import django

from yizheng.rooms.certification.data import RunReport


def keep_half(place: Path) -> None:
    """Let the first certification of the demo find its home copied to `place`, where it is an agency's own."""
    from yizheng.doors.cli import demo  # noqa: PLC0415 (it reads the settings)

    certify = demo._certify_month

    def first(building: demo._Building, as_of: date) -> RunReport:
        if not place.exists():
            shutil.copytree(building.home, place)
            (place / "demo.json").unlink()
        return certify(building, as_of)

    demo._certify_month = first


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "yizheng.settings"
    django.setup()
    where, *words = sys.argv[1:]
    keep_half(Path(where))
    from yizheng.doors.cli import main

    sys.argv = ["yizheng", *words]
    main.main()
