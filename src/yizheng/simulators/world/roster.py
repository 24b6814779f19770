"""The roster (花名册) as the agency's old system delivers it on the first day of the last month but one."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.simulators.world import rates
from yizheng.simulators.world.dates import day_texts
from yizheng.simulators.world.faults import FaultLog, lower_x, spoil_names
from yizheng.simulators.world.feeds.base import World, any_of, words
from yizheng.simulators.world.life import some
from yizheng.simulators.world.numbers import Ints, accounts, phones
from yizheng.simulators.world.people import BENEFITS, YEAR, Flags
from yizheng.simulators.world.plan import NEVER

Floats = npt.NDArray[np.float64]

_STREETS = ("颐康路", "和顺街", "望海大道", "榕荫路", "晨曦街", "百花巷", "安澜路", "长乐街")
_VILLAGES = ("上塘村", "下坡村", "新屋村", "大井村", "北山村", "东岸村", "石桥村", "竹园村")
# Monthly amounts by benefit (BENEFITS order): median in yuan and spread of its logarithm; nobody gets less than 143.
_AMOUNTS = ((228, 0.22), (3150, 0.28), (5350, 0.25), (880, 0.2), (1450, 0.2), (3600, 0.22), (1320, 0.2))
_GROUPS = (("残疾", 0.04), ("重病", 0.012), ("独居", 0.06), ("异地", 0.035))


def draw_roster(world: World) -> tuple[pa.Table, FaultLog]:
    """The roster's table. Nothing in it is wrong; small x and variants of the middle dot are all there is."""
    plan, people = world.plan, world.people
    rng, log = plan.rng("roster"), FaultLog.empty()
    size = people.roster
    benefits = people.benefits[:size]
    small = lower_x(people.ids[:size], rng)
    log.note("id_lower_x", np.flatnonzero(small))
    ids = pa.array(people.ids[:size]).cast(pa.string())
    start = _start_months(rng, world)
    state, state_month, reason = _pay_states(world)
    return pa.table(
        {
            "公民身份号码": pc.if_else(pa.array(small), pc.ascii_lower(ids), ids),
            "姓名": spoil_names(people.names.slice(0, size), people.dotted[:size], rng, log),
            "性别": words(("男", "女"), people.sexes[:size] - 1),
            "出生日期": day_texts(people.births[:size], "iso"),
            "行政区划代码": words([place.code for place in world.places], people.places[:size]),
            "险种": words([row[0] for row in BENEFITS], benefits),
            "待遇类别": words([row[1] for row in BENEFITS], benefits),
            "待遇起始年月": _month_texts(start),
            "月待遇金额": _amounts(rng, benefits),
            "发放状态": words(("1", "2", "3"), state - 1),
            "状态变更年月": _month_texts(state_month),
            "状态变更原因": words(("", "1201", "1202", "1401"), reason),
            "最近认证日期": day_texts(_last_certified(rng, world, start), "iso"),
            "特殊群体": _groups(rng, world),
            "手机号码": pa.array(phones(rng, size)).cast(pa.string()),
            "银行账号": pa.array(accounts(rng, size)).cast(pa.string()),
            "联系地址": _addresses(rng, world),
            "发放至年月": pa.array([str(Month.of(plan.roster_day))]).take(pa.array(np.zeros(size, np.int8))),
        }
    ), log


def _start_months(rng: np.random.Generator, world: World) -> Ints:
    """The month after the age of the benefit was reached (some work longer), as month index; never in the future."""
    size = world.people.roster
    youngest = np.array([row[3] for row in BENEFITS])[world.people.benefits[:size]]
    longer = rng.integers(0, 5, size) * (world.people.benefits[:size] != 0)
    begun = world.people.births[:size] + (youngest + longer) * YEAR
    begun = np.minimum(begun, day_number(world.plan.roster_day) - 40).astype("datetime64[D]")
    months: Ints = (begun.astype("datetime64[M]").astype(np.int32) + 1970 * 12 + 1).astype(np.int32)
    return months


