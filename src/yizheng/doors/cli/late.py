"""Imports that wait: while a command's module is read, the stories and the wiring it names are found, but not run.

A command that prints its help, or refuses what was typed, then pays for neither Django nor the libraries of stories it
does not tell. A module that waits runs as a whole when a command first takes something out of it; what it imports itself
comes at once, as ever.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

WAITING = (
    "yizheng.wiring",
    "yizheng.doors.words",
    "yizheng.flows",
    "yizheng.rooms.comparison",
    "django.db",
    "django.core.management",
    "django.utils.translation",
    "rich",
)
"""Packages whose modules wait: each costs a tenth of a second or more, and no help text needs it."""


class _Waiting:
    """Finds what waits as Python would, with a loader that runs it later."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not any(fullname == name or fullname.startswith(f"{name}.") for name in WAITING):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def waiting_imports() -> Iterator[None]:
    """Let the imports inside wait. Not for threads: one that takes something out of a module waits for no other."""
    finder = _Waiting()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
