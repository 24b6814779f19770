"""What is said after a try to prove who one is: how many are left, and a warning before a name is locked for a while."""

from django.utils.translation import gettext as _

from yizheng.doors.proofs import locked_words
from yizheng.flows.signing_in.factors_are_proved import Proof
from yizheng.rooms.access.data import LOCKED_FOR

WARNED_AT = 2
"""From so few tries left the page says what comes after the last."""


def tries_words(proof: Proof, *, wrong: str) -> str:
    """What did not fit (`wrong`, without its mark) and how many tries are left; or until when the name is locked."""
    if proof.closed or proof.locked_until is not None:
        return locked_words(proof)
    if proof.tries_left == 0:
        minutes = int(LOCKED_FOR.total_seconds() // 60)
        return _("%(wrong)s。试的次数多了，请在 %(minutes)d 分钟以后再试，或者找人工。") % {
            "wrong": wrong,
            "minutes": minutes,
        }
    said = _("%(wrong)s，还可以再试 %(left)d 次。") % {"wrong": wrong, "left": proof.tries_left}
    if proof.tries_left > WARNED_AT:
        return said
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    return said + _("都不对的话，要等 %(minutes)d 分钟。") % {"minutes": minutes}
