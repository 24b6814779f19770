"""Engines for tests of the engine processes: named as `face_engines:Quick`, found through PYTHONPATH."""

import os
import signal
import time
from pathlib import Path

from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import EngineId, FaceSeen


class Quick:
    """Sees in a picture how long it is. `slow<seconds>` takes so long, `die` kills the process, `die-once:<file>` only
    while that file does not exist, `no` is no picture."""

    engine = EngineId(name="quick", weights="1" * 64)

    def look(self, picture: bytes) -> FaceSeen:
        word, _, rest = picture.decode().partition(":")
        if word == "no":
            raise Refused("a picture was expected. Send one.")
        if word == "slow":
            time.sleep(float(rest))
        if word == "die" or (word == "die-once" and not Path(rest).exists()):
            if word == "die-once":
                Path(rest).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return FaceSeen(faces=1, width=float(len(picture)), picture=str(os.getpid()).encode())


class Loud(Quick):
    """Prints where answers go, as a careless library does."""

    def look(self, picture: bytes) -> FaceSeen:
        os.write(1, b"INFO: created a delegate\n")
        return super().look(picture)


class Missing:
    """Cannot be made: its weights are not there."""

    def __init__(self) -> None:
        raise Refused("weights were expected. Install them.")
