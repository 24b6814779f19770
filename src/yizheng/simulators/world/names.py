"""Names (姓名) as they are: weighted surnames, given names of two generations, middle dots, rare characters."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yizheng.simulators.world import rates
from yizheng.simulators.world.numbers import Ints

_SURNAMES = {
    "陈": 95, "李": 70, "林": 62, "黄": 60, "王": 55, "梁": 48, "吴": 45, "张": 45, "刘": 32, "杨": 26, "何": 24,
    "周": 22, "郑": 20, "谢": 19, "罗": 19, "蔡": 18, "许": 18, "符": 16, "庞": 15, "邓": 15, "赵": 14, "叶": 14,
    "苏": 13, "钟": 13, "冯": 13, "彭": 12, "曾": 12, "莫": 12, "徐": 12, "孙": 11, "马": 10, "朱": 10, "胡": 10,
    "郭": 10, "高": 9, "柯": 9, "戴": 8, "洪": 8, "欧": 8, "龙": 8, "揭": 7, "麦": 7, "卜": 5, "招": 4, "宋": 8,
    "韩": 7, "唐": 7, "董": 6, "潘": 6, "余": 6, "蒋": 5, "杜": 5, "魏": 5, "程": 5, "吕": 5, "丁": 5, "沈": 5,
    "姚": 5, "卢": 6, "傅": 4, "汪": 4, "谭": 4, "廖": 5, "范": 4, "陆": 4, "金": 4, "石": 4, "邱": 4, "侯": 3,
    "江": 4, "史": 3, "顾": 3, "邹": 3, "熊": 3, "孟": 3, "秦": 3, "尹": 2, "薛": 2, "阎": 2, "段": 2, "雷": 3,
    "黎": 5, "贺": 2, "龚": 2, "陶": 2, "毛": 2, "郝": 2, "温": 2, "严": 2, "覃": 2, "武": 2, "欧阳": 2,
    "司徒": 1, "上官": 1, "诸葛": 0.4, "司马": 0.5,
}  # fmt: skip
_MEN = "国建华明志文德荣光生祥福贵民强军伟平海林永春成忠义寿康安邦辉才兴旺庆发有金水土木火富友良仁信武振东昌"
_WOMEN = "秀英桂兰玉珍凤芳琴丽华梅月花红霞美莲娥香云翠菊芬莉萍静敏淑贞惠娟素琼爱清彩雪慧洁如妹娣带好银金"
_RARE = "喆祎䶮㛃燊犇淼堃翀彧㻇𠅤𠮷𡋣𤧛𤩱𥖄𫍽𬭎𬍛𬀩"
_FIRST = (
    "买买提", "阿依古丽", "阿不都热合曼", "古丽娜尔", "吐尔逊", "热依汗", "叶尔肯",
    "阿力木江", "努尔古丽", "巴哈尔", "帕提古丽", "卡德尔", "扎西", "卓玛",
)  # fmt: skip
_SECOND = (
    "吐尔逊", "艾合买提", "马合木提", "肉孜", "依明", "卡斯木", "阿卜杜拉",
    "巴克", "玉素甫", "司马义", "沙吾提", "托合提", "次仁", "平措",
)  # fmt: skip

DOT = "·"
DOT_VARIANTS = ("•", "・", "‧", ".")


def draw_names(rng: np.random.Generator, sexes: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """A name for each, and which of them carry a middle dot (少数民族 names)."""
    count = len(sexes)
    weights = np.array(list(_SURNAMES.values()))
    surnames = pa.array(list(_SURNAMES)).take(
        pa.array(rng.choice(len(weights), count, p=weights / weights.sum()))
    )
    given = pc.binary_join_element_wise(_given(rng, sexes), _second_given(rng, sexes), "")
    rare = rng.random(count) < rates.RARE_CHARACTERS
    given = pc.if_else(pa.array(rare), _pick(_RARE, rng.integers(0, len(_RARE), count)), given)
    names = pc.binary_join_element_wise(surnames, given, "")
    dotted = rng.random(count) < rates.MINORITY_NAMES
    minority = pc.binary_join_element_wise(
        _pick(_FIRST, rng.integers(0, len(_FIRST), count)),
        _pick(_SECOND, rng.integers(0, len(_SECOND), count)),
        DOT,
    )
    return pc.if_else(pa.array(dotted), minority, names), dotted


def _given(rng: np.random.Generator, sexes: np.ndarray) -> pa.Array:
    count = len(sexes)
    men = _pick(_MEN, _skewed(rng, count, len(_MEN)))
    return pc.if_else(pa.array(sexes == 1), men, _pick(_WOMEN, _skewed(rng, count, len(_WOMEN))))


def _second_given(rng: np.random.Generator, sexes: np.ndarray) -> pa.Array:
    alone = rng.random(len(sexes)) < 0.14
    return pc.if_else(pa.array(alone), "", _given(rng, sexes))


def _skewed(rng: np.random.Generator, count: int, size: int) -> Ints:
    """The first characters of a list are the common ones."""
    return (rng.random(count) ** 1.4 * size).astype(np.int32)


def _pick(options: Sequence[str], at: np.ndarray) -> pa.Array:
    return pa.array(list(options)).take(pa.array(at))
