"""What people and records are compared by: the levels of each field, and the conditions under which a pair is looked at.

The words of the levels lie beside, in data/levels.csv; training puts them into the model.

Written in SQL that DuckDB and Spark read alike: `=`, CASE, substr and array_contains, never an edit distance (DuckDB's
count bytes, so one Chinese character is never one edit away). `_l` is the person, `_r` the record.
"""

from dataclasses import dataclass

from yizheng.rooms.comparison.tail.data import Block, Comparison, Level

TWIN = "other_serial"
"""The level of two valid numbers of one day and region: with this the pair is two people, mostly twins."""

LEVEL_BITS = {TWIN: -20.0, "tail_differs": 0.0}
"""Levels whose weight is set by reason and not by training. Numbers of twins differ in the last four places only, so a
number that agrees up to there says nothing beyond region and birthday, which are counted already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Names that brothers and sisters have of each other without anybody's mistake, or strangers, and what lifts the
    ceiling from a pair with such names: levels of the number, each with the levels of birth it needs (none: any).
    Nothing lifts it where the sexes differ."""

    names: tuple[str, ...]
    lifted_by: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


_BIRTH_SLIPS = ("missing", "same", "lunar", "swapped", "near_year", "digit")

CEILINGS = (
    Ceiling(
        names=("one_given", "two_sounds", "one_sound"),
        lifted_by=((("same",), ()), (("repair",), _BIRTH_SLIPS), (("near",), ("same",))),
    ),
    Ceiling(names=("surname_sound",), lifted_by=((("same",), ()), (("repair",), _BIRTH_SLIPS))),
    Ceiling(names=("else",), lifted_by=((("same",), ()),)),
    # Half a name fits both twins, and so does a number up to its last places.
    Ceiling(
        names=("masked", "lost", "hidden"),
        lifted_by=((("same", "repair", "near", "missing", "other_broken", "astray", "else"), ()),),
    ),
)
KIN_CEILING = 0.95
"""What such a pair reaches at the most: of the records that look like that, about one in twenty is of a twin who is
not on the roster, and that cannot be seen in the record."""


def _differing(left: str, right: str, places: range) -> str:
    """How many of these places (counted from 1) differ."""
    return " + ".join(
        f"CASE WHEN substr({left}, {k}, 1) = substr({right}, {k}, 1) THEN 0 ELSE 1 END" for k in places
    )


def _alike(part: str, most: int) -> str:
    """A character that is the same, or whose five corner digits (四角号码) differ in so many places at the most."""
    left, right = f"{part}_h_l", f"{part}_h_r"
    return f"({part}_l = {part}_r OR {_differing(left, right, range(1, 6))} <= {most})"


def _all_alike(most: int) -> str:
    return (
        f"{_alike('sur', most)} AND {_alike('g1', most)}"
        f" AND ({_alike('g2', most)} OR (g2_l IS NULL AND g2_r IS NULL))"
    )


def _masked(part: str) -> str:
    return f"({part}_l = {part}_r OR {part}_l = '_' OR {part}_r = '_')"


_BROKEN = "(n17_l IS NULL OR n17_r IS NULL)"
_UNPROVEN = "(state_l <> 'valid' OR state_r <> 'valid')"
_PIECE = "(n_a_l = n_a_r OR n_b_l = n_b_r OR n_c_l = n_c_r)"
_SIZED = "(length(written_l) = 18 AND length(written_r) = 18)"

NUMBER = Comparison(
    name="number",
    levels=(
        Level(key="missing", sql="state_l = 'none' OR state_r = 'none'"),
        Level(key="same", sql="n17_l = n17_r"),
        Level(
            key="repair",
            sql=f"{_BROKEN} AND (array_contains(numbers_r, n17_l) OR array_contains(numbers_l, n17_r))",
        ),
        Level(
            key="tail_differs",
            sql=f"{_UNPROVEN} AND n_a_l = n_a_r AND n_b_l = n_b_r",
        ),
        Level(
            key="near",
            sql=f"{_UNPROVEN} AND {_PIECE} AND (({_SIZED} AND {_differing('written_l', 'written_r', range(1, 19))} <= 2)"
            " OR (n_a_l = n_a_r AND n_c_l = n_c_r))",
        ),
        Level(
            key=TWIN,
            sql="n_a_l = n_a_r AND n_b_l = n_b_r",
        ),
        Level(key="other_broken", sql=_UNPROVEN),
        Level(
            key="astray",
            sql="stray_l OR stray_r",
        ),
        Level(key="else", sql="ELSE"),
    ),
)

