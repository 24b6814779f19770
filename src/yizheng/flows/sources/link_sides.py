"""How a row came to a person (关联说明): exactly, later on, or by likeness with what each field gave.

For a clerk who compares both records, and for whoever asks why somebody is doubted. Nothing is computed anew: the weights
are those that the link was found with, and what the fields say is in the words of the model that found it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, from_day_number
from yizheng.kernel.told import Coded, Told, told
from yizheng.rooms import evidence, people
from yizheng.rooms.comparison.tail import models
from yizheng.rooms.comparison.tail.data import FIELDS, Method, Model
from yizheng.rooms.comparison.tail.says import FieldSays, fields_of
from yizheng.rooms.evidence.data import EvidenceKind, LinkRecord, LinkState, RawRow, Source
from yizheng.rooms.people.data import SEX_WRITTEN

_COLUMNS = {"number": "id_number", "name": "name", "birth": "birth_day", "sex": "sex", "region": "region"}


class Agreement(StrEnum):
    """What one field of two records says of their being about one person."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSides:
    """One field side by side: as delivered, as we have it, and what it says. Of sex `ours` is written as files do."""

    field: str
    theirs: str
    ours: str
    agreement: Agreement
    says: FieldSays


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSides:
    """Both records of an uncertain link. Personal data: the caller has recorded the look."""

    link: LinkRecord
    source: Source
    kind: EvidenceKind
    raw: RawRow
    method: Method
    fields: tuple[FieldSides, ...]
    others: tuple[LinkRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HowLinked:
    """How a row was linked, and for an uncertain link what each field says."""

    how: Told
    fields: tuple[FieldSays, ...] = ()
    link: LinkRecord | None = None


LINKED_EXACTLY = HowLinked(how=told(evidence.Why.LINKED_EXACTLY))
"""How nearly every row came to its person."""


def sides(link: LinkRecord, *, kind: EvidenceKind, source: Source, store: Store) -> LinkSides:
    """Both records of a link side by side. Raises Refused where the row or the model is gone."""
    raw, ours = evidence.queries.raw_row(link.evidence_no, store), _ours(Pno(link.pno))
    model = model_of(link.model_id, store)
    return LinkSides(
        link=link,
        source=source,
        kind=kind,
        raw=raw,
        method=_method(link),
        fields=tuple(
            FieldSides(
                field=field,
                theirs=_theirs(field, source, raw.cells),
                ours=ours[field],
                agreement=_agreement(link, field, model),
                says=says,
            )
            for field, says in zip(FIELDS, fields_of(link.as_row(), model), strict=True)
        ),
        others=tuple(
            one for one in evidence.queries.links_of_row(link.evidence_no) if one.link_id != link.link_id
        ),
    )


def how_linked(link: LinkRecord, store: Store) -> HowLinked:
    """How an uncertain link came about, and who has confirmed it."""
    percent = f"{link.probability:.2%}"
    if link.state is LinkState.CONFIRMED:
        how = told(
            evidence.Why.LINKED_AND_CONFIRMED,
            method=Coded("link_method", _method(link)),
            percent=percent,
            by=link.decided_by,
            day=(link.decided_at or link.found_at).astimezone(CHINA).date(),
        )
    else:
        how = told(
            evidence.Why.LINKED_BY_LIKENESS, method=Coded("link_method", _method(link)), percent=percent
        )
    fields = tuple(fields_of(link.as_row(), model_of(link.model_id, store)))
    return HowLinked(how=how, fields=fields, link=link)


def _method(link: LinkRecord) -> Method:
    return Method(link.method) if link.method in set(Method) else Method.MODEL


def model_of(model_id: str, store: Store) -> Model:
    """The model by which a link was found, as it was then. Raises Refused where it is not kept."""
    model = models.load(store.read(evidence.queries.model_file(model_id)).decode())
    if model.id != model_id:
        raise Refused(evidence.Why.MODEL_FILE_CHANGED, model=model_id)
    return model


def _ours(pno: Pno) -> dict[str, str]:
    """The person by the fields of a comparison."""
    identity, facts = people.queries.identity(pno), people.queries.persons([pno])[pno]
    return {
        "number": identity.number,
        "name": identity.name,
        "birth": facts.birth_day.isoformat(),
        "sex": SEX_WRITTEN.get(facts.sex, ""),
        "region": facts.region,
    }


def _theirs(field: str, source: Source, cells: Mapping[str, str]) -> str:
    """A field of the delivered row, as it was written; empty where it says nothing."""
    column = source.columns.get(_COLUMNS[field])
    if column is None or (field == "region" and column.kind != "region"):
        return ""
    return next((cells[name] for name in column.names if cells.get(name)), "")


def _agreement(link: LinkRecord, field: str, model: Model) -> Agreement:
    level = link.levels.get(field)
    if level is None or level < 0:
        return Agreement.MISSING
    best = len(model.comparison(field).levels) - 2
    if level == 0:
        return Agreement.DIFFERS
    return Agreement.SAME if level == best else Agreement.SIMILAR


def event_day(link: LinkRecord) -> str:
    """The day of the event that the row reports."""
    return from_day_number(link.day).isoformat()
