"""Uploads stay in memory and small: a picture of somebody never lies on a disk unsealed, and nobody can fill one."""

import os
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

from yizheng.doors.bodies import most_bytes

MEMORY = Path("/dev/shm")  # noqa: S108 (folders in it are made with a random name, for their owner alone)
"""Linux keeps this folder in memory."""


def folder_in_memory() -> Path:
    """Where a file may lie in clear while it is read: in memory, or in the home where the system has no such folder."""
    return MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else settings.YIZHENG.home


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes files of a request that is not too large, in memory; a larger request is refused before it is read."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raises RequestDataTooBig, which is answered with 400."""
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
        most = most_bytes(self.request.path if self.request else "")
        if content_length > most or not self.activated:
            raise RequestDataTooBig(f"a request of at most {most >> 20} MB was expected")
