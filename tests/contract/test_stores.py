"""What any store of an installation must keep to: whole files, or none; what is missing is told and never empty."""

import os
import threading
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.adapters.store.local import LocalStore
from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Place, Store
from yizheng.rooms.ledger.ports import TreeStore

STORES = {LocalStore: LocalStore}
PARTIES: Parties = {
    Store: STORES,
    TreeStore: STORES,
    Place: {type(Path()): lambda folder: LocalStore(folder).path("a")},
}

ODD = "a (1)/身份 证.bin"


@pytest.fixture(**each(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return request.param(tmp_path)


@pytest.mark.parametrize("data", [b"", b"one", bytes(range(256)) * 5000], ids=["empty", "short", "long"])
@pytest.mark.parametrize("name", ["a", "ledger/trees/a.leaves", ODD])
def test_what_was_written_is_read_byte_by_byte(store: Store, name: str, data: bytes) -> None:
    place = store.write(name, data)
    assert store.read(name) == data
    assert store.exists(name)
    assert Path(os.fspath(place)).read_bytes() == data
    assert os.fspath(store.path(*name.split("/"))) == os.fspath(store.path(name)) == os.fspath(place)


def test_second_write_stands_in_place_of_the_first(store: Store) -> None:
    store.write("a/b", b"a long first text")
    store.write("a/b", b"short")
    assert store.read("a/b") == b"short"


def test_missing_file_is_refused_and_never_empty(store: Store) -> None:
    store.write("runs/1/other", b"")
    for name in ("none", "runs/1/results", "runs/2/results"):
        assert not store.exists(name)
        assert not store.path(name).is_file()
        with pytest.raises(Refused):
            store.read(name)


def test_folder_is_no_file(store: Store) -> None:
    store.write("runs/1/results", b"x")
    assert not store.path("runs", "1").is_file()
    assert not store.exists("runs/1")
    assert store.path("runs", "1", "results").is_file()


def test_asking_for_a_place_makes_nothing(store: Store) -> None:
    store.path("runs", "1", "results")
    assert not store.exists("runs/1/results")


def test_discarded_file_is_gone_and_may_be_discarded_again(store: Store) -> None:
    store.write("a/b", b"x")
    store.write("a/c", b"y")
    for _ in range(2):
        store.discard("a/b")
        assert not store.exists("a/b")
    store.discard("never/there")
    assert store.read("a/c") == b"y"


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd"])
def test_name_that_leads_out_of_the_store_touches_nothing(store: Store, name: str) -> None:
    for call in (store.read, store.exists, store.discard, lambda name: store.write(name, b"x")):
        with pytest.raises((ValueError, Refused)):
            call(name)


def test_reader_beside_a_writer_sees_one_file_or_the_other_and_never_half(store: Store) -> None:
    first, second = b"1" * 400_000, b"2" * 300_000
    store.write("a", first)
    done = threading.Event()

    def write() -> None:
        for turn in range(20):
            store.write("a", first if turn % 2 else second)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(store.read("a"))
    writer.join()
    assert seen <= {first, second}
