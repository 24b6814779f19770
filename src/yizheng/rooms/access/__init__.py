"""Access (身份与权限): who may sign in, by which factors, and what each role may do.

Passkeys have a door of their own: their library takes a third of a second, and most commands ask for none.
"""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.access.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.access import actions as actions
    from yizheng.rooms.access import passkeys as passkeys
    from yizheng.rooms.access import queries as queries

__getattr__ = front_door(__name__, "actions", "passkeys", "queries")
