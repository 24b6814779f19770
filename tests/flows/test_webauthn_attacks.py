"""Attacks on signing in, each by its name, and every one refused: passkeys, codes, apps, recovery, cards, QR, sessions.

The honest way stands beside them, so that no attack is refused only because nothing works. Time is passed in.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.test import Client

from hands import hands_of
from signing_in import as_citizen, as_staff, person
from software_key import ATTESTED, PRESENT, VERIFIED, SoftwareKey
from yizheng import wiring
from yizheng.doors.identity import MARK
from yizheng.flows.signing_in import (
    accounts_are_managed,
    card_signs_in,
    citizen_signs_in,
    factors_are_kept,
    factors_are_proved,
    passkey_proves,
    qr_signs_in,
    sessions_are_kept,
)
from yizheng.flows.signing_in.factors_are_kept import ShowAgain
from yizheng.flows.signing_in.factors_are_proved import Asked
from yizheng.flows.signing_in.passkey_proves import new_challenge
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock
from yizheng.rooms import access
from yizheng.rooms.access.data import (
    CITIZEN,
    Factor,
    Holder,
    NewAccount,
    OnceKind,
    Passkey,
    Place,
    Session,
    Way,
)
from yizheng.simulators.devices.card_reader import CardMaker, Fault, SimulatedCardReader

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
PLACE = Place(origin="https://pension.example.cn", rp_id="pension.example.cn")
ELSEWHERE = Place(origin="https://pension-example.cn", rp_id="pension-example.cn")
ANNA, BELA = Holder.person(7), Holder.person(8)
NUMBER = "11010519491231002X"
HERE, THERE = b"h" * 16, b"t" * 16

pytestmark = pytest.mark.django_db


def clock(seconds: float = 0) -> FixedClock:
    return FixedClock(AT + timedelta(seconds=seconds))


def session(holder: Holder = ANNA, *factors: Factor, key: bytes = b"s" * 16, seconds: float = 0) -> Session:
    return sessions_are_kept.begin(
        key,
        holder=holder,
        role=CITIZEN,
        way=Way.CITIZENS_WEB,
        factors=factors or (Factor.SMS_CODE,),
        device=b"d" * 16,
        device_name="",
        clock=clock(seconds),
    )


@dataclass
class Stage:
    """Anna with a registered passkey, and what a thief may try with a challenge of ours."""

    key: SoftwareKey = field(default_factory=lambda: SoftwareKey(PLACE.rp_id, PLACE.origin))
    kept: Passkey | None = None

    def __post_init__(self) -> None:
        challenge = new_challenge()
        self.kept = factors_are_kept.add_passkey(
            session(),
            self.key.make(challenge),
            challenge=challenge,
            asked_at=AT,
            place=PLACE,
            label="",
            clock=clock(),
        )

    def enter(
        self,
        answer: Callable[[bytes], str],
        *,
        challenge: bytes | None = None,
        seconds: float = 1,
        expected: Holder | None = None,
    ) -> Holder | None:
        """Who is let in by an answer to a challenge made at AT."""
        asked = challenge or new_challenge()
        proof = passkey_proves.by_passkey(
            answer(asked), challenge=asked, asked_at=AT, place=PLACE, clock=clock(seconds), expected=expected
        )
        return proof.holder

    def altered(self, challenge: bytes, part: str) -> str:
        """An honest answer with a part changed after it was signed."""
        said = json.loads(self.key.sign(challenge))
        text = said["response"][part]
        said["response"][part] = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
        return json.dumps(said)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_honest_passkey_lets_its_holder_in_again_and_again(stage: Stage) -> None:
    assert [stage.enter(stage.key.sign) for _ in range(3)] == [ANNA] * 3
    handle = access.queries.user_handle(ANNA)
    assert stage.enter(lambda challenge: stage.key.sign(challenge, handle=handle)) == ANNA


OTHER_KEY = ec.generate_private_key(ec.SECP256R1())

ON_SIGNING: dict[str, Callable[[SoftwareKey, bytes], str]] = {
    "replayed challenge": lambda key, _: key.sign(b"o" * 32),
    "phishing origin": lambda key, c: key.sign(c, origin="https://pension-example.cn"),
    "sub-domain": lambda key, c: key.sign(c, origin="https://evil.pension.example.cn"),
    "another port": lambda key, c: key.sign(c, origin="https://pension.example.cn:8443"),
    "without TLS": lambda key, c: key.sign(c, origin="http://pension.example.cn"),
    "other relying party": lambda key, c: key.sign(c, rp_id="pension-example.cn"),
    "nobody present": lambda key, c: key.sign(c, flags=VERIFIED),
    "user not verified": lambda key, c: key.sign(c, flags=PRESENT),
    "other key": lambda key, c: key.sign(c, secret=OTHER_KEY),
    "making passed off as signing": lambda key, c: key.sign(c, type="webauthn.create"),
    "wrong key type": lambda key, c: key.sign(c, key_type="password"),
    "counter goes back": lambda key, c: key.sign(c, count=1),
    "in a foreign frame": lambda key, c: key.sign(c, cross_origin=True),
    "under a foreign top page": lambda key, c: key.sign(c, client_more={"topOrigin": "https://evil.example"}),
    "handle of another holder": lambda key, c: key.sign(c, handle=b"b" * 16),
    "unknown credential": lambda key, c: key.sign(c, credential_id=b"x" * 32),
    "raw id of another credential": lambda key, c: key.sign(c, raw_id="eHh4eA"),
    "empty signature": lambda key, c: key.sign(c, signature=b""),
    "cut authenticator data": lambda key, c: key.sign(c, data_after=b"\0" * 36),
    "client data of nothing": lambda key, c: key.sign(c, client_after=b"{}"),
    "registration passed off as signing": lambda key, c: key.make(c),
    "no JSON": lambda _key, _c: "<xml/>",
    "JSON of something else": lambda _key, _c: "[1, 2, 3]",
    "JSON nested without end": lambda _key, _c: "[" * 8_000,
    "far too long": lambda key, c: key.sign(c)[:-1] + ', "x": "' + "y" * 20_000 + '"}',
}


@pytest.mark.parametrize("attack", ON_SIGNING)
def test_attack_on_signing_is_refused(stage: Stage, attack: str) -> None:
    assert stage.enter(stage.key.sign) == ANNA
    assert stage.enter(lambda challenge: ON_SIGNING[attack](stage.key, challenge)) is None


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_attack_altered_after_signing_is_refused(stage: Stage, part: str) -> None:
    assert stage.enter(lambda challenge: stage.altered(challenge, part)) is None


def test_attack_same_assertion_twice_is_refused(stage: Stage) -> None:
    challenge = new_challenge()
    answer = stage.key.sign(challenge)
    assert stage.enter(lambda _: answer, challenge=challenge) == ANNA
    assert stage.enter(lambda _: answer, challenge=challenge) is None


def test_attack_fresh_signature_over_a_used_challenge_is_refused(stage: Stage) -> None:
    challenge = new_challenge()
    assert stage.enter(stage.key.sign, challenge=challenge) == ANNA
    assert stage.enter(stage.key.sign, challenge=challenge) is None


def test_attack_second_guess_at_a_challenge_is_refused(stage: Stage) -> None:
    challenge = new_challenge()
    assert stage.enter(lambda c: stage.key.sign(c, origin="https://x.cn"), challenge=challenge) is None
    assert stage.enter(stage.key.sign, challenge=challenge) is None


@pytest.mark.parametrize("seconds", [600, 86_400, -1])
def test_attack_expired_or_early_challenge_is_refused(stage: Stage, seconds: float) -> None:
    assert stage.enter(stage.key.sign, seconds=seconds) is None


def test_attack_own_passkey_for_another_persons_second_factor_is_refused(stage: Stage) -> None:
    assert stage.enter(stage.key.sign, expected=BELA) is None
    assert stage.enter(stage.key.sign, expected=ANNA) == ANNA


def test_attack_passkey_that_was_given_up_is_refused(stage: Stage) -> None:
    assert stage.kept is not None
    factors_are_kept.end_passkey(_strong(ANNA), stage.kept.passkey_id, clock=clock())
    assert stage.enter(stage.key.sign) is None


def _strong(holder: Holder, key: bytes = b"f" * 16) -> Session:
    return session(holder, Factor.PASSKEY, key=key)


def _register(stage: Stage, holder: Holder, answer: str, challenge: bytes, seconds: float = 1) -> None:
    factors_are_kept.add_passkey(
        _strong(holder, key=new_challenge()[:16]),
        answer,
        challenge=challenge,
        asked_at=AT,
        place=PLACE,
        label="",
        clock=clock(seconds),
    )


ON_MAKING: dict[str, Callable[[SoftwareKey, bytes], str]] = {
    "wrong challenge": lambda key, _: key.make(b"o" * 32),
    "phishing origin": lambda key, c: key.make(c, origin=ELSEWHERE.origin),
    "other relying party": lambda key, c: key.make(c, rp_id=ELSEWHERE.rp_id),
    "nobody present": lambda key, c: key.make(c, flags=VERIFIED | ATTESTED),
    "user not verified": lambda key, c: key.make(c, flags=PRESENT | ATTESTED),
    "signing passed off as making": lambda key, c: key.sign(c),
    "wrong type": lambda key, c: key.make(c, type="webauthn.get"),
    "in a foreign frame": lambda key, c: key.make(c, cross_origin=True),
    "nothing at all": lambda _key, _c: "",
}


@pytest.mark.parametrize("attack", ON_MAKING)
def test_attack_on_making_is_refused(stage: Stage, attack: str) -> None:
    new, challenge = SoftwareKey(PLACE.rp_id, PLACE.origin), new_challenge()
    with pytest.raises(Refused):
        _register(stage, ANNA, ON_MAKING[attack](new, challenge), challenge)
    assert len(access.queries.passkeys_of(ANNA)) == 1


def test_attack_registration_replayed_is_refused(stage: Stage) -> None:
    new, challenge = SoftwareKey(PLACE.rp_id, PLACE.origin), new_challenge()
    answer = new.make(challenge)
    _register(stage, ANNA, answer, challenge)
    with pytest.raises(Refused):
        _register(stage, ANNA, answer, challenge, seconds=2)


def test_attack_anothers_credential_registered_as_ones_own_is_refused(stage: Stage) -> None:
    challenge = new_challenge()
    with pytest.raises(Refused):
        _register(stage, BELA, stage.key.make(challenge), challenge)
    assert stage.enter(stage.key.sign) == ANNA


def test_attack_factor_added_in_a_session_gone_stale_is_refused(stage: Stage) -> None:
    new, challenge = SoftwareKey(PLACE.rp_id, PLACE.origin), new_challenge()
    with pytest.raises(ShowAgain):
        factors_are_kept.add_passkey(
            _strong(ANNA),
            new.make(challenge),
            challenge=challenge,
            asked_at=AT + timedelta(seconds=301),
            place=PLACE,
            label="",
            clock=clock(301),
        )


def test_attack_strong_factor_removed_by_a_stolen_phone_number_is_refused(stage: Stage) -> None:
    assert stage.kept is not None
    with pytest.raises(ShowAgain):
        factors_are_kept.end_passkey(session(key=b"z" * 16), stage.kept.passkey_id, clock=clock())


# --- codes to a phone ---


def _code(holder: Holder = ANNA, request: bytes = HERE, seconds: float = 0) -> str:
    with transaction.atomic():
        return access.actions.make_code(holder=holder, request=request, at=AT + timedelta(seconds=seconds))


def _enter_code(
    code: str, holder: Holder | None = ANNA, request: bytes = HERE, seconds: float = 1
) -> Holder | None:
    return citizen_signs_in.check_code(
        holder=holder, code=code, request=request, asked=Asked(typed=f"typed:{holder}"), clock=clock(seconds)
    ).holder


def _not(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def test_honest_code_lets_in_once() -> None:
    assert _enter_code(_code()) == ANNA


def test_attack_code_twice_is_refused() -> None:
    code = _code()
    assert _enter_code(code) == ANNA
    assert _enter_code(code) is None


def test_attack_code_of_another_person_is_refused() -> None:
    code = _code(BELA)
    assert _enter_code(code, ANNA) is None


def test_attack_code_of_another_browser_is_refused() -> None:
    code = _code()
    assert _enter_code(code, request=THERE) is None
    other = _code(request=THERE)
    assert code == other or _enter_code(code, request=THERE) is None


def test_attack_expired_code_is_refused() -> None:
    assert _enter_code(_code(), seconds=600) is None


def test_attack_code_after_five_guesses_is_refused() -> None:
    code = _code()
    assert [_enter_code(_not(code)) for _ in range(5)] == [None] * 5
    assert _enter_code(code) is None


def test_attack_guessing_goes_on_with_fresh_codes_is_refused() -> None:
    code = _code()
    assert [_enter_code(_not(code)) for _ in range(5)] == [None] * 5
    fresh = _code(seconds=61)
    assert _enter_code(fresh, seconds=62) is None, "the person is locked, whatever the code"
    assert _enter_code(_code(seconds=960), seconds=961) == ANNA


def test_attack_superseded_code_is_refused() -> None:
    first, second = _code(), _code(seconds=61)
    assert first == second or _enter_code(first, seconds=62) is None


def test_attack_number_of_nobody_is_locked_like_anybodys() -> None:
    for _ in range(5):
        assert _enter_code("000000", None) is None
    proof = citizen_signs_in.check_code(
        holder=None, code="000000", request=HERE, asked=Asked(typed="typed:None"), clock=clock(2)
    )
    assert proof.locked_until is not None


# --- the app's codes ---


def _app(holder: Holder = ANNA) -> pyotp.TOTP:
    with transaction.atomic():
        secret = access.actions.begin_app_key(holder, at=AT - timedelta(hours=1))
        app = pyotp.TOTP(secret)
        assert access.actions.confirm_app_key(
            holder, app.at(AT - timedelta(hours=1)), at=AT - timedelta(hours=1)
        )
    return app


def _enter_app(code: str, holder: Holder = ANNA, seconds: float = 0) -> Holder | None:
    return factors_are_proved.by_app_code(
        holder, code, asked=Asked(typed=str(holder)), clock=clock(seconds)
    ).holder


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_honest_app_may_be_half_a_minute_off(off: int) -> None:
    assert _enter_app(_app().at(AT + timedelta(seconds=off))) == ANNA


def test_attack_same_step_twice_is_refused() -> None:
    code = _app().at(AT)
    assert _enter_app(code) == ANNA
    assert _enter_app(code) is None
    assert _enter_app(code, seconds=29) is None


@pytest.mark.parametrize("off", [-3600, -61, 61, 3600])
def test_attack_clock_far_off_is_refused(off: int) -> None:
    assert _enter_app(_app().at(AT + timedelta(seconds=off))) is None


def test_attack_code_of_anothers_app_is_refused() -> None:
    _app(ANNA)
    assert _enter_app(_app(BELA).at(AT), ANNA) is None


def test_attack_app_that_was_never_confirmed_is_refused() -> None:
    with transaction.atomic():
        secret = access.actions.begin_app_key(ANNA, at=AT)
    assert _enter_app(pyotp.TOTP(secret).at(AT)) is None


def test_attack_confirming_code_used_again_to_sign_in_is_refused() -> None:
    with transaction.atomic():
        app = pyotp.TOTP(access.actions.begin_app_key(ANNA, at=AT))
        assert access.actions.confirm_app_key(ANNA, app.at(AT), at=AT)
    assert _enter_app(app.at(AT)) is None


def test_attack_guessing_the_app_beside_a_known_password_is_refused() -> None:
    """Who knows the password does not begin anew with every guess of a code."""
    app = _app()
    with transaction.atomic():
        access.actions.set_password(ANNA, "a sentence of one's own", known=(), at=AT)
    for guess in range(5):
        assert factors_are_proved.by_password(
            ANNA, "a sentence of one's own", asked=Asked(typed="a"), clock=clock(guess)
        ).succeeded
        assert _enter_app(_not(app.at(AT)), seconds=guess) is None
    assert _enter_app(app.at(AT), seconds=6) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "12345a", "-12345"])
def test_attack_code_of_another_form_is_refused(code: str) -> None:
    _app()
    assert _enter_app(code) is None


# --- recovery ---


def _by_recovery(code: str, holder: Holder = ANNA, seconds: float = 0) -> Holder | None:
    proof, _kind = factors_are_proved.by_recovery_code(
        holder, code, asked=Asked(typed=str(holder)), clock=clock(seconds)
    )
    return proof.holder


def _list(holder: Holder = ANNA) -> list[str]:
    with transaction.atomic():
        return access.actions.make_recovery_list(holder=holder, actor="citizen", at=AT)


def _slip(holder: Holder = ANNA) -> str:
    with transaction.atomic():
        return access.actions.make_slip_code(holder=holder, actor="clerk", at=AT)


def test_honest_recovery_codes_let_in_however_they_are_written() -> None:
    codes = _list()
    assert len(set(codes)) == 10
    assert [_by_recovery(code) for code in codes[:2]] == [ANNA] * 2
    assert _by_recovery(codes[2].lower().replace("-", " ")) == ANNA
    assert _by_recovery(_slip()) == ANNA


def test_attack_recovery_code_twice_is_refused() -> None:
    code = _list()[0]
    assert _by_recovery(code) == ANNA
    assert _by_recovery(code) is None


def test_attack_recovery_code_of_another_person_is_refused() -> None:
    assert _by_recovery(_list(BELA)[0], ANNA) is None


def test_attack_old_list_is_refused() -> None:
    old = _list()
    _list()
    assert _by_recovery(old[0]) is None


def test_attack_expired_slip_is_refused() -> None:
    assert _by_recovery(_slip(), seconds=24 * 3600) is None


def test_attack_slip_after_a_newer_one_is_refused() -> None:
    first = _slip()
    _slip()
    assert _by_recovery(first) is None


def test_attack_slip_guessed_is_locked_after_five() -> None:
    code = _slip()
    assert [_by_recovery(_not(code)) for _ in range(5)] == [None] * 5
    assert _by_recovery(code) is None


# --- codes on a phone's screen ---


def test_honest_phone_code_lets_a_machine_in_with_the_phones_factors() -> None:
    text = qr_signs_in.show(session(ANNA, Factor.PASSKEY), clock=clock())
    found = qr_signs_in.let_in(text, clock=clock(119))
    assert found is not None
    assert (found.holder, found.factors) == (ANNA, {Factor.PASSKEY})


def test_attack_phone_code_twice_is_refused() -> None:
    text = qr_signs_in.show(session(), clock=clock())
    assert qr_signs_in.let_in(text, clock=clock(1)) is not None
    assert qr_signs_in.let_in(text, clock=clock(2)) is None


def test_attack_photographed_phone_code_used_later_is_refused() -> None:
    assert qr_signs_in.let_in(qr_signs_in.show(session(), clock=clock()), clock=clock(120)) is None


def test_attack_phone_code_after_the_phone_signed_out_is_refused() -> None:
    phone = session()
    text = qr_signs_in.show(phone, clock=clock())
    sessions_are_kept.end(phone, by="signed_out", clock=clock(1))
    assert qr_signs_in.let_in(text, clock=clock(2)) is None


@pytest.mark.parametrize(
    "text", ["", "YZ1.", "YZ1.guess", "https://x.cn/?YZ1.a", "YZ1." + "a" * 100, "YZ1.字"]
)
def test_attack_made_up_phone_code_is_refused(text: str) -> None:
    assert qr_signs_in.let_in(text, clock=clock()) is None


# --- cards ---

MAKER = CardMaker(seed=b"issuer")


def _by_card(
    fault: Fault = Fault.NONE,
    *,
    maker: CardMaker = MAKER,
    number: str = NUMBER,
    valid_from: date = date(2016, 1, 1),
    valid_to: date = date(2036, 1, 1),
    challenge: bytes = b"c" * 32,
    seconds: float = 1,
) -> tuple[Holder | None, str]:
    card = maker.make(number, valid_from=valid_from, valid_to=valid_to)
    reader = SimulatedCardReader(card, fault=fault, sleep=lambda _: None)
    found = card_signs_in.sign_in(
        reader, challenge=challenge, asked_at=AT, issuers=[MAKER.issuer], clock=clock(seconds)
    )
    return found.proof.holder, found.trouble


def test_honest_card_lets_in_also_when_it_is_slow() -> None:
    person(7, NUMBER)
    assert _by_card() == (ANNA, "")
    assert _by_card(Fault.SLOW, challenge=b"e" * 32) == (ANNA, "")


@pytest.mark.parametrize(
    ("attack", "trouble"),
    [
        ({"fault": Fault.CLONED}, "wrong_answer"),
        ({"valid_to": date(2026, 11, 21)}, "expired"),
        ({"valid_from": date(2026, 11, 23)}, "not_yet_valid"),
        ({"maker": CardMaker(seed=b"forger")}, "unknown_issuer"),
        ({"fault": Fault.UNREADABLE}, "unreadable"),
        ({"fault": Fault.REMOVED}, "removed"),
        ({"seconds": 600}, "used"),
        ({"number": "110105194912310038"}, "nobody"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_attack_with_a_card_is_refused(attack: dict[str, object], trouble: str) -> None:
    person(7, NUMBER)
    assert _by_card(**attack) == (None, trouble)  # type: ignore[arg-type]


def test_attack_card_answer_replayed_is_refused() -> None:
    person(7, NUMBER)
    given = SimulatedCardReader(MAKER.make(NUMBER)).read(b"c" * 32)
    facts = {"challenge": b"c" * 32, "asked_at": AT, "issuers": [MAKER.issuer], "clock": clock()}
    assert card_signs_in.answer_counts(given, **facts).proof.holder == ANNA  # type: ignore[arg-type]
    assert card_signs_in.answer_counts(given, **facts).trouble == "used"  # type: ignore[arg-type]
    facts |= {"challenge": b"n" * 32}
    assert card_signs_in.answer_counts(given, **facts).trouble == "wrong_answer"  # type: ignore[arg-type]


def test_attack_card_file_with_another_number_is_refused() -> None:
    person(7, NUMBER)
    given = SimulatedCardReader(MAKER.make("110105194912310038")).read(b"c" * 32)
    forged = type(given)(
        file=given.file.replace(b"110105194912310038", NUMBER.encode()),
        issued=given.issued,
        answer=given.answer,
    )
    found = card_signs_in.answer_counts(
        forged, challenge=b"c" * 32, asked_at=AT, issuers=[MAKER.issuer], clock=clock()
    )
    assert (found.proof.holder, found.trouble) == (None, "unknown_issuer")


# --- sessions ---


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The doors' clock stands at AT; call it to move on by seconds."""
    monkeypatch.setattr(wiring, "clock", clock)
    return lambda seconds: monkeypatch.setattr(wiring, "clock", lambda: clock(seconds))


