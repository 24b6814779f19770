"""Why the store does not take or give a file (文件库): the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with the store."""

    DISK_FULL = "store:disk_full"
    FILE_GONE = "store:file_gone"
    FORBIDDEN = "store:forbidden"
