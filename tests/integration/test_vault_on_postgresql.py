"""The vault on PostgreSQL: a table space of its own, and five tries however many come at once."""

import subprocess
import sys
from pathlib import Path

from integration.test_postgresql import OnPostgres, server

__all__ = ["server"]

STORY = """
import threading
import django
django.setup()
from datetime import UTC, datetime
import numpy as np
from django.db import connection, transaction
from yizheng.kernel.ids import Pno
from yizheng.rooms.biometrics import actions, queries
from yizheng.rooms.biometrics.data import Channel, EngineId, EnrolSource, Modality
AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
WHO = Pno(1)
with transaction.atomic():
    actions.give_consent(WHO, Modality.FACE, text_version="t", channel=Channel.WEB, actor="citizen", at=AT)
    actions.enrol(WHO, Modality.FACE, [np.eye(1, 128, dtype=np.float32)[0]], engine=EngineId(name="e", weights="0" * 64),
        source=EnrolSource.ID_PHOTO, actor="clerk", at=AT)
allowed = []
def one():
    with transaction.atomic():
        allowed.append(actions.note_try(WHO, at=AT))
    connection.close()
threads = [threading.Thread(target=one) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sum(allowed), len(allowed))
print(queries.filing(filing_from=1).faces, len(queries.templates_of(WHO, Modality.FACE)))
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'biometrics_template%' AND reltablespace <> 0")
    print(cursor.fetchone()[0])
"""


def test_vault_has_a_space_of_its_own_and_tries_stand_in_line(server: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    city = OnPostgres(home=home, database=server.removesuffix("yizheng") + "race")
    city.run("init")
    _make_space(city)
    assert "lie in vault" in city.run("biometrics", "vault-space", "vault").stdout
    done = subprocess.run(
        [sys.executable, "-c", STORY],
        env=city.environment(),
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    tries, faces, moved = done.stdout.splitlines()
    assert tries == "5 16"
    assert faces == "1 1"
    assert int(moved) >= 3  # the table, its key and its indexes
    city.run("ledger", "verify")


def _make_space(city: OnPostgres) -> None:
    """A table space, as an administrator makes one; here inside the server's own folder."""
    make = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SET allow_in_place_tablespaces = on')\n"
        "    cursor.execute(\"CREATE TABLESPACE vault LOCATION ''\")\n"
    )
    subprocess.run([sys.executable, "-c", make], env=city.environment(), check=True, timeout=60)
