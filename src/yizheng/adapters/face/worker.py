"""An engine process: looks at the pictures of one sending and says what it measured. `python -m` starts it.

It has no database and no keys: `children.Child` starts it with an empty environment. A picture that it cannot read shows
no face; that is an answer too.
"""

import importlib
import sys

import msgspec

from yizheng.adapters.children import serve_parent
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import FaceSeen
from yizheng.rooms.biometrics.ports import FaceEngine
from yizheng.rooms.certification.capture_frames import pack_seen

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


def main() -> None:
    """`worker MEGABYTES module:class`."""
    megabytes, name = int(sys.argv[1]), sys.argv[2]
    engine = make_engine(name)
    serve_parent(lambda question: look_at(engine, question), megabytes=megabytes)


if __name__ == "__main__":
    main()