def _reaches(client: Client, address: str = "/me/security/sessions/") -> bool:
    return client.get(address).status_code == 200


def _staff(username: str = "chen", role: str = "certifier") -> int:
    new = NewAccount(username=username, display_name="陈", role=role, password="a long enough sentence")
    return accounts_are_managed.add(hands_of("test", clock=clock()), new).account_id


def test_attack_session_fixed_before_signing_in_is_refused(still: Callable[[float], None]) -> None:
    _staff()
    victim, thief = Client(), Client()
    victim.get("/staff/login/")
    planted = victim.session
    planted["planted"] = "1"
    planted.save()
    victim.cookies["sessionid"] = thief.cookies["sessionid"] = planted.session_key
    entered = victim.post("/staff/login/", {"username": "chen", "password": "a long enough sentence"})
    assert entered.status_code == 302
    assert victim.cookies["sessionid"].value != planted.session_key
    assert "planted" not in victim.session
    assert _reaches(victim, "/staff/")
    assert not _reaches(thief, "/staff/")


def test_attack_cookie_of_an_ended_session_is_refused(still: Callable[[float], None]) -> None:
    client, thief = Client(), Client()
    as_citizen(client, 7)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert _reaches(client)
    client.post("/sign-out/")
    assert not _reaches(thief)


