"""Why the face engine does not start, or sees nothing (人脸引擎): the codes of its refusals."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with the engine's files, or with a picture."""

    PACKAGE_MISSING = "face:package_missing"
    FILE_NOT_READABLE = "face:file_not_readable"
    FILE_NOT_THE_MEASURED_ONE = "face:file_not_the_measured_one"
    NOT_THE_MEASURED_MESH = "face:not_the_measured_mesh"

    NET_NOT_READABLE = "face:net_not_readable"
    NET_OF_OTHER_HASH = "face:net_of_other_hash"
    NET_CANNOT_RUN = "face:net_cannot_run"
    NET_OF_OTHER_CLASSES = "face:net_of_other_classes"

    NO_PICTURE = "face:no_picture"
    TOO_MANY_PIXELS = "face:too_many_pixels"
    NO_FACE = "face:no_face"
