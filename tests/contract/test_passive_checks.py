"""What any passive check must keep to: from 0 to 1 for a face, the same each time, a refusal for none."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from contract.parties import Parties, each
from faces import astronaut, jpeg, other_face, png
from made_net import REDDISH, net
from yizheng.adapters.face.passive import MiniFasNet
from yizheng.adapters.face.passive_files import PassiveNet
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.ports import PassivePad


def _minifasnet(folder: Path) -> MiniFasNet:
    (folder / "net.onnx").write_bytes(net(REDDISH))
    digest = hashlib.sha256(net(REDDISH)).hexdigest()
    return MiniFasNet([PassiveNet(file=folder / "net.onnx", sha256=digest, margin=2.7)])


CHECKS = {MiniFasNet: _minifasnet}
PARTIES: Parties = {PassivePad: CHECKS}


@pytest.fixture(scope="module", **each(CHECKS))
def check(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PassivePad:
    return request.param(tmp_path_factory.mktemp("check"))


def test_check_names_itself_and_its_weights(check: PassivePad) -> None:
    assert len(check.engine.weights) == 64
    assert check.engine.code == f"{check.engine.name}:{check.engine.weights[:12]}"


def test_face_gets_a_share_and_the_same_one_again(check: PassivePad) -> None:
    for picture in (jpeg(astronaut()), png(astronaut()), jpeg(other_face())):
        share = check.live(picture)
        assert 0 <= share <= 1
        assert check.live(picture) == share


@pytest.mark.parametrize("picture", [b"", b"no picture", jpeg(np.full((200, 300, 3), 128, np.uint8))])
def test_no_picture_and_no_face_are_refused_and_never_a_number(check: PassivePad, picture: bytes) -> None:
    with pytest.raises(Refused):
        check.live(picture)
