"""The face engine that ships: YuNet and SFace."""

from yizheng.adapters.face.weights import SFACE, YUNET, read_weights
from yizheng.adapters.suppliers import NoOptions, Supplier


class Sface(Supplier[NoOptions, str]):
    """Names the engine's maker: it is made anew in each engine process, which has no settings and no keys."""

    def check(self) -> None:
        """Whether its weights are there and are those whose error rates were measured."""
        for file in (YUNET, SFACE):
            read_weights(file)

    def make(self) -> str:
        """`module:class`."""
        return "yizheng.adapters.face.engine:SFaceEngine"
