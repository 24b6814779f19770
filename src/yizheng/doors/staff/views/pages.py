"""What the lists of the staff web share: paging, and rows of people with masked names and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.http import HttpRequest
from django.utils.http import urlencode

from yizheng import wiring
from yizheng.doors.staff.gate import record_list
from yizheng.kernel.ids import Pno
from yizheng.rooms import insight


class Paged(Protocol):
    """A page of a list."""

    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def total(self) -> int: ...


class AboutPerson(Protocol):
    """An item of a list that is about one person."""

    @property
    def pno(self) -> Pno: ...


Item = TypeVar("Item", bound=AboutPerson)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """What the paging line needs: the page, its neighbours, and the choices to carry along."""

    page: int
    pages: int
    total: int
    query: str

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(Generic[Item]):
    """A row about a person: the item, and who it is about, masked."""

    item: Item
    name: str
    number: str
    region: str


def paging(shown: Paged, chosen: Mapping[str, str] | None = None) -> Paging:
    """The paging line of a list that was chosen like this."""
    query = urlencode({name: value for name, value in (chosen or {}).items() if value})
    return Paging(page=shown.page, pages=shown.pages, total=shown.total, query=f"{query}&" if query else "")


def rows_of(request: HttpRequest, what: str, items: Sequence[Item], *, purpose: str) -> list[PersonRow[Item]]:
    """Rows for a table: each item with the person's masked name and number and the region's name."""
    record_list(request, what, len(items), purpose=purpose)
    people = insight.queries.listed([item.pno for item in items])
    regions = wiring.agency().regions
    return [
        PersonRow(
            item=item,
            name=people[item.pno].name,
            number=people[item.pno].number,
            region=regions.get(people[item.pno].region, people[item.pno].region),
        )
        for item in items
    ]
