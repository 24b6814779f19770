"""Registers that speak against: deaths, cancelled households, sentences, missing people, benefits drawn twice."""

import numpy as np
import pyarrow as pa

from yizheng.simulators.world import rates
from yizheng.simulators.world.feeds.base import Feed, Sheet, Who, World, any_of, within, words
from yizheng.simulators.world.feeds.health import HOSPITALS
from yizheng.simulators.world.life import ELSEWHERE, SENTENCES
from yizheng.simulators.world.plan import NEVER, Period

PARLOURS = ("湛江市殡仪馆", "廉江市殡仪馆", "雷州市殡仪馆", "吴川市殡仪馆", "徐闻县殡仪馆")
CANCELLATIONS = ("死亡", "出国定居", "重户", "参军")


def _household(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """注销 is not death: the reason says so, and the two others are there to be read wrongly."""
    fates = world.fates
    dead, left = within(fates.cancelled, period), within(fates.abroad_cancelled, period)
    months = 3 if "Q" in period.label else 1
    other = _strangers(world, rng, rates.OTHER_CANCELLATIONS * months / 12, on_roster=0.05)
    who = np.concatenate([dead, left, other])
    reason = np.repeat([0, 1, 2], [len(dead), len(left), len(other)])
    reason += (reason == 2) & (world.people.ages[who] < 40)
    day = rng.integers(period.first, period.last + 1, len(who)).astype(np.int32)
    day[: len(dead)], day[len(dead) : len(dead) + len(left)] = fates.cancelled[dead], fates.abroad_since[left]
    died = np.where(reason == 0, fates.died[who], NEVER).astype(np.int32)
    stations = [f"{place.name}公安派出所" for place in world.places]
    return Sheet(
        headers=("公民身份号码", "姓名", "注销原因", "注销日期", "死亡日期", "派出所"),
        id_header="公民身份号码",
        name_header="姓名",
        day="注销日期",
        who=who,
        days={"注销日期": day, "死亡日期": died},
        texts={
            "注销原因": words(CANCELLATIONS, reason),
            "派出所": words(stations, world.people.places[who]),
        },
        marks={"cancelled_not_dead": reason >= 1},
        leads=reason <= 1,
    )


def _death_certificates(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """The register of deaths, with the living whose number was written by mistake."""
    fates = world.fates
    dead, wrong = within(fates.certified_dead, period), within(fates.mistaken_day, period)
    who = np.concatenate([dead, fates.mistaken[wrong]])
    died = np.concatenate([fates.died[dead], fates.mistaken_day[wrong]])
    issued = np.concatenate([fates.certified_dead[dead], fates.mistaken_day[wrong]])
    return Sheet(
        headers=("证件号码", "死者姓名", "性别", "死亡日期", "死亡地点", "签发单位", "签发日期"),
        id_header="证件号码",
        name_header="死者姓名",
        day="死亡日期",
        who=who,
        days={"死亡日期": died, "签发日期": issued},
        texts={
            "性别": words(("男", "女"), world.people.sexes[who] - 1),
            "死亡地点": any_of(rng, ("医疗卫生机构", "家中", "养老服务机构", "来院途中"), len(who)),
            "签发单位": any_of(rng, HOSPITALS, len(who)),
        },
        marks={"living_reported_dead": np.repeat([False, True], [len(dead), len(wrong)])},
        leads=np.ones(len(who), np.bool_),
    )


def _cremations(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who = within(world.fates.cremated, period)
    return Sheet(
        headers=("逝者姓名", "公民身份号码", "殡仪馆", "火化日期"),
        id_header="公民身份号码",
        name_header="逝者姓名",
        day="火化日期",
        who=who,
        days={"火化日期": world.fates.cremated[who]},
        texts={"殡仪馆": any_of(rng, PARLOURS, len(who))},
        leads=np.ones(len(who), np.bool_),
    )


def _prison(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """Sentences that began in the period: only 收监 keeps a person in."""
    fates = world.fates
    mine = within(fates.custody_from, period)
    strangers = _strangers(world, rng, 0.0001)
    who = np.concatenate([mine, strangers])
    kind = np.concatenate([fates.sentence[mine], rng.integers(1, 5, len(strangers))]).astype(np.int8)
    start = rng.integers(period.first, period.last + 1, len(who)).astype(np.int32)
    until = start + rng.integers(180, 1800, len(who)).astype(np.int32)
    start[: len(mine)], until[: len(mine)] = fates.custody_from[mine], fates.custody_until[mine]
    sentence = np.where(kind == 3, 2, rng.integers(0, 2, len(who)))
    return Sheet(
        headers=("公民身份号码", "姓名", "刑种", "执行方式", "执行起始日期", "执行期满日期"),
        id_header="公民身份号码",
        name_header="姓名",
        day="执行起始日期",
        who=who,
        days={"执行起始日期": start, "执行期满日期": until},
        texts={
            "刑种": words(("有期徒刑", "拘役", "管制"), sentence),
            "执行方式": words(SENTENCES, kind),
        },
        marks={"sentence_without_custody": kind >= 2},
        leads=kind == 1,
    )


def _missing(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    fates = world.fates
    mine, strangers = within(fates.missing_reported, period), _strangers(world, rng, 0.00005)
    who = np.concatenate([mine, strangers])
    reported = rng.integers(period.first, period.last + 1, len(who)).astype(np.int32)
    lost = reported - rng.integers(2, 40, len(who)).astype(np.int32)
    lost[: len(mine)], reported[: len(mine)] = fates.missing_from[mine], fates.missing_reported[mine]
    stations = [f"{place.name}公安派出所" for place in world.places]
    return Sheet(
        headers=("身份证号", "姓名", "失踪日期", "报案日期", "报案派出所"),
        id_header="身份证号",
        name_header="姓名",
        day="失踪日期",
        who=who,
        days={"失踪日期": lost, "报案日期": reported},
        texts={"报案派出所": words(stations, world.people.places[who])},
        leads=np.ones(len(who), np.bool_),
    )


def _duplicates(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """The nation's comparison: who draws a benefit in a second place."""
    fates = world.fates
    mine, strangers = within(fates.duplicate_from, period), _strangers(world, rng, 0.0002)
    who = np.concatenate([mine, strangers])
    place = np.concatenate([fates.duplicate[mine], rng.integers(0, len(ELSEWHERE), len(strangers))])
    compared = np.full(len(who), period.last - 4, np.int32)
    amount = np.char.add(rng.integers(160, 4200, len(who)).astype(str), ".00")
    return Sheet(
        headers=("社会保障号码", "姓名", "另一领取地", "另一险种", "月待遇金额", "比对日期"),
        id_header="社会保障号码",
        name_header="姓名",
        day="比对日期",
        who=who,
        days={"比对日期": compared},
        texts={
            "另一领取地": words([f"{code} {name}" for code, name in ELSEWHERE], place),
            "另一险种": any_of(rng, ("110", "170"), len(who)),
            "月待遇金额": pa.array(amount),
        },
        leads=np.ones(len(who), np.bool_),
    )


def _strangers(world: World, rng: np.random.Generator, rate: float, *, on_roster: float = 0.0) -> Who:
    """People who are not on the roster, two at the least, and now and then one who is (and nothing happened to)."""
    people, fates = world.people, world.fates
    count = max(2, round(rate * people.roster))
    who = rng.integers(people.roster + people.removed, len(people), count)
    from_roster = rng.random(count) < on_roster
    who = np.where(from_roster, rng.integers(0, people.roster, count), who)
    living: Who = who[fates.died[who] == NEVER].astype(np.int64)
    return living


FEEDS = (
    Feed(key="household_cancel", file_format="csv-gb18030", draw=_household, arrives_on=5),
    Feed(
        key="death_certificate",
        file_format="csv-utf8",
        draw=_death_certificates,
        arrives_on=6,
        id_missing=rates.DEATH_ID_MISSING,
        id_mistyped=rates.DEATH_ID_MISTYPED,
    ),
    Feed(key="cremation", file_format="xlsx", draw=_cremations, arrives_on=8, id_missing=0.02),
    Feed(key="prison", file_format="xlsx", draw=_prison, arrives_on=9),
    Feed(key="missing_report", file_format="xlsx", draw=_missing, arrives_on=9),
    Feed(key="national_duplicate", file_format="xlsx", draw=_duplicates, arrives_on=14, quarterly=True),
)
