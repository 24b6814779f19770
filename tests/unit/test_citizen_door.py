"""What the citizens' pages carry besides themselves: recorded sentences, the face finder, the phone's copy, icons."""

import csv
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client

import yizheng.doors
from hands import hands_of
from signing_in import as_citizen, person
from yizheng import wiring
from yizheng.doors.citizen import capture_words
from yizheng.doors.citizen.views import pwa
from yizheng.flows.house.person_is_looked_at import look

STATIC = Path(next(iter(yizheng.doors.__path__))) / "static"
PROMPTS = STATIC / "prompts"
FINDER = STATIC / "vendor" / "human-3.3.6"
MOST_PROMPT_BYTES = 2_500_000
MARKS = "。！？；：，"


def _recorded() -> dict[str, str]:
    found: dict[str, str] = json.loads((PROMPTS / "recorded.json").read_text(encoding="utf-8"))
    return found


def _coded() -> dict[str, str]:
    """Every instruction of the camera's answers, by the name of its sound."""
    said = {step.value: str(words) for step, words in capture_words.STEPS.items()}
    said |= {str(getattr(code, "value", code)): str(words) for code, words in capture_words.HINTS.items()}
    whys = {str(getattr(code, "value", code)): str(words) for code, words in capture_words.WHYS.items()}
    return said | {f"other_{code}": words for code, words in whys.items()}


def test_every_instruction_of_the_camera_is_recorded_with_the_words_on_the_screen() -> None:
    recorded = _recorded()
    assert {code: recorded.get(code) for code in _coded()} == _coded()


def test_every_listed_sentence_has_its_recording_and_no_other_lies_there() -> None:
    with (PROMPTS / "sentences.csv").open(encoding="utf-8", newline="") as rows:
        listed = [row["text"] for row in csv.DictReader(rows)]
    recorded = _recorded()
    assert sorted(recorded.values()) == sorted(listed)
    assert {path.stem for path in PROMPTS.glob("*.mp3")} == set(recorded)
    assert sum(path.stat().st_size for path in PROMPTS.iterdir()) <= MOST_PROMPT_BYTES


def test_index_of_recordings_names_only_what_lies_there() -> None:
    text = (PROMPTS / "prompts.js").read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(
        text.removeprefix("window.yizhengPrompts = ").rstrip().removesuffix(";")
    )
    recorded = _recorded()
    assert set(names.values()) <= set(recorded)
    assert {str(number) for number in range(32)} | {"年", "月", "日"} <= set(names)
    spoken = {text: name for text, name in names.items() if not text.isdecimal()}
    assert [text for text, name in spoken.items() if recorded[name].rstrip(MARKS) != text] == []


def test_face_finder_is_what_was_taken_and_names_no_other_host() -> None:
    listed = dict(
        reversed(line.split()) for line in (FINDER / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    )
    lying = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FINDER.iterdir()}
    assert {name: lying.get(name) for name in listed} == listed
    script = (FINDER / "human.js").read_text(encoding="utf-8")
    assert re.findall(r"jsdelivr|unpkg|googleapis|google-analytics|sendBeacon", script) == []


@pytest.mark.parametrize("name", ["camera.js", "citizen.js", "guidance.js", "worker.js"])
def test_scripts_of_ours_are_for_phones_of_2020(name: str) -> None:
    script = (STATIC / "yizheng" / name).read_text(encoding="utf-8")
    newer = r"\?\?=|\|\|=|&&=|\.replaceAll\(|\.at\(|\.hasOwn\(|\bawait\b|\bimport\b|#\w+\s*[=(]|https?://"
    assert re.findall(newer, script) == []


@pytest.mark.django_db
def test_worker_keeps_only_what_is_the_same_for_everybody() -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    text = answer.content.decode()
    first = re.search(r"var FIRST = \[(.*)\];", text)
    assert first is not None
    kept = [address.strip().strip('"') for address in first[1].split(",")]
    assert kept == ["OFFLINE", *(f"/static/{name}" for name in pwa.KEPT)]
    assert "@" not in text
    assert "/me/" not in text


@pytest.mark.django_db
def test_offline_page_is_a_visitors_page_with_a_telephone() -> None:
    text = Client().get("/offline/").content.decode()
    assert "现在没有网络" in text
    assert 'href="tel:' in text
    assert "csrfmiddlewaretoken" not in text


def test_manifest_names_icons_that_lie_there() -> None:
    manifest = json.loads((STATIC / "yizheng" / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        head = (STATIC / "yizheng" / icon["src"]).read_bytes()[:24]
        width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        assert f"{width}x{height}" == icon["sizes"]


@pytest.mark.django_db
def test_department_asked_with_the_persons_consent_is_no_strangers_look(client: Client) -> None:
    person(0, "440802194912310017")
    as_citizen(client, 0)
    clock = wiring.clock()
    look(hands_of("citizen", role="citizen", clock=clock), pno=0, purpose="service", what="face:police")
    look(hands_of("lin", role="certifier", clock=clock), pno=0, purpose="case", what="file")
    said = client.get("/me/looks/").content.decode()
    assert "认证岗工作人员" in said
    assert "citizen工作人员" not in said
