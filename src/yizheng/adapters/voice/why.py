"""Why the voice engine does not start (声音引擎): the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with the engine's files."""

    PACKAGE_MISSING = "voice:package_missing"
    FILE_NOT_READABLE = "voice:file_not_readable"
    FILE_NOT_THE_MEASURED_ONE = "voice:file_not_the_measured_one"
    NO_RECORDING = "voice:no_recording"
    RECORDED_ANOTHER_WAY = "voice:recorded_another_way"
    RECORDING_TOO_LONG = "voice:recording_too_long"
    RECORDING_WITHOUT_SOUND = "voice:recording_without_sound"
