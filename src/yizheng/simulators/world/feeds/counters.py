"""Feeds of people who stood at a counter or opened their door: police, bank, other agencies, allowance visits."""

import numpy as np

from yizheng.simulators.world import rates
from yizheng.simulators.world.feeds.base import Feed, Sheet, World, any_of, happenings, within, words
from yizheng.simulators.world.life import ELSEWHERE
from yizheng.simulators.world.plan import Period

BANKS = ("湛江农商银行赤坎支行", "湛江农商银行霞山支行", "雷州农商银行营业部", "廉江农商银行营业部",
         "吴川农商银行梅录支行", "遂溪农商银行遂城支行", "徐闻农商银行营业部")  # fmt: skip
TOWNS = (
    "中华街道",
    "寸金街道",
    "工农街道",
    "龙头镇",
    "太平镇",
    "遂城镇",
    "徐城街道",
    "石城镇",
    "新城街道",
    "梅录街道",
)


def _police(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "police_counter", period, rng)
    come = within(world.fates.forced_day, period)
    who = np.concatenate([who, world.fates.forced[come]])
    day = np.concatenate([day, world.fates.forced_day[come]])
    keep = world.fates.here(who, day)
    who, day = who[keep], day[keep]
    offices = [f"{place.name}公安户政窗口" for place in world.places]
    return Sheet(
        headers=("公民身份号码", "姓名", "业务类别", "受理单位", "受理日期"),
        id_header="公民身份号码",
        name_header="姓名",
        day="受理日期",
        who=who,
        days={"受理日期": day},
        texts={
            "业务类别": any_of(rng, ("换领居民身份证", "补领居民身份证", "户口迁移", "居住证办理"), len(who)),
            "受理单位": words(offices, world.people.places[who]),
        },
    )


def _bank(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "bank_card", period, rng)
    keep = world.fates.here(who, day)
    who, day = who[keep], day[keep]
    face = (rng.random(len(who)) >= rates.BANK_FACE).astype(np.int8)
    return Sheet(
        headers=("社会保障号码", "姓名", "网点名称", "业务类型", "办理日期", "人脸核验"),
        id_header="社会保障号码",
        name_header="姓名",
        day="办理日期",
        who=who,
        days={"办理日期": day},
        texts={
            "网点名称": any_of(rng, BANKS, len(who)),
            "业务类型": any_of(rng, ("领卡", "换卡", "密码重置", "存折补登"), len(who)),
            "人脸核验": words(("通过", "未核验"), face),
        },
    )


def _other_region(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "other_region", period, rng)
    keep = world.fates.here(who, day)
    who, day = who[keep], day[keep]
    return Sheet(
        headers=("社会保障号码", "姓名", "协助认证地区", "认证方式", "认证日期"),
        id_header="社会保障号码",
        name_header="姓名",
        day="认证日期",
        who=who,
        days={"认证日期": day},
        texts={
            "协助认证地区": any_of(rng, [name for _, name in ELSEWHERE], len(who)),
            "认证方式": any_of(rng, ("窗口认证", "人脸识别", "上门认证"), len(who)),
        },
    )


def _elder_allowance(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    """Visits to people of 80 and more. Lists are sometimes copied forward: somebody who died stays on for a while."""
    people, fates = world.people, world.fates
    old = np.flatnonzero(people.ages >= 80).astype(np.int64)
    who = old[rng.random(len(old)) < rates.ALLOWANCE_VISIT * np.where(fates.unseen[old], 0.1, 1.0)]
    day = rng.integers(period.first, period.last + 1, len(who)).astype(np.int32)
    copied = (fates.died[who] <= day) & (day < fates.died[who] + 100)
    copied &= rng.random(len(who)) < rates.COPIED_FORWARD
    keep = fates.here(who, day) | copied
    who, day, copied = who[keep], day[keep], copied[keep]
    return Sheet(
        headers=("身份证号码", "姓名", "乡镇街道", "核查日期", "核查方式"),
        id_header="身份证号码",
        name_header="姓名",
        day="核查日期",
        who=who,
        days={"核查日期": day},
        texts={
            "乡镇街道": any_of(rng, TOWNS, len(who)),
            "核查方式": any_of(rng, ("入户", "村居核实"), len(who)),
        },
        marks={"list_copied_forward": copied},
    )


FEEDS = (
    Feed(key="police_counter", file_format="csv-utf8-bom", draw=_police, date_style="chinese", arrives_on=8),
    Feed(key="bank_card", file_format="parquet", draw=_bank, date_style="true", arrives_on=5),
    Feed(key="other_region", file_format="xlsx", draw=_other_region, date_style="true", arrives_on=10),
    Feed(key="elder_allowance", file_format="csv-utf8", draw=_elder_allowance, arrives_on=12, quarterly=True),
)
