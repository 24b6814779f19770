"""Whatever is done to a text table, each of its lines is a row, told of, or known to be none; or it is refused whole."""

import csv
import io
import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from yizheng.adapters.tables.reading import read_table
from yizheng.kernel.errors import Refused
from yizheng.rooms import evidence

HEADERS = ["公民身份号码", "姓名", "注销日期", "地址"]
DAMAGES = ['"', '",', ',"', "\n", "\r\n", "\r", ",", "\n\n", '"\n', " ", "合计", "", "\t", ";", '""']

careful = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def plain(rows: int, quoting: int, ends: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ends, quoting=quoting)
    writer.writerow(HEADERS)
    for row in range(rows):
        address = f"某市某区某街道某某路{row}号" + (f"的后面一栋\n{row}单元" if row % 7 == 3 else "")
        writer.writerow([f"11010519491231{row:04d}", f"王{row}", "2026-01-05", address])
    return out.getvalue()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of few rows with up to five damages at any place, cut off anywhere, in any encoding."""
    ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = plain(draw(st.integers(0, 12)), draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])), ends)
    text = draw(st.sampled_from(["", "", "某局名单\n", '"某局\n名单",,,\n\n'])) + text
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(DAMAGES)) + text[at + draw(st.integers(0, 2)) :]
    text = text[: draw(st.one_of(st.none(), st.integers(0, len(text))))]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])))


def physical_lines(data: bytes) -> int:
    """Counted the plain way: ended lines, and one more where text stands behind the last end."""
    encoding = next(name for name in ("utf-16", "utf-8-sig", "gb18030") if _decodes(data, name))
    text = data.decode(encoding)
    return len([line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if line])


def _decodes(data: bytes, encoding: str) -> bool:
    if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


@careful
@given(damaged())
@example(plain(8, csv.QUOTE_MINIMAL, "\n").replace("某市", '"某市', 1).encode())
def test_lines_of_a_damaged_file_add_up(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "delivered.csv")
        path.write_bytes(data)
        try:
            table = read_table(path)
            rows = sum(batch.num_rows for batch in table.batches())
        except Refused:
            return
        assert table.lines == physical_lines(data)
        rows += sum(one.lines for one in table.ragged)
        evidence.queries.check_lines(file=path.name, in_file=table.lines, rows=rows, notes=table.notes)


@careful
@given(damaged())
def test_no_cell_of_a_damaged_file_holds_another_person(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "delivered.csv")
        path.write_bytes(data)
        try:
            found = [
                cell
                for batch in read_table(path).batches()
                for row in batch.to_pylist()
                for cell in row.values()
            ]
        except Refused:
            return
    for cell in map(str, found):
        assert len(re.findall(r"11010519491231", cell)) < 2 or "\n" not in cell
