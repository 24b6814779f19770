"""The vectorised SQL and the plain Python say the same of every text, friendly or hostile."""

from collections.abc import Callable
from datetime import date

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizheng.rooms.comparison import normalise
from yizheng.rooms.people import rules
from yizheng.rooms.people.data import BLANKS, CROSSES, DOTS, INVISIBLE

TODAY = date(2026, 11, 5)
NOISE = BLANKS + INVISIBLE + DOTS + CROSSES + "'-/.:年月日TZ+,，¥￥元()Ｘｘ０９·é\u0301"
SOME_HAN = "\ue863\ue81e\ue816\u2f25\u2f00\u9fb4欧阳娜买提艾力王䶮龥一"

# Few lists of many texts: the database takes longer to understand the question than to answer it for a hundred texts.
careful = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def sql():
    """Answers an expression over `t` for many texts at once."""
    connection = duckdb.connect()
    normalise.install(connection)

    def ask(expression: str, texts: list[str], stages: str = "texts") -> list[object]:
        query = f"WITH texts AS (SELECT unnest($1::VARCHAR[]) AS t) SELECT {expression} FROM {stages}"  # noqa: S608
        return [row[0] for row in connection.execute(query, [texts]).fetchall()]

    yield ask
    connection.close()


def like(shape: str, alphabet: str = "") -> st.SearchStrategy[str]:
    """Texts of a shape in which `9` stands for any digit and `a` for any letter of the alphabet."""
    parts = {"9": st.sampled_from("0123456789"), "a": st.sampled_from(alphabet or "a")}
    return st.tuples(*(parts.get(character, st.just(character)) for character in shape)).map("".join)


def many(*kinds: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Lists of such texts, some with noise put in and characters taken away, and texts of nothing but noise."""
    base = st.one_of(*kinds)
    noisy = st.tuples(base, st.integers(0, 20), st.sampled_from(NOISE), st.booleans()).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + drawn[3] :]
    )
    hostile = st.text(st.sampled_from(NOISE + "0123456789X" + SOME_HAN + "ab"), max_size=24)
    return st.lists(st.one_of(base, noisy, hostile), min_size=80, max_size=160)


def agree(
    sql: Callable[..., list[object]],
    expression: str,
    texts: list[str],
    rule: Callable[[str], object],
    stages: str = "texts",
) -> None:
    """The expression over each text is what the rule says of it."""
    assert dict(zip(texts, sql(expression, texts, stages), strict=True)) == {
        text: rule(text) for text in texts
    }


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Numbers with a right or a wrong check digit, in 18 or 15 characters."""
    region = draw(st.sampled_from(["110105", "440802", "510202", "810000", "830000", "000000"]))
    born = draw(st.dates(date(1880, 1, 1), date(2030, 12, 31)))
    first = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    number = first + (rules.check_digit(first) if draw(st.integers(0, 4)) else "0")
    return draw(st.sampled_from([number, number.lower(), number[:6] + number[8:17]]))


@careful
@given(many(numbers(), like("999999199909999999"), like("999999999999999")))
def test_number_is_the_same_in_sql_and_python(sql, texts):
    def rule(text: str) -> object:
        number = rules.normalise_number(text, today=TODAY)
        return number and (number, rules.id17(number), rules.birth_of(number), rules.sex_of(number))

    stages = "(SELECT p, first_17(p) AS n FROM (SELECT plain_number(t) AS p FROM texts))"
    stages = f"(SELECT p, n, birth_number(n) AS born FROM {stages})"  # noqa: S608
    told = "CASE WHEN n IS NOT NULL THEN row(number_of(n), n, birth_of(n), sex_of(n)) END"
    born = f"CASE WHEN born <= {TODAY:%Y%m%d} THEN id17_of(p, n, born) END"
    agree(sql, told, texts, rule, f"(SELECT {born} AS n FROM {stages})")  # noqa: S608


@careful
@given(
    many(
        *map(
            like,
            (
                "2099-09-99",
                "9999-99-99",
                "2026/9/9",
                "2026.1.9",
                "20261099",
                "2026年9月39日",
                "99999",
                "49999.99",
                "49999.99869",
                "2026-19-39T29:19:19Z",
                "1947-05-09 15:00:00.999+09:00",
                "1988-06-19T15:00-0999",
            ),
        ),
        *map(like, ("2026-09-19 08:00:00", "2026-10-31T08:00:00+08:00", "20260919080000")),
        st.dates().map(str),
    )
)
def test_day_is_the_same_in_sql_and_python(sql, texts):
    agree(sql, "day_of(day_text(trimmed(t)))", texts, rules.parse_day)


@careful
@given(many(*map(like, ("2026-19", "9999-09", "2026/9", "202699", "2026年9月", "2026.19", "2026-09-39"))))
def test_month_is_the_same_in_sql_and_python(sql, texts):
    agree(sql, "month_of(day_text(trimmed(t)))", texts, rules.parse_month)


@careful
@given(
    many(
        *map(
            like,
            (
                "9999.99",
                "9,999.9",
                "9999,99",
                "9,9,9.99",
                "￥99,999,999.9元",
                "9999",
                "9999.990",
                "9999.999",
                "9999元",
                "999999999999",
                "9999999999999",
            ),
        )
    )
)
def test_amount_is_the_same_in_sql_and_python(sql, texts):
    agree(sql, "fen_of(plain_amount(t))", texts, rules.parse_fen)


@careful
@given(
    many(
        like("aa", SOME_HAN),
        like("aaa", SOME_HAN),
        like("aaa·aaa", SOME_HAN),
        like("aaaa aa. aaa", "abcXYZé"),
    )
)
def test_name_is_the_same_in_sql_and_python(sql, texts):
    agree(sql, "normalise_name(t)", texts, rules.normalise_name)
    agree(sql, "name_key_of(normalise_name(t))", texts, rules.name_key)


@careful
@given(many(*map(like, ("19999999999", "+8613999999999", "0759-9999999", "99999999", "008613999999999"))))
def test_phone_is_the_same_in_sql_and_python(sql, texts):
    agree(sql, "phone_of(plain_phone(t))", texts, rules.normalise_phone)
