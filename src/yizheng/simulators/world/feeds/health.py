"""Feeds of health: hospital stays, outpatient visits, check-ups. The day of the service counts, never the settlement."""

import numpy as np
import pyarrow as pa

from yizheng.simulators.world import rates
from yizheng.simulators.world.feeds.base import Feed, Sheet, Who, World, any_of, happenings, within, words
from yizheng.simulators.world.numbers import Ints
from yizheng.simulators.world.people import Flags
from yizheng.simulators.world.plan import Period

HOSPITALS = ("湛江中心人民医院", "广东医科大学附属医院", "湛江市第一中医医院", "廉江市人民医院", "雷州市人民医院",
             "遂溪县人民医院", "徐闻县人民医院", "吴川市人民医院")  # fmt: skip
PHARMACIES = ("康民大药房", "颐和堂药店", "湛海大药房", "社区卫生服务中心", "乡镇卫生院", "惠民门诊部")
CENTRES = ("赤坎社区卫生服务中心", "霞山社区卫生服务中心", "龙头镇卫生院", "太平镇卫生院", "界炮镇卫生院", "南山镇卫生院",
           "安铺镇中心卫生院", "龙门镇卫生院", "黄坡镇中心卫生院")  # fmt: skip
OUTCOMES = ("医嘱离院", "医嘱转院", "非医嘱离院", "死亡")


def _inpatient(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """A period is what was settled in it: a stay may have ended long before, and so may a life."""
    who, settled = happenings(world, "medical_inpatient", period, rng)
    late = rng.random(len(who)) < rates.LATE_SETTLEMENT
    discharged = settled - np.where(late, rng.integers(6, 76, len(who)), rng.integers(0, 4, len(who)))
    keep = world.fates.here(who, discharged.astype(np.int32))
    who, settled, discharged = who[keep], settled[keep], discharged[keep]
    outcome = rng.choice(3, len(who), p=[0.9, 0.05, 0.05])
    lost, lost_settled = _deaths_in_ward(world, period)
    who = np.concatenate([who, lost])
    settled = np.concatenate([settled, lost_settled]).astype(np.int32)
    discharged = np.concatenate([discharged, world.fates.died[lost]]).astype(np.int32)
    outcome = np.concatenate([outcome, np.full(len(lost), 3)])
    admitted = (discharged - rng.integers(2, 18, len(who))).astype(np.int32)
    return Sheet(
        headers=(
            "人员证件号码",
            "人员姓名",
            "定点医药机构名称",
            "入院日期",
            "出院日期",
            "离院方式",
            "结算日期",
        ),
        id_header="人员证件号码",
        name_header="人员姓名",
        day="出院日期",
        who=who,
        days={"入院日期": admitted, "出院日期": discharged, "结算日期": settled},
        texts={
            "定点医药机构名称": any_of(rng, HOSPITALS, len(who)),
            "离院方式": words(OUTCOMES, outcome),
        },
        marks={"settled_after_death": settled > world.fates.died[who]},
        leads=outcome == 3,
    )


def _deaths_in_ward(world: World, period: Period) -> tuple[Who, Ints]:
    """Deaths in hospital, settled one to four weeks later."""
    dead = np.flatnonzero(world.fates.in_ward)
    settled = world.fates.died[dead] + 7 + (dead % 21).astype(np.int32)
    now = within(settled, period)
    return dead[now], settled[now]


def _outpatient(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "medical_outpatient", period, rng)
    face = rng.random(len(who)) < rates.OUTPATIENT_FACE
    after = (day >= world.fates.died[who]) & world.fates.family_acts[who]
    keep = world.fates.here(who, day) | after
    who, day, face, after = who[keep], day[keep], face[keep] & ~after[keep], after[keep]
    payer = np.where(face, rng.integers(0, 2, len(who)), rng.integers(2, 4, len(who)))
    amount = np.char.add(rng.integers(8, 420, len(who)).astype(str), ".50")
    return Sheet(
        headers=(
            "人员证件号码", "人员姓名", "定点医药机构名称", "就诊购药日期", "支付方式", "医疗费总额", "结算日期",
        ),
        id_header="人员证件号码",
        name_header="人员姓名",
        day="就诊购药日期",
        who=who,
        days={"就诊购药日期": day, "结算日期": np.minimum(day + rng.integers(0, 3, len(who)), period.last + 2)},
        texts={
            "定点医药机构名称": any_of(rng, PHARMACIES, len(who)),
            "支付方式": words(("刷脸", "医保码", "刷卡", "家庭共济"), payer),
            "医疗费总额": pa.array(amount),
        },
        marks={"card_used_after_death": after},
    )  # fmt: skip


def _health_check(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """The yearly check-up in each person's own month, and visits of the family doctor."""
    visited, visit_day = happenings(world, "family_doctor", period, rng)
    checked = np.flatnonzero(_checked_in(world, period.arrives.plus(-1).month)).astype(np.int64)
    check_day = rng.integers(period.first, period.last + 1, len(checked)).astype(np.int32)
    who, day = np.concatenate([checked, visited]), np.concatenate([check_day, visit_day])
    service = np.repeat([0, 1], [len(checked), len(visited)])
    service += service * rng.integers(0, 2, len(who))
    keep = world.fates.here(who, day)
    who, day, service = who[keep], day[keep], service[keep]
    return Sheet(
        headers=("身份证号", "姓名", "服务机构", "服务类别", "服务日期"),
        id_header="身份证号",
        name_header="姓名",
        day="服务日期",
        who=who,
        days={"服务日期": day},
        texts={
            "服务机构": words(CENTRES, world.people.places[who] % len(CENTRES)),
            "服务类别": words(("健康体检", "家庭医生随访", "慢病随访"), service),
        },
    )


def _checked_in(world: World, month: int) -> Flags:
    """Who has the yearly check-up in this month of the year. The same for every year of the world."""
    rng = world.plan.rng("check-ups")
    people = world.people
    goes = rng.random(len(people)) < np.where(
        people.ages >= 65, rates.CHECKUP_FROM_65, rates.CHECKUP_BEFORE_65
    )
    # As many others as make up their share of the rows.
    share = rates.ROWS_OF_OTHERS / (1 - rates.ROWS_OF_OTHERS) / rates.OTHERS
    goes[people.roster + people.removed :] &= rng.random(len(people) - people.roster - people.removed) < share
    now: Flags = goes & ~world.fates.unseen & (rng.integers(1, 13, len(people)) == month)
    return now


FEEDS = (
    Feed(
        key="medical_inpatient",
        file_format="csv-gb18030",
        draw=_inpatient,
        date_style="compact",
        arrives_on=7,
    ),
    Feed(key="medical_outpatient", file_format="csv-utf8", draw=_outpatient, arrives_on=7),
    Feed(key="health_check", file_format="csv-gb18030", draw=_health_check, date_style="slash", arrives_on=9),
)
