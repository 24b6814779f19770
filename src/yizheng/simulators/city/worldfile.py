"""World files (世界文件): what kind of city is lived through, as one YAML file each. A stable format for outside tools.

Everything has a default, so a world says only how it differs. Unknown words and impossible numbers are refused with the
place and what was expected; shares lie between 0 and 1, spans of days are `[fewest, most]`.
docs/reference/decisions-benchmark.md describes every word.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import yaml
from msgspec import Meta

from yizheng.kernel.errors import Refused
from yizheng.simulators.why import Why
from yizheng.simulators.world import rates
from yizheng.simulators.world.make import FEEDS

FORMAT = 1
SHIPPED = Path(__file__).parent / "worlds"
SOURCES = tuple(feed.key for feed in FEEDS)

Share = Annotated[float, Meta(ge=0, le=1)]
Rate = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Days = tuple[Count, Count]


class Life(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of people. Rates a person of the roster; `a_year` where they are yearly."""

    deaths_a_year: Rate = rates.DEATHS_A_YEAR
    hidden_deaths: Share = rates.HIDDEN_DEATHS
    hidden_before: Share = rates.OLD_HIDDEN_DEATHS
    family_acts: Share = rates.FAMILY_ACTS
    family_acts_hidden: Share = rates.FAMILY_ACTS_HIDDEN
    wrongly_reported_dead_a_year: Share = rates.WRONGLY_REPORTED
    custody_a_year: Share = rates.CUSTODY
    custody_days: Days = (180, 500)
    sentence_outside_a_year: Share = rates.SENTENCE_OUTSIDE
    missing_a_year: Share = rates.MISSING
    missing_return: Share = 0.6
    missing_days: Days = (30, 400)
    duplicates_a_year: Share = rates.DUPLICATES
    abroad: Share = rates.ABROAD
    newly_abroad_a_year: Share = rates.NEWLY_ABROAD
    abroad_pace: Rate = 1.0
    unseen: Share | None = None
    rural: Share | None = None


class Register(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One register of deaths: the share of open and of hidden deaths that it hears of, and after how many days."""

    open: Share
    hidden: Share = 0.0
    days: Days = (0, 4)


class Registers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who hears of a death."""

    certificate: Register = Register(
        open=rates.CERTIFICATE_ISSUED, hidden=rates.HIDDEN_CERTIFICATE, days=(0, 3)
    )
    household: Register = Register(open=rates.HOUSEHOLD_CANCELLED, days=(2, 45))
    cremation: Register = Register(open=rates.CREMATED, hidden=rates.HIDDEN_CREMATED, days=(1, 5))
    died_in_ward: Share = rates.DIED_IN_WARD


class Behaviour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one source differs from its usual self.

    `reach`, `reach_rural`: the share of people (of villagers) that it reaches at all. `lost`: rows that never come.
    `lies`: of the dead, the share that it goes on reporting as it reports the living. `wrong_day`: rows that bear a day
    up to `wrong_day_by` days too late. `repeats`: rows delivered again in the next delivery. `lag_months`: deliveries
    come so many months late. `silent`: months of the run, counted from 1, without a delivery, as [first, last];
    `backlog`: what was missed is delivered on return. `pace`: more or fewer events than usual.
    """

    reach: Share = 1.0
    reach_rural: Share = 1.0
    lost: Share = 0.0
    lies: Share = 0.0
    wrong_day: Share = 0.0
    wrong_day_by: Count = 60
    repeats: Share = 0.0
    lag_months: Count = 0
    silent: tuple[tuple[Count, Count], ...] = ()
    backlog: bool = False
    pace: Rate = 1.0


class People(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people answer: the share that answers one request, the share that never answers any, and after how long.

    `complaint_days`: how long after a missing payment the person comes to a window. What they cannot do dead, shut in
    or missing they do not do.
    """

    answers: Share = 0.7
    never: Share = 0.03
    answer_days: Days = (2, 40)
    answers_abroad: Share = 0.35
    complaint_days: Days = (3, 40)


class Staff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How staff work. `accuracy`: first findings that are right. `check`: wrong ones that the second person catches.

    `delay_days`: from a case on the list to its decision; `cases_a_month`: how many they can take on for each
    thousand people on the roster (none: all).
    Hours of work: `hours_a_case` to look into it, `hours_a_check` to confirm, `hours_an_answer` at the window,
    `hours_a_list` to read a pause list.
    """

    accuracy: Share = 0.97
    check: Share = 0.7
    delay_days: Days = (3, 25)
    cases_a_month: Rate | None = None
    hours_a_case: Rate = 1.5
    hours_a_check: Rate = 0.25
    hours_an_answer: Rate = 0.2
    hours_a_list: Rate = 1.0


class CityWorld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole world: its name, what it is about, a seed, and how it differs from a city with good data.

    `history_months`: of so many months before the first the departments' records of life come together in the first.
    """

    format: int
    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,39}$")]
    about: str
    about_zh: str = ""
    seed: Count = 1
    history_months: Annotated[int, Meta(ge=0, le=24)] = 0
    life: Life = Life()
    registers: Registers = Registers()
    sources: dict[str, Behaviour] = {}
    people: People = People()
    staff: Staff = Staff()

    def behaviour(self, source: str) -> Behaviour:
        """How a source behaves; as usual where the world says nothing of it."""
        return self.sources.get(source, Behaviour())


def load_world(path: Path) -> CityWorld:
    """A world file, checked. Raises Refused with the file, the place and what was expected."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(Why.WORLD_FILE_MISSING, file=path) from error
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Refused(Why.WORLD_FILE_NO_YAML, file=path.name, line=line) from None
    try:
        world = msgspec.convert(raw, CityWorld)
    except msgspec.ValidationError as error:
        said = str(error).replace("Object", "The file or a part of it").replace(" - at `$.", ": at `")
        raise Refused(Why.WORLD_FILE_WRONG, file=path.name, said=said) from None
    _check(world, path)
    return world


def shipped_worlds() -> list[CityWorld]:
    """The worlds that come with the product, in the order of their files."""
    return [load_world(path) for path in sorted(SHIPPED.glob("*.yaml"))]


def _check(world: CityWorld, path: Path) -> None:
    """What no single value can say. Raises Refused."""
    if world.format != FORMAT:
        raise Refused(Why.WORLD_FILE_OF_OTHER_FORMAT, file=path.name, format=FORMAT, came=world.format)
    unknown = sorted(set(world.sources) - set(SOURCES))
    if unknown:
        raise Refused(
            Why.WORLD_FILE_SOURCES_UNKNOWN, file=path.name, known=tuple(SOURCES), unknown=tuple(unknown)
        )
    spans = {
        "life.custody_days": world.life.custody_days,
        "life.missing_days": world.life.missing_days,
        "people.answer_days": world.people.answer_days,
        "people.complaint_days": world.people.complaint_days,
        "staff.delay_days": world.staff.delay_days,
        "registers.certificate.days": world.registers.certificate.days,
        "registers.household.days": world.registers.household.days,
        "registers.cremation.days": world.registers.cremation.days,
    } | {
        f"sources.{key}.silent": months
        for key, behaviour in world.sources.items()
        for months in behaviour.silent
    }
    for place, (fewest, most) in spans.items():
        if fewest > most:
            raise Refused(Why.WORLD_FILE_SPAN_TURNED, file=path.name, place=place, fewest=fewest, most=most)
