"""The one place where needs meet suppliers: clock, store, agency files, channels. Doors get everything from here."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from yizheng.adapters.agency_files.agency import Agency, load_agency
from yizheng.adapters.authority.photo import AuthorityPhotoClient
from yizheng.adapters.database.tables import DjangoTables
from yizheng.adapters.face.passive_files import PassiveNet, read_net
from yizheng.adapters.face.pool import FacePool
from yizheng.adapters.messages.files import ConsoleChannel, FileChannel
from yizheng.adapters.messages.sms import SmsChannel, SmsReports
from yizheng.adapters.pictures.border import ChildBorder
from yizheng.adapters.pictures.frames import clean_frame as _clean_frame
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table as _read_table
from yizheng.flows.channels.citizen_certifies import Means
from yizheng.flows.channels.face_is_decided import Rules as CaptureRules
from yizheng.flows.channels.voice_certifies import Means as VoiceMeans
from yizheng.flows.house.home_is_upgraded import CarryOver
from yizheng.flows.telling.holder_is_told import Post
from yizheng.flows.vault.same_face_is_sought import Index as FaceIndex
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Actor, Hands, NamedActor
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import Clock, FixedClock, Month, SystemClock
from yizheng.rooms import (
    access,
    biometrics,
    casework,
    certification,
    corrections,
    entitlements,
    evidence,
    mandates,
    passes,
    payments,
    people,
    privacy,
    risk,
)
from yizheng.rooms.access.data import Place as PasskeyPlace
from yizheng.rooms.biometrics.ports import AuthorityPhoto, FaceEngine, PassivePad
from yizheng.rooms.biometrics.voice_ports import VoiceEngine
from yizheng.rooms.evidence.ports import DeliveredTable
from yizheng.rooms.ledger.data import WitnessedTable, WitnessedTree
from yizheng.rooms.notices.data import CONSOLE, FILE, HELPER_SMS, SMS
from yizheng.rooms.notices.ports import Channel, Reports
from yizheng.rooms.passes.ports import EngineAway, PictureBorder
from yizheng.simulators.authority_photo.gateway import Held, PhotoGateway
from yizheng.simulators.devices.card_reader import LAST, CardMaker, Fault, SimulatedCardReader
from yizheng.simulators.sms_gateway.gateway import Received, SmsGateway
from yizheng.simulators.world.plan import Place, Plan
from yizheng.simulators.world.score import Score

if TYPE_CHECKING:
    from yizheng.simulators.world.make import Manifest


def clock() -> Clock:
    """The clock of this process: the machine's, or the day of a simulated installation.

    Raises Refused where a day is set and the home was not made for one: nobody can shift the time of an agency's work.
    """
    today = settings.YIZHENG.today
    if today is None:
        return SystemClock()
    if not settings.YIZHENG.simulated_mark.exists():
        raise Refused(
            f"a home made for a simulated day was expected, since YIZHENG_TODAY is set, but {settings.YIZHENG.home}"
            " is none. Take YIZHENG_TODAY away, or run `yizheng init` with it in a new home."
        )
    return FixedClock.on(today)


def tables() -> DjangoTables:
    """The tables of this installation's database."""
    return DjangoTables(settings.YIZHENG.home)


def carry_overs() -> tuple[CarryOver, ...]:
    """What homes of earlier versions lack, besides their tables, in the order in which it is made."""
    return ()


def store() -> LocalStore:
    """The store of evidence, runs and proofs of this installation."""
    return LocalStore(settings.YIZHENG.store)


OPERATOR = NamedActor("command line", role="operator")
"""Who a command acts as that asks for no account: whoever may start programs on the machine."""


def hands(actor: Actor, *, at: Clock | None = None, progress: Progress = quiet) -> Hands:
    """What the flows of one request or command work with. `at`: another clock than this process's."""
    return Hands(clock=at or clock(), store=store(), actor=actor, progress=progress)


def operator_hands(*, progress: Progress = quiet) -> Hands:
    """What the flows of a command work with that asks for no account."""
    return hands(OPERATOR, progress=progress)


@cache
def agency() -> Agency:
    """The agency's world as data, read once a process. Raises Refused where a file is wrong."""
    return load_agency(settings.YIZHENG.agency)


