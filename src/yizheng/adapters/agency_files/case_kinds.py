"""Kinds of cases as files: `cases/*.yaml`, one a kind, and `outcomes.yaml`, the outcomes that several kinds share.

A kind that exists is whole: its life, clocks and effects were checked, its letters exist, and every doubt of a run has
a kind. Whatever is wrong is a Refused that names the file and what to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import msgspec

from yizheng.adapters.agency_files.why import Why
from yizheng.adapters.agency_files.yaml_files import read_yaml
from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Life, Move, State
from yizheng.kernel.told import Named
from yizheng.rooms.calendar.data import WorkCalendar
from yizheng.rooms.casework.data import (
    LIVES,
    LOSS_REASONS,
    CaseEvent,
    CaseRules,
    CitizenSees,
    Clock,
    Ending,
    Kind,
    Known,
    OutcomeTerms,
)
from yizheng.rooms.decisions.data import (
    AnswersIdentity,
    CountsAsPass,
    Effect,
    Effects,
    KeepsOpen,
    MovesPay,
    RecordsLifeEvent,
    ResumesPay,
    RulesOnLeads,
    SendsLetter,
)
from yizheng.rooms.entitlements.data import PayState

EFFECTS: Mapping[str, type[Any]] = {
    "counts_as_pass": CountsAsPass,
    "records_life_event": RecordsLifeEvent,
    "rules_on_leads": RulesOnLeads,
    "moves_pay": MovesPay,
    "resumes_pay": ResumesPay,
    "sends_letter": SendsLetter,
    "keeps_open": KeepsOpen,
    "answers_identity": AnswersIdentity,
}
"""What `does:` may say in a file."""

STOPS = {"paused": PayState.PAUSED, "ended": PayState.ENDED}
"""Where `moves_pay` may lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFile:
    """A state of a life of a kind's own."""

    code: str
    owner: str
    final: bool = False
    words: Named | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFile:
    """A step of a life of a kind's own."""

    state: str
    step: str
    to: str
    by: str = ""
    permission: str = ""
    words: Named | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeFile:
    """A life of a kind's own."""

    states: tuple[StateFile, ...]
    moves: tuple[MoveFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingFile:
    """A sort of loss: its words, and its effects as rows with `does`."""

    words: Named
    effects: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFile(EndingFile):
    """An outcome."""

    hint: Named
    needs_day: bool = False
    losses: dict[str, EndingFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFile:
    """What a file of `cases/` holds. `life` and `outcomes` name what is shared, `own_life`, `own_outcomes` bring more."""

    code: str
    words: Named
    precedence: int
    clocks: tuple[Clock, ...]
    reasons: tuple[str, ...] = ()
    life: str = "two_people"
    own_life: LifeFile | None = None
    outcomes: tuple[str, ...] = ()
    own_outcomes: dict[str, OutcomeFile] = field(default_factory=dict)
    second_review: bool = True
    panels: tuple[str, ...] = ()
    letters: dict[CaseEvent, str] = field(default_factory=dict)
    citizen: CitizenSees = CitizenSees.NOTHING
    joins: bool = False
    by_hand: bool = False


def read_case_rules(folder: Path, *, calendar: WorkCalendar, letters: Iterable[str]) -> CaseRules:
    """The kinds of an agency's folder. Raises Refused naming the file and what is wrong."""
    shared: dict[str, OutcomeFile] = {}
    if (folder / "outcomes.yaml").exists():
        shared = read_yaml(folder / "outcomes.yaml", dict[str, OutcomeFile])
    known = frozenset(letters)
    kinds: dict[str, Kind] = {}
    for path in sorted((folder / "cases").glob("*.yaml")):
        file = read_yaml(path, KindFile)
        if file.code != path.stem:
            raise Refused(Why.CASE_CODE_NOT_FILE, file=path, expected=path.stem, came=file.code)
        try:
            kinds[file.code] = _kind(file, shared)
        except (ValueError, msgspec.ValidationError) as error:
            raise Refused(Why.VALUE_WRONG, file=path, problem=str(error)) from None
        lost = sorted(kinds[file.code].templates - known)
        if lost:
            raise Refused(Why.CASE_LETTERS_MISSING, file=path, letters=lost)
    _check_whole(folder, kinds)
    try:
        return CaseRules(kinds=kinds, calendar=calendar)
    except ValueError as error:
        raise Refused(Why.VALUE_WRONG, file=folder / "cases", problem=str(error)) from None


def _check_whole(folder: Path, kinds: Mapping[str, Kind]) -> None:
    missing = sorted(set(Known) - set(kinds))
    if missing:
        raise Refused(Why.CASE_KINDS_MISSING, file=folder / "cases", missing=missing)
    taken = {reason for kind in kinds.values() for reason in kind.reasons}
    left = sorted(LOSS_REASONS - taken)
    if left:
        raise Refused(Why.CASE_REASONS_MISSING, file=folder / "cases", reasons=left)


def _kind(file: KindFile, shared: Mapping[str, OutcomeFile]) -> Kind:
    unknown = sorted(set(file.outcomes) - set(shared))
    if unknown:
        raise ValueError(
            f"the outcomes {', '.join(unknown)} are not in outcomes.yaml; known are {', '.join(shared)}"
        )
    if file.own_life is None and file.life not in LIVES:
        raise ValueError(f"the life {file.life} is unknown; known are {', '.join(LIVES)}, or bring own_life")
    outcomes = file.own_outcomes | {
        code: shared[code] for code in file.outcomes if code not in file.own_outcomes
    }
    own = file.own_life
    return Kind(
        code=file.code,
        words=file.words,
        precedence=file.precedence,
        reasons=file.reasons,
        life=_life(own) if own else LIVES[file.life],
        state_words={one.code: one.words for one in own.states if one.words} if own else {},
        step_words={one.step: one.words for one in own.moves if one.words} if own else {},
        clocks=file.clocks,
        outcomes={code: _terms(one) for code, one in outcomes.items()},
        second_review=file.second_review,
        panels=file.panels,
        letters=file.letters,
        citizen=file.citizen,
        joins=file.joins,
        by_hand=file.by_hand,
    )


def _life(file: LifeFile) -> Life[str]:
    return Life(
        name="case",
        states=tuple(State(code=one.code, owner=one.owner, final=one.final) for one in file.states),
        moves=tuple(
            Move(state=one.state, step=one.step, to=one.to, by=one.by, permission=one.permission)
            for one in file.moves
        ),
    )


def _terms(file: OutcomeFile) -> OutcomeTerms:
    return OutcomeTerms(
        words=file.words,
        hint=file.hint,
        needs_day=file.needs_day,
        effects=_effects(file.effects),
        losses={
            code: Ending(words=one.words, effects=_effects(one.effects)) for code, one in file.losses.items()
        },
    )


def _effects(rows: Iterable[Mapping[str, Any]]) -> Effects:
    return tuple(_effect(dict(row)) for row in rows)


def _effect(row: dict[str, Any]) -> Effect:
    """A row such as `{does: sends_letter, template: resumed}` as an effect. Raises ValueError, ValidationError."""
    does = row.pop("does", None)
    if does not in EFFECTS:
        raise ValueError(f"an effect does one of {', '.join(EFFECTS)}, but {does!r} came")
    kind = EFFECTS[does]
    known = {one.name for one in fields(kind)}
    if set(row) != known:
        raise ValueError(
            f"{does} has exactly {', '.join(sorted(known)) or 'nothing'} beside it, not {', '.join(row)}"
        )
    if kind is MovesPay:
        if row["to"] not in STOPS:
            raise ValueError(f"moves_pay leads to one of {', '.join(STOPS)}, not {row['to']!r}")
        row["to"] = STOPS[row["to"]]
    effect: Effect = msgspec.convert(row, kind)
    return effect
