"""An engine process: looks at the pictures of one sending and says what it measured. `python -m` starts it.

It has no database and no keys: `children.Child` starts it with an empty environment. A picture that it cannot read shows
no face; that is an answer too. Where an operator brought a passive check, it looks at each picture as well; files that
are not the agency's end the process with a sentence.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from yizheng.adapters.children import serve_parent
from yizheng.adapters.face.passive_files import PassiveNet
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import FaceSeen
from yizheng.rooms.biometrics.frames import pack_seen
from yizheng.rooms.biometrics.ports import FaceEngine

NOT_READ = FaceSeen(faces=0)


def look_at(engine: FaceEngine, question: bytes) -> bytes:
    """Pictures in, what was seen of each out, both as msgpack. Nothing in: the engine's code out."""
    if not question:
        return engine.engine.code.encode()
    pictures = msgspec.msgpack.decode(question, type=list[bytes])
    return msgspec.msgpack.encode([pack_seen(_look(engine, picture)) for picture in pictures])


def _look(engine: FaceEngine, picture: bytes) -> FaceSeen:
    try:
        return engine.look(picture)
    except (Refused, ValueError, MemoryError):
        return NOT_READ


def make_engine(name: str) -> FaceEngine:
    """The engine that `module:class` names."""
    module, _, maker = name.partition(":")
    engine: FaceEngine = getattr(importlib.import_module(module), maker)()
    return engine


def with_check(engine: FaceEngine, nets: Sequence[PassiveNet]) -> FaceEngine:
    """The engine with its passive check beside it; without nets the engine alone. Raises Refused for a wrong file."""
    if not nets:
        return engine
    from yizheng.adapters.face.passive import CheckedEngine, MiniFasNet  # noqa: PLC0415 (only who has one pays)

    return CheckedEngine(engine, MiniFasNet(nets))


def read_nets(words: Sequence[str]) -> list[PassiveNet]:
    """The nets as `FacePool` writes them on the command line: `sha256:margin:file` each."""
    parts = [word.split(":", 2) for word in words]
    return [
        PassiveNet(file=Path(file), sha256=sha256, margin=float(margin)) for sha256, margin, file in parts
    ]


def main() -> None:
    """`worker MEGABYTES module:class [sha256:margin:file ...]`."""
    megabytes, name = int(sys.argv[1]), sys.argv[2]
    try:
        engine = with_check(make_engine(name), read_nets(sys.argv[3:]))
    except Refused as refused:
        sys.exit(str(refused))
    serve_parent(lambda question: look_at(engine, question), megabytes=megabytes)


if __name__ == "__main__":
    main()
