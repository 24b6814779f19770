"""Makes the data files of the hard tail: what a character sounds and looks like, and the years of the lunar calendar.

    .venv/bin/python bench/make_characters.py

Writes `tail/data/characters.csv` and `tail/data/lunar_years.csv` anew from pypinyin, four_corner_method, OpenCC's
character tables and lunar_python (all in the test environment). Run it after one of these was updated; a test tells.
"""

import csv
import io
import unicodedata
from pathlib import Path

from four_corner_method import FourCornerMethod
from lunar_python import Lunar, LunarYear
from opencc import OpenCC
from pypinyin import Style, pinyin
from pypinyin.constants import PINYIN_DICT

DATA = Path(__file__).parents[1] / "src" / "yizheng" / "rooms" / "comparison" / "tail" / "data"
BLOCKS = ((0x3007, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFADA))
"""〇, extension A, the unified ideographs, and the compatibility ideographs that are folded into them."""
FIRST_YEAR, LAST_YEAR = 1900, 2100

VARIANTS = (
    "髙高 叚段 夀寿 夁寿 聨联 聫联 淸清 齢龄 寔实 実实 郷乡 鄕乡 濳潜 濬浚 煕熙 凞熙 靑青 靜静"
    " 眞真 爲为 旣既 晉晋 黃黄 郞郎 敎教 吿告 囘回 囬回 亙亘 卽即 朶朵 冦寇 尭尧 桒桑 槗桥 滙汇"
    " 甯宁 畄留 畱留 綉绣 緖绪 菓果 蔴麻 覩睹 諌谏 邨村 鉄铁 銕铁 鎻锁 閒闲 隣邻 雋隽 靣面 飮饮"
    " 鮮鲜 鳯凤 鹼碱 麐麟 麽么 黒黑 黙默 斉齐 斎斋 竜龙 亀龟 沢泽 浜滨 渓溪 広广 徳德 恵惠 栄荣"
    " 桜樱 済济 渋涩 継继 経经 縁缘 聡聪 荘庄 薫熏 観观 覚觉 譲让 豊丰 転转 遅迟 鋭锐 録录 鎮镇"
    " 関关 険险 霊灵 顕显 顔颜 鶏鸡 歩步 毎每 児儿 亜亚 円圆 剣剑 労劳 勲勋 単单 厳严 収收 図图"
    " 圧压 塩盐 増增 変变 寛宽 専专 巌岩 帰归 弐贰 従从 悪恶 戦战 戸户 抜拔 拝拜 挙举 撃击 暁晓"
    " 様样 楽乐 権权 氷冰 涙泪 満满 焔焰 犠牺 猟猎 産产 県县 砕碎 稲稻 穂穗 粛肃 粋粹 糸丝 芸艺"
    " 蔵藏 蛍萤 訳译 読读 賛赞 軽轻 辺边 逓递 醤酱 釈释 銭钱 鋳铸 闘斗 陥陷 隠隐 隷隶 雑杂 頼赖"
    " 駅驿 騒骚 験验 髪发 鶴鹤 歯齿 彛彝 彜彝 喦岩 嵒岩 嵓岩 巗岩 仝同 劵券 塡填 姸妍 姉姊 屛屏"
    " 幷并 彥彦 悅悦 慶庆 戶户 敍叙 昻昂 査查 枏楠 柟楠 梹槟 歿殁 淥渌 淨净 溫温 澂澄 燄焰 牀床"
    " 瑯琅 瓊琼 盃杯 硏研 稅税 窓窗 笻筇 箇个 粦磷 紵纻 絕绝 綠绿 緜绵 縂总 罸罚 翶翱 脫脱 舘馆"
    " 艶艳 蒓莼 蓡参 虛虚 衞卫 裵裴 說说 踴踊 鄴邺 酧酬 銳锐 鍊炼 閱阅 陞升 陜陕 隄堤 頫俯 頴颖"
    " 飜翻 鬭斗 鷄鸡 鹵卤 珎珍 珤宝 瑠琉 璡琎 喆哲 峯峰 羣群 埜野 堃坤 塟葬 壻婿 曻升 尅克"
)
"""Variant and the form it is folded to: what OpenCC's table of traditional forms leaves as it is, as the Unihan
database relates them (kZVariant, kSemanticVariant) or as they are printed in Japan, and which names really carry."""

SURNAMES = (
    "单shan 解xie 曾zeng 查zha 仇qiu 任ren 覃qin 盖ge 区ou 朴piao 乐yue 翟zhai"
    " 缪miao 华hua 员yun 种chong 宓mi 冼xian 折she 黑he 秘bi 繁po 召shao 尉yu"
    " 长zhang 万wan 燕yan 纪ji 令ling 宁ning 洗xian 隗wei 郇xun 逄pang 乜nie 那na"
    " 哈ha 車che"
)
"""Characters that sound otherwise as a surname than in most words."""


def folded(character: str, simplify: OpenCC, variants: dict[str, str]) -> str:
    """The form that all variants of a character share; folding twice is folding once."""
    for _ in range(5):
        last = character
        character = unicodedata.normalize("NFKC", character)
        character = simplify.convert(variants.get(character, character))
        if character == last or len(character) != 1:
            break
    return character


def toneless(character: str) -> str:
    """Its most usual reading without the tone, empty where none is known."""
    if ord(character) not in PINYIN_DICT:
        return ""
    return pinyin(character, style=Style.NORMAL)[0][0].replace("ü", "v").replace("ê", "e")


def by_dialect(sound: str) -> str:
    """The reading without the differences that many speakers do not hear: zh z, ch c, sh s, -ng -n, n- l-."""
    sound = sound.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n")
    return "l" + sound[1:] if sound[:1] == "n" and len(sound) > 1 else sound


def characters() -> str:
    """The text of characters.csv: character, folded form, reading, reading by dialect, reading as a surname, shape.

    The readings and the shape (four corners and the fifth, `four_corner_method`) are those of the folded form.
    """
    simplify, corners = OpenCC("t2s"), FourCornerMethod()
    variants = {pair[0]: pair[1] for pair in VARIANTS.split()}
    as_surname = {pair[0]: pair[1:] for pair in SURNAMES.split()}
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["character", "folded", "sound", "dialect", "surname", "shape"])
    for first, end in BLOCKS:
        for character in map(chr, range(first, end)):
            fold = folded(character, simplify, variants)
            sound = toneless(fold) if len(fold) == 1 else ""
            if sound:
                shape = corners.query(fold) or ""
                rows.writerow([character, fold, sound, by_dialect(sound), as_surname.get(fold, ""), shape])
    return text.getvalue()


def lunar_years() -> str:
    """The text of lunar_years.csv: year, the day it begins, its leap month (0 none), its months (1: 30 days, 0: 29)."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["year", "begins", "leap", "months"])
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        months = LunarYear.fromYear(year).getMonthsInYear()
        lengths = "".join("1" if month.getDayCount() == 30 else "0" for month in months)
        begins = Lunar.fromYmd(year, 1, 1).getSolar().toYmd()
        rows.writerow([year, begins, LunarYear.fromYear(year).getLeapMonth(), lengths])
    return text.getvalue()


def main() -> None:
    """Write both files."""
    DATA.mkdir(exist_ok=True)
    (DATA / "characters.csv").write_text(characters(), encoding="utf-8")
    (DATA / "lunar_years.csv").write_text(lunar_years(), encoding="utf-8")


if __name__ == "__main__":
    main()
