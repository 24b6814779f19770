"""What a pass settles (认证的效力), pure: one rule for every channel."""

from collections.abc import Collection

from yizheng.kernel.verdict import Verdict
from yizheng.rooms.passes.channels import Channel
from yizheng.rooms.passes.data import Open


def settles(channel: Channel, found: Collection[Open]) -> Verdict:
    """Whether a pass on this channel settles that the person is entitled.

    | channel | found | answer |
    |---|---|---|
    | two people decided | anything | yes |
    | any other | nothing stands open | yes |
    | any other | a loss recorded or reported, or pay that stopped for more than a missing proof | unknown: people look |

    Never no: who came is not refused, and unknown counts against nobody.
    """
    if channel.may_settle or not found:
        return Verdict.yes()
    return Verdict.unknown(*sorted(found))
