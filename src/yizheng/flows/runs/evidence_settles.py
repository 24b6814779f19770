"""Many small files of evidence become one (证据归并): a bucket is read in one piece, however often something came.

The settled file is only a copy. The files of the deliveries stay, they are what the ledger vouches for; where a settled
file holds a row that a day's run must not see, the deliveries are read instead. Deleting it costs time and nothing else.
"""

from collections.abc import Collection

import msgspec

from yizheng.kernel.digest import canonical_json, sha256_hex
from yizheng.kernel.store import Store
from yizheng.rooms.comparison import layout

LINKS = "links-"
"""What the names of the files of uncertain links begin with."""
FEW = 24
"""So many files of a bucket beside its settled one are read as they are."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket's settled file, and the names of the files whose rows it holds."""

    file: str
    holds: tuple[str, ...]


def settle(names: Collection[str], *, bucket: int, store: Store) -> None:
    """Settle these files of a bucket, if many of them are not settled yet. Killed half-way, nothing has changed.

    The file of uncertain links stays beside them: it is another one after every decision of a clerk.
    """
    names = [name for name in names if not name.rsplit("/", 1)[-1].startswith(LINKS)]
    known = _settled(bucket, store)
    if len(names) <= (len(known.holds) if known else 0) + FEW:
        return
    rows = layout.read(files_of(names, bucket=bucket, store=store))
    name = f"evidence/bucket={bucket:03d}/settled-{sha256_hex(canonical_json(sorted(names)))[:32]}.parquet"
    store.write(name, layout.encoded(rows).to_pybytes())
    store.write(_book(bucket), msgspec.json.encode(Settled(file=name, holds=tuple(sorted(names)))))
    if known is not None:
        store.discard(known.file)


def files_of(names: Collection[str], *, bucket: int, store: Store) -> list[str]:
    """The paths to read for these files of a bucket: the settled one stands for all that it holds."""
    known = _settled(bucket, store)
    wanted = set(names)
    if known is not None and wanted.issuperset(known.holds) and store.exists(known.file):
        wanted = wanted.difference(known.holds) | {known.file}
    return [store.path(name).__fspath__() for name in sorted(wanted)]


def _book(bucket: int) -> str:
    return f"evidence/bucket={bucket:03d}/settled.json"


def _settled(bucket: int, store: Store) -> Settled | None:
    name = _book(bucket)
    return msgspec.json.decode(store.read(name), type=Settled) if store.exists(name) else None
