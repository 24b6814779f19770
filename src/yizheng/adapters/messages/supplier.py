"""Short messages without a gateway: they go into a file that somebody hands over to a carrier."""

import os
from dataclasses import dataclass

from yizheng.adapters.messages.files import FileChannel
from yizheng.adapters.suppliers import Supplier
from yizheng.adapters.suppliers.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.notices.ports import Carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`folder`: where the two files lie, inside the installation's folder."""

    folder: str = "notices"


class HandOverFile(Supplier[Options, Carrier]):
    """Writes texts into `notices.jsonl` and `notices.txt`; it cannot tell what became of them."""

    Options = Options

    def check(self) -> None:
        """Whether the folder can be written, or made."""
        folder = self.around.in_home(self.options.folder)
        standing = next(place for place in (folder, *folder.parents) if place.exists())
        if not (standing.is_dir() and os.access(standing, os.W_OK | os.X_OK)):
            raise Refused(Why.FOLDER_NOT_WRITABLE, folder=folder)

    def make(self) -> Carrier:
        """The files' channel."""
        return Carrier(channel=FileChannel(self.around.in_home(self.options.folder)))
