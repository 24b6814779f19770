"""The vault's table is moved into a table space of its own (模板库独立表空间), where the database has table spaces."""

from yizheng.kernel.errors import Misused
from yizheng.rooms import biometrics


def move(*, tablespace: str) -> int:
    """Move the table and its indexes; gives how many indexes. Raises Misused where the database has no table spaces.

    PostgreSQL copies the table and locks it meanwhile: comparisons wait for some seconds, nothing else does.
    """
    if not biometrics.queries.has_table_spaces():
        raise Misused(biometrics.Why.NO_TABLE_SPACES)
    return biometrics.actions.move_vault(tablespace)
