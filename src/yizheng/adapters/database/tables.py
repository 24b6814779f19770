"""The tables of an installation by Django's migrations: which steps were taken, which are to come, and a copy before.

Each step is one transaction on SQLite and PostgreSQL: a process that is killed leaves it taken or not taken.
"""

from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LEDGER = "ledger_entry"
COPY = "db.before-upgrade.sqlite3"


class DjangoTables:
    """The tables in the database of the settings; `home` is where a copy of an SQLite database is kept."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def hold_a_ledger(self) -> bool:
        """Whether the ledger has its table: before that nothing can have been done in this home."""
        return LEDGER in connection.introspection.table_names()

    def steps_unknown(self) -> list[str]:
        """Steps that were taken and that this version does not have: a later version made the tables."""
        loader = MigrationExecutor(connection).loader
        return [
            " ".join(step) for step in sorted(loader.applied_migrations) if step not in loader.disk_migrations
        ]

    def steps_to_come(self) -> list[str]:
        """Steps that the tables lack, in their order."""
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [f"{step.app_label} {step.name}" for step, _ in plan]

    def bring_up(self) -> None:
        """Take every step to come. Raises DatabaseError."""
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)

    def keep_copy(self) -> str:
        """Copy an SQLite database as it is now, in place of an earlier copy, and say where; nothing for PostgreSQL.

        SQLite's own copy holds what stands in the write-ahead log, too. Raises DatabaseError where the disk is full.
        """
        if connection.vendor != "sqlite":
            return ""
        place, writing = self._home / COPY, self._home / f".{COPY}"
        writing.unlink(missing_ok=True)
        try:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(writing)])
            writing.chmod(0o600)
            writing.replace(place)
        finally:
            writing.unlink(missing_ok=True)
        return str(place)
