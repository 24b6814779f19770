"""The client of a gateway to an authority's photos (`rooms.biometrics.ports.AuthorityPhoto`).

What the gateway sends is a stranger's file until it passed the border: a photo that does not is no photo. Whatever
happens on the line is `UNAVAILABLE`, which opens another way and counts against nobody.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Protocol

from yizheng.adapters.calls import Breaker, NoAnswer, Patience, Reply, ask
from yizheng.rooms.biometrics.data import AuthorityAnswer, PhotoOutcome
from yizheng.rooms.passes.ports import PictureBorder, PictureRefused

_OUTCOMES = {"no_photo": PhotoOutcome.NONE, "not_matched": PhotoOutcome.NOT_MATCHED}


class PhotoReply(Reply, Protocol):
    """What a gateway answers: `found`, `no_photo` or `not_matched`."""

    @property
    def photo(self) -> bytes:
        """The photo, where it was found."""
        ...

    @property
    def taken_on(self) -> date | None:
        """When it was taken, where that is told."""
        ...


class PhotoLine(Protocol):
    """A gateway's one call. Raises TimeoutError or ConnectionError; the same request again is the same question,
    answered alike and counted once."""

    def ask(self, *, request: str, number: str, name: str, seconds: float) -> PhotoReply: ...


class AuthorityPhotoClient:
    """Asks one authority for photos."""

    def __init__(
        self,
        line: PhotoLine,
        *,
        authority: str,
        border: PictureBorder,
        breaker: Breaker | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line, self._authority, self._border = line, authority, border
        self._breaker, self._patience = breaker or Breaker(), patience or Patience()
        self._sleep, self._clock = sleep, clock

    @property
    def authority(self) -> str:
        """The authority's stable code."""
        return self._authority

    def photo_of(self, *, number: str, name: str, request: str) -> AuthorityAnswer:
        """See `AuthorityPhoto`."""
        try:
            reply = ask(
                lambda seconds: self._line.ask(request=request, number=number, name=name, seconds=seconds),
                breaker=self._breaker,
                patience=self._patience,
                sleep=self._sleep,
                clock=self._clock,
            )
        except NoAnswer:
            return AuthorityAnswer(outcome=PhotoOutcome.UNAVAILABLE)
        if reply.code != "found":
            return AuthorityAnswer(outcome=_OUTCOMES.get(reply.code, PhotoOutcome.UNAVAILABLE))
        try:
            picture = self._border.take(reply.photo)
        except PictureRefused:
            return AuthorityAnswer(outcome=PhotoOutcome.NONE)
        return AuthorityAnswer(outcome=PhotoOutcome.FOUND, picture=picture, taken_on=reply.taken_on)
