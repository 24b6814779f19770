"""What any reader of cards must keep to: an answer to this challenge that proves whose card it is, or a fault."""

from datetime import date
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.rooms.access.card_proofs import check_card
from yizheng.rooms.access.cards import CardNotProved, CardVerdict
from yizheng.rooms.access.ports import CardFault, CardReader
from yizheng.simulators.devices.card_reader import CardMaker, Fault, SimulatedCardReader

MAKER = CardMaker(seed=b"contract")
NUMBER = "11010519491231002X"
TODAY = date(2026, 11, 30)
CODES = {"unreadable", "removed", "no_card", "no_answer"}
CHALLENGE = bytes(range(32))

READERS = {SimulatedCardReader: lambda _: SimulatedCardReader(MAKER.make(NUMBER))}
PARTIES: Parties = {CardReader: READERS}


@pytest.fixture(**each(READERS))
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> CardReader:
    return request.param(tmp_path)


def test_answer_proves_whose_card_it_is(reader: CardReader) -> None:
    holder = check_card(reader.read(CHALLENGE), challenge=CHALLENGE, issuers=[MAKER.issuer], today=TODAY)
    assert holder.number == NUMBER
    assert holder.kind in ("identity", "social_security")


def test_answer_to_one_challenge_is_none_to_another(reader: CardReader) -> None:
    other = CHALLENGE[::-1]
    first, second = reader.read(CHALLENGE), reader.read(other)
    assert (first.file, first.issued) == (second.file, second.issued)
    assert first.answer != second.answer
    with pytest.raises(CardNotProved) as refused:
        check_card(first, challenge=other, issuers=[MAKER.issuer], today=TODAY)
    assert refused.value.verdict is CardVerdict.WRONG_ANSWER


@pytest.mark.parametrize(
    ("reader_of_a_fault", "code"),
    [
        (SimulatedCardReader(None), "no_card"),
        (SimulatedCardReader(MAKER.make(NUMBER), fault=Fault.UNREADABLE), "unreadable"),
        (SimulatedCardReader(MAKER.make(NUMBER), fault=Fault.REMOVED), "removed"),
        (
            SimulatedCardReader(MAKER.make(NUMBER), fault=Fault.SLOW, slow_seconds=60, sleep=lambda _: None),
            "no_answer",
        ),
    ],
)
def test_no_answer_is_a_fault_with_one_of_the_ports_codes(reader_of_a_fault: CardReader, code: str) -> None:
    with pytest.raises(CardFault) as fault:
        reader_of_a_fault.read(CHALLENGE)
    assert fault.value.code == code
    assert fault.value.code in CODES


def test_copy_that_repeats_an_answer_proves_nothing() -> None:
    cloned = SimulatedCardReader(MAKER.make(NUMBER), fault=Fault.CLONED)
    with pytest.raises(CardNotProved):
        check_card(cloned.read(CHALLENGE), challenge=CHALLENGE, issuers=[MAKER.issuer], today=TODAY)
