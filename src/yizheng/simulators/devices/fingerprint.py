"""A simulated fingerprint reader (指纹仪模拟器): a window, a cable, dry and wet fingers, a spoof that it notices."""

from collections.abc import Mapping

from yizheng.rooms.biometrics.data import Modality
from yizheng.rooms.biometrics.device_ports import DeviceFault
from yizheng.simulators.devices.sensor import SimulatedSensor


class FingerprintSimulator(SimulatedSensor):
    """The reference of a fingerprint reader. By chance a finger is dry once in twenty tries: old hands are."""

    modality = Modality.FINGERPRINT
    model = "sim-fingerprint"
    usual_faults: Mapping[DeviceFault, int] = {
        DeviceFault.TOO_DRY: 50,
        DeviceFault.MOVED: 20,
        DeviceFault.DIRTY: 10,
        DeviceFault.TOO_WET: 10,
        DeviceFault.TIMED_OUT: 10,
    }
