"""Somebody chooses the language that they read (语言): what is sent to their phone is written in it from then on."""

from django.db import transaction

from yizheng.kernel.time import Clock
from yizheng.rooms import notices
from yizheng.rooms.access.data import Holder
from yizheng.rooms.notices.data import ZH


def choose(holder: Holder, language: str, *, clock: Clock) -> None:
    """Remember the language of a page (`zh-hans`, `en`) for the holder's texts. Chosen before: nothing is written."""
    wanted = notices.queries.letters_language(language)
    known = notices.queries.languages_of([str(holder)])
    if known.get(str(holder), ZH) == wanted:
        return
    with transaction.atomic():
        notices.actions.choose_language(str(holder), wanted, at=clock.now())