def test_attack_session_kept_by_its_row_in_the_web_store_alone_is_refused(
    still: Callable[[float], None],
) -> None:
    """A row of the web's own store, without one in the table of sessions, is nobody's."""
    client = Client()
    store = client.session
    store[MARK] = True
    store.save()
    client.cookies["sessionid"] = store.session_key
    assert not _reaches(client)


def test_attack_session_kept_after_a_password_change_is_refused(still: Callable[[float], None]) -> None:
    account = _staff()
    here, elsewhere = Client(), Client()
    as_staff(here, account)
    as_staff(elsewhere, account)
    assert _reaches(elsewhere, "/staff/")
    new = {"step": "password", "password": "quite another sentence", "again": "quite another sentence"}
    assert here.post("/staff/security/", new).status_code == 302
    assert _reaches(here, "/staff/")
    assert not _reaches(elsewhere, "/staff/")


def test_attack_session_kept_after_another_ended_it_is_refused(still: Callable[[float], None]) -> None:
    here, elsewhere = Client(), Client()
    as_citizen(here, 7)
    gone = as_citizen(elsewhere, 7)
    here.post("/me/security/sessions/", {"end": str(gone.session_id)})
    assert _reaches(here)
    assert not _reaches(elsewhere)


def test_attack_ending_somebody_elses_session_is_refused(still: Callable[[float], None]) -> None:
    thief, victim = Client(), Client()
    as_citizen(thief, 8)
    meant = as_citizen(victim, 7)
    thief.post("/me/security/sessions/", {"end": str(meant.session_id)})
    assert _reaches(victim)


