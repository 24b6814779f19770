"""The passive check's adapter: files by their hashes, or no check; tried on a net made here, byte by byte."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from made_net import REDDISH, net
from yizheng import wiring
from yizheng.adapters.agency_files.yaml_files import read_yaml
from yizheng.adapters.face.passive import MiniFasNet, passive_check
from yizheng.adapters.face.passive_files import PassiveNet
from yizheng.adapters.face.pool import FacePool
from yizheng.doors.cli.biometrics import biometrics_group
from yizheng.doors.cli.serve import serve_web
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.face_terms import BiometricsRules, PassiveFile, PassiveRules
from yizheng.rooms.biometrics.ports import PassivePad
from yizheng.rooms.passes.ports import Waiting
from yizheng.simulators.attacks import Pose, astronaut, photo_of, render
from yizheng.simulators.attacks.camera import jpeg
from yizheng.wiring import suppliers


def kept(folder: Path, content: bytes, *, margin: float = 2.7, name: str = "net.onnx") -> PassiveNet:
    (folder / name).write_bytes(content)
    return PassiveNet(file=folder / name, sha256=hashlib.sha256(content).hexdigest(), margin=margin)


def test_without_files_nothing_is_checked() -> None:
    assert passive_check([]) is None
    with pytest.raises(ValueError, match="at least one"):
        MiniFasNet([])


def test_net_says_how_live_a_face_looks(tmp_path: Path) -> None:
    check: PassivePad | None = passive_check([kept(tmp_path, net(REDDISH))])
    assert check is not None
    warm = render(astronaut(), Pose())
    cold = warm[:, :, ::-1].copy()
    assert check.live(jpeg(warm)) > 0.9
    assert check.live(jpeg(cold)) < check.live(jpeg(warm))
    assert 0 <= check.live(jpeg(cold)) <= 1


def test_several_nets_are_averaged(tmp_path: Path) -> None:
    sure = kept(tmp_path, net(REDDISH), name="a.onnx")
    unsure = kept(tmp_path, net([[0.0] * 3] * 3), margin=4.0, name="b.onnx")
    picture = photo_of(0)
    alone, both = MiniFasNet([sure]).live(picture), MiniFasNet([sure, unsure]).live(picture)
    assert both == pytest.approx((alone + 1 / 3) / 2, abs=1e-6)


def test_another_file_is_another_engine_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    first, second = (
        kept(tmp_path, net(REDDISH), name="a.onnx"),
        kept(tmp_path, net([[0.0] * 3] * 3), name="b.onnx"),
    )
    assert MiniFasNet([first]).engine != MiniFasNet([second]).engine
    first.file.write_bytes(net([[1.0] * 3] * 3))
    with pytest.raises(Refused, match="face:net_of_other_hash"):
        MiniFasNet([first])
    first.file.unlink()
    with pytest.raises(Refused, match="face:net_not_readable"):
        MiniFasNet([first])


def test_net_of_another_kind_is_refused_when_it_answers(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="face:net_of_other_classes"):
        MiniFasNet([kept(tmp_path, net([[1.0], [1.0], [1.0]]))]).live(photo_of(0))


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (b"", "face:no_picture"),
        (b"no picture", "face:no_picture"),
        (jpeg(astronaut().picture[:90, :90]), "face:no_face"),
    ],
)
def test_picture_without_a_face_is_refused(tmp_path: Path, picture: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        MiniFasNet([kept(tmp_path, net(REDDISH))]).live(picture)


# --- from the agency's file to the engine processes ---

HASH = "a" * 64


@pytest.mark.parametrize(
    "text",
    [
        "passive: {files: []}",
        "passive: {least: 0.5}",
        f"passive: {{least: 1.5, files: [{{file: a.onnx, sha256: {HASH}, margin: 2.7}}]}}",
        "passive: {files: [{file: a.onnx, sha256: abc, margin: 2.7}]}",
        f"passive: {{files: [{{file: ../a.onnx, sha256: {HASH}, margin: 2.7}}]}}",
        f"passive: {{files: [{{file: a.onnx, sha256: {HASH}, margin: 0}}]}}",
    ],
)
def test_configuration_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "biometrics.yaml").write_text(text)
    with pytest.raises(Refused, match=r"biometrics\.yaml"):
        read_yaml(tmp_path / "biometrics.yaml", BiometricsRules)


@pytest.mark.parametrize("text", ["face: {}", "passive:"])
def test_nothing_configured_is_not_checked(tmp_path: Path, text: str) -> None:
    (tmp_path / "biometrics.yaml").write_text(text)
    assert read_yaml(tmp_path / "biometrics.yaml", BiometricsRules).passive is None


def configured(monkeypatch: pytest.MonkeyPatch, folder: Path, sha256: str) -> None:
    """An agency whose file names `net.onnx` in this folder."""
    rules = PassiveRules(files=(PassiveFile(file="net.onnx", sha256=sha256, margin=2.7),), least=0.4)
    here = wiring.agency()
    checked = replace(here, biometrics=replace(here.biometrics, passive=rules))
    monkeypatch.setattr(wiring, "agency", lambda: checked)
    monkeypatch.setattr(settings, "YIZHENG", replace(settings.YIZHENG, agency=folder))


@pytest.mark.django_db
def test_server_does_not_start_with_a_wrong_or_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "YIZHENG", replace(settings.YIZHENG, home=tmp_path))
    monkeypatch.setattr(suppliers, "PORTS", ())  # a home without keys would be told first
    (tmp_path / "db.sqlite3").touch()
    configured(monkeypatch, tmp_path, HASH)
    with pytest.raises(Refused, match=r"passive_check .*face:net_not_readable file=net\.onnx"):
        serve_web(host="127.0.0.1", port=1)
    kept(tmp_path, net(REDDISH))
    with pytest.raises(Refused, match=f"face:net_of_other_hash file=net.onnx expected={HASH[:12]}"):
        serve_web(host="127.0.0.1", port=1)


def test_file_that_is_no_net_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="face:net_cannot_run"):
        MiniFasNet([kept(tmp_path, b"no net")])


@pytest.mark.django_db
def test_status_says_whether_anything_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = CliRunner().invoke(biometrics_group, ["status"]).output
    assert "passive check: not checked" in said
    configured(monkeypatch, tmp_path, kept(tmp_path, net(REDDISH)).sha256)
    assert "passive check: minifasnet:" in CliRunner().invoke(biometrics_group, ["status"]).output


def test_engine_process_ends_with_code_and_facts_for_a_wrong_file(tmp_path: Path) -> None:
    lost = PassiveNet(file=tmp_path / "net.onnx", sha256=HASH, margin=2.7)
    words = ["3072", "face_engines:Quick", f"{lost.sha256}:{lost.margin}:{lost.file}"]
    found = subprocess.run(
        [sys.executable, "-m", "yizheng.adapters.face.worker", *words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        input=b"",
        capture_output=True,
        check=False,
    )
    assert found.returncode != 0
    assert found.stderr == b"face:net_not_readable file=net.onnx\n"


@pytest.mark.parametrize("configured_", [True, False])
def test_engine_processes_check_each_picture_where_it_is_configured(
    tmp_path: Path, configured_: bool
) -> None:
    nets = [kept(tmp_path, net(REDDISH))] if configured_ else []
    pool = FacePool(workers=1, patience=60.0, passive=nets)
    try:
        seen = pool.look("a", [jpeg(render(astronaut(), Pose())), b"no picture"])
    finally:
        pool.close()
    assert not isinstance(seen, Waiting)
    face, nothing = seen
    assert (face.live is not None and face.live > 0.9) is configured_
    assert nothing.live is None
    assert (face.live is None) is not configured_
