"""The key of commitments that this process was given."""

from yizheng.kernel.given import Given
from yizheng.rooms.ledger.ports import CommitmentKey

COMMITMENT_KEY = Given[CommitmentKey]("ledger:commitment_key")
