"""A hit of a face search goes to a case and nothing else, and a voice passes nobody: no module could do otherwise."""

import ast

import pytest

from architecture.reading import SOURCE, imported, through_doors

WRITES = {"actions"}
"""The modules of a room that write."""
MAY_WRITE = {
    "flows/vault/same_face_is_sought.py": {"biometrics", "casework"},
    "flows/channels/voice_certifies.py": {"access", "biometrics", "casework", "privacy"},
    "flows/vault/voice_is_enrolled.py": {"biometrics", "privacy"},
}
"""Which rooms' writes each story may call: none of certification, entitlements, payments, evidence or notices."""
KNOW_OF_SEARCH = {
    "rooms/biometrics/actions.py",
    "rooms/biometrics/queries.py",
    "flows/vault/same_face_is_sought.py",
    "doors/staff/views/same_face.py",
    "doors/words/codes.py",
}
KNOW_OF_VOICE = {
    "rooms/biometrics/actions.py",
    "rooms/biometrics/queries.py",
    "rooms/biometrics/voice_ports.py",
    "adapters/voice/engine.py",
    "adapters/voice/wav.py",
    "flows/channels/voice_certifies.py",
    "flows/vault/voice_is_enrolled.py",
    "doors/citizen/views/voice.py",
    "doors/staff/views/voice.py",
    "doors/words/codes.py",
}


def who_imports(module: str) -> set[str]:
    return {
        path.relative_to(SOURCE).as_posix()
        for path in sorted(SOURCE.rglob("*.py"))
        if any(name == module or name.startswith(f"{module}.") for name in imported(path))
    }


@pytest.mark.parametrize("story", sorted(MAY_WRITE))
def test_a_story_of_biometrics_writes_into_its_rooms_and_no_other(story: str) -> None:
    rooms = {
        name.split(".")[2]
        for name in imported(SOURCE / story)
        if name.startswith("yizheng.rooms.") and len(name.split(".")) > 3 and name.split(".")[3] in WRITES
    }
    assert rooms <= MAY_WRITE[story]


@pytest.mark.parametrize("story", sorted(MAY_WRITE))
def test_a_story_of_biometrics_starts_no_other_story(story: str) -> None:
    assert {name for name in imported(SOURCE / story) if name.startswith("yizheng.flows")} == set()


def test_casework_is_only_asked_to_open_and_to_note() -> None:
    """A story that opens a case must not decide it: neither `propose` nor `confirm` is named in it."""
    for story in MAY_WRITE:
        tree = ast.parse((SOURCE / story).read_text("utf-8"))
        called = {name for _, door, name in through_doors(tree, {"casework"}) if door == "actions" and name}
        assert called <= {"open_case", "note_on"}, story


def test_nobody_but_the_clerks_page_knows_what_a_search_found() -> None:
    assert who_imports("yizheng.rooms.biometrics.search") <= KNOW_OF_SEARCH
    assert who_imports("yizheng.flows.vault.same_face_is_sought") == {
        "doors/cli/same_face.py",
        "wiring/faces.py",
    }


def test_nothing_that_certifies_knows_of_voices() -> None:
    assert who_imports("yizheng.rooms.biometrics.voice") <= KNOW_OF_VOICE
    assert not {
        name for name in who_imports("yizheng.flows.channels.voice_certifies") if name.startswith("flows/")
    }


def test_no_word_for_a_pass_is_among_what_a_voice_may_bring() -> None:
    tree = ast.parse((SOURCE / "rooms" / "biometrics" / "voice.py").read_text("utf-8"))
    heard = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Heard")
    names = {
        target.id
        for node in heard.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert names == {"CALL_BACK", "CALL_BACK_UNSURE", "AGAIN"}


def test_no_page_of_likeness_or_voice_carries_a_score() -> None:
    for name in ("staff/same_face.html", "staff/voice.html", "citizen/voice.html", "citizen/voice_done.html"):
        door = name.split("/", maxsplit=1)[0]
        text = (SOURCE / "doors" / door / "templates" / name).read_text("utf-8")
        assert "likeness" not in text
        assert "score" not in text
