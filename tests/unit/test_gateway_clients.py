"""Gateways of other organisations, with every fault they have, and clients that stay patient, polite and honest."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from yizheng.adapters.authority.photo import AuthorityPhotoClient
from yizheng.adapters.calls import Breaker, NoAnswer, Patience, ask
from yizheng.adapters.messages.sms import SmsChannel
from yizheng.rooms.biometrics.data import PhotoOutcome
from yizheng.rooms.notices.ports import TryLater
from yizheng.rooms.passes.ports import PictureRefused, Wrong
from yizheng.simulators.authority_photo import gateway as authority
from yizheng.simulators.authority_photo.gateway import Held, PhotoGateway
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway


@dataclass
class Time:
    """A clock that sleeping moves."""

    now: float = 1_000_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (100, 120), colour).save(out, "JPEG")
    return out.getvalue()


class OpenBorder:
    """A border that knows a whole JPEG from half of one."""

    def take(self, data: bytes) -> bytes:
        if not data.endswith(b"\xff\xd9"):
            raise PictureRefused(Wrong.BROKEN)
        return data


WANG = Held(name="王秀英", photo=lambda: picture("white"), taken_on=date(2019, 5, 1))
NUMBER = "11010519491231002X"


def photo_gateway(
    faults: authority.PhotoFaults = authority.CALM, *, time: Time | None = None
) -> PhotoGateway:
    time = time or Time()
    return PhotoGateway(
        lambda number: WANG if number == NUMBER else None,
        another=lambda: picture("red"),
        faults=faults,
        sleep=time.sleep,
        clock=time,
    )


def photos(gateway: PhotoGateway, time: Time | None = None, **patience: float) -> AuthorityPhotoClient:
    time = time or Time()
    return AuthorityPhotoClient(
        gateway,
        authority="police_id_photo",
        border=OpenBorder(),
        breaker=Breaker(clock=time),
        patience=Patience(**patience),  # type: ignore[arg-type]
        sleep=time.sleep,
        clock=time,
    )


def test_photo_is_found_for_number_and_name_and_nothing_is_told_otherwise() -> None:
    client = photos(photo_gateway())
    found = client.photo_of(number=NUMBER, name="王秀英", request="r1")
    assert (found.outcome, found.taken_on) == (PhotoOutcome.FOUND, date(2019, 5, 1))
    assert found.picture == picture("white")
    assert client.photo_of(number=NUMBER, name="王秀", request="r2").outcome is PhotoOutcome.NOT_MATCHED
    assert client.photo_of(number="1", name="王秀英", request="r3").outcome is PhotoOutcome.NOT_MATCHED


def test_same_request_is_answered_alike_and_counted_once() -> None:
    gateway = photo_gateway()
    client = photos(gateway)
    first = client.photo_of(number=NUMBER, name="王秀英", request="r")
    assert client.photo_of(number=NUMBER, name="王秀英", request="r") == first
    assert gateway.line.counted == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("without_photo", PhotoOutcome.NONE),
        ("damaged", PhotoOutcome.NONE),
        ("out_of_reach", PhotoOutcome.UNAVAILABLE),
        ("silent", PhotoOutcome.UNAVAILABLE),
        ("silent_after", PhotoOutcome.UNAVAILABLE),
        ("old", PhotoOutcome.FOUND),
        ("of_another", PhotoOutcome.FOUND),
    ],
)
def test_every_fault_of_the_authority_is_an_answer(fault: str, outcome: PhotoOutcome) -> None:
    gateway = photo_gateway(replace(authority.CALM, **{fault: 1000}))
    answer = photos(gateway).photo_of(number=NUMBER, name="王秀英", request="r")
    assert answer.outcome is outcome
    assert bool(answer.picture) is (outcome is PhotoOutcome.FOUND)


def test_old_photo_says_how_old_it_is() -> None:
    answer = photos(photo_gateway(replace(authority.CALM, old=1000))).photo_of(
        number=NUMBER, name="王秀英", request="r"
    )
    assert answer.taken_on == date(1999, 5, 6)


def test_silence_after_the_work_was_done_is_not_charged_twice() -> None:
    """A time-out says nothing of whether it was done: the same key asks again, and the work is done once."""
    gateway = photo_gateway(replace(authority.CALM, silent_after=500))
    client = photos(gateway, tries=6, most=1000)
    answers = [client.photo_of(number=NUMBER, name="王秀英", request=f"r{n}").outcome for n in range(40)]
    assert set(answers) <= {PhotoOutcome.FOUND, PhotoOutcome.UNAVAILABLE}
    assert answers.count(PhotoOutcome.FOUND) > 30
    assert gateway.line.counted <= 40


def test_slow_authority_is_waited_for_within_the_patience_and_no_longer() -> None:
    time = Time()
    gateway = photo_gateway(replace(authority.CALM, slow=1000, slow_seconds=2.0), time=time)
    assert (
        photos(gateway, time, most=6.0).photo_of(number=NUMBER, name="王秀英", request="r").outcome
        is PhotoOutcome.FOUND
    )
    gateway = photo_gateway(replace(authority.CALM, slow=1000, slow_seconds=60.0), time=time)
    started = time.now
    answer = photos(gateway, time, most=6.0).photo_of(number=NUMBER, name="王秀英", request="r")
    assert answer.outcome is PhotoOutcome.UNAVAILABLE
    assert time.now - started < 6.5, "a try is cut off by what is left of the patience"


def test_throttled_authority_is_asked_again_when_it_said() -> None:
    time = Time()
    gateway = photo_gateway(replace(authority.CALM, a_second=2), time=time)
    client = photos(gateway, time)
    for number in range(6):
        answer = client.photo_of(number=NUMBER, name="王秀英", request=f"r{number}")
        assert answer.outcome is PhotoOutcome.FOUND
    assert time.slept == [1.0, 1.0]


def test_authority_that_is_down_is_left_alone_and_tried_again_by_one() -> None:
    time = Time()
    gateway = photo_gateway(time=time)
    asked: list[str] = []
    real = gateway.ask

    def counted(**question: object) -> object:
        asked.append(str(question["request"]))
        return real(**question)  # type: ignore[arg-type]

    gateway.ask = counted  # type: ignore[method-assign, assignment]
    breaker = Breaker(failures=4, rest=30.0, clock=time)
    client = AuthorityPhotoClient(
        gateway,
        authority="a",
        border=OpenBorder(),
        breaker=breaker,
        patience=Patience(tries=2),
        sleep=time.sleep,
    )
    gateway.line.down = True
    for number in range(10):
        assert (
            client.photo_of(number=NUMBER, name="王秀英", request=f"r{number}").outcome
            is PhotoOutcome.UNAVAILABLE
        )
    assert len(asked) == 4
    time.now += 31
    client.photo_of(number=NUMBER, name="王秀英", request="probe")
    assert asked[4:] == ["probe"]
    gateway.line.down = False
    time.now += 31
    assert client.photo_of(number=NUMBER, name="王秀英", request="back").outcome is PhotoOutcome.FOUND
    assert client.photo_of(number=NUMBER, name="王秀英", request="well").outcome is PhotoOutcome.FOUND


def test_faults_follow_from_the_seed() -> None:
    def fates(seed: int) -> list[str]:
        time = Time()
        gateway = PhotoGateway(
            lambda _: WANG,
            another=lambda: b"",
            seed=seed,
            faults=replace(authority.CALM, out_of_reach=300, silent=300, a_second=9999),
            sleep=time.sleep,
            clock=time,
        )
        found = []
        for number in range(60):
            try:
                found.append(gateway.ask(request=f"r{number}", number=NUMBER, name="王秀英", seconds=1).code)
            except (TimeoutError, ConnectionError) as error:
                found.append(type(error).__name__)
        return found

    assert fates(1) == fates(1) != fates(2)
    assert set(fates(1)) == {"found", "TimeoutError", "ConnectionError"}


# --- patience ---


def test_no_answer_says_why() -> None:
    time = Time()

    def refused(_: float) -> authority.Reply:
        raise ConnectionError

    with pytest.raises(NoAnswer) as end:
        ask(refused, breaker=Breaker(clock=time), patience=Patience(), clock=time, sleep=time.sleep)
    assert end.value.why == "out_of_reach"
    assert time.slept == [0.2, 0.4]


def test_gateway_that_wants_us_back_too_late_is_not_waited_for() -> None:
    time = Time()
    with pytest.raises(NoAnswer) as end:
        ask(
            lambda _: authority.Reply("throttled", again_in=60.0),
            breaker=Breaker(clock=time),
            patience=Patience(),
            clock=time,
            sleep=time.sleep,
        )
    assert end.value.why == "throttled"
    assert time.slept == []


# --- short messages ---

PHONE = "13800000000"
QUIET = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0)


@pytest.fixture
def sms(tmp_path: Path) -> Callable[..., tuple[SmsGateway, Time]]:
    def make(**faults: float) -> tuple[SmsGateway, Time]:
        time = Time()
        given = replace(QUIET, **faults)  # type: ignore[arg-type]
        return SmsGateway(tmp_path / "sms.jsonl", faults=given, sleep=time.sleep, clock=time), time

    return make


def test_report_says_later_what_became_of_a_text(sms: Callable[..., tuple[SmsGateway, Time]]) -> None:
    gateway, time = sms()
    receipt = gateway.submit(key="k", phone=PHONE, text="您好").receipt
    assert gateway.reports() == []
    time.now += 5
    assert [(report.receipt, report.state) for report in gateway.reports()] == [(receipt, "delivered")]


@pytest.mark.parametrize("fault", ["nobodys", "phone_off"])
def test_accepted_is_not_arrived(sms: Callable[..., tuple[SmsGateway, Time]], fault: str) -> None:
    gateway, time = sms(**{fault: 1000})
    assert gateway.submit(key="k", phone=PHONE, text="您好").code == "accepted"
    time.now += 5
    assert [report.state for report in gateway.reports()] == [fault]
    assert gateway.inbox(PHONE) == []


def test_text_and_report_may_come_twice(sms: Callable[..., tuple[SmsGateway, Time]]) -> None:
    gateway, time = sms(twice=1000, reported_twice=1000)
    gateway.submit(key="k", phone=PHONE, text="您好")
    time.now += 5
    assert len(gateway.inbox(PHONE)) == len(gateway.reports()) == 2
    assert len({report.receipt for report in gateway.reports()}) == 1


def test_gateway_throttles_and_the_channel_tries_later(sms: Callable[..., tuple[SmsGateway, Time]]) -> None:
    gateway, time = sms(a_second=2, a_phone_an_hour=3)
    channel = SmsChannel(gateway)
    channel.send(key="1", address=PHONE, text="一")
    channel.send(key="2", address="13900000000", text="二")
    with pytest.raises(TryLater, match="throttled"):
        channel.send(key="3", address=PHONE, text="三")
    time.now += 2
    channel.send(key="3", address=PHONE, text="三")
    time.now += 2
    channel.send(key="4", address=PHONE, text="四")
    time.now += 2
    answer = gateway.submit(key="5", phone=PHONE, text="五")
    assert answer.code == "throttled"
    assert 3590 < answer.again_in <= 3600
    assert gateway.submit(key="4", phone=PHONE, text="四").code == "accepted", (
        "a key that was taken is not throttled"
    )


def test_gateway_that_is_down_takes_nothing_and_forgets_nothing(
    sms: Callable[..., tuple[SmsGateway, Time]], tmp_path: Path
) -> None:
    gateway, _ = sms()
    gateway.submit(key="k", phone=PHONE, text="一")
    (tmp_path / "sms.jsonl.down").touch()
    with pytest.raises(TryLater, match="out_of_reach"):
        SmsChannel(gateway).send(key="l", address=PHONE, text="二")
    (tmp_path / "sms.jsonl.down").unlink()
    assert gateway.submit(key="l", phone=PHONE, text="二").code == "accepted"
    assert len(gateway.inbox(PHONE)) == 2
