"""The border for pictures that ships."""

import atexit

from yizheng.adapters.pictures.border import ChildBorder
from yizheng.adapters.suppliers import NoOptions, Supplier
from yizheng.rooms.passes.ports import PictureBorder


class ChildProcess(Supplier[NoOptions, PictureBorder]):
    """Decodes what a stranger sent in a process of its own, which is started when the first picture comes."""

    def check(self) -> None:
        """It needs nothing but the product itself."""

    def make(self) -> PictureBorder:
        """The border; its process ends with this one."""
        border = ChildBorder()
        atexit.register(border.close)
        return border
