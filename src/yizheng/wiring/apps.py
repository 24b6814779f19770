"""The start of every process that works with the product's tables: it is handed its keys, and leaves no image of them."""

import resource

from django.apps import AppConfig


class Wiring(AppConfig):
    """Not a room: it has no tables, and is an app of Django's only to be called at its start."""

    name = "yizheng.wiring"

    def ready(self) -> None:
        """Hand the keys in. Imported here, since rooms can be imported only once their apps are known."""
        from yizheng.wiring.key_ring import hand_in_keys  # noqa: PLC0415

        # The image of a process that crashed would hold every key, on a disk where nobody looks for one.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hand_in_keys()