def _pay_states(world: World) -> tuple[Ints, Ints, Ints]:
    """State, month of its change (0: none) and reason: paused people, known custody, deaths ended in time."""
    plan, fates, size = world.plan, world.fates, world.people.roster
    now = Month.of(plan.roster_day).index
    state, month, reason = (np.zeros(size, np.int32) for _ in range(3))
    state[:] = 1
    paused = fates.paused_months[:size] > 0
    state[paused], reason[paused] = 2, 1
    month[paused] = now + 1 - fates.paused_months[:size][paused].astype(np.int32)
    known = fates.sentence_known[:size]
    state[known], reason[known] = 2, 2
    month[known] = _month_of(fates.custody_from[:size][known]) + 1
    died = fates.died[:size]
    before = np.flatnonzero((died < day_number(plan.roster_day)) & ~fates.hidden[:size])
    ended = before[: some(rates.ENDED_IN_TIME, len(before))]
    state[ended], reason[ended] = 3, 3
    month[ended] = _month_of(died[ended]) + 1
    return state, month, reason


def _month_of(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32) + 1970 * 12
    return months


def _last_certified(rng: np.random.Generator, world: World, start: Ints) -> Ints:
    """Mostly in the past year; some are overdue, some never did it, the newly retired have not had to."""
    fates, size = world.fates, world.people.roster
    today = day_number(world.plan.roster_day)
    ago = rng.integers(1, 365, size)
    overdue = rng.random(size) < rates.OVERDUE
    ago[overdue] = rng.integers(365, 425, int(overdue.sum()))
    paused = fates.paused_months[:size]
    ago = np.where(paused > 0, 380 + 30 * paused.astype(np.int32) + ago // 8, ago)
    day = today - ago
    # A death that nobody hides cannot be followed by a certification.
    open_death = ~fates.hidden[:size] & (day >= fates.died[:size])
    day[open_death] = fates.died[:size][open_death] - 1 - ago[open_death] % 60
    never = (rng.random(size) < rates.NEVER_CERTIFIED) & (paused == 0)
    new = start > Month.of(from_day_number(today)).index - 12
    first_day = (
        (start.astype(np.int64) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(int)
    )
    never |= new | (day < first_day)
    return np.where(never, NEVER, day).astype(np.int32)


def _amounts(rng: np.random.Generator, benefits: npt.NDArray[np.int8]) -> pa.Array:
    medians = np.array([row[0] for row in _AMOUNTS], float)[benefits]
    spreads = np.array([row[1] for row in _AMOUNTS], float)[benefits]
    fen = np.maximum(medians * np.exp(spreads * rng.standard_normal(len(benefits))), 143) * 100
    whole = fen.astype(np.int64)
    cents = pc.utf8_lpad(pa.array(whole % 100).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(pa.array(whole // 100).cast(pa.string()), cents, ".")


def _groups(rng: np.random.Generator, world: World) -> pa.Array:
    """The special groups, joined by 、; of the two or three that meet in a person all are named."""
    people, fates, size = world.people, world.fates, world.people.roster
    abroad = (fates.abroad_since[:size] != NEVER) & (fates.abroad_cancelled[:size] == NEVER)
    flags: list[tuple[str, Flags]] = [("高龄", people.ages[:size] >= 80)]
    flags += [(name, rng.random(size) < share) for name, share in _GROUPS]
    flags.append(("境外", abroad))
    code = np.zeros(size, np.int32)
    for bit, (_, flag) in enumerate(flags):
        code |= flag.astype(np.int32) << bit
    texts = [
        "、".join(name for bit, (name, _) in enumerate(flags) if value >> bit & 1)
        for value in range(1 << len(flags))
    ]
    return words(texts, code)


def _addresses(rng: np.random.Generator, world: World) -> pa.Array:
    size = world.people.roster
    places = words([f"湛江市{place.name}" for place in world.places], world.people.places[:size])
    streets, villages = any_of(rng, _STREETS, size), any_of(rng, _VILLAGES, size)
    road = pc.if_else(pa.array(world.people.rural[:size]), villages, streets)
    number = pa.array(rng.integers(1, 320, size)).cast(pa.string())
    return pc.binary_join_element_wise(places, road, number, "号", "")


def _month_texts(months: Ints) -> pa.Array:
    """Month indices as YYYY-MM; nothing where it is 0."""
    low = int(months[months > 0].min(initial=2026 * 12))
    options = [str(Month.from_index(index)) for index in range(low, int(months.max(initial=low)) + 1)]
    at = np.where(months > 0, months - low, 0)
    return pa.array(options).take(pa.array(at, mask=months == 0))
