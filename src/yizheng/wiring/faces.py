"""Who looks at faces: engines, the passive check, the border for pictures, and the index of a search."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from random import SystemRandom

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.face.passive_files import PassiveNet, read_net
from yizheng.adapters.face.pool import FacePool
from yizheng.adapters.face.worker import make_engine
from yizheng.adapters.pictures.frames import clean_frame as _clean_frame
from yizheng.flows.channels.citizen_certifies import Means
from yizheng.flows.channels.face_is_decided import Rules as CaptureRules
from yizheng.flows.vault.same_face_is_sought import Index as FaceIndex
from yizheng.rooms.biometrics.ports import AuthorityPhoto, FaceEngine, PassivePad
from yizheng.rooms.passes.ports import EngineAway, PictureBorder
from yizheng.wiring import suppliers


@cache
def face_engine() -> FaceEngine:
    """The engine that looks at faces, loaded once a process (about 170 MB). Raises Refused for damaged files."""
    return make_engine(suppliers.supplied(suppliers.FACE_ENGINE))


def passive_nets() -> list[PassiveNet]:
    """The nets of the agency's passive check; none where it has none."""
    rules = wiring.agency().biometrics.passive
    return [
        PassiveNet(file=settings.YIZHENG.agency / one.file, sha256=one.sha256, margin=one.margin)
        for one in (rules.files if rules else ())
    ]


def passive_check() -> PassivePad | None:
    """The agency's passive check, loaded and tried; None where it has none. Raises Refused for a wrong file or none."""
    nets = wiring.passive_nets()
    for net in nets:
        read_net(net)  # a wrong file is told before a library is loaded
    if not nets:
        return None
    from yizheng.adapters.face.passive import MiniFasNet  # noqa: PLC0415 (only who has a check pays for it)

    return MiniFasNet(nets)


@cache
def face_pool() -> FacePool:
    """The engine processes of this server, started when the first pictures come and stopped with it."""
    engine = suppliers.supplied(suppliers.FACE_ENGINE)
    pool = FacePool(workers=settings.YIZHENG.face_workers, engine=engine, passive=wiring.passive_nets())
    atexit.register(pool.close)
    return pool


@cache
def picture_border() -> PictureBorder:
    """What every uploaded picture passes."""
    return suppliers.supplied(suppliers.PICTURES)


def clean_frame(data: bytes) -> bytes:
    """A live frame of the camera, without anything that is not the picture. Raises PictureRefused."""
    return _clean_frame(data)


def capture_means() -> Means:
    """What certifying by face needs: engines, rules, chance. Without an engine another way is offered."""
    try:
        engine = wiring.face_pool().engine_code()
    except EngineAway:
        engine = ""
    here = wiring.agency()
    if not here.biometrics.face.fits(engine):
        engine = (
            ""  # nobody measured these thresholds with this engine: it passes nobody, another way is offered
        )
    passive = here.biometrics.passive
    rules = CaptureRules(
        policies=here.policies,
        case_rules=here.case_rules,
        face=here.biometrics.face,
        engine=engine,
        risk=here.risk,
        passive_least=passive.least if passive else None,
    )
    return Means(looker=wiring.face_pool(), rules=rules, rng=SystemRandom())


@contextmanager
def face_index(*, shards: int = 0) -> Iterator[FaceIndex]:
    """An empty index of faces, in this process or in so many of its own; nothing of it is left afterwards."""
    from yizheng.adapters.face import index as faces  # noqa: PLC0415 (only a search pays for it)

    index = faces.FaceIndexProcesses(shards=shards) if shards else faces.FaceIndex()
    try:
        yield index
    finally:
        index.close()


@cache
def authority_photo() -> AuthorityPhoto | None:
    """The gateway to an authority's photos; None where this installation has none."""
    return suppliers.supplied(suppliers.AUTHORITY_PHOTO)