@pytest.mark.parametrize(("seconds", "kept"), [(3500, True), (3601, False)])
def test_attack_citizens_session_left_lying_is_refused(
    still: Callable[[float], None], seconds: float, kept: bool
) -> None:
    client = Client()
    as_citizen(client, 7)
    still(seconds)
    assert _reaches(client) is kept


def test_attack_citizens_session_kept_alive_for_ever_is_refused(still: Callable[[float], None]) -> None:
    client = Client()
    as_citizen(client, 7)
    for hour in range(1, 48):
        still(hour * 1800)
        assert _reaches(client)
    still(24 * 3600)
    assert not _reaches(client)


@pytest.mark.parametrize(("seconds", "kept"), [(1700, True), (1801, False)])
def test_attack_staffs_session_left_lying_is_refused(
    still: Callable[[float], None], seconds: float, kept: bool
) -> None:
    client = Client()
    as_staff(client, _staff())
    still(seconds)
    assert _reaches(client, "/staff/security/") is kept


def test_attack_closed_account_with_open_pages_is_refused(still: Callable[[float], None]) -> None:
    client = Client()
    as_staff(client, _staff())
    accounts_are_managed.set_active(hands_of("boss", clock=clock()), "chen", active=False)
    assert not _reaches(client, "/staff/")
    accounts_are_managed.set_active(hands_of("boss", clock=clock()), "chen", active=True)
    assert not _reaches(client, "/staff/"), "a session that ended does not come back with the account"


