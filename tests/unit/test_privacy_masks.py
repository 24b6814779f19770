"""Masks on screens and in logs."""

import io
import logging

import pytest

from yizheng.rooms.privacy import rules
from yizheng.rooms.privacy.logs import MaskPersonalData, mask_numbers


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (rules.mask_name, "", ""),
        (rules.mask_name, "李", "*"),
        (rules.mask_name, "李娜", "李*"),
        (rules.mask_name, "欧阳娜", "欧*娜"),
        (rules.mask_name, "买买提·吐尔逊", "买*****逊"),
        (rules.mask_number, "11010119491001001X", "1****X"),
        (rules.mask_number, "1", "****"),
        (rules.mask_number, "", "****"),
        (rules.mask_phone, "13812345678", "138****5678"),
        (rules.mask_phone, "+8613812345678", "+86138****5678"),
        (rules.mask_phone, "6123456", "****56"),
        (rules.mask_phone, "123", "****"),
        (rules.mask_phone, "", "****"),
        (rules.mask_account, "6222021234567890123", "****0123"),
        (rules.mask_account, "0123", "****"),
        (rules.mask_account, "", "****"),
    ],
)
def test_mask_shows_enough_to_recognise(mask: object, value: str, shown: str) -> None:
    assert mask(value) == shown  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("no person 11010119491001001X here", "no person [identity] here"),
        ("号码110101194910010010，已登记", "号码[identity]，已登记"),
        ("old 110101491001001", "old [identity]"),
        ("call 13812345678!", "call [phone]!"),
        ("call +86 138-1234-5678", "call [phone]"),
        ("paid to 6222021234567890123", "paid to [card]"),
        ("paid to 6222 0212 3456 7890", "paid to [card]"),
        ("run 2026-10-31-1f0c9a2b7e4d", "run 2026-10-31-1f0c9a2b7e4d"),
        ("root c908a2081813732f36f9a5d13fde7a301b7787df39d5c4b201c9e648f7cc3049", None),
        ("evidence 1234567 of 100000 rows in 2026", None),
    ],
)
def test_log_text_loses_numbers_of_people_and_keeps_the_rest(text: str, masked: str | None) -> None:
    assert mask_numbers(text) == (text if masked is None else masked)


def test_log_record_is_masked_with_its_arguments_and_its_exception() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskPersonalData())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        int("bad number 11010119491001001X")
    except ValueError:
        logger.exception("no match for %s", "13812345678", stack_info=True)
    text = stream.getvalue()
    assert "[phone]" in text
    assert "[identity]" in text
    assert "11010119491001001X" not in text
    assert "13812345678" not in text.replace('"13812345678"', "")
