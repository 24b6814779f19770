"""`read_table`: a delivered file becomes a stream of text, whatever it was, or one clear refusal."""

import hashlib
from pathlib import Path

from yizheng.adapters.tables.apart import ApartReader
from yizheng.adapters.tables.formats import check_is_table
from yizheng.adapters.tables.shape import Table
from yizheng.adapters.tables.text import TextReader, look_at
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def read_table(path: Path, *, with_hidden: bool = False) -> Table:
    """Open a delivered table. Format and encoding come from the content, never from the name. Raises Refused.

    `with_hidden`: somebody has asked the department, and the rows that its workbook hides or strikes through count too.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            if not head:
                raise Refused(Why.FILE_EMPTY, file=path.name)
            if head.startswith((_ZIP, _OLE, _PARQUET)):
                file.seek(0)
                content_hash = hashlib.file_digest(file, "sha256").hexdigest()
                kind = "parquet" if head.startswith(_PARQUET) else "sheet"
                reader = ApartReader(path, kind, hidden=with_hidden)
                if with_hidden and reader.has_hidden:  # other rows of the same bytes: another delivery
                    content_hash = hashlib.sha256(f"{content_hash} with hidden rows".encode()).hexdigest()
                return Table(path, content_hash, reader)
        check_is_table(path, head)
        look = look_at(path)
        return Table(path, look.sha256, TextReader(path, look))
    except FileNotFoundError:
        raise Refused(Why.FILE_MISSING, file=str(path)) from None
    except IsADirectoryError:
        raise Refused(Why.IS_A_FOLDER, file=str(path)) from None
    except PermissionError:
        raise Refused(Why.NOT_READABLE, file=str(path)) from None
