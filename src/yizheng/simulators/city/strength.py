"""What evidence is worth (证据强度): how often a person of whom a record says "alive" was alive, that day and later.

Fitted from the truth of made worlds, a kind of evidence at a time, with intervals that know that one person leaves many
records. What the figures are good for, and what not, says docs/explanation/what-evidence-is-worth.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from yizheng.simulators.city.lives import CityFates
from yizheng.simulators.city.numbers import clustered
from yizheng.simulators.city.sources import Delivery

KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "immigration": ("出入境标识", {"入境": "immigration_in", "出境": "immigration_out"}),
    "railway": ("进站标志", {"是": "railway_entered", "否": "railway_ticket"}),
    "aviation": (
        "登机状态",
        {"已登机": "aviation_boarded", "未登机": "aviation_ticket", "退票": "aviation_ticket"},
    ),
    "medical_inpatient": (
        "离院方式",
        {"医嘱离院": "inpatient_stay", "医嘱转院": "inpatient_stay", "非医嘱离院": "inpatient_stay"},
    ),
    "medical_outpatient": (
        "支付方式",
        {
            "刷脸": "outpatient_face",
            "医保码": "outpatient_face",
            "刷卡": "outpatient_card",
            "家庭共济": "outpatient_card",
        },
    ),
    "health_check": (
        "服务类别",
        {"健康体检": "checkup", "家庭医生随访": "family_doctor", "慢病随访": "family_doctor"},
    ),
    "police_counter": ("", {"": "police_counter"}),
    "bank_card": ("人脸核验", {"通过": "bank_face", "未核验": "bank_counter"}),
    "other_region": ("", {"": "other_region"}),
    "elder_allowance": ("", {"": "elder_allowance"}),
}
"""Which kind of evidence a source's row is: by the text in one column, or all alike."""
LATER = (90, 180, 365)
SPANS = (30, 60, 90, 120, 150, 180, 240, 300, 365)
STRONG, MEDIUM = 0.995, 0.97
"""From which share alive on the day (the interval's low end) a kind is strong, and medium."""
UNHEARD = 0.005
"""The share of people who may have died since without anybody telling, before a record is too old."""

Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(slots=True, kw_only=True)
class Witness:
    """All records of life about people on the roster, by kind: whose, and of which day."""

    fates: CityFates
    people: int
    first: int
    last: int
    heard: dict[str, list[Rows]] = field(default_factory=dict)

    def hear(self, delivery: Delivery) -> None:
        """Take a delivery's readable records of life about people on the roster."""
        if delivery.source not in KINDS:
            return
        header, kinds = KINDS[delivery.source]
        sheet = delivery.sheet
        texts = np.array(sheet.texts[header].to_pylist() if header else [""] * len(sheet), dtype=object)
        mine = delivery.readable & (sheet.who < self.people)
        for text, kind in kinds.items():
            at = np.flatnonzero(mine & (texts == text))
            if len(at):
                days = sheet.days[sheet.day][at].astype(np.int64)
                self.heard.setdefault(kind, []).append((sheet.who[at], days))

    def rows(self, kind: str) -> Rows:
        """Whose records of a kind, and of which days."""
        parts = self.heard.get(kind, [])
        if not parts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate([who for who, _ in parts]), np.concatenate([day for _, day in parts])

    def tries(
        self, kind: str, *, later: int, hidden: bool
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """People and hits of a kind's records: alive `later` days on; with `hidden`, dead by then and nobody told.

        Only records whose later day was lived through count.
        """
        who, day = self.rows(kind)
        seen = day + later <= self.last
        who, day = who[seen], day[seen]
        died, told = self.fates.died[who], self.fates.told_on[who]
        if hidden:
            hits: npt.NDArray[np.bool_] = (died <= day + later) & (told > day + later)
        else:
            hits = died > day + later
        return who, hits


def fitted(witnesses: Mapping[str, Witness]) -> list[dict[str, Any]]:
    """The table: one row a kind, over all worlds together, with the world in which the kind fares worst."""
    kinds = [kind for _, names in KINDS.values() for kind in dict.fromkeys(names.values())]
    return [_row(kind, witnesses) for kind in kinds]


def _row(kind: str, witnesses: Mapping[str, Witness]) -> dict[str, Any]:
    everywhere = list(witnesses.values())
    share, low, high = _share(everywhere, kind, later=0, hidden=False)
    worst = min(
        (
            (_share([one], kind, later=0, hidden=False)[0], name)
            for name, one in witnesses.items()
            if len(one.rows(kind)[0])
        ),
        default=(None, ""),
    )
    row: dict[str, Any] = {
        "kind": kind,
        "records": sum(len(one.rows(kind)[0]) for one in everywhere),
        "alive_on_the_day": {"share": round(share, 5), "low": round(low, 5), "high": round(high, 5)},
        "worst_world": worst[1],
        "worst_world_share": None if worst[0] is None else round(worst[0], 5),
    }
    for later in LATER:
        row[f"alive_after_{later}"] = _interval(everywhere, kind, later=later, hidden=False)
        row[f"dead_unheard_after_{later}"] = _interval(everywhere, kind, later=later, hidden=True)
    row["strength"] = "strong" if low >= STRONG else "medium" if low >= MEDIUM else "weak"
    row["valid_days"] = max(
        (span for span in SPANS if _share(everywhere, kind, later=span, hidden=True)[0] <= UNHEARD), default=0
    )
    return row


def _interval(witnesses: Iterable[Witness], kind: str, *, later: int, hidden: bool) -> dict[str, float]:
    share, low, high = _share(witnesses, kind, later=later, hidden=hidden)
    return {"share": round(share, 5), "low": round(low, 5), "high": round(high, 5)}


def _share(
    witnesses: Iterable[Witness], kind: str, *, later: int, hidden: bool
) -> tuple[float, float, float]:
    hits: list[int] = []
    tries: list[int] = []
    for witness in witnesses:
        who, hit = witness.tries(kind, later=later, hidden=hidden)
        _, place, counts = np.unique(who, return_inverse=True, return_counts=True)
        tries += counts.tolist()
        hits += (
            np.bincount(place, weights=hit, minlength=len(counts)).astype(int).tolist() if len(who) else []
        )
    return clustered(hits, tries)
