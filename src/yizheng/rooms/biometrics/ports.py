"""What biometrics needs from outside: engines. Each has a contract suite in `tests/contract`."""

from typing import Protocol

from yizheng.rooms.biometrics.data import AuthorityAnswer, EngineId, FaceSeen


class FaceEngine(Protocol):
    """Finds, measures and describes the face in a picture. Decides nothing."""

    @property
    def engine(self) -> EngineId:
        """Which engine this is."""
        ...

    def look(self, picture: bytes) -> FaceSeen:
        """What is in a picture (JPEG or PNG that passed the border). Raises Refused where it is no picture."""
        ...


class PassivePad(Protocol):
    """Says how much one picture looks like a live face (静默活体). None ships: an operator supplies weights."""

    @property
    def engine(self) -> EngineId:
        """Which engine this is."""
        ...

    def live(self, picture: bytes) -> float:
        """From 0 (an attack) to 1 (alive). A signal that raises a doubt; it passes nobody by itself."""
        ...


class AuthorityPhoto(Protocol):
    """A photo that an authority holds of a person (for example the police's, of the identity card), through its gateway.

    Called outside any transaction, since it is slow. It never raises for what a gateway may do: no answer is an answer.
    """

    @property
    def authority(self) -> str:
        """The authority's stable code, as records name it: `police_id_photo`."""
        ...

    def photo_of(self, *, number: str, name: str, request: str) -> AuthorityAnswer:
        """The photo of the person of this identity number and name; `request` names the request in both sides' logs."""
        ...
