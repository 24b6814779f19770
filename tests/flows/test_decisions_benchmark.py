"""The benchmark's interface, with the naive product: the same figures twice, and a driver that errs is told how."""

import json
import sys
from pathlib import Path

import pytest

from refused import refused
from worlds import places
from yizheng.doors.words import refusal_in
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.time import Month
from yizheng.simulators.city.benchmark import Order, run, write_report
from yizheng.simulators.city.city import live
from yizheng.simulators.city.driver import Driver
from yizheng.simulators.city.worldfile import CityWorld, Life, shipped_worlds
from yizheng.simulators.why import Why

ROOT = Path(__file__).parents[2]
NAIVE = Driver("ask-everybody", (sys.executable, str(ROOT / "bench" / "drivers" / "ask_everybody.py")))
WORLD = CityWorld(format=1, name="tiny", about="tiny", life=Life(deaths_a_year=0.2))
KEYS = (
    "name",
    "silent_share",
    "dead_certified_per_silent_pass",
    "living_stopped_by_machine",
    "living_doubted_share",
    "months_death_to_stop",
    "days_wrongful_stop_to_repaid",
    "overpaid_fen",
    "recovered_fen",
    "asks_per_person_year",
    "clerk_hours",
)


def order(work: Path, *, months: int = 3, jobs: int = 1, people: int = 200) -> Order:
    return Order(
        worlds=(WORLD,),
        people=people,
        months=months,
        places=places(),
        product=NAIVE,
        others=(NAIVE,),
        work=work,
        jobs=jobs,
    )


def driver(tmp_path: Path, text: str) -> Driver:
    """A driver written in a line or two."""
    file = tmp_path / "driver.py"
    file.write_text(f"import sys, pathlib\nword, folder = sys.argv[1], pathlib.Path(sys.argv[2])\n{text}\n")
    return Driver("mine", (sys.executable, str(file)))


def lived(tmp_path: Path, product: Driver, *, people: int = 200) -> None:
    live(WORLD, product, people=people, months=3, places=places(), folder=tmp_path / "city")


def test_same_order_gives_the_same_json_and_leaves_nothing_behind(tmp_path: Path) -> None:
    first, second = run(order(tmp_path / "a")), run(order(tmp_path / "b", jobs=2))
    assert json.dumps(first) == json.dumps(second)
    assert not list((tmp_path / "a").rglob("*.csv"))
    assert set(KEYS) <= set(first["worlds"][0])
    assert first["baselines"][0]["worlds"] == first["worlds"]


def test_product_that_stops_who_stays_silent_stops_the_living_by_machine(tmp_path: Path) -> None:
    (world,) = run(order(tmp_path, months=8))["worlds"]
    assert world["living_stopped_by_machine"] > 0
    assert world["living_stopped_by_person"] == 0
    assert world["dead_certified_per_silent_pass"] is None
    assert world["overpaid_fen"] > 0
    assert world["days_wrongful_stop_to_repaid"]["p50"] >= 28
    assert world["asks_per_person_year"] > 0.5
    assert world["deaths"] > world["deaths_still_paid"]


def test_report_is_one_page_that_asks_nobody(tmp_path: Path) -> None:
    result = run(order(tmp_path / "work"))
    paths = write_report(result, tmp_path / "out")
    assert json.loads(paths[0].read_text("utf-8")) == json.loads(json.dumps(result))
    page = paths[1].read_text("utf-8")
    assert "http" not in page
    assert "<svg" in page
    assert "tiny" in page
    assert "<script" not in page


def test_files_that_a_driver_is_given_hold_no_truth(tmp_path: Path) -> None:
    live(WORLD, NAIVE, people=200, months=3, places=places(), folder=tmp_path / "city", keep=True)
    given = {path.relative_to(tmp_path / "city").as_posix() for path in (tmp_path / "city").rglob("*")}
    months = [str(Month(2026, number)) for number in (8, 9, 10)]
    assert {
        f"in/{month}/{name}.csv" for month in months for name in ("answers", "decisions", "releases")
    } <= given
    assert len([name for name in given if "/feeds/" in name]) >= 3 * 13
    begins = json.loads((tmp_path / "city" / "city.json").read_text("utf-8"))
    assert set(begins) == {"format", "world", "people", "first_month", "months", "roster"}
    assert not [name for name in given if "truth" in name]


def test_driver_can_be_kept_running(tmp_path: Path) -> None:
    served = driver(
        tmp_path,
        "import subprocess\n"
        "for line in sys.stdin:\n"
        "    first, *more = line.split()\n"
        f"    done = subprocess.run([sys.executable, {NAIVE.command[1]!r}, first, str(folder), *more])\n"
        "    print('done' if done.returncode == 0 else 'failed: alas', flush=True)",
    )
    lived(tmp_path, Driver("mine", served.command, serves=True))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sys.exit('no licence')", "no licence"),
        ("pass", "standings.csv"),
        (
            (
                "import csv\nif word == 'month':\n    out = folder / 'out' / sys.argv[3]; out.mkdir(parents=True)\n"
                "    (out / 'standings.csv').write_text('id_number,result,source,event_date\\n1,passed,,\\n')"
            ),
            "identity numbers of the roster",
        ),
        (
            (
                "if word == 'month':\n    out = folder / 'out' / sys.argv[3]; out.mkdir(parents=True)\n"
                "    (out / 'standings.csv').write_text('id_number,result\\n')"
            ),
            "source, event_date",
        ),
        (
            (
                "if word == 'month':\n    out = folder / 'out' / sys.argv[3]; out.mkdir(parents=True)\n"
                "    (out / 'standings.csv').write_text('id_number,result,source,event_date\\n')\n"
                "    (out / 'pay.csv').write_text('id_number,state,monthly_fen,arrears_fen,because\\n')"
            ),
            "a row for each of 200 people",
        ),
    ],
)
def test_driver_that_errs_is_told_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        lived(tmp_path, driver(tmp_path, text))
    assert said in refusal_in(refusal.value, "en")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("maybe,,", "one of passed"),
        ("passed,x,yesterday", "a day as YYYY-MM-DD"),
    ],
)
def test_cell_that_means_nothing_is_told(tmp_path: Path, row: str, said: str) -> None:
    text = (
        "import csv, json\n"
        "if word == 'month':\n"
        "    begins = json.loads((folder / 'city.json').read_text())\n"
        "    rows = list(csv.DictReader((folder / begins['roster']).open(encoding='utf-8-sig')))\n"
        "    out = folder / 'out' / sys.argv[3]; out.mkdir(parents=True)\n"
        f"    lines = [r['公民身份号码'] + ',{row}' for r in rows]\n"
        "    (out / 'standings.csv').write_text('id_number,result,source,event_date\\n' + '\\n'.join(lines))"
    )
    with pytest.raises(Refused) as refusal:
        lived(tmp_path, driver(tmp_path, text))
    assert said in refusal_in(refusal.value, "en")


@pytest.mark.parametrize(("people", "months"), [(10, 3), (200, 2), (200, 40)])
def test_size_that_cannot_be_is_refused(tmp_path: Path, people: int, months: int) -> None:
    with refused(Why.CITY_SIZE_WRONG, Misused):
        live(WORLD, NAIVE, people=people, months=months, places=places(), folder=tmp_path / "city")


def test_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "mine.txt").touch()
    with refused(Why.FOLDER_NOT_NEW):
        lived(tmp_path, NAIVE)


def test_every_shipped_world_can_be_lived_in(tmp_path: Path) -> None:
    for world in shipped_worlds():
        live(world, NAIVE, people=200, months=3, places=places(), folder=tmp_path / world.name)