NAME = Comparison(
    name="name",
    levels=(
        Level(key="missing", sql="name_l IS NULL OR name_r IS NULL"),
        Level(key="same", sql="name_l = name_r", frequency="name"),
        Level(
            key="sound",
            sql="sound_l = sound_r",
            frequency="sound",
        ),
        Level(
            key="dialect",
            sql="dialect_l = dialect_r",
        ),
        Level(
            key="swapped",
            sql="(sur_l = sur_r AND g1_l = g2_r AND g2_l = g1_r)"
            " OR (sur_l = g1_r AND g1_l = sur_r AND g2_l IS NULL AND g2_r IS NULL)",
        ),
        Level(key="alike", sql=_all_alike(1)),
        Level(
            key="masked",
            sql=f"{_masked('sur')} AND {_masked('g1')} AND (g1_l = g1_r OR g2_l = g2_r)"
            f" AND ({_masked('g2')} OR (g2_l IS NULL AND g2_r IS NULL))",
        ),
        Level(
            key="lost",
            sql="sur_l = sur_r AND ((g2_r IS NULL AND (g1_r = g1_l OR g1_r = g2_l))"
            " OR (g2_l IS NULL AND (g1_l = g1_r OR g1_l = g2_r)))",
        ),
        Level(key="somewhat_alike", sql=_all_alike(2)),
        Level(
            key="other_surname",
            sql="g1_l = g1_r AND (g2_l = g2_r OR (g2_l IS NULL AND g2_r IS NULL))",
        ),
        Level(
            key="minority",
            sql="length(name_l) > 4 AND length(name_r) > 3 AND (substr(name_l, 1, 3) = substr(name_r, 1, 3)"
            " OR g1_l = g1_r)",
        ),
        Level(
            key="one_given",
            sql="sur_l = sur_r AND (g1_l = g1_r OR g2_l = g2_r)",
        ),
        Level(
            key="hidden",
            sql="sur_l = sur_r AND (g1_l = '_' OR g1_r = '_')",
        ),
        Level(
            key="two_sounds",
            sql="(sur_s_l = sur_s_r AND (g1_s_l = g1_s_r OR g2_s_l = g2_s_r)) OR (g1_s_l = g1_s_r AND g2_s_l = g2_s_r)",
        ),
        Level(key="one_sound", sql="g1_s_l = g1_s_r OR g2_s_l = g2_s_r"),
        Level(key="surname_sound", sql="sur_s_l = sur_s_r"),
        Level(key="else", sql="ELSE"),
    ),
)

_SWAPPED_DAY = (
    "year_l = year_r AND monthday_l = (monthday_r % 100) * 100 + (monthday_r - monthday_r % 100) / 100"
    " AND monthday_l <> monthday_r"
)
_FIRST = "(monthday_l = 101 OR monthday_r = 101)"

BIRTH = Comparison(
    name="birth",
    levels=(
        Level(key="missing", sql="birth_l IS NULL OR birth_r IS NULL"),
        Level(key="same", sql="birth_l = birth_r"),
        Level(
            key="lunar",
            sql="birth_lunar_l = birth_r OR birth_l = birth_lunar_r",
        ),
        Level(key="swapped", sql=_SWAPPED_DAY),
        Level(key="first", sql=f"year_l = year_r AND {_FIRST}"),
        Level(
            key="near_year",
            sql="monthday_l = monthday_r AND (year_l = year_r + 1 OR year_l = year_r - 1)",
        ),
        Level(
            key="digit",
            sql=f"{_differing('CAST(birth_l AS VARCHAR)', 'CAST(birth_r AS VARCHAR)', range(1, 9))} <= 1",
        ),
        Level(key="monthday", sql="monthday_l = monthday_r"),
        Level(key="year", sql="year_l = year_r"),
        Level(key="else", sql="ELSE"),
    ),
)

SEX = Comparison(
    name="sex",
    levels=(
        Level(key="missing", sql="sex_l IS NULL OR sex_r IS NULL"),
        Level(key="same", sql="sex_l = sex_r"),
        Level(key="else", sql="ELSE"),
    ),
)

REGION = Comparison(
    name="region",
    levels=(
        Level(key="missing", sql="county_l IS NULL OR county_r IS NULL"),
        Level(key="same", sql="county_l = county_r"),
        Level(key="city", sql="city_l = city_r"),
        Level(key="province", sql="province_l = province_r"),
        Level(key="else", sql="ELSE"),
    ),
)

COMPARISONS = (NUMBER, NAME, BIRTH, SEX, REGION)

_SOME_SOUND = (
    "(l.sur_s = r.sur_s OR l.g1_s = r.g1_s OR l.g2_s = r.g2_s OR l.g1_s = r.g2_s OR l.g2_s = r.g1_s"
    " OR l.sur_s = r.g1_s OR l.g1_s = r.sur_s)"
)
_SOME_GIVEN = "(l.g1_s = r.g1_s OR l.g2_s = r.g2_s OR l.g1_s = r.g2_s OR l.g2_s = r.g1_s OR r.g1 = '_')"

BLOCKING = (
    Block(sql="l.numbers = r.numbers", explode=("numbers",)),
    Block(sql=f"l.birth = r.birth AND l.sex = r.sex AND {_SOME_SOUND}"),
    Block(sql="l.birth_lunar = r.birth AND l.sur_s = r.sur_s"),
    Block(sql=f"l.birth_lunar = r.birth AND l.city = r.city AND {_SOME_SOUND}"),
    Block(sql=f"l.birth = r.birth_lunar AND l.city = r.city AND {_SOME_SOUND}"),
    Block(sql=f"l.birth = r.n_b AND l.sex = r.sex AND r.n17 IS NULL AND {_SOME_SOUND}"),
    Block(sql="l.n_a = r.n_a AND l.n_c = r.n_c AND (l.year = r.year OR l.monthday = r.monthday)"),
    Block(sql="l.sound = r.sound AND l.county = r.county"),
    Block(sql="l.sound = r.sound AND l.year = r.year"),
    Block(sql="l.sound = r.sound AND l.monthday = r.monthday"),
    Block(sql=f"l.year = r.year AND l.county = r.county AND l.sur_s = r.sur_s AND {_SOME_GIVEN}"),
    Block(sql=f"l.monthday = r.monthday AND l.county = r.county AND {_SOME_SOUND}"),
    Block(sql="l.year = r.year AND l.county = r.county AND l.g1 = r.g1 AND l.g2 = r.g2"),
    Block(
        sql="l.monthday = r.monthday AND l.sur = r.sur AND (l.g1 = r.g1 OR l.g2 = r.g2) AND l.city = r.city"
    ),
)
"""A pair is looked at when one of these holds. None asks for the surname alone, and none needs it: one in ten true pairs
of old records has a surname that was misread."""
