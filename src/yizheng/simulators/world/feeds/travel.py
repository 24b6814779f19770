"""Feeds of people on the move: border, railway, airlines. Being there and having a ticket are two things."""

import numpy as np
import pyarrow as pa

from yizheng.simulators.world import rates
from yizheng.simulators.world.feeds.base import Feed, Sheet, World, any_of, happenings, words
from yizheng.simulators.world.plan import NEVER, Period

PORTS = ("拱北口岸", "罗湖口岸", "皇岗口岸", "横琴口岸", "港珠澳大桥口岸", "湛江港口岸", "广州白云机场口岸")
STATIONS = (
    "湛江西",
    "湛江",
    "湛江北",
    "遂溪",
    "廉江",
    "雷州",
    "徐闻",
    "吴川",
    "茂名",
    "广州南",
    "海口东",
    "南宁东",
)
TRAINS = ("D3606", "D3722", "D7501", "D7489", "G9688", "K1208", "K458", "Z111", "C7902", "G3715")
FLIGHTS = ("CZ3357", "CZ8631", "CA1935", "MU6325", "HU7451", "ZH9345", "3U8739", "GJ8869")
AIRPORTS = ("湛江吴川", "广州白云", "深圳宝安", "海口美兰", "成都双流", "昆明长水", "上海虹桥", "北京大兴")


def _immigration(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "immigration", period, rng)
    fates = world.fates
    # Who lives abroad is seen here, and only here.
    abroad = (fates.abroad_since[who] != NEVER) & (fates.abroad_cancelled[who] == NEVER)
    keep = (fates.here(who, day) | abroad) & (day < fates.died[who])
    who, day = who[keep], day[keep]
    count = len(who)
    document = pa.array(np.char.add("C", rng.integers(10_000_000, 99_999_999, count).astype(str)))
    return Sheet(
        headers=("公民身份号码", "姓名", "出入境证件号码", "口岸", "出入境标识", "查验日期"),
        id_header="公民身份号码",
        name_header="姓名",
        day="查验日期",
        who=who,
        days={"查验日期": day},
        texts={
            "出入境证件号码": document,
            "口岸": any_of(rng, PORTS, count),
            "出入境标识": any_of(rng, ("入境", "出境"), count),
        },
    )


def _railway(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "railway", period, rng)
    entered = rng.random(len(who)) < rates.RAILWAY_ENTERED
    after = (day >= world.fates.died[who]) & world.fates.family_acts[who]
    entered &= ~after
    keep = world.fates.here(who, day) | after
    who, day, entered, after = who[keep], day[keep], entered[keep], after[keep]
    return Sheet(
        headers=("证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志"),
        id_header="证件号码",
        name_header="旅客姓名",
        day="乘车日期",
        who=who,
        days={"乘车日期": day},
        texts={
            "车次": any_of(rng, TRAINS, len(who)),
            "乘车站": any_of(rng, STATIONS, len(who)),
            "进站标志": words(("否", "是"), entered.astype(np.int8)),
        },
        marks={"ticket_after_death": after},
    )


def _aviation(world: World, period: Period, rng: np.random.Generator) -> Sheet:
    who, day = happenings(world, "aviation", period, rng)
    boarded = rng.random(len(who)) < rates.AVIATION_BOARDED
    after = (day >= world.fates.died[who]) & world.fates.family_acts[who]
    boarded &= ~after
    keep = world.fates.here(who, day) | after
    who, day, boarded, after = who[keep], day[keep], boarded[keep], after[keep]
    state = np.where(boarded, 0, rng.integers(1, 3, len(who)))
    return Sheet(
        headers=("证件号", "旅客姓名", "航班号", "起飞机场", "航班日期", "登机状态"),
        id_header="证件号",
        name_header="旅客姓名",
        day="航班日期",
        who=who,
        days={"航班日期": day},
        texts={
            "航班号": any_of(rng, FLIGHTS, len(who)),
            "起飞机场": any_of(rng, AIRPORTS, len(who)),
            "登机状态": words(("已登机", "未登机", "退票"), state),
        },
        marks={"ticket_after_death": after},
    )


FEEDS = (
    Feed(key="immigration", file_format="csv-utf8", draw=_immigration, arrives_on=4),
    Feed(key="railway", file_format="parquet", draw=_railway, arrives_on=3),
    Feed(key="aviation", file_format="csv-utf8-bom", draw=_aviation, arrives_on=5, date_style="slash"),
)