def test_attack_second_factor_skipped_by_address_is_refused(still: Callable[[float], None]) -> None:
    account = _staff()
    _app(Holder.account(account))
    client = Client()
    entered = client.post("/staff/login/", {"username": "chen", "password": "a long enough sentence"})
    assert entered["Location"] == "/staff/login/second/"
    assert not _reaches(client, "/staff/")
    assert not _reaches(client, "/staff/security/")


def _refused(client: Client, answer: str) -> bool:
    """Whether a citizen's answer leads back to the page with the error on it, and to nothing that needs a session."""
    led = client.post("/enter/passkey/", {"answer": answer})["Location"]
    assert led.startswith("/enter/passkey/?form=")
    shown = client.get(led)
    assert shown.status_code == 200
    return "error-summary" in shown.content.decode() and not _reaches(client, "/me/")


def test_attack_passkey_challenge_of_another_session_is_refused(
    still: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "passkey_place", lambda: PLACE)
    stage, mine, other = Stage(), Client(), Client()
    for client in (mine, other):
        client.get("/enter/passkey/")
    foreign = bytes.fromhex(other.session["passkey_challenge"])
    assert _refused(mine, stage.key.sign(foreign))
    own = bytes.fromhex(mine.session["passkey_challenge"])
    assert mine.post("/enter/passkey/", {"answer": stage.key.sign(own)})["Location"] == "/me/"


