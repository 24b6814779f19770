"""The values of the hard tail: methods, the model as data, and the tables that go in and come out.

Weights are bits: the logarithm to base 2 of m/u, how much likelier an agreement is of one person than of two strangers.
"""

import json
import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property

import pyarrow as pa

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.rooms.comparison.why import Why

SUSPICION = 0.99
"""From this probability on a link is a suspicion (疑点线索): it may raise a doubt, never more."""

WORTH_A_LOOK = 0.01
"""Below this probability a pair is not shown to anybody."""

MOST_CANDIDATES = 3
"""Candidates of one record that are given back."""

FIELDS = ("number", "name", "birth", "sex", "region")
"""What records and people are compared by, in the order in which it is told."""


class Method(StrEnum):
    """How a link was found (关联方式)."""

    NUMBER = "number"
    """证件号码一致，姓名或出生日期印证"""
    REPAIR = "repair"
    """按校验码修复号码后一致，姓名或出生日期印证"""
    CASCADE = "cascade"
    """姓名与出生日期一致，唯一，并有印证"""
    MODEL = "model"
    """概率模型"""
    MANUAL = "manual"
    """人工确认"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a comparison: a condition over `_l` (person) and `_r` (record), and what it says.

    `words` are the model's own, so that a link is told as it was found whatever came later.
    `sql` None: one side is missing. The last level of a comparison has the condition ELSE. `m` is the share of true
    pairs at this level, `u` the share of pairs of strangers; both None where a side is missing. `frequency` names the
    column by whose frequency among people `u` is sharpened: a rare name says more than a common one.
    """

    key: str
    sql: str
    words: str = ""
    m: float | None = None
    u: float | None = None
    frequency: str | None = None

    @property
    def weight(self) -> float:
        """Bits for (or, below 0, against) the two being one person; 0 where nothing is known."""
        return math.log2(self.m / self.u) if self.m and self.u else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One field compared: its levels from the missing one over the best to anything else (ELSE)."""

    name: str
    levels: tuple[Level, ...]
    words: str = ""

    def number_of(self, place: int) -> int:
        """The level's number as links carry it: -1 missing, 0 anything else, rising to the best."""
        return -1 if place == 0 else len(self.levels) - 1 - place

    def level(self, number: int) -> Level:
        """The level that a link's number means."""
        place = 0 if number < 0 else len(self.levels) - 1 - number
        if not 0 <= place < len(self.levels):
            raise Refused(Why.NO_SUCH_LEVEL, field=self.name, most=len(self.levels) - 2, level=number)
        return self.levels[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A condition over `l` (person) and `r` (record) under which a pair is looked at; `explode` are list columns taken
    element by element."""

    sql: str
    explode: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """A trained model (模型) as data: what was learned, on what, and from which chance it starts.

    `prior` is the probability that a person and a record taken blindly are one, among as many `people` as it was
    trained on; `blocking` are the conditions of which
    a pair must fulfil one to be looked at. Nothing in it belongs to one database: `scoring.settings` writes it for each.
    """

    trained_on: str
    seed: int
    people: int
    prior: float
    comparisons: tuple[Comparison, ...]
    blocking: tuple[Block, ...]

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits of the hash of everything in it."""
        return sha256_hex(self.to_json().encode())[:16]

    def comparison(self, name: str) -> Comparison:
        """The comparison of one field."""
        for one in self.comparisons:
            if one.name == name:
                return one
        raise Refused(Why.NO_SUCH_FIELD, known=tuple(one.name for one in self.comparisons), field=name)

    def to_json(self) -> str:
        """The one text of a model; `from_json` reads it back to an equal value."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Model":
        """A model from its text. Refused where it is none, or where its shares cannot be shares."""
        try:
            told = json.loads(text)
            comparisons = tuple(
                Comparison(
                    name=one["name"],
                    words=one["words"],
                    levels=tuple(Level(**level) for level in one["levels"]),
                )
                for one in told.pop("comparisons")
            )
            blocking = tuple(
                Block(sql=one["sql"], explode=tuple(one["explode"])) for one in told.pop("blocking")
            )
            model = cls(comparisons=comparisons, blocking=blocking, **told)
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(Why.NO_MODEL, error=type(error).__name__) from error
        shares = [share for one in comparisons for level in one.levels for share in (level.m, level.u)]
        if not all(share is None or 0 < share <= 1 for share in [*shares, model.prior]):
            raise Refused(Why.SHARES_OUT_OF_BOUNDS)
        return model


PEOPLE = pa.schema(
    [
        ("pno", pa.int32()),
        ("number", pa.string()),
        ("name", pa.string()),
        ("sex", pa.int8()),
        ("birth", pa.date32()),
        ("region", pa.string()),
    ]
)
"""People to look among: the number normalised (18 characters), region of residence (6 digits or more)."""

RECORDS = pa.schema(
    [
        ("record", pa.int64()),
        ("number", pa.string()),
        ("name", pa.string()),
        ("birth", pa.string()),
        ("sex", pa.int8()),
        ("region", pa.string()),
    ]
)
"""Records as delivered; anything but `record` may be NULL."""

LINKS = pa.schema(
    [
        ("record", pa.int64()),
        ("pno", pa.int32()),
        ("method", pa.string()),
        ("probability", pa.float64()),
        ("weight", pa.float64()),
        *((f"mw_{name}", pa.float64()) for name in FIELDS),
        *((f"level_{name}", pa.int8()) for name in FIELDS),
        ("model_id", pa.string()),
    ]
)
"""Candidates: `weight` is the sum of the `mw_` (bits; NULL where a side is missing), `probability` weighs it against
the chance to begin with and against the record's other candidates."""
