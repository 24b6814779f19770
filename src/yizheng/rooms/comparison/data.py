"""The packed winning key and the shape of what the engine returns.

One 62-bit integer names the winner of a comparison completely: the day of the event, the kind of evidence and the row
that reported it. `max` over such keys finds the newest event *and* the pointer to its record in one aggregate; it is
commutative and idempotent, so the order of feeds and a delivery applied twice change nothing.
"""

from dataclasses import dataclass

EVIDENCE_BITS = 38
KIND_BITS = 8
KIND_SHIFT = EVIDENCE_BITS
DAY_SHIFT = EVIDENCE_BITS + KIND_BITS
EVIDENCE_MASK = (1 << EVIDENCE_BITS) - 1
KIND_MASK = (1 << KIND_BITS) - 1

BUCKET_BITS = 17
"""People are kept in ranges of 131,072 dense numbers, one file a range: memory stays flat whatever the roster's size."""


@dataclass(frozen=True, slots=True)
class Key:
    """A packed key, opened: the day of the event (days since 1970), the kind of evidence, the number of the row."""

    day: int
    kind: int
    evidence_no: int

    def pack(self) -> int:
        """The key as one integer; keys order by day first."""
        return self.day << DAY_SHIFT | self.kind << KIND_SHIFT | self.evidence_no

    @classmethod
    def unpack(cls, key: int) -> "Key":
        """The reverse of `pack`."""
        return cls(key >> DAY_SHIFT, key >> KIND_SHIFT & KIND_MASK, key & EVIDENCE_MASK)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWeight:
    """One evidence kind as the engine needs it: numbers only. `owner` and `source` are small stable numbers.

    `polarity` is the word of `evidence.data.Polarity`; kinds of one owner count once; weak kinds are capped together.
    """

    no: int
    polarity: str
    points: int
    weak: bool
    owner: int
    source: int
    valid_days: int


STATE_COLUMNS = (
    "pno",
    "proof_key",
    "proof_points",
    "latest_key",
    "death_key",
    "custody_key",
    "missing_key",
    "duplicate_key",
    "abroad_key",
    "seen",
)
"""What `engine.evaluate` returns for each person with evidence: keys are 0 where there is none; `seen` has a bit for
each source that ever spoke of the person. `proof_points` are the points at the proof, or, where nothing proves the
person alive, all there are."""

HOLDS_UNTIL = "holds_until"
"""The last day (days since 1970) on which a state still stands if nothing new comes: no evidence in it expires before."""
