"""`read_table`: a delivered file becomes a stream of text, whatever it was, or one clear refusal."""

import hashlib
from pathlib import Path

from yizheng.adapters.tables.columnar import ParquetReader
from yizheng.adapters.tables.shape import Reader, Table
from yizheng.adapters.tables.sheet import SheetReader
from yizheng.adapters.tables.text import TextReader, look_at
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def read_table(path: Path) -> Table:
    """Open a delivered table. Format and encoding come from the content, never from the name. Raises Refused."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            if not magic:
                raise Refused(Why.FILE_EMPTY, file=path.name)
            if magic in (_ZIP, _OLE, _PARQUET):
                file.seek(0)
                content_hash = hashlib.file_digest(file, "sha256").hexdigest()
                reader: Reader = ParquetReader(path) if magic == _PARQUET else SheetReader(path)
                return Table(path, content_hash, reader)
        look = look_at(path)
        return Table(path, look.sha256, TextReader(path, look))
    except FileNotFoundError:
        raise Refused(Why.FILE_MISSING, file=str(path)) from None
    except IsADirectoryError:
        raise Refused(Why.IS_A_FOLDER, file=str(path)) from None
    except PermissionError:
        raise Refused(Why.NOT_READABLE, file=str(path)) from None