def test_attack_answer_to_no_challenge_at_all_is_refused(
    still: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "passkey_place", lambda: PLACE)
    stage = Stage()
    assert _refused(Client(), stage.key.sign(b""))


def test_attack_staff_passkey_at_the_citizens_door_is_refused(
    still: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "passkey_place", lambda: PLACE)
    holder, key = Holder.account(_staff()), SoftwareKey(PLACE.rp_id, PLACE.origin)
    challenge = new_challenge()
    _register(Stage(), holder, key.make(challenge), challenge)
    client = Client()
    client.get("/enter/passkey/")
    asked = bytes.fromhex(client.session["passkey_challenge"])
    assert _refused(client, key.sign(asked))
    client.get("/staff/login/passkey/")
    asked = bytes.fromhex(client.session["passkey_challenge"])
    assert client.post("/staff/login/passkey/", {"answer": key.sign(asked)})["Location"] == "/staff/"


# --- what may be used once ---


@pytest.mark.parametrize("kind", list(OnceKind))
def test_attack_anything_used_twice_is_refused(kind: OnceKind) -> None:
    until = AT + timedelta(minutes=10)
    with transaction.atomic():
        assert access.actions.use_once(kind, b"v" * 16, at=AT, until=until)
        assert not access.actions.use_once(kind, b"v" * 16, at=AT, until=until)
        assert not access.actions.use_once(kind, (b"v" * 16).hex(), at=AT, until=until)


def test_value_of_one_kind_never_meets_another_kinds() -> None:
    with transaction.atomic():
        used = [access.actions.use_once(kind, "same", at=AT, until=AT) for kind in OnceKind]
    assert all(used)
