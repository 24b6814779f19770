"""What an agency sets for faces (`biometrics.yaml`): marks by age, tries, how long pictures are kept, a passive check.

Values only, so that whoever reads the agency's files pays for no arithmetic of faces. Each refuses to be wrong.
"""

from dataclasses import dataclass, field

from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.why import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From which likeness on two are the same (`accept`), and from which a person looks (`refer`). Cosines, -1 to 1.

    With fewer pictures than `frames` the answer is never `SAME`: one lucky picture passes nobody.
    """

    accept: float
    refer: float
    frames: int = 1

    def __post_init__(self) -> None:
        if not -1 < self.refer <= self.accept < 1 or self.frames < 1:
            raise Refused(
                Why.THRESHOLDS_ORDER, refer=str(self.refer), accept=str(self.accept), frames=self.frames
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """The thresholds from an age on, and what was measured of them there: a page of the docs, empty where nothing was."""

    from_age: int
    accept: float
    refer: float
    measured: str = ""

    def __post_init__(self) -> None:
        Thresholds(accept=self.accept, refer=self.refer)  # refuses what cannot be

    def thresholds(self, frames: int) -> Thresholds:
        """The band's thresholds, for so many pictures."""
        return Thresholds(accept=self.accept, refer=self.refer, frames=frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceRules:
    """How an agency compares faces (`biometrics.yaml`, `face`): bands of age in order, tries, how long things are kept.

    `version` stands beside every decision. `engine` names the engine that the thresholds were measured with, by its
    code; another engine's templates are never compared under them. `filing_from` is the number of stored faces from
    which the office files with the cyberspace administration, within `filing_days` working days (Order 19 of 2025).
    """

    version: str = "default"
    engine: str = ""
    bands: tuple[AgeBand, ...] = field(default=(AgeBand(from_age=0, accept=0.50, refer=0.36),))
    frames: int = 3
    tries: int = 5
    tries_minutes: int = 15
    keep_pictures_days: int = 0
    filing_from: int = 100_000
    filing_days: int = 30

    def __post_init__(self) -> None:
        ages = [band.from_age for band in self.bands]
        if not ages or ages[0] != 0 or ages != sorted(set(ages)):
            raise Refused(Why.AGE_BANDS_ORDER, ages=ages)
        if min(self.frames, self.tries, self.tries_minutes, self.filing_from, self.filing_days) < 1:
            raise Refused(Why.AT_LEAST_ONE)
        if self.keep_pictures_days < 0:
            raise Refused(Why.KEEP_DAYS, came=self.keep_pictures_days)

    def fits(self, engine: str) -> bool:
        """Whether these thresholds were measured with the engine of this code; rules that name no engine fit any."""
        return not self.engine or self.engine == engine

    def band(self, age: int | None) -> AgeBand:
        """The band of an age. An unknown age counts against nobody: it is the band with the lowest bar to a person's
        look, and the highest to a pass, so that nothing more is passed and nothing more is called different.
        """
        if age is None:
            return AgeBand(
                from_age=0,
                accept=max(band.accept for band in self.bands),
                refer=min(band.refer for band in self.bands),
            )
        return [band for band in self.bands if band.from_age <= max(age, 0)][-1]

    def thresholds(self, age: int | None) -> Thresholds:
        """The thresholds for somebody of this age in full years; None where the age is not known."""
        return self.band(age).thresholds(self.frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassiveFile:
    """One net of a passive check: a file in the agency's folder, its SHA-256 in hexadecimal digits, and how many times
    the face's size it looks at.
    """

    file: str
    sha256: str
    margin: float

    def __post_init__(self) -> None:
        if not self.file or self.file.startswith("/") or ".." in self.file.split("/"):
            raise Refused(Why.PASSIVE_FILE_OUTSIDE, file=self.file)
        if len(self.sha256) != 64 or not set(self.sha256.lower()) <= set("0123456789abcdef"):
            raise Refused(Why.PASSIVE_HASH, file=self.file)
        if not 1 <= self.margin <= 8:
            raise Refused(Why.PASSIVE_MARGIN, file=self.file, came=str(self.margin))


@dataclass(frozen=True, slots=True, kw_only=True)
class PassiveRules:
    """A passive check (静默活体) that the operator brings: its nets, and the mark (0 to 1) below which a doubt is raised.

    A doubt sends the capture to a person; no value passes anybody or refuses anybody.
    """

    files: tuple[PassiveFile, ...]
    least: float = 0.5

    def __post_init__(self) -> None:
        if not self.files:
            raise Refused(Why.PASSIVE_NO_FILES)
        if not 0 < self.least < 1:
            raise Refused(Why.PASSIVE_LEAST, came=str(self.least))


@dataclass(frozen=True, slots=True, kw_only=True)
class BiometricsRules:
    """An agency's `biometrics.yaml`, whole. Without `passive` nothing is checked passively."""

    face: FaceRules = field(default_factory=FaceRules)
    passive: PassiveRules | None = None
