"""The same river on PostgreSQL: same inputs, same results, same pay, a verified ledger."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from integration.conftest import PEOPLE, Installation
from integration.test_used_once_in_a_race import race


@dataclass(frozen=True)
class OnPostgres(Installation):
    """An installation whose state lives in a PostgreSQL server."""

    database: str = ""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"YIZHENG_DATABASE": self.database}


def programs() -> Path | None:
    """Where the server's programs lie; Debian keeps them off the path."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").is_file()), None)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own on a free port of this machine, thrown away afterwards."""
    where = programs()
    if where is None:
        pytest.skip("no PostgreSQL server is installed here (initdb was not found)")
    folder = Path(tempfile.mkdtemp(prefix="yizheng-postgresql-"))  # the server's user must get there
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = folder / "data"
    data.mkdir()
    if as_server:
        shutil.chown(folder, "postgres")
        shutil.chown(data, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"

    def run(*words: str) -> None:
        subprocess.run([*as_server, *words], check=True, capture_output=True, cwd=folder, timeout=120)

    run(str(where / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8")
    run(str(where / "pg_ctl"), "-D", str(data), "-o", settings, "-l", str(folder / "log"), "-w", "start")
    try:
        for name in ("yizheng", "race"):
            run(str(where / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", name)
        yield f"postgresql://postgres@127.0.0.1:{port}/yizheng"
    finally:
        run(str(where / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def built(server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[OnPostgres, dict[str, object]]:
    """The demo in that server, and the figures it printed. The last test throws it away."""
    city = OnPostgres(home=tmp_path_factory.mktemp("postgresql") / "home", database=server)
    return city, city.json("demo", "--people", str(PEOPLE), "--seed", "5", "--no-serve", "--json")


@pytest.mark.long  # it builds a demo of its own in the server
def test_demo_on_postgresql_says_the_same_as_on_sqlite(
    built: tuple[OnPostgres, dict[str, object]], demo: tuple[Installation, dict[str, object]]
) -> None:
    _, expected = demo
    city, found = built
    changing = ("seconds", "peak_mib", "ledger")
    assert {name: value for name, value in found.items() if name not in changing} == {
        name: value for name, value in expected.items() if name not in changing
    }
    ledger = found["ledger"]
    assert isinstance(ledger, dict)
    assert ledger["verified"] is True
    city.run("certify", "--as-of", "2026-10-31")
    city.run("ledger", "verify")
    unreachable = replace(city, database="postgresql://postgres@127.0.0.1:1/yizheng")
    refused = unreachable.run("certify", "--as-of", "2026-10-31", code=1)
    assert "Traceback" not in refused.stderr


@pytest.mark.long  # it builds three demos
def test_demo_fresh_empties_the_database_of_the_demo_and_of_nobody_else(
    built: tuple[OnPostgres, dict[str, object]], tmp_path: Path
) -> None:
    small = ("demo", "--people", "200", "--no-serve", "--json", "--seed")
    city, _ = built
    keys = (city.home / "keys.json").read_bytes()
    figures = city.json(*small, "6", "--fresh")
    assert (city.home / "keys.json").read_bytes() != keys
    ledger = figures["ledger"]
    assert isinstance(ledger, dict)
    assert ledger["verified"] is True
    root = city.run("ledger", "root").stdout
    assert root.startswith(f"{ledger['size']}:")

    no_demo = replace(city, home=tmp_path / "other")
    elsewhere = replace(city, home=tmp_path / "sqlite")
    elsewhere.home.mkdir()
    (elsewhere.home / "demo.json").write_text('{"people": 200, "seed": 5}', encoding="utf-8")
    for stranger, more in ((no_demo, ()), (no_demo, ("--fresh",)), (elsewhere, ("--fresh",))):
        refused = stranger.run(*small, "5", *more, code=1)
        assert "holds another installation" in refused.stderr
    assert (elsewhere.home / "demo.json").exists()
    assert "built in another database" in elsewhere.run(*small, "5", code=1).stderr
    city.run("ledger", "verify", "--noted", root.strip())


def test_two_thousand_tries_in_parallel_use_nothing_twice(server: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    city = OnPostgres(home=home, database=server.removesuffix("yizheng") + "race")
    assert race(city, tmp_path, values=250) == [1] * 250


SIGNING_IN = """
import django
django.setup()
from datetime import UTC, datetime
from yizheng import wiring
from yizheng.flows.signing_in import accounts_are_managed, sessions_are_kept, staff_signs_in
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import NamedActor
from yizheng.kernel.time import FixedClock
from yizheng.rooms.access import Why
from yizheng.rooms.access.data import Factor, Holder, NewAccount, Way
clock = FixedClock(datetime(2026, 11, 22, 1, tzinfo=UTC))
new = NewAccount(username="chen", display_name="chen", role="certifier", password="seven boats on the river")
hands = wiring.hands(NamedActor("test", role=""), at=clock)
made = accounts_are_managed.add(hands, new)
staff_signs_in.sign_in(username="chen", password=new.password, clock=clock)
session = sessions_are_kept.begin(b"s" * 16, holder=Holder.account(made.account_id), role=made.role,
    way=Way.STAFF_WEB, factors=[Factor.PASSWORD], device=b"d" * 16, device_name="", clock=clock)
print(sessions_are_kept.find(b"s" * 16, clock=clock) == session)
for _ in range(6):
    try:
        staff_signs_in.sign_in(username="chen", password="wrong", clock=clock)
    except Refused as refusal:
        print(refusal.why is Why.LOCKED)
accounts_are_managed.set_active(hands, "chen", active=False)
print(sessions_are_kept.find(b"s" * 16, clock=clock))
"""


def test_signing_in_locks_and_ends_on_postgresql_as_on_sqlite(server: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    city = OnPostgres(home=home, database=server.removesuffix("yizheng") + "race")
    city.run("init")
    done = subprocess.run(
        [sys.executable, "-c", SIGNING_IN],
        env=city.environment(),
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", *["False"] * 5, "True", "None"]


DEADLOCK = """
import sys, time
import django
django.setup()
from django.db import connection, transaction
from yizheng.flows.house.whole_again import whole_again
first, second = sys.argv[1:]
@whole_again
def both():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE crossed SET times = times + 1 WHERE id = %s", [first])
        time.sleep(1)
        cursor.execute("UPDATE crossed SET times = times + 1 WHERE id = %s", [second])
both()
"""


@pytest.mark.long  # it waits until the server notices a deadlock
def test_two_writers_that_wait_for_each_other_both_come_to_their_end(server: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    city = OnPostgres(home=home, database=server.removesuffix("yizheng") + "race")
    with psycopg.connect(city.database, autocommit=True) as database:
        database.execute("CREATE TABLE crossed (id int PRIMARY KEY, times int)")
        database.execute("INSERT INTO crossed VALUES (1, 0), (2, 0)")
        words = [sys.executable, "-c", DEADLOCK]
        writers = [
            subprocess.Popen([*words, *order], env=city.environment(), cwd=tmp_path, stderr=subprocess.PIPE)
            for order in (["1", "2"], ["2", "1"])
        ]
        assert [(one.communicate(timeout=60)[1], one.returncode) for one in writers] == [(b"", 0)] * 2
        assert database.execute("SELECT times FROM crossed ORDER BY id").fetchall() == [(2,), (2,)]
        database.execute("DROP TABLE crossed")