@cache
def face_engine() -> FaceEngine:
    """The engine that looks at faces, loaded once a process (about 170 MB). Raises Refused where its files are not whole.

    Imported here, since its libraries cost every command a third of a second that needs no face.
    """
    from yizheng.adapters.face.engine import SFaceEngine  # noqa: PLC0415 (only who looks at faces pays for it)

    return SFaceEngine()


def passive_nets() -> list[PassiveNet]:
    """The nets of the agency's passive check; none where it has none."""
    rules = agency().biometrics.passive
    return [
        PassiveNet(file=settings.YIZHENG.agency / one.file, sha256=one.sha256, margin=one.margin)
        for one in (rules.files if rules else ())
    ]


def passive_check() -> PassivePad | None:
    """The agency's passive check, loaded and tried; None where it has none. Raises Refused for a wrong file or none."""
    nets = passive_nets()
    for net in nets:
        read_net(net)  # a wrong file is told before a library is loaded
    if not nets:
        return None
    from yizheng.adapters.face.passive import MiniFasNet  # noqa: PLC0415 (only who has a check pays for it)

    return MiniFasNet(nets)


@cache
def face_pool() -> FacePool:
    """The engine processes of this server, started when the first pictures come and stopped with it."""
    pool = FacePool(workers=settings.YIZHENG.face_workers, passive=passive_nets())
    atexit.register(pool.close)
    return pool


@cache
def picture_border() -> PictureBorder:
    """What every uploaded picture passes."""
    border = ChildBorder()
    atexit.register(border.close)
    return border


def clean_frame(data: bytes) -> bytes:
    """A live frame of the camera, without anything that is not the picture. Raises PictureRefused."""
    return _clean_frame(data)


def capture_means() -> Means:
    """What certifying by face needs: engines, rules, chance. Without an engine another way is offered."""
    try:
        engine = face_pool().engine_code()
    except EngineAway:
        engine = ""
    here = agency()
    if not here.biometrics.face.fits(engine):
        engine = (
            ""  # nobody measured these thresholds with this engine: it passes nobody, another way is offered
        )
    passive = here.biometrics.passive
    rules = CaptureRules(
        policies=here.policies,
        face=here.biometrics.face,
        engine=engine,
        risk=here.risk,
        passive_least=passive.least if passive else None,
    )
    return Means(looker=face_pool(), rules=rules, rng=SystemRandom())


@cache
def voice_engine() -> VoiceEngine:
    """The engine that hears voices, loaded once a process. Raises Refused where its files are not whole."""
    from yizheng.adapters.voice.engine import CampplusEngine  # noqa: PLC0415 (only who hears voices pays for it)

    return CampplusEngine()


def voice_means() -> VoiceMeans:
    """What certifying by voice needs. No reader of Mandarin digits ships: a clerk listens."""
    return VoiceMeans(engine=voice_engine(), store=store(), reader=None)


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
    """The gateway to an authority's photos; None where this installation has none. A demo has a simulated one."""
    if not settings.YIZHENG.demo:
        return None
    gateway = PhotoGateway(_held_by_the_authority, another=lambda: _invented_face(0))
    return AuthorityPhotoClient(gateway, authority="police_id_photo", border=picture_border())


def _held_by_the_authority(number: str) -> Held | None:
    """What the simulated authority holds of a person of the demo's roster: an invented face that is always the same."""
    pno = people.queries.find_by_number(number)
    if pno is None:
        return None
    name = people.queries.identity(pno).name
    return Held(name=name, photo=lambda: _invented_face(1 + pno % 500), taken_on=date(2018, 6, 1))


def _invented_face(who: int) -> bytes:
    from yizheng.simulators.attacks import photo_of  # noqa: PLC0415 (only who asks for a face pays for making one)

    return photo_of(who)


def read_table(path: Path) -> DeliveredTable:
    """A delivered file, opened, whatever format it has. Raises Refused where it is no table."""
    return _read_table(path)


def witnessed() -> tuple[WitnessedTable, ...]:
    """Every table whose rows the ledger commits to."""
    rooms = (
        privacy.queries.witnessed,
        access.queries.witnessed,
        people.queries.witnessed,
        mandates.queries.witnessed,
        entitlements.queries.witnessed,
        evidence.queries.witnessed,
        corrections.queries.witnessed,
        biometrics.queries.witnessed,
        risk.queries.witnessed,
        passes.queries.witnessed,
        certification.queries.witnessed,
        payments.queries.witnessed,
        casework.queries.witnessed,
    )
    return tuple(table for room in rooms for table in room())


