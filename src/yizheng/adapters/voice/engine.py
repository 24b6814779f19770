"""The default voice engine: Silero finds the speech, CAM++ describes whose voice it is. It asks the network for nothing.

Rules that always hold: the same recording gives the same answer, in any thread; a voice is never stored here, nor
written to a log; what is no recording is refused, and a recording without speech is an answer. It decides nothing:
`biometrics.voice` does.

The template is made of the speech alone, so a long silence weighs nothing. What is cut out is joined with a little of
its surroundings, since a syllable begins before a program is sure of it.
"""

import hashlib
from threading import Lock

import kaldi_native_fbank
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from yizheng.adapters.voice.wav import read_wav
from yizheng.adapters.voice.weights import CAMPPLUS_SHA256, SILERO_SHA256, campplus, silero
from yizheng.rooms.biometrics.data import EngineId, Vector
from yizheng.rooms.biometrics.voice import RATE, VoiceHeard
from yizheng.rooms.biometrics.voice_ports import Sound

FRAME, CONTEXT = 512, 64
"""Samples that Silero looks at in one step (32 ms), and how many of the step before it sees again."""
SPEECH = 0.5
"""How sure Silero must be that a frame is speech."""
AROUND = 3
"""Frames before and after speech that are kept with it: a tenth of a second."""
LEAST_SECONDS = 1.0
"""Less speech than this makes no template."""
BINS = 80
FULL = 0.999
"""A sample at this share of full scale is cut off."""


class CampplusEngine:
    """Silero VAD and CAM++ in one. Raises Refused where a file of weights is not the one expected."""

    def __init__(self) -> None:
        self._engine = EngineId(
            name="campplus-zh-en",
            weights=hashlib.sha256(f"{SILERO_SHA256} {CAMPPLUS_SHA256}".encode()).hexdigest(),
        )
        self._finder = _session(silero())
        self._describer = _session(campplus())
        self._one_at_a_time = Lock()

    @property
    def engine(self) -> EngineId:
        """Name, and the SHA-256 over the hashes of both files: with other speech cut out, a template is another one."""
        return self._engine

    def listen(self, recording: bytes) -> VoiceHeard:
        """What is heard in a recording. Raises Refused where it is no WAV, or longer than a minute."""
        return self.hear(read_wav(recording))

    def hear(self, sound: Sound) -> VoiceHeard:
        """What is heard in a sound of 16,000 samples a second."""
        with self._one_at_a_time:
            spoken = self._speech(sound)
            speech = sound[np.repeat(_widened(spoken), FRAME)[: len(sound)]]
            # the last frame is filled up with silence, which is no second of the recording
            seconds = min(float(spoken.sum()) * FRAME, len(sound)) / RATE
            embedding = self._describe(speech) if seconds >= LEAST_SECONDS else None
        loudest = sound if not len(speech) else speech
        return VoiceHeard(
            seconds=len(sound) / RATE,
            speech=seconds,
            level=_decibels(loudest),
            clipped=float(np.mean(np.abs(loudest) >= FULL)) if len(loudest) else 0.0,
            treble=_treble(sound),
            embedding=embedding,
        )

    def _speech(self, sound: Sound) -> NDArray[np.bool_]:
        """Which frames are speech; the last one is filled up with silence."""
        frames = np.pad(sound, (0, -len(sound) % FRAME)).reshape(-1, FRAME)
        before = np.zeros(CONTEXT, np.float32)
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(RATE, np.int64)
        found = np.zeros(len(frames), np.bool_)
        for at, frame in enumerate(frames):
            seen = np.concatenate([before, frame])[None]
            sure, state = self._finder.run(None, {"input": seen, "state": state, "sr": rate})
            found[at] = float(sure[0, 0]) >= SPEECH
            before = frame[-CONTEXT:]
        return found

    def _describe(self, speech: Sound) -> Vector | None:
        """The template of a piece of speech: 192 numbers, one row of unit length."""
        bands = filterbank(speech)
        if not len(bands):
            return None
        bands -= bands.mean(axis=0, keepdims=True)
        vector: Vector = self._describer.run(None, {"x": bands[None]})[0][0]
        length = float(np.linalg.norm(vector))
        return (vector / length).astype(np.float32) if np.isfinite(length) and length > 0 else None


def filterbank(sound: Sound) -> NDArray[np.float32]:
    """The energy of 80 mel bands every 10 ms, as CAM++ was trained on (Kaldi's, without dither); one row a frame."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = RATE
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = BINS
    options.energy_floor = 0.0
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(RATE, sound.tolist())
    bank.input_finished()
    rows = [bank.get_frame(at) for at in range(bank.num_frames_ready)]
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, BINS), np.float32)


def _widened(spoken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Speech with a little of what surrounds it."""
    return (
        np.convolve(spoken, np.ones(2 * AROUND + 1), mode="same") > 0 if len(spoken) > 2 * AROUND else spoken
    )


def _decibels(sound: Sound) -> float:
    power = float(np.mean(np.square(sound, dtype=np.float64))) if len(sound) else 0.0
    return max(-90.0, 10 * float(np.log10(power))) if power > 0 else -90.0


def _treble(sound: Sound) -> float:
    """The power above 4,200 Hz beside that below 3,400, in decibels."""
    power = np.square(np.abs(np.fft.rfft(sound))) if len(sound) else np.zeros(1)
    frequency = np.fft.rfftfreq(max(len(sound), 1), 1 / RATE)
    low = float(power[(frequency >= 300) & (frequency < 3_400)].sum())
    high = float(power[(frequency >= 4_200) & (frequency < 7_500)].sum())
    return 10 * float(np.log10((high + 1e-12) / (low + 1e-12)))


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
