"""Who must keep to a port: each suite in this folder has `PARTIES`, a list of makers for each port that it names.

A maker is called with an empty folder of its own. `tests/architecture/test_every_port_has_a_suite.py` looks that no port
and nobody who fulfils one is left out.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Makers = Mapping[Any, Callable[[Path], Any]]
"""By the class (or the function) that fulfils a port: how one is made in a folder."""
Parties = Mapping[type, Makers]
"""By port."""


def each(makers: Makers) -> dict[str, Any]:
    """What a fixture is told to run every test with each of these: `@pytest.fixture(**each(MAKERS))`."""
    return {"params": list(makers.values()), "ids": [kind.__name__ for kind in makers]}
