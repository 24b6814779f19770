"""Many small files of evidence become one (证据归并): a bucket is read in one piece, however often something came.

The settled file is only a copy. The files of the deliveries stay, they are what the ledger vouches for; where a settled
file holds a row that a day's run must not see, the deliveries are read instead. Deleting it costs time and nothing else.

Before a run counts anything, each file is held to what the ledger says of it, and the settled one to its mark: a row put
into a file would certify the dead, one taken out would hide a death.
"""

from collections.abc import Collection, Mapping

import msgspec

from yizheng.kernel.digest import canonical_json, sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Store
from yizheng.rooms import evidence, ledger
from yizheng.rooms.comparison import layout

LINKS = "links-"
"""What the names of the files of uncertain links begin with."""
FEW = 24
"""So many files of a bucket beside its settled one are read as they are."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket's settled file, the names of the files whose rows it holds, and its mark under the ledger's key."""

    file: str
    holds: tuple[str, ...]
    mark: str = ""


def settle(names: Collection[str], *, bucket: int, store: Store, digests: Mapping[str, str]) -> None:
    """Settle these files of a bucket, if many of them are not settled yet. Killed half-way, nothing has changed.

    `digests` are the witnessed SHA-256 of files by name. The file of uncertain links stays beside them: it is another one
    after every decision of a clerk. Raises Refused where a file is not the one that was witnessed.
    """
    names = [name for name in names if not name.rsplit("/", 1)[-1].startswith(LINKS)]
    known = _settled(bucket, store)
    _check(known, names, digests, store)
    if len(names) <= FEW + (len(known.holds) if known is not None else 0):
        return
    data = layout.encoded(layout.read(files_of(names, bucket=bucket, store=store))).to_pybytes()
    name = f"evidence/bucket={bucket:03d}/settled-{sha256_hex(canonical_json(sorted(names)))[:32]}.parquet"
    store.write(name, data)
    book = Settled(file=name, holds=tuple(sorted(names)), mark=ledger.queries.mark_of(name, data))
    store.write(_book(bucket), msgspec.json.encode(book))
    if known is not None and known.file != name:
        store.discard(known.file)


def _check(known: Settled | None, names: Collection[str], digests: Mapping[str, str], store: Store) -> None:
    """Raises Refused where the settled file has not its mark, or a file beside it not its witnessed hash."""
    if known is not None and store.exists(known.file) and not _has_its_mark(known, store):
        raise Refused(evidence.Why.FILE_NOT_AS_WITNESSED, file=known.file)
    held = known.holds if known is not None and set(names).issuperset(known.holds) else ()
    for name in sorted(set(names).difference(held)):
        if digests.get(name) != sha256_hex(store.read(name)):
            raise Refused(evidence.Why.FILE_NOT_AS_WITNESSED, file=name)


def _has_its_mark(known: Settled, store: Store) -> bool:
    return ledger.queries.mark_of(known.file, store.read(known.file)) == known.mark


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
    """The bucket's settled file; None where there is none, or one that an earlier version left without a mark."""
    name = _book(bucket)
    known = msgspec.json.decode(store.read(name), type=Settled) if store.exists(name) else None
    return known if known is not None and known.mark else None
