"""What a recording of a voice is worth (声纹): enough speech, the digits to read, whose voice it may be. Pure.

Rules that always hold: a voice passes nobody. A recording can be replayed and a voice can be made by a machine, and
nothing that ships tells them apart; so the best answer of this module prepares a person's call-back, and the person on
the phone decides (docs/adr/0018-exact-scan-and-voice-only-with-a-person.md). A voice that does not fit is a cold, an
old telephone or another room: it says nothing against anybody. No score leaves this module but for measuring.

The digits are random so that no recording of yesterday answers today's question. No program that understands Mandarin
digits ships: a clerk hears whether they are the right ones, or an operator's `DigitReader` says it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.biometrics.data import Match, Vector
from yizheng.rooms.biometrics.matching import likeness
from yizheng.rooms.biometrics.why import Why

GROUPS, GROUP_LENGTH = 3, 4
"""Twelve digits in three groups: six seconds of speech and more, as elderly people read."""
PROMPT_LIVES = timedelta(hours=2)
"""How long a prompt can be answered. No clock is shown, and a new prompt costs nothing."""

RATE = 16_000
"""Samples a second that engines hear. A telephone's 8,000 are doubled; what it cut off does not come back."""
LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VoiceHeard:
    """What an engine measured in one recording.

    `seconds` is its length, `speech` how many of them somebody speaks, `level` the loudness of that speech in decibels
    below full scale (-90 is silence), `clipped` the share of its samples that are cut off. `treble` is how much of its
    power lies above 4,200 Hz beside that below 3,400, in decibels: -33 and more in a room, -68 and less on a telephone,
    which cuts it off. `embedding` is the template, made of the speech alone; None where there is too little for one.
    """

    seconds: float
    speech: float = 0.0
    level: float = -90.0
    clipped: float = 0.0
    treble: float = 0.0
    embedding: Vector | None = None


class SoundFault(StrEnum):
    """Why a recording will not do (录音质量问题): each has one plain sentence for the person, and one thing to do."""

    NO_SPEECH = "no_speech"
    SHORT = "short"
    QUIET = "quiet"
    LOUD = "loud"
    NARROW = "narrow"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRules:
    """How voices are compared. Cosines from -1 to 1; seconds of speech, not of recording.

    `accept` and `refer` are the marks of two answers (see docs/reference/voice-figures.md for what was measured and of
    whom: no old people, hardly any Mandarin, no real telephones). With less speech than `sure_speech`, and with less
    treble than `least_treble`, nobody is `SAME`: on a telephone one stranger in four would be. None is enrolled by it.
    """

    accept: float = 0.65
    refer: float = 0.45
    least_speech: float = 2.5
    sure_speech: float = 5.0
    enrol_speech: float = 5.0
    quietest: float = -45.0
    most_clipped: float = 0.02
    least_treble: float = -45.0
    recordings: int = 2

    def __post_init__(self) -> None:
        if not -1 < self.refer <= self.accept < 1:
            raise Refused(Why.VOICE_THRESHOLDS_ORDER, refer=str(self.refer), accept=str(self.accept))


