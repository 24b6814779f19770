"""How a row came to a person, in words (关联说明): exactly, later on, or by likeness with what each field gave.

For a clerk who compares both records, and for whoever asks why somebody is doubted. Nothing is computed anew: the weights
are those that the link was found with, and the words are those of the model that found it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.store import Store
from yizheng.kernel.time import from_day_number
from yizheng.rooms import evidence, people
from yizheng.rooms.certification.words import Words
from yizheng.rooms.comparison.tail import models
from yizheng.rooms.comparison.tail.data import FIELDS, Model
from yizheng.rooms.comparison.tail.words import in_words
from yizheng.rooms.evidence.data import EvidenceKind, RawRow, Source
from yizheng.rooms.evidence.links import LinkRecord, LinkState

METHODS: dict[str, Words] = {
    "number": Words("号码一致，姓名或出生日期印证", "the number agrees, name or birth day confirms it"),
    "repair": Words("修复一处号码笔误后一致", "one slip in the number put right, and confirmed"),
    "cascade": Words(
        "姓名、出生日期等一致且只有一人", "name, birth day and more agree, with one person only"
    ),
    "model": Words("按概率模型推定", "by the statistical model"),
    "manual": Words("人工核对确认", "compared and confirmed by a person"),
}
"""What each method of linking says."""

EXACT = Words("证件号码和姓名一致", "number and name agree")
NUMBER_ALONE = Words("证件号码一致（这个来源不给姓名）", "the number agrees (this source gives no name)")
LATER = Words(
    "证件号码和姓名一致，在本人进入名册后补上的",
    "number and name agree; linked when a roster brought the person",
)

_COLUMNS = {"number": "id_number", "name": "name", "birth": "birth_day", "sex": "sex", "region": "region"}
_SEXES = {1: "男", 2: "女"}


class Agreement(StrEnum):
    """What one field of two records says of their being about one person."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSides:
    """One field side by side: as delivered, as we have it, what it says, and the points that it gave (bits)."""

    field: str
    theirs: str
    ours: str
    agreement: Agreement
    points: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSides:
    """Both records of an uncertain link. Personal data: the caller has recorded the look."""

    link: LinkRecord
    source: Source
    kind: EvidenceKind
    raw: RawRow
    method: Words
    fields: tuple[FieldSides, ...]
    others: tuple[LinkRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HowLinked:
    """How a row was linked: in words, and for an uncertain link the sentence of each field."""

    words: Words
    sentences: tuple[str, ...] = ()
    link: LinkRecord | None = None


LINKED_EXACTLY = HowLinked(words=EXACT)
"""How nearly every row came to its person."""


def sides(link: LinkRecord, *, kind: EvidenceKind, source: Source, store: Store) -> LinkSides:
    """Both records of a link side by side. Raises Refused where the row or the model is gone."""
    raw, ours = evidence.queries.raw_row(link.evidence_no, store), _ours(Pno(link.pno))
    model = model_of(link.model_id, store)
    told = in_words(link.as_row(), model)
    return LinkSides(
        link=link,
        source=source,
        kind=kind,
        raw=raw,
        method=METHODS.get(link.method, METHODS["model"]),
        fields=tuple(
            FieldSides(
                field=field,
                theirs=_theirs(field, source, raw.cells),
                ours=ours[field],
                agreement=_agreement(link, field, model),
                points=link.weights.get(field),
                words=sentence,
            )
            for field, sentence in zip(FIELDS, told, strict=True)
        ),
        others=tuple(
            one for one in evidence.queries.links_of_row(link.evidence_no) if one.link_id != link.link_id
        ),
    )


def how_linked(link: LinkRecord, store: Store) -> HowLinked:
    """How an uncertain link came about, and who has confirmed it."""
    method, percent = METHODS.get(link.method, METHODS["model"]), f"{link.probability:.2%}"
    if link.state is LinkState.CONFIRMED:
        who, day = link.decided_by, f"{link.decided_at:%Y-%m-%d}" if link.decided_at else ""
        words = Words(
            f"按相似程度找到（{method.zh}，{percent}），{who} 于 {day} 核对确认是本人",
            f"found by likeness ({method.en}, {percent}); {who} compared and confirmed it on {day}",
        )
    else:
        words = Words(
            f"按相似程度找到（{method.zh}，{percent}），还没有人确认：只能作为疑点，不能据此停发",
            f"found by likeness ({method.en}, {percent}), confirmed by nobody: it may raise a doubt, and stop no pay",
        )
    sentences = tuple(in_words(link.as_row(), model_of(link.model_id, store)))
    return HowLinked(words=words, sentences=sentences, link=link)


def model_of(model_id: str, store: Store) -> Model:
    """The model by which a link was found, as it was then. Raises Refused where it is not kept."""
    model = models.load(store.read(evidence.queries.model_file(model_id)).decode())
    if model.id != model_id:
        raise Refused(
            f"the model {model_id} was expected, but the file that is kept under its name holds another."
            " Restore it from the backup."
        )
    return model


def _ours(pno: Pno) -> dict[str, str]:
    """The person by the fields of a comparison."""
    identity, facts = people.queries.identity(pno), people.queries.persons([pno])[pno]
    return {
        "number": identity.number,
        "name": identity.name,
        "birth": facts.birth_day.isoformat(),
        "sex": _SEXES.get(facts.sex, ""),
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