def witnessed_trees() -> tuple[WitnessedTree, ...]:
    """Where the rows of bulk trees come from."""
    return (
        *people.queries.witnessed_trees(),
        *entitlements.queries.witnessed_trees(),
        *certification.queries.witnessed_trees(store()),
        *payments.queries.witnessed_trees(store()),
    )


def sms_gateway() -> SmsGateway:
    """The simulated gateway of a demo; its texts lie in the home, for the demo's phone page."""
    return SmsGateway(settings.YIZHENG.home / "sim" / "sms.jsonl")


def message_channels() -> dict[str, Channel]:
    """How notices reach people. Without a gateway (that is: outside a demo) short messages go into the hand-over file."""
    file = FileChannel(settings.YIZHENG.home / "notices")
    console = ConsoleChannel(print)
    sms = SmsChannel(sms_gateway()) if settings.YIZHENG.demo else file
    return {SMS: sms, HELPER_SMS: sms, FILE: file, CONSOLE: console}


def message_reports() -> dict[str, Reports]:
    """Who can tell what became of messages, by channel; a hand-over file tells nothing."""
    if not settings.YIZHENG.demo:
        return {}
    reports = SmsReports(sms_gateway())
    return {SMS: reports, HELPER_SMS: reports}


def demo_messages(*, limit: int) -> list[Received]:
    """What the simulated phones received last, newest first."""
    return sms_gateway().newest(limit)


def letter_facts() -> dict[str, str]:
    """What every letter may say of the agency."""
    return {
        "agency_name": agency().name,
        "agency_name_en": agency().name_en,
        "agency_phone": agency().phone,
    }


def post() -> Post:
    """How a code or a word about the sign-in reaches a phone at once."""
    return Post(channels=message_channels(), letters=agency().letters, facts=letter_facts())


def passkey_place() -> PasskeyPlace:
    """The origin and host that passkeys are made for: a setting, never what a request says of itself."""
    origin = settings.YIZHENG.origin
    return PasskeyPlace(origin=origin, rp_id=urlsplit(origin).hostname or "")


def two_factors_asked() -> bool:
    """Whether roles that ask for it (`Role.two_factors`) work with two factors only."""
    return bool(settings.YIZHENG.two_factors)


def card_maker() -> CardMaker:
    """Who makes the simulated cards of a demo; its key is this installation's own. Raises Refused outside a demo."""
    if not settings.YIZHENG.demo:
        raise Refused("simulated cards exist in a demo only. Set YIZHENG_DEMO=1 for a trial.")
    return CardMaker(seed=privacy.queries.blind("demo-card-issuer", "1"))


def demo_card_reader(number: str, *, fault: str) -> SimulatedCardReader:
    """A simulated reader with the simulated card of this number in it, and what goes wrong with it."""
    wrong = Fault(fault) if fault in set(Fault) else Fault.NONE
    until = clock().now().date() - timedelta(days=1) if wrong is Fault.EXPIRED else LAST
    card = card_maker().make(number, valid_to=until) if number else None
    return SimulatedCardReader(card, fault=wrong)


def card_issuers() -> tuple[bytes, ...]:
    """The public keys of card issuers that are trusted: in a demo the simulated one's, otherwise none yet."""
    return (card_maker().issuer,) if settings.YIZHENG.demo else ()


def make_world(
    *,
    people: int,
    seed: int,
    months: int,
    last_month: Month,
    out: Path,
    progress: Progress = quiet,
) -> "Manifest":
    """Make a world of this agency's counties in the new folder `out`. Returns its manifest. Raises Misused, Refused."""
    from yizheng.simulators.world import make  # noqa: PLC0415 (only who makes a world pays for it)

    here = agency()
    places = tuple(
        Place(code, name)
        for code, name in sorted(here.regions.items())
        if len(code) == 6 and not code.endswith("00") and code.startswith(here.region)
    )
    plan = Plan(people=people, seed=seed, months=months, last_month=last_month)
    return make.make_world(plan=plan, places=places, out=out, progress=progress)


def score_world(*, world: Path, results: Path, as_of: date | None = None) -> Score:
    """Compare a run's exported results with a world's truth. Raises Refused."""
    from yizheng.simulators.world import score  # noqa: PLC0415 (only who scores a world pays for it)

    return score.score_world(world=world, results=results, as_of=as_of)
