"""Who hears voices."""

from functools import cache

from yizheng import wiring
from yizheng.flows.channels.voice_certifies import Means as VoiceMeans
from yizheng.rooms.biometrics.voice_ports import VoiceEngine
from yizheng.wiring import suppliers


@cache
def voice_engine() -> VoiceEngine:
    """The engine that hears voices, loaded once a process. Raises Refused where its files are not whole."""
    return suppliers.supplied(suppliers.VOICE_ENGINE)


def voice_means() -> VoiceMeans:
    """What certifying by voice needs. Where nobody reads Mandarin digits (none ships), a clerk listens."""
    return VoiceMeans(
        case_rules=wiring.agency().case_rules,
        engine=wiring.voice_engine(),
        reader=suppliers.supplied(suppliers.DIGIT_READER),
    )
