"""What the lists of the staff web share: paging, and rows of people with masked names and numbers."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

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


def listing(shown: Paged, chosen: Mapping[str, str]) -> dict[str, object]:
    """What the paging line needs: the page, its neighbours, and the choices to carry along."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return {
        "page": shown,
        "previous_page": shown.page - 1,
        "next_page": shown.page + 1,
        "query": f"{query}&" if query else "",
    }


def rows_of(request: HttpRequest, what: str, items: Sequence[Item]) -> list[dict[str, object]]:
    """Rows for a table: each item with the person's masked name and number and the region's name."""
    record_list(request, what, len(items))
    people = insight.queries.listed([item.pno for item in items])
    regions = wiring.agency().regions
    return [
        {
            "item": item,
            "name": people[item.pno].name,
            "number": people[item.pno].number,
            "region": regions.get(people[item.pno].region, people[item.pno].region),
        }
        for item in items
    ]
