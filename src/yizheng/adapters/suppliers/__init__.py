"""What a supplier is: something outside that the product needs, built from an agency's options, and tried before use.

A supplier reads its options (a frozen dataclass; an option that it does not have is refused with those that it has), says
in `check` whether it can work, and gives in `make` what its port needs. Building one must cost nothing: what is slow or
touches the outside belongs into `check` and `make`. `wiring/suppliers.py` lists the ports and their suppliers;
docs/how-to/add-a-supplier.md walks through one of an agency's own.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from yizheng.adapters.suppliers.why import Why
from yizheng.kernel.errors import Refused

O = TypeVar("O")  # noqa: E741 (options)
G = TypeVar("G")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOptions:
    """The options of a supplier that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a supplier may know of its installation: its own folder, the agency's folder, and whether it is a demo."""

    home: Path
    agency: Path
    demo: bool

    def in_home(self, name: str) -> Path:
        """A place in the installation's folder, by its relative name. Raises Refused for one outside of it."""
        return _inside(self.home, name)

    def in_agency(self, name: str) -> Path:
        """A place in the agency's folder, by its relative name. Raises Refused for one outside of it."""
        return _inside(self.agency, name)


class Supplier(ABC, Generic[O, G]):
    """One way to supply a port, with the agency's options."""

    Options: ClassVar[type[object]] = NoOptions

    def __init__(self, options: O, around: Around) -> None:
        self.options, self.around = options, around

    @abstractmethod
    def check(self) -> None:
        """Try whether it can work: files are there, hashes fit, keys can be read, hosts are allowed.

        Raises Refused, which says what was expected, what came and what to do.
        """

    @abstractmethod
    def make(self) -> G:
        """What the port needs. Raises Refused where that cannot be had."""


class Nobody(Supplier[NoOptions, None]):
    """Nobody supplies the port; the product does without."""

    def check(self) -> None:
        """Nothing can be wrong with it."""

    def make(self) -> None:
        """Nothing."""


def _inside(folder: Path, name: str) -> Path:
    place = folder / name
    if not name or not place.resolve().is_relative_to(folder.resolve()):
        raise Refused(Why.PLACE_NOT_INSIDE, name=name, folder=folder)
    return place
