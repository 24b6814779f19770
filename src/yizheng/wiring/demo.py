"""What a demo has in place of the world: simulated suppliers, its phone and its cards, and made worlds.

Nothing else imports simulators (a contract says so): the suppliers are named in the agency's file, and refuse to work
outside a demo, so that no text goes to a phone that nobody holds.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.authority.photo import AuthorityPhotoClient
from yizheng.adapters.messages.sms import SmsChannel, SmsReports
from yizheng.adapters.suppliers import G, NoOptions, O, Supplier
from yizheng.adapters.suppliers.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import Month
from yizheng.rooms import people, privacy
from yizheng.rooms.biometrics.ports import AuthorityPhoto
from yizheng.rooms.notices.ports import Carrier
from yizheng.simulators.authority_photo.gateway import Held, PhotoGateway
from yizheng.simulators.devices.card_reader import LAST, CardMaker, Fault, SimulatedCardReader
from yizheng.simulators.sms_gateway.gateway import Received, SmsGateway
from yizheng.simulators.world.plan import Place, Plan
from yizheng.simulators.world.score import Score

if TYPE_CHECKING:
    from yizheng.simulators.world.make import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoOptions:
    """`authority`: the stable code by which records name who gave a photo."""

    authority: str = "police_id_photo"


class Simulated(Supplier[O, G]):
    """A supplier for trials."""

    def check(self) -> None:
        """Whether this is a demo."""
        if not self.around.demo:
            raise Refused(Why.SIMULATED_OUTSIDE_A_DEMO)


class SimulatedSms(Simulated[NoOptions, Carrier]):
    """A gateway whose texts lie in the home, for the demo's phone page."""

    def make(self) -> Carrier:
        """The gateway's channel, with its reports."""
        self.check()
        gateway = sms_gateway()
        return Carrier(channel=SmsChannel(gateway), reports=SmsReports(gateway))


class SimulatedAuthorityPhoto(Simulated[PhotoOptions, AuthorityPhoto]):
    """Holds an invented face, always the same, of every person of the demo's roster."""

    Options = PhotoOptions

    def make(self) -> AuthorityPhoto:
        """The gateway's client."""
        self.check()
        gateway = PhotoGateway(_held_by_the_authority, another=lambda: _invented_face(0))
        return AuthorityPhotoClient(gateway, authority=self.options.authority, border=wiring.picture_border())


class SimulatedCardIssuer(Simulated[NoOptions, tuple[bytes, ...]]):
    """Trusts the maker of the demo's cards."""

    def make(self) -> tuple[bytes, ...]:
        """Its public key."""
        self.check()
        return (_card_maker().issuer,)


def sms_gateway() -> SmsGateway:
    """The simulated gateway of a demo."""
    return SmsGateway(settings.YIZHENG.home / "sim" / "sms.jsonl")


def demo_messages(*, limit: int) -> list[Received]:
    """What the simulated phones received last, newest first."""
    return sms_gateway().newest(limit)


def demo_card_reader(number: str, *, fault: str) -> SimulatedCardReader:
    """A simulated reader with the simulated card of this number in it, and what goes wrong with it."""
    wrong = Fault(fault) if fault in set(Fault) else Fault.NONE
    until = wiring.clock().now().date() - timedelta(days=1) if wrong is Fault.EXPIRED else LAST
    card = _card_maker().make(number, valid_to=until) if number else None
    return SimulatedCardReader(card, fault=wrong)


def _card_maker() -> CardMaker:
    """Who makes the simulated cards of a demo; its key is this installation's own."""
    return CardMaker(seed=privacy.queries.blind("demo-card-issuer", "1"))


def _held_by_the_authority(number: str) -> Held | None:
    """What the simulated authority holds of a person of the demo's roster."""
    pno = people.queries.find_by_number(number)
    if pno is None:
        return None
    name = people.queries.identity(pno).name
    return Held(name=name, photo=lambda: _invented_face(1 + pno % 500), taken_on=date(2018, 6, 1))


def _invented_face(who: int) -> bytes:
    from yizheng.simulators.attacks import photo_of  # noqa: PLC0415 (only who asks for a face pays for making one)

    return photo_of(who)


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

    here = wiring.agency()
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
