"""Settling is only a copy: what is read is the same rows, and what a run must not see stays unseen."""

from pathlib import Path

import numpy as np
import pytest

from yizheng.adapters.store.local import LocalStore
from yizheng.flows.runs import evidence_settles
from yizheng.flows.runs.evidence_settles import FEW, files_of, settle
from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.rooms.comparison import layout


def delivered(store: LocalStore, number: int) -> str:
    name = f"evidence/bucket=000/{number:04d}.parquet"
    rows = layout.in_order(
        (
            np.array([number % 7, 3], np.int32),
            np.array([number << 46 | 1 << 38 | number, number << 46], np.int64),
        )
    )
    store.write(name, layout.encoded(rows).to_pybytes())
    return name


def read(names: list[str], store: LocalStore) -> list[tuple[int, int]]:
    pno, key = layout.read(files_of(names, bucket=0, store=store))
    return list(zip(pno.tolist(), key.tolist(), strict=True))


def digests(names: list[str], store: LocalStore) -> dict[str, str]:
    """What the ledger would say of the files as they are now."""
    return {name: sha256_hex(store.read(name)) for name in names}


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def test_many_files_are_read_as_one_with_the_same_rows(store: LocalStore) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    before = read(names, store)
    settle(names, bucket=0, store=store, digests=digests(names, store))
    assert len(files_of(names, bucket=0, store=store)) == 1
    assert read(names, store) == before
    more = [*names, delivered(store, 500)]
    assert len(files_of(more, bucket=0, store=store)) == 2
    assert len(read(more, store)) == len(before) + 2


def test_few_files_are_left_as_they_are(store: LocalStore) -> None:
    names = [delivered(store, number) for number in range(FEW)]
    settle(names, bucket=0, store=store, digests=digests(names, store))
    assert len(files_of(names, bucket=0, store=store)) == FEW


def test_run_that_must_not_see_a_delivery_reads_the_others_themselves(store: LocalStore) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    settle(names, bucket=0, store=store, digests=digests(names, store))
    without = names[:5] + names[6:]
    assert len(files_of(without, bucket=0, store=store)) == FEW
    assert 5 not in {key & (1 << 38) - 1 for _, key in read(without, store)}
    settle(without, bucket=0, store=store, digests=digests(without, store))
    assert len(files_of(names, bucket=0, store=store)) == 1, "a look back does not undo what is settled"


def test_settling_that_died_before_its_book_is_as_if_it_never_was(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    write = store.write

    def dies(name: str, data: bytes) -> Path:
        if name == evidence_settles._book(0):
            raise KeyboardInterrupt
        return write(name, data)

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "write", staticmethod(dies))
        with pytest.raises(KeyboardInterrupt):
            settle(names, bucket=0, store=store, digests=digests(names, store))
    assert len(files_of(names, bucket=0, store=store)) == FEW + 1


def test_settled_file_that_was_deleted_is_not_missed(store: LocalStore) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    settle(names, bucket=0, store=store, digests=digests(names, store))
    (settled,) = files_of(names, bucket=0, store=store)
    Path(settled).unlink()
    assert len(files_of(names, bucket=0, store=store)) == FEW + 1


def test_settling_again_leaves_no_old_copy_behind(store: LocalStore) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    settle(names, bucket=0, store=store, digests=digests(names, store))
    names += [delivered(store, number) for number in range(FEW + 1, 2 * FEW + 2)]
    settle(names, bucket=0, store=store, digests=digests(names, store))
    assert len(list(store.path("evidence/bucket=000").glob("settled-*.parquet"))) == 1


@pytest.mark.parametrize("place", ["a file", "the settled file", "a file that is not settled yet"])
def test_row_put_into_a_file_is_found_before_anything_is_counted(store: LocalStore, place: str) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    then = digests(names, store)
    settle(names, bucket=0, store=store, digests=then)
    if place == "a file that is not settled yet":
        names.append(delivered(store, 500))
        then |= digests(names, store)
    if place == "the settled file":
        (settled,) = store.path("evidence/bucket=000").glob("settled-*.parquet")
        changed = f"evidence/bucket=000/{settled.name}"
    else:
        changed = names[-1]
    forged = layout.in_order((np.array([6], np.int32), np.array([900 << 46 | 1], np.int64)))
    store.write(changed, layout.encoded(forged).to_pybytes())
    wanted = names if place != "a file" else names[1:]  # a look back reads the files themselves
    with pytest.raises(Refused, match="evidence:file_not_as_witnessed"):
        settle(wanted, bucket=0, store=store, digests=then)


def test_settled_file_of_an_earlier_version_is_made_anew(store: LocalStore) -> None:
    names = [delivered(store, number) for number in range(FEW + 1)]
    settle(names, bucket=0, store=store, digests=digests(names, store))
    book = evidence_settles._book(0)
    store.write(book, store.read(book).replace(b'"mark"', b'"unknown"'))
    settle(names, bucket=0, store=store, digests=digests(names, store))
    assert len(files_of(names, bucket=0, store=store)) == 1
