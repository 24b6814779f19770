"""The ledger's verifiers against the public vectors of transparency-dev/merkle, wrong proofs included."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from yizheng.rooms.ledger.rules import verify_consistency, verify_inclusion

VECTORS = Path(__file__).parent.parent / "vectors" / "merkle"


def _cases(name: str) -> list[Any]:
    cases = json.loads((VECTORS / f"{name}.json").read_text())
    assert len(cases) == 98
    return [pytest.param(case, id=case["file"]) for case in cases]


def _bytes(text: str | None) -> bytes:
    return b64decode(text or "")


@pytest.mark.parametrize("case", _cases("inclusion"))
def test_inclusion_vector(case: dict[str, Any]) -> None:
    answer = verify_inclusion(
        index=case["leafIdx"],
        size=case["treeSize"],
        leaf=_bytes(case["leafHash"]),
        proof=[_bytes(part) for part in case["proof"] or []],
        root=_bytes(case["root"]),
    )
    assert answer is not case["wantErr"]


@pytest.mark.parametrize("case", _cases("consistency"))
def test_consistency_vector(case: dict[str, Any]) -> None:
    answer = verify_consistency(
        old=case["size1"],
        new=case["size2"],
        proof=[_bytes(part) for part in case["proof"] or []],
        old_root=_bytes(case["root1"]),
        new_root=_bytes(case["root2"]),
    )
    assert answer is not case["wantErr"]
