"""The words of comparison: models, methods of linking, and what each field of a link says."""

from typing import TYPE_CHECKING

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.comparison.why import Why

if TYPE_CHECKING:  # what it loads is heavy, and only a value of it is read here
    from yizheng.rooms.comparison.tail.says import FieldSays

REFUSALS: dict[Code, Words] = {
    Why.NO_SUCH_LEVEL: Words(
        "{field} 的级别应当在 -1 到 {most} 之间，给的是 {level}。请用这条关联写明的模型来读。",
        "A level of {field} from -1 to {most} was expected, not {level}: read the link with the model that it"
        " names.",
    ),
    Why.NO_SUCH_FIELD: Words(
        "模型里没有“{field}”这一项，有的是：{known}。",
        "A field of the model was expected, one of {known}: not {field}.",
    ),
    Why.NO_MODEL: Words(
        "这不是训练写出来的模型文件（{error}）。请换回原来的文件。",
        "A model as JSON was expected and {error} came up: take the text that training wrote.",
    ),
    Why.SHARES_OUT_OF_BOUNDS: Words(
        "模型里的比例应当大于 0、不超过 1。请重新训练。",
        "Shares above 0 and up to 1 were expected in the model: train it again.",
    ),
    Why.BACKEND_UNKNOWN: Words(
        "没有“{backend}”这种引擎，可以用：{known}。",
        "One of the backends {known} was expected, not {backend}.",
    ),
}


METHODS: dict[str, Words] = {
    "number": Words("号码一致，姓名或出生日期印证", "the number agrees, name or birth day confirms it"),
    "repair": Words("修复一处号码笔误后一致", "one slip in the number put right, and confirmed"),
    "cascade": Words(
        "姓名、出生日期等一致且只有一人", "name, birth day and more agree, with one person only"
    ),
    "model": Words("按概率模型推定", "by the statistical model"),
    "manual": Words("人工核对确认", "compared and confirmed by a person"),
}
"""What each method of linking says."""

FIELDS: dict[str, Words] = {
    "number": Words("身份证号码", "Identity number"),
    "name": Words("姓名", "Name"),
    "birth": Words("出生日期", "Date of birth"),
    "sex": Words("性别", "Sex"),
    "region": Words("地区", "Region"),
}
"""What people and records are compared by, as the heads of a table."""

LEVELS_IN_ENGLISH: dict[str, dict[str, str]] = {
    "number": {
        "": "number",
        "missing": "one side has no usable number",
        "same": "the same (full width, small x and 15 digits reckoned in)",
        "repair": "the record's number fails its check; with one slip put right it agrees",
        "tail_differs": "region and birth day agree, the last places differ: perhaps a twin's number",
        "near": "the number cannot be checked; one or two digits differ",
        "other_serial": "two valid numbers, the same region and birth day, another serial: mostly twins",
        "other_broken": "the record's number is wrong and unlike this person's",
        "astray": "the record's number is another person's on the roster, whom name and birth day do not fit",
        "else": "another valid number",
    },
    "name": {
        "": "name",
        "missing": "one side has no name",
        "same": "the same (traditional, variant characters and dots aside)",
        "sound": "sounds the same, other characters (a common slip)",
        "dialect": "sounds alike in dialects",
        "swapped": "the same characters in another order",
        "alike": "characters look alike (handwriting or a scan), the rest is the same",
        "masked": "one character is hidden, the rest is the same",
        "lost": "one character is missing, the rest is the same",
        "somewhat_alike": "characters look somewhat alike, the rest is the same",
        "other_surname": "the same given name, another surname",
        "minority": "a minority's name, a part is the same (transcribed or shortened)",
        "one_given": "surname and one given character agree, the other differs",
        "hidden": "the same surname, the given name is hidden",
        "two_sounds": "two of three characters sound the same",
        "one_sound": "one given character sounds the same, another surname",
        "surname_sound": "only the surname sounds the same",
        "else": "different",
    },
    "birth": {
        "": "birth day",
        "missing": "one side has no birth day",
        "same": "the same",
        "lunar": "one side wrote the lunar day; reckoned over it is the same",
        "swapped": "month and day are swapped",
        "first": "the same year, month and day written as 1 January",
        "near_year": "the same month and day, one year apart",
        "digit": "one digit differs",
        "monthday": "the same month and day, another year",
        "year": "only the year is the same",
        "else": "different",
    },
    "sex": {
        "": "sex",
        "missing": "one side says nothing",
        "same": "the same",
        "else": "different",
    },
    "region": {
        "": "home",
        "missing": "one side says nothing",
        "same": "the same county",
        "city": "the same city, another county",
        "province": "the same province, another city",
        "else": "another province",
    },
}
"""English for the levels of today's models, by field and level ("" is the field). Chinese stands in the model itself,
since a link is told in the words of the model that found it."""


def field_says(one: "FieldSays", language: str) -> str:
    """One plain sentence for a field of a link: what agrees or not, and the points that it gave."""
    if language.startswith("zh"):
        end = "不加不减" if one.points is None else f"{one.points:+.1f} 分"
        return f"{one.name}：{one.says}；{end}"
    levels = LEVELS_IN_ENGLISH.get(one.field, {})
    end = "no points" if one.points is None else f"{one.points:+.1f} points"
    return f"{levels.get('', one.name)}: {levels.get(one.level, one.says)}; {end}"