DEFAULT = VoiceRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The digits that somebody is asked to read, once: with its nonce, and until when an answer counts."""

    nonce: str
    digits: str
    until: datetime

    @property
    def groups(self) -> tuple[str, ...]:
        """The digits as they are shown and spoken: groups of four."""
        return tuple(
            self.digits[start : start + GROUP_LENGTH] for start in range(0, len(self.digits), GROUP_LENGTH)
        )


def make_prompt(rng: random.Random, *, at: datetime) -> Prompt:
    """A new prompt. No digit stands twice in a row: a reader who stumbles must be heard to stumble."""
    digits = ""
    while len(digits) < GROUPS * GROUP_LENGTH:
        digit = str(rng.randrange(10))
        if not digits.endswith(digit):
            digits += digit
    return Prompt(nonce=f"{rng.getrandbits(128):032x}", digits=digits, until=at + PROMPT_LIVES)


def faults_of(
    heard: VoiceHeard, rules: VoiceRules = DEFAULT, *, enrolling: bool = False
) -> tuple[SoundFault, ...]:
    """What is wrong with a recording, the most important first; empty where it will do."""
    if heard.speech < 0.3:
        return (SoundFault.QUIET if heard.level < rules.quietest else SoundFault.NO_SPEECH,)
    needed = rules.enrol_speech if enrolling else rules.least_speech
    found = []
    if heard.clipped > rules.most_clipped:
        found.append(SoundFault.LOUD)
    if heard.level < rules.quietest:
        found.append(SoundFault.QUIET)
    if enrolling and heard.treble < rules.least_treble:
        found.append(SoundFault.NARROW)
    if heard.speech < needed or heard.embedding is None:
        found.append(SoundFault.SHORT)
    return tuple(found)


def compare(heard: VoiceHeard, enrolled: Sequence[Vector], rules: VoiceRules = DEFAULT) -> Match:
    """Whose voice it may be. `SAME` wants enough speech and its treble; what cannot be compared is `NOT_COMPARED`, and
    never held against anybody.
    """
    if heard.embedding is None or not enrolled or faults_of(heard, rules):
        return Match.NOT_COMPARED
    if any(vector.shape != heard.embedding.shape for vector in enrolled):
        return Match.NOT_COMPARED
    score = likeness([heard.embedding], enrolled)
    if score is None:
        return Match.NOT_COMPARED
    if score >= rules.accept:
        sure = heard.speech >= rules.sure_speech and heard.treble >= rules.least_treble
        return Match.SAME if sure else Match.UNSURE
    return Match.UNSURE if score >= rules.refer else Match.DIFFERENT


class DigitsRead(StrEnum):
    """Whether the right digits were read (朗读内容): nobody knows it until a person, or a reader of digits, listened."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_KNOWN = "not_known"


def digits_read(asked: str, understood: str | None) -> DigitsRead:
    """What a reader of digits makes of a recording; None where there is no reader or it understood nothing.

    One slip in twelve is a slip of the reader or of the tongue: the digits count as read.
    """
    if understood is None:
        return DigitsRead.NOT_KNOWN
    plain = "".join(letter for letter in understood if letter.isdecimal())
    return DigitsRead.RIGHT if _slips(asked, plain) <= 1 else DigitsRead.WRONG


def _slips(one: str, other: str) -> int:
    """How many digits must be put in, taken out or changed to make one text of the other."""
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, start=1):
        above, row[0] = row[0], i
        for j, theirs in enumerate(other, start=1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (mine != theirs))
    return row[-1]


class Heard(StrEnum):
    """What follows from an answer (声纹结论): never a pass. A person calls back, or another recording is asked for."""

    CALL_BACK = "call_back"
    CALL_BACK_UNSURE = "call_back_unsure"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceVerdict:
    """What a clerk is shown of an answer: in words, without a number."""

    follows: Heard
    match: Match
    digits: DigitsRead
    faults: tuple[SoundFault, ...] = field(default=())


def verdict_of(
    heard: VoiceHeard, enrolled: Sequence[Vector], *, digits: DigitsRead, rules: VoiceRules = DEFAULT
) -> VoiceVerdict:
    """Put it together. A recording that will not do is asked for again; everything else goes to a person, whatever the
    comparison said: the clerk is told how sure the machine is, and decides on the phone.
    """
    faults = faults_of(heard, rules)
    match = compare(heard, enrolled, rules)
    if faults:
        return VoiceVerdict(follows=Heard.AGAIN, match=match, digits=digits, faults=faults)
    sure = match is Match.SAME and digits is not DigitsRead.WRONG
    follows = Heard.CALL_BACK if sure else Heard.CALL_BACK_UNSURE
    return VoiceVerdict(follows=follows, match=match, digits=digits)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """An answer that prepares a call-back, to be kept: whose, to which digits, what came of it, where it lies sealed."""

    pno: Pno
    case_id: int
    digits: str
    engine: str
    source: str
    verdict: VoiceVerdict
    sound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """An answer as the clerk who calls back sees it. `sound` is empty once the recording was deleted; `source` says who
    was there when the voice was enrolled.
    """

    answer_id: int
    pno: Pno
    case_id: int
    answered_at: datetime
    digits: str
    engine: str
    source: str
    match: Match
    digits_read: DigitsRead
    sound: str
