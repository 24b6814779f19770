"""The front door of a room: `casework.queries`, `casework.actions`, opened when somebody first goes through it.

Django imports a room's package before it is awake, and tables can be imported only after that. So the package imports
nothing by itself, and a short command does not pay for rooms that it never enters.
"""

from collections.abc import Callable
from importlib import import_module


def front_door(package: str, *modules: str) -> Callable[[str], object]:
    """The module-level `__getattr__` (PEP 562) of a room's package, which opens these modules and no other.

    Its door raises AttributeError for any other name.
    """

    def open_door(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"the room {package} has no door {name!r}: {', '.join(modules)}")
        return import_module(f"{package}.{name}")

    return open_door
