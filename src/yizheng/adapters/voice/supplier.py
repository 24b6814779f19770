"""The voice engine that ships: CAM++ and Silero VAD."""

from yizheng.adapters.suppliers import NoOptions, Supplier
from yizheng.adapters.voice.weights import campplus, silero
from yizheng.rooms.biometrics.voice_ports import VoiceEngine


class Campplus(Supplier[NoOptions, VoiceEngine]):
    """Hears in this process."""

    def check(self) -> None:
        """Whether its weights are there and are those whose error rates were measured."""
        campplus()
        silero()

    def make(self) -> VoiceEngine:
        """The engine, loaded. Imported here: whoever only checks it need not load its libraries (a third of a second)."""
        from yizheng.adapters.voice.engine import CampplusEngine  # noqa: PLC0415

        return CampplusEngine()
